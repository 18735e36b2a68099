"""What a batch must know of its stores: currency, hold time, lives on air, catalogue."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.settings import get_settings
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct

STORES = """
SELECT s.id, s.fb_page_id, s.currency, s.locale, coalesce(s.reservation_minutes, $2) AS minutes, s.catalogue_version,
       s.answers, l.id AS live_id, l.fb_live_id, l.status = 'active' AS on_air, l.featured_product_id
FROM stores s LEFT JOIN live_events l ON l.store_id = s.id AND (l.status = 'active' OR l.fb_live_id = ANY($3::text[]))
WHERE s.fb_page_id = ANY($1::text[]) ORDER BY l.started_at DESC
"""

STORE = "SELECT id, currency, locale, catalogue_version FROM stores WHERE id = $1"

PRODUCTS = """
SELECT p.id, p.sku, p.name, p.price, p.stock, p.category, p.variant, p.keywords,
       ARRAY(SELECT words FROM store_synonyms y WHERE y.store_id = p.store_id AND y.sku = p.sku ORDER BY words) AS said
FROM products p WHERE p.store_id = $1 AND p.is_active ORDER BY p.sku
"""

ADOPT = "UPDATE live_events SET fb_live_id = $3 WHERE store_id = $1 AND id = $2 AND fb_live_id IS NULL RETURNING id"

KEPT_CATALOGUES = 64


@dataclass(frozen=True, slots=True)
class Live:
    """One live of a store; `post_id` is None until its first comment tells."""

    id: UUID
    post_id: str | None
    on_air: bool
    featured_product_id: UUID | None


@dataclass(frozen=True, slots=True)
class Stocked:
    """The catalogue as the engine reads it, and the way back from its words to rows."""

    catalogue: Catalogue
    product_ids: dict[str, UUID]
    skus: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class Shop:
    """One store as a batch sees it; `answers` are its own texts on shipping and payment."""

    store_id: UUID
    currency: str
    locale: str
    minutes: int
    answers: dict[str, str]
    lives: tuple[Live, ...]
    stocked: Stocked

    def live_of(self, post_id: str) -> Live | None:
        """Return the live whose post this is; ids come with and without the Page's prefix (meta.md 1.7)."""
        for live in self.lives:
            if live.post_id and (live.post_id == post_id or post_id.endswith(f"_{live.post_id}")):
                return live
        return next((live for live in self.lives if live.on_air and live.post_id is None), None)

    def featured_sku(self, live: Live | None) -> str | None:
        return self.stocked.skus.get(live.featured_product_id) if live and live.featured_product_id else None


_catalogues: OrderedDict[UUID, tuple[int, Stocked]] = OrderedDict()


async def load_shops(session: AsyncSession, page_ids: Collection[str], post_ids: Collection[str]) -> dict[str, Shop]:
    """Return the stores of these Pages by Page id; Pages nobody linked are missing."""
    connection = await driver(session)
    rows = await connection.fetch(STORES, list(page_ids), get_settings().reservation_minutes, list(post_ids))
    shops: dict[str, Shop] = {}
    for row in rows:
        known = shops.get(row["fb_page_id"])
        lives = known.lives if known else ()
        if row["live_id"] is not None:
            lives += (Live(row["live_id"], row["fb_live_id"], row["on_air"], row["featured_product_id"]),)
        stocked = known.stocked if known else await _stocked(connection, row)
        shops[row["fb_page_id"]] = Shop(
            row["id"], row["currency"], row["locale"], row["minutes"], row["answers"], lives, stocked
        )
    return shops


async def adopt_post(session: AsyncSession, shop: Shop, live: Live, post_id: str) -> None:
    """Bind a live that was started without a post to the first post that brings a comment."""
    await (await driver(session)).execute(ADOPT, shop.store_id, live.id, post_id)


async def catalogue_of(session: AsyncSession, store_id: UUID) -> Stocked:
    """Return the catalogue of one store, whether or not it has a Page."""
    connection = await driver(session)
    return await _stocked(connection, await connection.fetchrow(STORE, store_id))


async def _stocked(connection: Any, row: Any) -> Stocked:
    """The catalogue of a store: from this process's cache while its version stands."""
    store_id, version = row["id"], row["catalogue_version"]
    cached = _catalogues.get(store_id)
    if cached and cached[0] == version:
        _catalogues.move_to_end(store_id)
        return cached[1]
    products = await connection.fetch(PRODUCTS, store_id)
    stocked = Stocked(
        Catalogue.build(
            [
                CatalogueProduct(
                    sku=p["sku"], name=p["name"], price=p["price"], stock=p["stock"], category=p["category"] or None,
                    variant=p["variant"], keywords=(*p["keywords"], *p["said"]), group=None,
                )
                for p in products
            ],
            locale=str(row["locale"]), currency=str(row["currency"]),
        ),
        {p["sku"]: p["id"] for p in products},
        {p["id"]: p["sku"] for p in products},
    )  # fmt: skip
    _catalogues[store_id] = (version, stocked)
    while len(_catalogues) > KEPT_CATALOGUES:
        _catalogues.popitem(last=False)
    return stocked
