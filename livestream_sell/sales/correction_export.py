"""A store's corrections as a labelled set: the files that `livestream-sell evaluate --labelled` reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.stores.service import get_store

# The last word on each comment, with the text it was said about. A comment that its buyer removed is not kept.
CORRECTED = """
SELECT DISTINCT ON (a.comment_id) a.comment_id, a.raw_comment, a.language, a.correction,
       coalesce(a.featured_sku, (SELECT b.featured_sku FROM ai_logs b WHERE b.comment_id = a.comment_id
           AND b.store_id = a.store_id AND b.raw_comment = a.raw_comment AND b.featured_sku IS NOT NULL
           ORDER BY b.id LIMIT 1)) AS featured
FROM ai_logs a JOIN comments c ON c.id = a.comment_id
WHERE a.store_id = $1 AND a.correction <> '{}' AND c.state <> 'removed' ORDER BY a.comment_id, a.id DESC
"""

# What is sold, and what was sold when a comment meant it.
PRODUCTS = """
SELECT p.sku, p.name, p.price, p.stock, p.category, p.variant, p.keywords,
       ARRAY(SELECT words FROM store_synonyms y
             WHERE $3 AND y.store_id = p.store_id AND y.sku = p.sku ORDER BY words) AS said
FROM products p WHERE p.store_id = $1 AND (p.is_active OR p.sku = ANY($2::text[])) ORDER BY p.sku
"""
KIND = "correction"
HALVES = ("dev", "report")
# Files of the same content are the same file, whenever they were made.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Lines to tune on (`dev`) and to report on (`report`), and the shop they are about."""

    name: str
    catalogue: dict[str, Any]
    lines: dict[str, list[dict[str, Any]]]
    left_out: int

    def files(self) -> dict[str, bytes]:
        """Return path -> content, as `intent/labelled` has them."""
        halves = {f"{half}.jsonl": b"".join(orjson.dumps(line) + b"\n" for line in self.lines[half]) for half in HALVES}
        shop = orjson.dumps(self.catalogue, option=orjson.OPT_INDENT_2, default=_number)
        return {**halves, f"catalogues/{self.name}.json": shop}

    def zipped(self) -> bytes:
        """Return the files as one."""
        packed = BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for path, content in self.files().items():
                archive.writestr(ZipInfo(f"{self.name}/{path}", NO_TIME), content, ZIP_DEFLATED)
        return packed.getvalue()


async def labelled_set(session: AsyncSession, store_id: UUID, *, learned: bool = False) -> LabelledSet:
    """Return what the seller said that comments meant; nobody's name or id is in it. Raises NotFound.

    With `learned` the catalogue has the words that the bot learned of these very comments: a measure with them says
    how the store is understood now, one without them how the next store would be.
    """
    store = await get_store(session, store_id)
    connection = await driver(session)
    rows = await connection.fetch(CORRECTED, store_id)
    named = {item["sku"] for row in rows for item in row["correction"]["items"]} | {row["featured"] for row in rows}
    products = await connection.fetch(PRODUCTS, store_id, sorted(named - {None}), learned)
    skus = {product["sku"] for product in products}
    # A product that got another code since: its comments cannot be judged any more.
    kept = [row for row in rows if {item["sku"] for item in row["correction"]["items"]} <= skus]
    name = f"store-{store_id}"
    lines: dict[str, list[dict[str, Any]]] = {half: [] for half in HALVES}
    for row in kept:
        lines[half_of(row["comment_id"])].append(_line(row, store.locale, skus, name))
    shop = {"locale": store.locale, "currency": store.currency, "products": _shelf(products)}
    return LabelledSet(name, shop, lines, len(rows) - len(kept))


def half_of(comment_id: UUID) -> str:
    """Return the half of a comment: always the same, so that what is tuned on is never what is reported on."""
    return HALVES[sha256(comment_id.bytes).digest()[0] % 2]


def _line(row: Any, locale: str, skus: set[str], catalogue: str) -> dict[str, Any]:
    return {
        "id": str(row["comment_id"]),
        "text": row["raw_comment"],
        "featured": row["featured"] if row["featured"] in skus else None,
        "locale": locale or None,
        "language": row["language"] or "und",
        "intent": row["correction"]["intent"],
        "items": row["correction"]["items"],
        "catalogue": catalogue,
        "kind": KIND,
    }


def _shelf(products: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "sku": product["sku"], "name": product["name"], "price": product["price"], "stock": product["stock"],
            "category": product["category"] or None, "variant": product["variant"],
            "keywords": [*product["keywords"], *product["said"]],
        }
        for product in products
    ]  # fmt: skip


def _number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError
    return int(value) if value == value.to_integral_value() else float(value)
