"""The buyer's side of an order: look at it, pay it, say a transfer is sent, ask again for what ran out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.localisation import buyer_language
from livestream_sell.core.money import display
from livestream_sell.core.settings import get_settings
from livestream_sell.events import OrderChanged, StockChanged
from livestream_sell.inventory import reservations
from livestream_sell.orders import lifecycle, repository
from livestream_sell.orders.errors import NewerCart, NothingLeft, NothingToPay, UnknownLink
from livestream_sell.orders.models import Order, OrderEvent, OrderStatus
from livestream_sell.orders.repository import CartLine
from livestream_sell.orders.schemas import CheckoutLine, CheckoutPayment, CheckoutView, Stage
from livestream_sell.payments import configs
from livestream_sell.payments import service as payments
from livestream_sell.payments.errors import GatewayRejected, GatewayUnavailable
from livestream_sell.payments.models import PaymentStatus
from livestream_sell.payments.schemas import OrderForPayment, PaymentView, StartedPayment
from livestream_sell.stores.models import Store

BUYER = "buyer"
# How long after the way back from a gateway the page waits before it offers to pay again.
COMING_BACK = timedelta(seconds=20)
ON_ITS_WAY = frozenset({PaymentStatus.reported, PaymentStatus.succeeded, PaymentStatus.needs_review})


async def view(session: AsyncSession, token: str) -> CheckoutView:
    """Return the buyer's page of the order.

    Raises:
        UnknownLink: there is no such token; nothing else is told.
    """
    order, store = await _order(session, token)
    now = utc_now()
    lines = await repository.lines(session, order.id)
    newest = next(iter(await payments.attempts(session, order.id)), None)
    stage = _stage(order, lines, newest, now)
    held = [line for line in lines if line.held_until is not None]
    shown = held if stage is Stage.open else lines
    is_open = stage is Stage.open
    total = sum((line.total for line in shown), Decimal(0))
    return CheckoutView(
        code=order.code,
        token=order.token,
        store_name=store.name,
        language=_language(order, store),
        status=str(order.status),
        stage=stage,
        lines=[_line(line, order.currency, store.locale, now) for line in lines],
        total=total,
        total_text=display(total, order.currency, store.locale),
        currency=order.currency,
        expires_at=min((line.held_until for line in held if line.held_until), default=None),
        server_now=now,
        methods=await configs.offered(session, store.id, order.currency) if is_open else [],
        payment=None if newest is None else _payment(newest),
    )


async def choose(token: str, gateway: str, email: str | None = None, *, locale: str = "") -> StartedPayment:
    """Start to pay what is held for the buyer now. Opens its own transactions (the gateway is called between them).

    Raises:
        UnknownLink, NothingToPay: nothing was started.
        GatewayUnavailable, GatewayRejected: `details["methods"]` names the other ways to pay.
    """
    async with transaction() as session:
        order, store = await _order(session, token)
        for_payment = await _for_payment(session, order)
        methods = [each.gateway for each in await configs.offered(session, store.id, order.currency)]
    try:
        started = await payments.start_payment(for_payment, gateway, buyer_email=email, locale=locale or order.language)
    except (GatewayUnavailable, GatewayRejected) as error:
        error.details["methods"] = [name for name in methods if name != gateway]
        raise
    async with transaction() as session:
        changed = OrderChanged(store_id=store.id, order_id=order.id, status=str(order.status))
        await outbox.publish(session, changed)
    return started


async def order_for_payment(session: AsyncSession, order_id: UUID) -> OrderForPayment:
    """Return what payments need of an order (`POST /orders/create` with a gateway).

    Raises:
        NothingToPay: it is not open, or nothing of it is held any more.
    """
    return await _for_payment(session, await session.get_one(Order, order_id))


async def report_transfer(token: str, note: str = "") -> None:
    """Note that the buyer says the transfer is sent; what is held stays held until the seller can have looked.

    Raises:
        UnknownLink, NotFound (no transfer was chosen), PaymentNotOpen (it is decided).
    """
    async with transaction() as session:
        order, _ = await _order(session, token)
        await reservations.lock_products(session, list(await repository.product_ids(session, order.id)))
        reported = await payments.report_transfer(session, order.id, note)
        await repository.stretch_reservations(session, order.id, get_settings().transfer_hours)
        data = {"payment_id": str(reported.payment_id), "note": note.strip()[:500]}
        event = OrderEvent(store_id=order.store_id, order_id=order.id, kind="transfer_reported", actor=BUYER, data=data)
        session.add(event)
        changed = OrderChanged(store_id=order.store_id, order_id=order.id, status=str(order.status))
        await outbox.publish(session, changed)


async def ask_again(session: AsyncSession, token: str) -> CheckoutView:
    """Hold again what is left of an expired cart, for the store's usual time.

    Raises:
        UnknownLink, NewerCart, NothingLeft: nothing was changed.
    """
    order, store = await _order(session, token)
    wanted = list(await repository.product_ids(session, order.id))
    await reservations.lock_products(session, wanted)
    order = await repository.lock(session, order.id)
    if order.status != OrderStatus.expired:
        return await view(session, token)
    if (newer := await repository.open_cart_token(session, order)) is not None:
        raise NewerCart(newer)
    minutes = store.reservation_minutes or get_settings().reservation_minutes
    total = Decimal(0)
    for line in await repository.lines(session, order.id):
        held = await reservations.hold(session, line.product_id, order.id, line.quantity, minutes)
        if held is not None:
            await repository.keep_held_again(session, line, held)
            total += line.total
    if not total:
        raise NothingLeft
    order.total = total
    await lifecycle.transition(session, order, OrderStatus.pending, BUYER, total=str(total))
    await outbox.publish(session, StockChanged(store_id=order.store_id, product_ids=wanted))
    return await view(session, token)


async def came_back(session: AsyncSession, token: str, payment_id: UUID) -> str:
    """Note that the buyer is back from the gateway; return the buyer's language.

    Raises:
        UnknownLink: no such order, or the payment is another's.
    """
    order, store = await _order(session, token)
    if not await payments.note_return(session, order.id, payment_id):
        raise UnknownLink
    return _language(order, store)


async def language_of(session: AsyncSession, token: str) -> str:
    """Return the buyer's language, or raise UnknownLink."""
    return _language(*await _order(session, token))


async def choose_language(session: AsyncSession, token: str, language: str) -> tuple[UUID, str]:
    """Keep the language that the buyer picked; return (store, buyer), or raise UnknownLink."""
    order, _ = await _order(session, token)
    order.language = language
    return order.store_id, order.customer_fb_id


def _language(order: Order, store: Store) -> str:
    """A comment may be in a language that nobody answers in; then the bot spoke the shop's."""
    return buyer_language(order.language, store.locale)


async def _order(session: AsyncSession, token: str) -> tuple[Order, Store]:
    found = await repository.by_token(session, token)
    if found is None:
        raise UnknownLink
    return found


async def _for_payment(session: AsyncSession, order: Order) -> OrderForPayment:
    lines = [line for line in await repository.lines(session, order.id) if line.held_until is not None]
    if order.status != OrderStatus.pending or not lines:
        raise NothingToPay(str(order.status))
    more = f" +{len(lines) - 1}" if len(lines) > 1 else ""
    return OrderForPayment(
        order_id=order.id,
        store_id=order.store_id,
        code=order.code,
        token=order.token,
        amount=sum((line.total for line in lines), Decimal(0)),
        currency=order.currency,
        title=f"{lines[0].name}{more}",
        item_ids=sorted(str(line.item_id) for line in lines),
        reservation_expires_at=min(line.held_until for line in lines if line.held_until),
        language=order.language,
    )


def _stage(order: Order, lines: Sequence[CartLine], newest: PaymentView | None, now: datetime) -> Stage:
    if order.status in lifecycle.PAID:
        return Stage.paid
    if order.status == OrderStatus.cancelled:
        return Stage.cancelled
    if newest is not None and (newest.status in ON_ITS_WAY or _is_coming_back(newest, now)):
        return Stage.processing
    is_held = any(line.held_until is not None for line in lines)
    return Stage.open if order.status == OrderStatus.pending and is_held else Stage.expired


def _is_coming_back(newest: PaymentView, now: datetime) -> bool:
    is_waiting = newest.status in {PaymentStatus.creating, PaymentStatus.pending}
    return is_waiting and newest.returned_at is not None and now - newest.returned_at < COMING_BACK


def _line(line: CartLine, currency: str, locale: str, now: datetime) -> CheckoutLine:
    left = 0 if line.held_until is None else max(0, int((line.held_until - now).total_seconds()))
    return CheckoutLine(
        name=line.name,
        sku=line.sku,
        variant=" · ".join(str(value) for value in line.variant.values() if value),
        image_url=line.image_url,
        quantity=line.quantity,
        unit_price=line.unit_price,
        unit_price_text=display(line.unit_price, currency, locale),
        line_total=line.total,
        line_total_text=display(line.total, currency, locale),
        seconds_left=left,
    )


def _payment(newest: PaymentView) -> CheckoutPayment:
    fields = {"gateway", "status", "reference", "redirect_url", "transfer_data"}
    return CheckoutPayment(**newest.model_dump(include=fields))
