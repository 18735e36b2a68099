"""The orders of a store, one page at a time, and the one that is open."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.orders import service as orders
from livestream_sell.orders.listing import OrderFilter
from livestream_sell.orders.models import OrderStatus
from livestream_sell.orders.views import OrderRow as OrderView
from livestream_sell.payments import service as payments
from livestream_sell.sales.order_timeline import order_detail
from livestream_sell.sales.ordering import cancel_order, check_payment_of
from livestream_sell.ui.changes import put
from livestream_sell.ui.feedback import shows_refusals, tell
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.pages.orders.detail_view import (
    NO_DETAIL,
    DetailView,
    ItemView,
    LineView,
    PaymentLine,
    detail_view,
    item_views,
    line_views,
    payment_lines,
)
from livestream_sell.ui.session import SessionState, require_actor

PAGE_SIZE = 50
ATTENTION = "attention"
FILTERS = ("", "pending", "paid", "to_ship", "shipped", "delivered", "cancelled", "expired", ATTENTION)


class OrderRow(TypedDict):
    """One order of the list, texts ready to show."""

    id: str
    number: str
    buyer: str
    items: str
    total: str
    state: str
    payment: str
    attention: str
    created: str


class OrdersState(rx.State):
    """What the list shows, how it is narrowed, and the open order."""

    loading: bool = True
    rows: list[OrderRow] = []
    total: int = 0
    offset: int = 0
    query: str = ""
    state_filter: str = ""
    is_open: bool = False
    detail: DetailView = NO_DETAIL
    items: list[ItemView] = []
    payments: list[PaymentLine] = []
    timeline: list[LineView] = []

    @rx.var
    def shown_to(self) -> int:
        """The number of the last row that is shown."""
        return self.offset + len(self.rows)

    @rx.event
    async def load(self) -> None:
        """Read the first page of orders, and the one the address names."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        self.is_open = False
        await self._read(actor)
        self.loading = False
        if named := self.router.url.query_parameters.get("o"):
            await self._open(actor, named)

    @rx.event
    async def refresh(self) -> None:
        """Read the shown page, and the open order, again."""
        actor = await require_actor(self)
        await self._read(actor)
        if self.is_open:
            await self._open(actor, self.detail["id"])

    @rx.event
    async def search(self, query: str) -> None:
        """Narrow the list to what matches."""
        self.query, self.offset = query[:100], 0
        await self._read(await require_actor(self))

    @rx.event
    async def filter_by(self, state: str) -> None:
        """Show only orders in one state, or those somebody has to look at; an empty text shows all."""
        self.state_filter, self.offset = state if state in FILTERS else "", 0
        await self._read(await require_actor(self))

    @rx.event
    async def turn(self, pages: int) -> None:
        """Turn pages: 1 to older orders, -1 back."""
        self.offset = max(0, self.offset + (PAGE_SIZE if pages > 0 else -PAGE_SIZE))
        await self._read(await require_actor(self))

    @rx.event
    @shows_refusals
    async def open(self, order_id: str) -> None:
        """Show an order whole."""
        await self._open(await require_actor(self), order_id)

    @rx.event
    async def close(self) -> None:
        """Hide it again."""
        await require_actor(self)
        self.is_open = False

    @rx.event
    @shows_refusals
    async def move(self, status: str) -> None:
        """Move the open order on its way to the buyer."""
        actor = await require_actor(self, Permission.manage_orders)
        to = _step(status)
        async with transaction() as session:
            await orders.move(session, actor.store_id, as_id(self.detail["id"]), to, _name(actor))
        await self._changed(actor)

    @rx.event
    @shows_refusals
    async def cancel(self) -> None:
        """Take the open order back: its pieces go to who waits, or to the shelf."""
        actor = await require_actor(self, Permission.manage_orders)
        async with transaction() as session:
            await cancel_order(session, actor.store_id, as_id(self.detail["id"]), _name(actor))
        await self._changed(actor)

    @rx.event
    @shows_refusals
    async def decide_transfer(self, payment_id: str, is_confirmed: bool) -> None:
        """The transfer arrived, or it did not."""
        actor = await require_actor(self, Permission.confirm_payments)
        wanted = as_id(payment_id)
        async with transaction() as session:
            await check_payment_of(session, actor.store_id, as_id(self.detail["id"]), wanted)
            await payments.decide_transfer(
                session, actor.store_id, wanted, is_confirmed=is_confirmed is True, actor=_name(actor)
            )
        await self._changed(actor)

    async def _changed(self, actor: SignedIn) -> None:
        await self._read(actor)
        await self._open(actor, self.detail["id"])
        await tell(self, "common.saved")

    async def _open(self, actor: SignedIn, order_id: str) -> None:
        async with transaction() as session:
            found = await order_detail(session, actor.store_id, as_id(order_id))
        put(
            self,
            is_open=True,
            detail=detail_view(found),
            items=item_views(found),
            payments=payment_lines(found),
            timeline=line_views(found),
        )

    async def _read(self, actor: SignedIn) -> None:
        """Fill `rows`."""
        chosen = self.state_filter
        narrowed = OrderFilter(
            statuses=(chosen,) if chosen and chosen != ATTENTION else (),
            search=self.query,
            needs_attention=chosen == ATTENTION,
        )
        async with transaction() as session:
            page = await orders.list_orders(session, actor.store_id, narrowed, limit=PAGE_SIZE, offset=self.offset)
        put(self, rows=[_row(order) for order in page.rows], total=page.total)


def _step(status: str) -> OrderStatus:
    """Return where a seller may send an order: never, say, to `paid`."""
    for step in (OrderStatus.to_ship, OrderStatus.shipped, OrderStatus.delivered):
        if step.value == status:
            return step
    raise InvalidInput("status", field="status", reason="wrong")


def _name(actor: SignedIn) -> str:
    return f"seller:{actor.seller_id}"


def _row(order: OrderView) -> OrderRow:
    return {
        "id": str(order.id),
        "number": order.code,
        "buyer": order.customer_name or order.customer_fb_id,
        "items": order.items_text,
        "total": order.total_text,
        "state": order.status,
        "payment": order.payment_status or "",
        "attention": order.attention,
        "created": order.created_at.isoformat(),
    }
