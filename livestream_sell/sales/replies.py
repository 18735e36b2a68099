"""What is said in public and in private, made at the moment of sending from what is true then."""

from collections.abc import Sequence
from uuid import UUID
from zlib import crc32

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.clock import utc_now
from livestream_sell.core.localisation import buyer_language, say, variants
from livestream_sell.messaging.models import MessageKind, MessagePurpose
from livestream_sell.messaging.schemas import OutgoingMessage, Rendered
from livestream_sell.orders.models import OrderStatus
from livestream_sell.sales import answers, private_words
from livestream_sell.sales.private_words import Told
from livestream_sell.sales.repository import OrderFacts, order_facts, store_names

FIRST_NAME_LIMIT = 40
PUBLIC_OUTCOMES = frozenset({"reserved", "partly_reserved", "waitlisted"})
P = MessagePurpose
# Purpose -> the states of an order in which it still makes sense; what is not listed needs no order.
WANTED_STATES: dict[str, frozenset[str]] = {
    P.claim: frozenset({OrderStatus.pending}),
    P.freed: frozenset({OrderStatus.pending}),
    P.payment_problem: frozenset({OrderStatus.pending}),
    P.expired: frozenset({OrderStatus.expired}),
    P.paid: frozenset({OrderStatus.paid, OrderStatus.to_ship, OrderStatus.shipped, OrderStatus.delivered}),
}


async def render(session: AsyncSession, messages: Sequence[OutgoingMessage]) -> dict[UUID, Rendered]:
    """Return the words of each message, or why it is not wanted any more."""
    orders = await order_facts(session, sorted({each.order_id for each in messages if each.order_id}))
    products = await answers.product_facts(session, messages)
    stores = await store_names(session, sorted({each.store_id for each in messages}))
    rendered = {}
    for message in messages:
        store_name, locale = stores[message.store_id]
        order = orders.get(message.order_id) if message.order_id else None
        language = buyer_language(message.language, locale, message.chosen_language)
        told = Told(language, locale, store_name, first_name(message, order), utc_now())
        if message.kind == MessageKind.public_reply and message.purpose == P.answer:
            rendered[message.id] = answers.write(message, told, products)
        else:
            rendered[message.id] = _words(message, told, order)
    return rendered


def _words(message: OutgoingMessage, told: Told, order: OrderFacts | None) -> Rendered:
    if message.purpose == P.manual:
        return Rendered(text=str(message.data.get("text", "")))
    if message.kind == MessageKind.public_reply:
        return _public(message, told, order)
    if message.purpose in WANTED_STATES:
        if order is None or order.status not in WANTED_STATES[message.purpose]:
            return Rendered(dropped=f"order_{order.status}" if order else "order_gone")
        if message.purpose in (P.claim, P.freed) and not order.held:
            return Rendered(dropped="nothing_held")
    return private_words.write(message, told, order)


def _public(message: OutgoingMessage, told: Told, order: OrderFacts | None) -> Rendered:
    """Short, without price or link, and not always the same: Meta takes repeated words for spam."""
    outcome = str(message.data.get("outcome", "answer"))
    if outcome in ("reserved", "partly_reserved") and order is not None and order.status == OrderStatus.cancelled:
        return Rendered(dropped="order_cancelled")
    key = f"public.{outcome if outcome in PUBLIC_OUTCOMES else 'answer'}"
    number = crc32((message.fb_comment_id or str(message.id)).encode()) % variants(told.language, key) + 1
    name = told.name or say(told.language, "name.nobody")
    text = say(told.language, f"{key}.{number}", name=name)
    return Rendered(text=text[:1].upper() + text[1:])


def first_name(message: OutgoingMessage, order: OrderFacts | None) -> str:
    """Return the buyer's first name on one line, or nothing where Meta gave none."""
    whole = str(message.data.get("name") or (order.customer_name if order else ""))
    words = "".join(char if char.isprintable() else " " for char in whole).split()
    return words[0][:FIRST_NAME_LIMIT] if words else ""
