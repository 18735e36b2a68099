"""The orders of a store, one page at a time."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor


class OrderRow(TypedDict):
    """One order of the list, texts ready to show."""

    id: str
    number: str
    buyer: str
    items: str
    total: str
    state: str
    created: str


class OrdersState(rx.State):
    """What the list shows and how it is narrowed."""

    loading: bool = True
    rows: list[OrderRow] = []
    query: str = ""
    state_filter: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the first page of orders."""
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

    @rx.event
    async def filter_by(self, state: str) -> None:
        """Show only orders in one state; an empty text shows all."""
        self.state_filter = state
        await self._read(await require_actor(self))

    async def _read(self, actor: SignedIn) -> None:
        """Fill `rows`."""
