"""The form of a product: what is common once, and a row for each variant (a product of its own under one name)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from pydantic import ValidationError

from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.money import quantise
from livestream_sell.core.problems import refused_input
from livestream_sell.inventory import service as inventory
from livestream_sell.inventory.schemas import ProductChange, ProductDraft, ProductView
from livestream_sell.sales import restocking
from livestream_sell.ui.ids import as_id

MOST_VARIANTS = 40
COMMON = ("name", "category", "keywords", "image_url", "description")
SIZE, COLOUR = "size", "color"
T = TypeVar("T", ProductDraft, ProductChange)


class FormView(TypedDict):
    """What all variants share; `key` changes with each opening, so that the fields begin anew."""

    key: str
    id: str
    name: str
    category: str
    keywords: str
    image_url: str
    description: str


class VariantRow(TypedDict):
    """One variant; `id` empty: new. Its fields in the form are `sku_0`, `size_0` and so on."""

    id: str
    sku: str
    size: str
    color: str
    price: str
    stock: str
    reserved: int
    is_active: bool


NO_FORM: FormView = {
    "key": "", "id": "", "name": "", "category": "", "keywords": "", "image_url": "", "description": "",
}  # fmt: skip
NO_VARIANT: VariantRow = {
    "id": "", "sku": "", "size": "", "color": "", "price": "", "stock": "0", "reserved": 0, "is_active": True,
}  # fmt: skip


def form_of(product: ProductView) -> FormView:
    """Return the common fields of a product."""
    return {
        "key": "",
        "id": str(product.id),
        "name": product.name,
        "category": product.category,
        "keywords": ", ".join(product.keywords),
        "image_url": product.image_url,
        "description": product.description,
    }


def variants_of(product: ProductView, found: Sequence[ProductView]) -> list[VariantRow]:
    """Return the rows of everything that has the product's name."""
    alike = [one for one in found if one.name == product.name] or [product]
    return [
        {
            "id": str(one.id),
            "sku": one.sku,
            "size": str(one.variant.get(SIZE, "")),
            "color": str(one.variant.get(COLOUR, "")),
            "price": f"{quantise(one.price, one.currency):f}",
            "stock": str(one.stock),
            "reserved": one.reserved,
            "is_active": one.is_active,
        }
        for one in alike
    ]


async def save_form(session: Any, store_id: UUID, form: Mapping[str, Any], ids: Sequence[str]) -> None:
    """Change the products named by `ids` and make new ones of rows without an id; rows without a code are left out.

    Raises:
        InvalidInput: a field is wrong, or there is no row with a code.
        SkuTaken, StockPromised, UnknownProduct
    """
    rows = [
        (known, fields) for number, known in enumerate(ids[:MOST_VARIANTS]) if (fields := _fields(form, number))["sku"]
    ]
    if not rows:
        raise InvalidInput("sku", field="sku", reason="needed")
    for known, fields in rows:
        if known:
            await restocking.change_product(session, store_id, as_id(known), _checked(ProductChange, fields))
        else:
            await inventory.create_product(session, store_id, _checked(ProductDraft, fields))


def _fields(form: Mapping[str, Any], number: int) -> dict[str, Any]:
    def told(name: str) -> str:
        return str(form.get(name) or "").strip()

    shared = {name: told(name) for name in COMMON}
    variant = {SIZE: told(f"{SIZE}_{number}"), COLOUR: told(f"{COLOUR}_{number}")}
    return shared | {
        "sku": told(f"sku_{number}"),
        "price": told(f"price_{number}"),
        "stock": told(f"stock_{number}") or "0",
        "variant": {name: value for name, value in variant.items() if value},
    }


def _checked(kind: type[T], fields: dict[str, Any]) -> T:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise refused_input(error) from None
