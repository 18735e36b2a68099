"""Use cases of the catalogue: products, their stock, files of products.

A change of words, price or activity moves the catalogue's version on; stock has its own truth. After an increase of
stock call `sales.restocking` instead: it serves the waiting list as well.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.money import parse_price
from livestream_sell.events import StockChanged
from livestream_sell.inventory import csv_import, repository
from livestream_sell.inventory.errors import SkuTaken, StockPromised, UnknownProduct
from livestream_sell.inventory.models import Product
from livestream_sell.inventory.schemas import (
    MAX_STOCK,
    ImportResult,
    ProductChange,
    ProductDraft,
    ProductPage,
    ProductView,
    view,
)
from livestream_sell.inventory.search import ProductFilter
from livestream_sell.stores.models import Store
from livestream_sell.stores.repository import bump_catalogue
from livestream_sell.stores.service import get_store

MOST_ROWS = 200


async def list_products(
    session: AsyncSession, store_id: UUID, narrowed: ProductFilter | None = None, *, limit: int = 50, offset: int = 0
) -> ProductPage:
    """Return some products of a store by code, and how many match."""
    store = await get_store(session, store_id)
    asked = narrowed or ProductFilter()
    rows, total = await repository.page(
        session, store_id, asked, limit=max(1, min(limit, MOST_ROWS)), offset=max(0, offset)
    )
    return ProductPage(rows=[_view(row, store) for row in rows], total=total)


async def search_products(session: AsyncSession, store_id: UUID, typed: str, *, limit: int = 20) -> list[ProductView]:
    """Return what matches what somebody is typing."""
    return (await list_products(session, store_id, ProductFilter(search=typed), limit=limit)).rows


async def categories(session: AsyncSession, store_id: UUID) -> list[str]:
    return await repository.categories(session, store_id)


async def get_product(session: AsyncSession, store_id: UUID, product_id: UUID) -> ProductView:
    """Return a product. Raises UnknownProduct."""
    product = await _existing(session, store_id, product_id)
    return _view(product, await get_store(session, store_id))


async def create_product(session: AsyncSession, store_id: UUID, draft: ProductDraft) -> ProductView:
    """Put a product into the catalogue.

    Raises:
        SkuTaken: another product of the store has this code.
        InvalidInput: the price has more decimals than the currency.
    """
    store = await get_store(session, store_id)
    price = parse_price(draft.price, store.currency)
    # The store's row serialises changes of one catalogue: after it, a code that is free stays free.
    await bump_catalogue(session, store_id)
    if await repository.by_sku(session, store_id, draft.sku):
        raise SkuTaken(draft.sku)
    product = Product(store_id=store_id, **(draft.model_dump() | {"price": price}))
    session.add(product)
    await session.flush()
    await _stock_changed(session, store_id, [product.id])
    return _view(product, store)


async def change_product(session: AsyncSession, store_id: UUID, product_id: UUID, change: ProductChange) -> ProductView:
    """Change what is given; carts keep the price at which they were claimed.

    Raises:
        UnknownProduct, SkuTaken, InvalidInput
        StockPromised: less stock than is reserved.
    """
    store = await get_store(session, store_id)
    fields = {name: value for name, value in change.model_dump(exclude_unset=True).items() if value is not None}
    if "price" in fields:
        fields["price"] = parse_price(fields["price"], store.currency)
    if fields.keys() - {"stock", "low_stock_at"}:
        await bump_catalogue(session, store_id)
    product = await _existing(session, store_id, product_id, lock=True)
    if "sku" in fields and fields["sku"] != product.sku and await repository.by_sku(session, store_id, fields["sku"]):
        raise SkuTaken(fields["sku"])
    _check_stock(product, fields.get("stock", product.stock))
    for name, value in fields.items():
        setattr(product, name, value)
    product.updated_at = utc_now()
    await session.flush()
    await _stock_changed(session, store_id, [product_id])
    return _view(product, store)


async def adjust_stock(
    session: AsyncSession, store_id: UUID, product_id: UUID, *, delta: int | None = None, to: int | None = None
) -> ProductView:
    """Add pieces to the shelf (or take some away), or say how many there are; either `delta` or `to`.

    Raises:
        UnknownProduct
        StockPromised: less than is reserved.
        InvalidInput: negative, too many, or neither or both of `delta` and `to` given.
    """
    if (delta is None) == (to is None):
        raise InvalidInput("Give either `delta` or `to`.", field="stock", reason="wrong")
    product = await _existing(session, store_id, product_id, lock=True)
    wanted = product.stock + delta if delta is not None else to
    assert wanted is not None
    _check_stock(product, wanted)
    product.stock, product.updated_at = wanted, utc_now()
    await session.flush()
    await _stock_changed(session, store_id, [product_id])
    return _view(product, await get_store(session, store_id))


async def delete_product(session: AsyncSession, store_id: UUID, product_id: UUID) -> bool:
    """Take a product out of the catalogue; one that was ever claimed is kept, inactive. Whether it is gone for good.

    Raises:
        UnknownProduct
        StockPromised: buyers hold pieces of it now.
    """
    await bump_catalogue(session, store_id)
    product = await _existing(session, store_id, product_id, lock=True)
    if product.reserved:
        raise StockPromised(0, product.reserved)
    is_gone = not await repository.is_in_use(session, store_id, product_id)
    if is_gone:
        await repository.delete(session, store_id, product_id)
    else:
        product.is_active = False
        await session.flush()
    await _stock_changed(session, store_id, [product_id])
    return is_gone


async def import_csv(session: AsyncSession, store_id: UUID, data: bytes) -> tuple[ImportResult, list[UUID]]:
    """Create or change (by code) what the file's good lines say; the bad ones are reported. With the products' ids.

    Raises:
        UnusableFile: not a list of products; `details` names the missing columns and the found ones.
    """
    store = await get_store(session, store_id)
    rows, errors = csv_import.parse_csv(data, store.currency)
    if not rows:
        return ImportResult(created=0, changed=0, errors=errors), []
    await bump_catalogue(session, store_id)
    kept = await repository.lock_skus(session, store_id, [row.fields["sku"] for row in rows])
    good = []
    for row in rows:
        before, stock = kept.get(row.fields["sku"]), row.fields.get("stock")
        if before is not None and stock is not None and stock < before["reserved"]:
            refused = StockPromised(stock, before["reserved"])
            errors.append(csv_import.row_error(row.line, row.fields["sku"], refused))
        else:
            good.append(row.fields)
    written = await repository.upsert(session, store_id, good) if good else []
    await _stock_changed(session, store_id, [row["id"] for row in written])
    created = sum(row["is_new"] for row in written)
    errors.sort(key=lambda error: error.line)
    result = ImportResult(created=created, changed=len(written) - created, errors=errors)
    return result, [row["id"] for row in written]


async def export_csv(session: AsyncSession, store_id: UUID) -> str:
    """Return the catalogue as a file that `import_csv` reads again."""
    return csv_import.to_csv(await repository.all_of(session, store_id))


async def products_by_sku(session: AsyncSession, store_id: UUID, skus: Sequence[str]) -> dict[str, Product]:
    """Return the active products of these codes; unknown ones are missing."""
    return await repository.by_skus(session, store_id, skus)


def _check_stock(product: Product, wanted: int) -> None:
    if not 0 <= wanted <= MAX_STOCK:
        raise InvalidInput(
            f"Stock is a number from 0 to {MAX_STOCK}.", field="stock", reason="stock_range", limit=MAX_STOCK
        )
    if wanted < product.reserved:
        raise StockPromised(wanted, product.reserved)


async def _existing(session: AsyncSession, store_id: UUID, product_id: UUID, *, lock: bool = False) -> Product:
    product = await repository.get(session, store_id, product_id, lock=lock)
    if product is None:
        raise UnknownProduct
    return product


async def _stock_changed(session: AsyncSession, store_id: UUID, product_ids: list[UUID]) -> None:
    await outbox.publish(session, StockChanged(store_id=store_id, product_ids=product_ids))


def _view(product: Product, store: Store) -> ProductView:
    return view(product, store.currency, store.locale)
