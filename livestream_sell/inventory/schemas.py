"""Products in and out."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.money import display
from livestream_sell.core.problems import Problem, WrongValue
from livestream_sell.inventory.models import Product
from livestream_sell.inventory.sanitising import clean_image_url, clean_sku, line, plain

MAX_STOCK = 1_000_000


def _sentence(clean: Any) -> Any:
    """Let a slice's refusal be one of Pydantic's."""

    def check(value: str) -> str:
        try:
            return str(clean(value))
        except InvalidInput as error:
            raise WrongValue(error.message, reason=error.details["reason"]) from error

    return check


def _variant(value: dict[str, str]) -> dict[str, str]:
    cleaned = {line(name)[:40]: line(str(worth))[:60] for name, worth in value.items()}
    return {name: worth for name, worth in cleaned.items() if name and worth}


def _keywords(value: Any) -> Any:
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        return value
    cleaned = [line(str(word))[:60] for word in words]
    return list(dict.fromkeys(word for word in cleaned if word))


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return str(value)
    return value


Sku = Annotated[str, AfterValidator(_sentence(clean_sku))]
Name = Annotated[str, BeforeValidator(lambda v: line(v) if isinstance(v, str) else v),
                 StringConstraints(min_length=1, max_length=200)]  # fmt: skip
Description = Annotated[str, BeforeValidator(lambda v: plain(v) if isinstance(v, str) else v), Field(max_length=4000)]
Category = Annotated[str, BeforeValidator(lambda v: line(v) if isinstance(v, str) else v), Field(max_length=100)]
ImageUrl = Annotated[str, AfterValidator(_sentence(clean_image_url))]
# Digits of the currency are checked where the currency is known (`service`).
Price = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=Decimal(999_999_999_999))]
Stock = Annotated[int, Field(ge=0, le=MAX_STOCK)]
Variant = Annotated[dict[str, str], AfterValidator(_variant), Field(max_length=8)]
Keywords = Annotated[list[str], BeforeValidator(_keywords), Field(max_length=50)]


class ProductDraft(BaseModel):
    """A product as a seller makes it; a variant (size, colour) is a product of its own under the same name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"sku": "A1", "name": "Vestido Lino", "price": 12990, "stock": 8, "category": "Vestidos",
                 "variant": {"size": "M", "color": "rojo"}, "keywords": ["lino", "verano"]}
            ]
        },
    )  # fmt: skip

    sku: Sku
    name: Name
    price: Price
    stock: Stock = 0
    description: Description = ""
    image_url: ImageUrl = ""
    category: Category = ""
    variant: Variant = Field(default_factory=dict)
    keywords: Keywords = Field(default_factory=list)
    low_stock_at: int = Field(default=2, ge=0, le=MAX_STOCK)
    is_active: bool = True


class ProductChange(BaseModel):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"price": 9990, "stock": 12}]})

    sku: Sku | None = None
    name: Name | None = None
    price: Price | None = None
    stock: Stock | None = None
    description: Description | None = None
    image_url: ImageUrl | None = None
    category: Category | None = None
    variant: Variant | None = None
    keywords: Keywords | None = None
    low_stock_at: int | None = Field(default=None, ge=0, le=MAX_STOCK)
    is_active: bool | None = None


class ProductView(BaseModel):
    """A product as its seller sees it; `available` is stock without what is reserved."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    sku: str
    name: str
    stock: int
    price: Decimal
    reserved: int
    available: int
    price_text: str
    currency: str
    description: str
    image_url: str
    category: str
    variant: dict[str, Any]
    keywords: list[str]
    low_stock_at: int
    is_low: bool
    is_active: bool


class ProductPage(BaseModel):
    """Some products of all that match."""

    model_config = ConfigDict(frozen=True)

    rows: list[ProductView]
    total: int


class RowError(BaseModel):
    """Why a line of a file was not imported; the heading is line 1. `problems` says the same for a translation."""

    model_config = ConfigDict(frozen=True)

    line: int
    sku: str
    reason: str
    problems: list[Problem]


class ImportResult(BaseModel):
    """What became of a file."""

    model_config = ConfigDict(frozen=True)

    created: int
    changed: int
    errors: list[RowError]


def view(product: Product, currency: str, locale: str) -> ProductView:
    """Return what a seller sees of a product."""
    same = product.model_dump(include=set(ProductView.model_fields))
    return ProductView(
        **same,
        available=product.available,
        price_text=display(product.price, currency, locale),
        currency=currency,
        is_low=product.available <= product.low_stock_at,
    )
