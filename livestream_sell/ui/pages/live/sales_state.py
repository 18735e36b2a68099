"""The carts of the live with their payment, and who waits for a piece."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.live import service as lives
from livestream_sell.orders import service as orders
from livestream_sell.orders.listing import OrderFilter
from livestream_sell.orders.views import ClaimRow, OrderRow
from livestream_sell.ui.changes import put
from livestream_sell.ui.session import require_actor

CARTS_SHOWN, WAITING_SHOWN = 40, 30


class SaleRow(TypedDict):
    """One cart; `state` is an order state, `until` when the first of its pieces is let go."""

    id: str
    code: str
    buyer: str
    items: str
    total: str
    state: str
    payment: str
    until: str
    attention: str


class WaitingRow(TypedDict):
    """Somebody who waits; `place` is the place in the line of that product."""

    id: str
    place: int
    buyer: str
    product: str
    pieces: int


class SalesState(rx.State):
    """The sales panel of the live page."""

    sales: list[SaleRow] = []
    sales_total: int = 0
    waiting: list[WaitingRow] = []
    now: str = ""

    @rx.event
    async def refresh(self) -> None:
        """Read carts and waiting list again."""
        await self._read(await require_actor(self))

    async def _read(self, actor: SignedIn) -> None:
        async with transaction() as session:
            live = await lives.current_live(session, actor.store_id)
            narrowed = OrderFilter(live_id=live.id if live else None)
            page = await orders.list_orders(session, actor.store_id, narrowed, limit=CARTS_SHOWN)
            waiting = await orders.list_waiting(session, actor.store_id, live.id if live else None, limit=WAITING_SHOWN)
        rows = [_sale(row) for row in page.rows]
        if rows != self.sales:
            # Countdowns run by the server's clock at the moment the rows were read.
            self.now = utc_now().isoformat()
        put(self, sales=rows, sales_total=page.total, waiting=_waiting_rows(waiting))


def _sale(row: OrderRow) -> SaleRow:
    return {
        "id": str(row.id),
        "code": row.code,
        "buyer": row.customer_name or row.customer_fb_id,
        "items": row.items_text,
        "total": row.total_text,
        "state": row.status,
        "payment": row.payment_status or "",
        "until": row.held_until.isoformat() if row.held_until and row.status == "pending" else "",
        "attention": row.attention,
    }


def _waiting_rows(claims: list[ClaimRow]) -> list[WaitingRow]:
    return [
        {
            "id": str(claim.id),
            "place": claim.place,
            "buyer": claim.customer_name or claim.customer_fb_id,
            "product": f"{claim.sku or ''} {claim.name or ''}".strip(),
            "pieces": claim.waiting,
        }
        for claim in claims
    ]
