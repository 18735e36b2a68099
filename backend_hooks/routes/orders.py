"""Orders: create, list, look, cancel, ship, decide transfers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend_hooks.dependencies import ActorDep, SessionDep, StoreAccess, authorised, store_by_query
from backend_hooks.error_handlers import refusals
from livestream_sell.core.access import Permission
from livestream_sell.orders import service
from livestream_sell.orders.listing import OrderFilter
from livestream_sell.orders.models import OrderStatus
from livestream_sell.orders.views import OrderRow
from livestream_sell.payments import service as payments
from livestream_sell.payments.schemas import PaymentView
from livestream_sell.sales.order_requests import OrderRequest, place_order
from livestream_sell.sales.order_timeline import OrderDetail, order_detail
from livestream_sell.sales.ordering import WantedItem, cancel_order, check_payment_of

router = APIRouter(prefix="/api/v1/orders", tags=["orders"], responses=refusals(401, 403, 404, 422))

Viewed = Annotated[StoreAccess, Depends(store_by_query(Permission.view_store))]
Managed = Annotated[StoreAccess, Depends(store_by_query(Permission.manage_orders))]
Deciding = Annotated[StoreAccess, Depends(store_by_query(Permission.confirm_payments))]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class ItemIn(BaseModel):
    """Pieces of one product."""

    sku: Word
    qty: int = Field(ge=1, le=99)


class OrderIn(BaseModel):
    """An order for a buyer; without a gateway the buyer chooses at the checkout."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tienda_id": "01990000-0000-7000-8000-000000000000", "customer_fb_id": "2001",
                 "items": [{"sku": "A3", "qty": 1}], "gateway": "mercado_pago"}
            ]
        }
    )  # fmt: skip

    tienda_id: str = Field(max_length=64)
    customer_fb_id: Word
    items: list[ItemIn] = Field(min_length=1, max_length=50)
    gateway: Annotated[str, StringConstraints(max_length=32)] | None = None
    email: str | None = Field(default=None, max_length=254, description="Flow needs it")
    customer_name: str = Field(default="", max_length=200)


class OrderOut(BaseModel):
    """Where the buyer pays."""

    order_id: UUID
    payment_url: str
    status: str


class Moved(BaseModel):
    """Where the order is now."""

    order_id: UUID
    status: str


class Decision(BaseModel):
    """Why, for the timeline."""

    note: str = Field(default="", max_length=400)


@router.post("/create", status_code=201, responses=refusals(400, 409), summary="Create an order")
async def create(
    body: OrderIn, actor: ActorDep, x_idempotency_key: Annotated[str | None, Header(max_length=255)] = None
) -> OrderOut:
    """All of it is reserved, or nothing (400 `no_stock`). With `X-Idempotency-Key` it happens once."""
    access = authorised(actor, body.tienda_id, Permission.manage_orders)
    request = OrderRequest(
        customer_fb_id=body.customer_fb_id, items=[WantedItem(item.sku, item.qty) for item in body.items],
        gateway=body.gateway, email=body.email, customer_name=body.customer_name,
    )  # fmt: skip
    placed = await place_order(access.store_id, request, x_idempotency_key)
    return OrderOut(order_id=placed.order_id, payment_url=placed.payment_url, status=placed.status)


@router.get("", summary="Orders of a store")
async def list_orders(
    access: Viewed, session: SessionDep, response: Response,
    status: Annotated[list[OrderStatus] | None, Query(description="Any of these")] = None,
    live_id: UUID | None = None, needs_attention: bool = False,
    search: Annotated[str, Query(max_length=100, description="Code, buyer, items")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> list[OrderRow]:  # fmt: skip
    """The newest first; `X-Total-Count` says how many match."""
    narrowed = OrderFilter(status or (), live_id, search, needs_attention)
    page = await service.list_orders(session, access.store_id, narrowed, limit=limit, offset=offset)
    response.headers["X-Total-Count"] = str(page.total)
    return page.rows


@router.get("/{order_id}", summary="An order with its timeline")
async def read_order(order_id: UUID, access: Viewed, session: SessionDep) -> OrderDetail:
    """Items, payments, and everything that happened, in order of time."""
    return await order_detail(session, access.store_id, order_id)


@router.post("/{order_id}/cancel", responses=refusals(409), summary="Cancel an unpaid order")
async def cancel(order_id: UUID, access: Managed, session: SessionDep) -> Moved:
    """Its pieces go to the waiting list or back to the shelf; a paid order is refused."""
    order = await cancel_order(session, access.store_id, order_id, access.actor_name)
    return Moved(order_id=order.id, status=order.status)


@router.post("/{order_id}/ship", responses=refusals(409), summary="A paid order is on its way")
async def ship(order_id: UUID, access: Managed, session: SessionDep) -> Moved:
    """From paid or to_ship."""
    order = await service.move(session, access.store_id, order_id, OrderStatus.shipped, access.actor_name)
    return Moved(order_id=order.id, status=order.status)


@router.post("/{order_id}/deliver", responses=refusals(409), summary="The buyer has it")
async def deliver(order_id: UUID, access: Managed, session: SessionDep) -> Moved:
    """From paid, to_ship or shipped."""
    order = await service.move(session, access.store_id, order_id, OrderStatus.delivered, access.actor_name)
    return Moved(order_id=order.id, status=order.status)


@router.post("/{order_id}/payments/{payment_id}/confirm", responses=refusals(409), summary="The transfer arrived")
async def confirm_transfer(
    order_id: UUID, payment_id: UUID, access: Deciding, session: SessionDep, body: Decision | None = None
) -> PaymentView:
    """You looked at the account: the money is there."""
    return await _decide(session, access, order_id, payment_id, body, is_confirmed=True)


@router.post("/{order_id}/payments/{payment_id}/reject", responses=refusals(409), summary="The transfer did not arrive")
async def reject_transfer(
    order_id: UUID, payment_id: UUID, access: Deciding, session: SessionDep, body: Decision | None = None
) -> PaymentView:
    """The buyer may pay another way while the reservation lasts."""
    return await _decide(session, access, order_id, payment_id, body, is_confirmed=False)


async def _decide(
    session: SessionDep, access: StoreAccess, order_id: UUID, payment_id: UUID, body: Decision | None, *,
    is_confirmed: bool,
) -> PaymentView:  # fmt: skip
    await check_payment_of(session, access.store_id, order_id, payment_id)
    return await payments.decide_transfer(
        session, access.store_id, payment_id, is_confirmed=is_confirmed, actor=access.actor_name,
        note=body.note if body else "",
    )  # fmt: skip
