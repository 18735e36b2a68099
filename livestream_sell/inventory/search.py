"""How a list of products is narrowed, also while somebody types: accents and capitals do not matter."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, func, or_, text
from sqlmodel import col

from livestream_sell.inventory.models import Product

ACCENTED, BARE = "áàâãäéèêëíìîïóòôõöúùûüñç", "aaaaaeeeeiiiiooooouuuunc"
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """How a list is narrowed."""

    search: str = ""
    category: str = ""
    only_low: bool = False
    include_inactive: bool = False


def conditions(store_id: UUID, narrowed: ProductFilter) -> list[ColumnElement[bool]]:
    """Return what a product of the list fulfils."""
    found: list[ColumnElement[bool]] = [col(Product.store_id) == store_id]
    if not narrowed.include_inactive:
        found.append(col(Product.is_active).is_(True))
    if narrowed.category:
        found.append(col(Product.category) == narrowed.category)
    if narrowed.only_low:
        found.append(col(Product.stock) - col(Product.reserved) <= col(Product.low_stock_at))
    found += [_holds(word) for word in narrowed.search.replace("\x00", "").split()[:MOST_WORDS]]
    return found


def _holds(word: str) -> ColumnElement[bool]:
    """Every word has to stand somewhere: in code, name, category, keywords or variant."""
    wanted = word.lower().translate(str.maketrans(ACCENTED, BARE))
    variant = cast(func.jsonb_path_query_array(col(Product.variant), text("'$.*'")), String)
    places: list[Any] = [
        col(Product.sku), col(Product.name), col(Product.category),
        func.array_to_string(col(Product.keywords), " "), variant,
    ]  # fmt: skip
    return or_(
        *(func.translate(func.lower(place), ACCENTED, BARE).contains(wanted, autoescape=True) for place in places)
    )
