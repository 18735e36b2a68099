"""Every SQL statement of the stores slice."""

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select, update

from livestream_sell.stores.models import Seller, Store, StoreMember


async def seller_by_email(session: AsyncSession, email: str) -> Seller | None:
    return (await session.execute(select(Seller).where(Seller.email == email))).scalar_one_or_none()


async def stores_of(session: AsyncSession, seller_id: UUID) -> list[tuple[Store, str]]:
    """Return the stores a person works in, oldest first, each with the role."""
    query = (
        select(Store, StoreMember.role)
        .join(StoreMember, col(StoreMember.store_id) == Store.id)
        .where(StoreMember.seller_id == seller_id)
        .order_by(col(Store.created_at))
    )
    return [(store, role) for store, role in (await session.execute(query)).all()]


async def store(session: AsyncSession, store_id: UUID, *, lock: bool = False) -> Store | None:
    return await session.get(Store, store_id, with_for_update=lock)


async def count_sellers(session: AsyncSession) -> int:
    return (await session.execute(select(func.count()).select_from(Seller))).scalar_one()


async def bump_catalogue(session: AsyncSession, store_id: UUID) -> None:
    """Let every cache of this store's catalogue know that it is old."""
    await session.execute(
        update(Store).where(col(Store.id) == store_id).values(catalogue_version=Store.catalogue_version + 1)
    )
