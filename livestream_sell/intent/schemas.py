"""What goes into the understanding of a comment and what comes out of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from livestream_sell.intent.catalogue_index import CatalogueIndex, build_index

MIN_QUANTITY = 1
MAX_QUANTITY = 99


class Intent(StrEnum):
    __hash__ = str.__hash__  # that of Enum is written in Python

    purchase = "purchase"
    question = "question"
    greeting = "greeting"
    cancel = "cancel"
    opt_out = "opt_out"
    complaint = "complaint"
    spam = "spam"
    other = "other"


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """One sellable piece; the variants of one design share `group`."""

    sku: str
    name: str
    price: Decimal | None = None
    stock: int = 0
    category: str | None = None
    variant: Mapping[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products of one live, indexed once and reused for every batch."""

    products: tuple[CatalogueProduct, ...]
    locale: str
    currency: str
    version: str
    index: CatalogueIndex = field(repr=False, compare=False)

    @classmethod
    def build(cls, products: Sequence[CatalogueProduct], locale: str = "", currency: str = "") -> "Catalogue":
        rows = tuple(products)
        return cls(rows, locale, currency, _version(rows, locale, currency), build_index(rows))


@dataclass(frozen=True, slots=True)
class Comment:
    id: str
    text: str
    featured: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class ItemClaim:
    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Understanding:
    """`items` of a cancel say what to release (none: everything)."""

    comment_id: str
    intent: Intent
    language: str
    items: tuple[ItemClaim, ...] = ()
    confidence: float = 0.0
    engine: str = "local"
    needs_review: bool = False
    candidates: tuple[str, ...] = ()
    topic: str | None = None
    reason: str = ""


def _version(products: Sequence[CatalogueProduct], locale: str, currency: str) -> str:
    digest = hashlib.blake2b(digest_size=8)
    digest.update(f"{locale}|{currency}".encode("utf-8", "replace"))
    for row in products:
        parts = (row.sku, row.name, row.price, row.stock, row.category, row.group)
        variant = sorted(row.variant.items())
        digest.update(repr((parts, variant, row.keywords)).encode("utf-8", "replace"))
    return digest.hexdigest()
