"""A store at a glance."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.db import transaction
from livestream_sell.sales.store_overview import LiveSummary, Overview, overview
from livestream_sell.ui.changes import put
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor


class LiveRow(TypedDict):
    """One of the last lives."""

    id: str
    title: str
    is_on_air: bool
    started: str
    comments: int
    orders: int
    paid: str
    conversion: str


class OverviewState(rx.State):
    """What the first page shows."""

    loading: bool = True
    figures: dict[str, str] = {"revenue": "", "paid_today": "", "pending": "", "pending_amount": "", "conversion": ""}
    to_ship: int = 0
    attention: int = 0
    low_stock: int = 0
    products: int = 0
    lives: list[LiveRow] = []

    @rx.event
    async def load(self) -> None:
        """Read the store."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        await self._read(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read it again."""
        await self._read(await require_actor(self))

    async def _read(self, actor: SignedIn) -> None:
        async with transaction() as session:
            seen = await overview(session, actor.store_id, actor.seller_id)
        put(
            self,
            figures=_figures(seen),
            to_ship=seen.to_ship,
            attention=seen.attention,
            low_stock=seen.low_stock,
            products=seen.products,
            lives=[_live(live) for live in seen.lives],
        )


def _figures(seen: Overview) -> dict[str, str]:
    return {
        "revenue": seen.revenue_text,
        "paid_today": str(seen.paid_today),
        "pending": str(seen.pending),
        "pending_amount": seen.pending_text,
        "conversion": "–" if seen.conversion is None else f"{seen.conversion * 100:.1f} %",
    }


def _live(live: LiveSummary) -> LiveRow:
    return {
        "id": str(live.id),
        "title": live.title,
        "is_on_air": live.status == "active",
        "started": live.started_at.isoformat(),
        "comments": live.comments,
        "orders": live.orders,
        "paid": live.amount_text,
        "conversion": f"{live.conversion * 100:.1f} %",
    }
