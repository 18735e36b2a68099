"""The products of a store, one page at a time."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor


class ProductRow(TypedDict):
    """One product of the list; `level` is ok, low or out."""

    id: str
    code: str
    name: str
    price: str
    available: int
    reserved: int
    level: str


class InventoryState(rx.State):
    """What the list shows and how it is narrowed."""

    loading: bool = True
    rows: list[ProductRow] = []
    query: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the first page of products."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        await self._read(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read the shown page again."""
        await self._read(await require_actor(self))

    @rx.event
    async def search(self, query: str) -> None:
        """Narrow the list to what matches."""
        self.query = query
        await self._read(await require_actor(self))

    async def _read(self, actor: SignedIn) -> None:
        """Fill `rows`."""
