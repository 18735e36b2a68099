"""More pieces on the shelf: whoever waits for them is served in the same transaction, in the order of the claims."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.inventory import reservations, service
from livestream_sell.inventory.schemas import ImportResult, ProductChange, ProductView
from livestream_sell.sales import releasing


async def adjust_stock(
    session: AsyncSession, store_id: UUID, product_id: UUID, *, delta: int | None = None, to: int | None = None
) -> ProductView:
    """Adjust stock as `inventory.service.adjust_stock` does (same refusals) and serve the waiting list."""
    await service.get_product(session, store_id, product_id)
    await releasing.expire_due(session, [product_id])
    await service.adjust_stock(session, store_id, product_id, delta=delta, to=to)
    await releasing.hand_out(session, [product_id])
    return await service.get_product(session, store_id, product_id)


async def change_product(session: AsyncSession, store_id: UUID, product_id: UUID, change: ProductChange) -> ProductView:
    """Change a product as `inventory.service.change_product` does; more stock serves the waiting list."""
    await service.change_product(session, store_id, product_id, change)
    if change.stock is not None or change.is_active:
        await reservations.lock_products(session, [product_id])
        await releasing.hand_out(session, [product_id])
    return await service.get_product(session, store_id, product_id)


async def import_csv(session: AsyncSession, store_id: UUID, data: bytes) -> ImportResult:
    """Import a file as `inventory.service.import_csv` does and serve the waiting lists of its products."""
    result, product_ids = await service.import_csv(session, store_id, data)
    if product_ids:
        await reservations.lock_products(session, product_ids)
        await releasing.hand_out(session, product_ids)
    return result
