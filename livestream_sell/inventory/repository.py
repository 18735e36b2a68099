"""Every SQL statement about products; each names the store."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from livestream_sell.core.db import driver
from livestream_sell.inventory.models import Product
from livestream_sell.inventory.search import ProductFilter, conditions

# Whether a sale, a claim or a waiting buyer still names the product.
IN_USE = text("""
    SELECT EXISTS (SELECT 1 FROM order_items WHERE store_id = :store_id AND product_id = :product_id)
        OR EXISTS (SELECT 1 FROM reservations WHERE product_id = :product_id)
        OR EXISTS (SELECT 1 FROM claims WHERE store_id = :store_id AND product_id = :product_id)
""")
DELETE = text("DELETE FROM products WHERE store_id = :store_id AND id = :product_id")

# `stock` null keeps what is there (or starts at 0). A file never takes the shelf below what buyers were promised:
# those codes come back without a row. What the file says nothing of (null) stays.
UPSERT = """
WITH input AS (
    SELECT * FROM unnest($2::text[], $3::text[], $4::numeric[], $5::int[], $6::text[], $7::text[], $8::text[],
                         $9::jsonb[], $10::jsonb[])
      AS t (sku, name, price, stock, description, image_url, category, variant, keywords)
)
INSERT INTO products AS p (id, store_id, sku, name, price, stock, reserved, description, image_url, category, variant,
                           keywords, low_stock_at, is_active, created_at, updated_at)
SELECT uuidv7(), $1, sku, name, price, coalesce(stock, 0), 0, coalesce(description, ''), coalesce(image_url, ''),
       coalesce(category, ''), coalesce(variant, '{}'),
       ARRAY(SELECT jsonb_array_elements_text(coalesce(keywords, '[]'))), 2, true, now(), now()
FROM input
ON CONFLICT (store_id, sku) DO UPDATE SET
    name = EXCLUDED.name, price = EXCLUDED.price, is_active = true, updated_at = now(),
    stock = (SELECT coalesce(i.stock, p.stock) FROM input i WHERE i.sku = p.sku),
    description = (SELECT coalesce(i.description, p.description) FROM input i WHERE i.sku = p.sku),
    image_url = (SELECT coalesce(i.image_url, p.image_url) FROM input i WHERE i.sku = p.sku),
    category = (SELECT coalesce(i.category, p.category) FROM input i WHERE i.sku = p.sku),
    variant = (SELECT coalesce(i.variant, p.variant) FROM input i WHERE i.sku = p.sku),
    keywords = (SELECT CASE WHEN i.keywords IS NULL THEN p.keywords
                       ELSE ARRAY(SELECT jsonb_array_elements_text(i.keywords)) END FROM input i WHERE i.sku = p.sku)
RETURNING p.id, p.sku, (xmax = 0) AS is_new
"""
LOCK_SKUS = """
SELECT id, sku, stock, reserved FROM products WHERE store_id = $1 AND sku = ANY($2::text[]) ORDER BY id
FOR NO KEY UPDATE
"""


async def get(session: AsyncSession, store_id: UUID, product_id: UUID, *, lock: bool = False) -> Product | None:
    query = select(Product).where(col(Product.store_id) == store_id, col(Product.id) == product_id)
    if lock:
        query = query.with_for_update(key_share=True)
    # Stock also moves by statements that the session knows nothing of.
    query = query.execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def by_sku(session: AsyncSession, store_id: UUID, sku: str) -> Product | None:
    query = select(Product).where(col(Product.store_id) == store_id, col(Product.sku) == sku)
    return (await session.execute(query)).scalar_one_or_none()


async def by_skus(session: AsyncSession, store_id: UUID, skus: Sequence[str]) -> dict[str, Product]:
    """Return the active products of these codes."""
    query = select(Product).where(
        col(Product.store_id) == store_id, col(Product.sku).in_(skus), col(Product.is_active).is_(True)
    )
    return {product.sku: product for product in (await session.execute(query)).scalars()}


async def page(
    session: AsyncSession, store_id: UUID, narrowed: ProductFilter, *, limit: int, offset: int
) -> tuple[list[Product], int]:
    """Return some products, by code in the order people count in (A2 before A12), and how many match."""
    matching = conditions(store_id, narrowed)
    total = (await session.execute(select(func.count()).select_from(Product).where(*matching))).scalar_one()
    in_order = (func.length(col(Product.sku)), col(Product.sku))
    first: Any = func.regexp_replace(col(Product.sku), "[0-9].*$", "")
    query = select(Product).where(*matching).order_by(first, *in_order).limit(limit).offset(offset)
    return list((await session.execute(query)).scalars()), total


async def all_of(session: AsyncSession, store_id: UUID) -> list[Product]:
    query = select(Product).where(col(Product.store_id) == store_id).order_by(col(Product.sku))
    return list((await session.execute(query)).scalars())


async def categories(session: AsyncSession, store_id: UUID) -> list[str]:
    query = (
        select(col(Product.category))
        .where(col(Product.store_id) == store_id, col(Product.category) != "", col(Product.is_active).is_(True))
        .distinct()
        .order_by(col(Product.category))
    )
    return list((await session.execute(query)).scalars())


async def is_in_use(session: AsyncSession, store_id: UUID, product_id: UUID) -> bool:
    values = {"store_id": store_id, "product_id": product_id}
    return bool((await session.execute(IN_USE, values)).scalar_one())


async def delete(session: AsyncSession, store_id: UUID, product_id: UUID) -> None:
    await session.execute(DELETE, {"store_id": store_id, "product_id": product_id})


async def lock_skus(session: AsyncSession, store_id: UUID, skus: Sequence[str]) -> dict[str, Any]:
    """Lock the products of these codes in the order of ids; (id, sku, stock, reserved) by code."""
    rows = await (await driver(session)).fetch(LOCK_SKUS, store_id, list(skus))
    return {row["sku"]: row for row in rows}


async def upsert(session: AsyncSession, store_id: UUID, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Write all rows in one statement; (id, sku, is_new) of each."""
    columns = ("sku", "name", "price", "stock", "description", "image_url", "category", "variant", "keywords")
    as_json = {"variant", "keywords"}
    arrays = [
        [_json(row.get(name)) if name in as_json else row.get(name) for row in rows] for name in columns
    ]  # fmt: skip
    written: list[Any] = await (await driver(session)).fetch(UPSERT, store_id, *arrays)
    return written


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
