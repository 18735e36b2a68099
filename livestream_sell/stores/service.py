"""Use cases of stores: open one, change its settings."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.errors import Conflict, NotFound
from livestream_sell.stores import repository
from livestream_sell.stores.models import MemberRole, Seller, Store, StoreMember
from livestream_sell.stores.schemas import StoreSettings, StoreView


async def register_seller(
    session: AsyncSession, *, email: str, full_name: str, password_hash: str, ui_lang: str = "es"
) -> Seller:
    """Add a person. Raises Conflict where the address is taken."""
    address = email.strip().lower()
    if await repository.seller_by_email(session, address):
        raise Conflict("Somebody signs in with this e-mail address already.", field="email")
    seller = Seller(email=address, full_name=full_name, password_hash=password_hash, ui_lang=ui_lang)
    session.add(seller)
    await session.flush()
    return seller


async def open_store(session: AsyncSession, seller_id: UUID, settings: StoreSettings) -> Store:
    """Open a store; its founder is its owner."""
    store = Store(seller_id=seller_id, **settings.model_dump())
    session.add(store)
    await session.flush()
    session.add(StoreMember(store_id=store.id, seller_id=seller_id, role=MemberRole.owner))
    await session.flush()
    return store


async def get_store(session: AsyncSession, store_id: UUID, *, lock: bool = False) -> Store:
    """Return a store. Raises NotFound."""
    store = await repository.store(session, store_id, lock=lock)
    if store is None:
        raise NotFound("There is no such store.")
    return store


async def change_settings(session: AsyncSession, store_id: UUID, settings: StoreSettings) -> Store:
    """Replace a store's settings; a new locale or currency makes cached catalogues old."""
    store = await get_store(session, store_id, lock=True)
    for name, value in settings.model_dump().items():
        setattr(store, name, value)
    await session.flush()
    await repository.bump_catalogue(session, store_id)
    return store


async def list_stores(session: AsyncSession, seller_id: UUID) -> list[StoreView]:
    """Return the stores in which a person works."""
    return [view(store, role) for store, role in await repository.stores_of(session, seller_id)]


def view(store: Store, role: str) -> StoreView:
    return StoreView(**store.model_dump(include=set(StoreView.model_fields)), role=role)


async def get_seller(session: AsyncSession, seller_id: UUID) -> Seller:
    """Return a person. Raises NotFound."""
    seller = await session.get(Seller, seller_id)
    if seller is None:
        raise NotFound("There is no such person.")
    return seller
