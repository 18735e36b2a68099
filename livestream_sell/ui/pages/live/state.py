"""What the Live Control Center shows: a small cache, read again whenever the store's topics change."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor


class CommentRow(TypedDict):
    """One comment as the feed draws it (the same shape as the rows of topic `feed`)."""

    id: str
    author: str
    text: str
    at: str
    intent: str


class SaleRow(TypedDict):
    """One cart of the live; `state` is an order state, `link` the buyer's checkout link."""

    id: str
    buyer: str
    items: str
    total: str
    state: str
    link: str


class StockRow(TypedDict):
    """One variant in the quick adjust."""

    id: str
    code: str
    name: str
    available: int
    featured: bool


class ReviewRow(TypedDict):
    """A comment that the bot was not sure about, and what it would reserve."""

    id: str
    author: str
    text: str
    proposal: str


class LiveFigures(TypedDict):
    """The figures at the top, money ready to show."""

    comments: int
    claims: int
    paid: str
    pending: str


class LiveControlState(rx.State):
    """The running live of the seller's store."""

    loading: bool = True
    live_id: str = ""
    live_title: str = ""
    paused: bool = False
    comments: list[CommentRow] = []
    sales: list[SaleRow] = []
    stock: list[StockRow] = []
    reviews: list[ReviewRow] = []
    figures: LiveFigures = {"comments": 0, "claims": 0, "paid": "", "pending": ""}
    featured: str = ""
    stock_query: str = ""

    @rx.event
    async def load(self) -> None:
        """Join the store's room, then read the rows: in this order nothing falls between."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        await self._read_comments(actor)
        await self._read(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read everything but the comments again; they come by themselves."""
        await self._read(await require_actor(self))

    @rx.event
    async def reload_comments(self) -> None:
        """The feed has missed something: read its rows again."""
        await self._read_comments(await require_actor(self))

    @rx.event
    async def search_stock(self, query: str) -> None:
        """Narrow the quick adjust to what matches."""
        self.stock_query = query
        await self._read(await require_actor(self))

    async def _read_comments(self, actor: SignedIn) -> None:
        """Fill `comments` with the last rows, newest first."""

    async def _read(self, actor: SignedIn) -> None:
        """Fill the figures, carts, stock and reviews."""
