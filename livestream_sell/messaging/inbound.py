"""What buyers write and tap in private: kept once, opens the window, and "stop" is obeyed at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.stream_scripts import Entry
from livestream_sell.events import BuyerWrote
from livestream_sell.messaging import inbound_repository as repository
from livestream_sell.messaging.listening import Heard, listen
from livestream_sell.messaging.models import MessageKind, MessagePurpose
from livestream_sell.messaging.opt_out_words import asks_to_start
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.messaging.service import choose_languages, queue_messages

# What a person does in private opens the window; accepting an offer of notices and our own echo do not (meta.md 2.4).
OPENS_WINDOW = frozenset({"message", "postback", "referral", "standby"})
# What is in the buyer's own words; the text of a tap is ours.
OWN_WORDS = frozenset({"message", "standby"})
# Buttons of our own messages: `<tap>:<order id>`.
TAP_CART = "cart"
TAP_ASK = "ask"
TAPS = {TAP_CART: MessagePurpose.claim, TAP_ASK: MessagePurpose.answer}


@dataclass(frozen=True, slots=True)
class Inbound:
    """One entry of `incoming_messages`."""

    kind: str
    mid: str
    psid: str
    page_id: str
    text: str
    payload: str
    sent_at: datetime
    received_at: datetime

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read an entry; a clock ahead of ours does not lengthen the window.

        Raises:
            InvalidInput: not an entry of this stream (final: a dead letter).
        """
        try:
            raw = orjson.loads(data)
            received_at = datetime.fromtimestamp(raw["received_at"], UTC)
            sent_at = datetime.fromtimestamp(raw["timestamp"] / 1000, UTC)
            words = {name: str(raw[name]) for name in ("kind", "mid", "psid", "page_id", "text", "payload")}
            return cls(**words, sent_at=min(sent_at, received_at), received_at=received_at)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(f"Not a queued message: {error!r}") from error


async def handle_messages(entries: Sequence[Entry]) -> None:
    """Consumer of `incoming_messages`."""
    arrivals = [Inbound.decode(entry.data) for entry in entries]
    async with transaction() as session:
        await take_in(session, arrivals)


async def take_in(session: AsyncSession, arrivals: Sequence[Inbound]) -> None:
    """Record what is new, open windows, obey opt-outs, answer taps; delivered twice, it does nothing more."""
    pages = await repository.stores_of_pages(session, sorted({arrival.page_id for arrival in arrivals}))
    stores = {page_id: store_id for page_id, (store_id, _) in pages.items()}
    known = [arrival for arrival in arrivals if arrival.page_id in stores]
    echoes = [(stores[each.page_id], each) for each in known if each.kind == "echo"]
    if echoes:
        await repository.confirm_sent(session, [(store, each.payload, each.mid) for store, each in echoes])
    spoken = {(stores[each.page_id], each.mid): each for each in known if each.kind != "echo"}
    fresh = await repository.insert_new(session, spoken)
    if not fresh:
        return
    new = [(store_id, spoken[store_id, mid]) for store_id, mid in fresh]
    new.sort(key=lambda item: item[1].sent_at)
    opened = [(store_id, each) for store_id, each in new if each.kind in OPENS_WINDOW]
    await repository.open_windows(session, [(store_id, each.psid, each.sent_at) for store_id, each in opened])
    await _listen(session, [(store_id, each, pages[each.page_id][1]) for store_id, each in opened])
    await _answer_taps(session, new)
    people = sorted({(store_id, each.psid) for store_id, each in new})
    await outbox.publish_many(session, [BuyerWrote(store_id=store, customer_fb_id=psid) for store, psid in people])


async def opt_out(session: AsyncSession, store_id: UUID, customer_fb_id: str) -> None:
    """Write to this buyer no more; what waits for them is dropped when its turn comes."""
    await repository.set_opted_out(session, store_id, customer_fb_id, opted_out=True)


async def _listen(session: AsyncSession, spoken: Sequence[tuple[UUID, Inbound, str]]) -> None:
    """Obey who asks us to stop or to begin again, and speak the language that they write."""
    own = [item for item in spoken if item[1].kind in OWN_WORDS and item[1].text.strip()]
    heard = listen([(each.text, locale) for _, each, locale in own])
    chosen = [
        (store_id, each.psid, what.language)
        for (store_id, each, _), what in zip(own, heard, strict=True)
        if what.language is not None
    ]
    await choose_languages(session, chosen)
    for (store_id, each, _), what in zip(own, heard, strict=True):
        await _obey(session, store_id, each, what)


async def _obey(session: AsyncSession, store_id: UUID, arrival: Inbound, heard: Heard) -> None:
    if heard.stop_in is None:
        if asks_to_start(arrival.text):
            await repository.set_opted_out(session, store_id, arrival.psid, opted_out=False)
        return
    await opt_out(session, store_id, arrival.psid)
    draft = MessageDraft(
        store_id=store_id,
        live_id=None,
        kind=MessageKind.direct,
        purpose=MessagePurpose.opted_out,
        dedupe_key=f"{arrival.mid}:opted_out",
        fb_comment_id=None,
        customer_fb_id=arrival.psid,
        language=heard.stop_in,
    )
    await queue_messages(session, [draft])


async def _answer_taps(session: AsyncSession, new: Sequence[tuple[UUID, Inbound]]) -> None:
    """A tap on a button of ours is answered in the window that it opened."""
    taps: list[tuple[UUID, Inbound, str, UUID]] = []
    for store_id, arrival in new:
        tap, _, order_id = arrival.payload.partition(":")
        if tap in TAPS and (order := _uuid(order_id)):
            taps.append((store_id, arrival, tap, order))
    if not taps:
        return
    wanted = [(store_id, order, arrival.psid) for store_id, arrival, _, order in taps]
    orders = {row["id"]: row for row in await repository.orders_of_taps(session, wanted)}
    drafts = [
        _tap_draft(store_id, arrival, tap, orders[order]) for store_id, arrival, tap, order in taps if order in orders
    ]
    await queue_messages(session, drafts)


def _tap_draft(store_id: UUID, arrival: Inbound, tap: str, order: Any) -> MessageDraft:
    return MessageDraft(
        store_id=store_id,
        live_id=order["live_id"],
        kind=MessageKind.direct,
        purpose=TAPS[tap],
        dedupe_key=f"{arrival.mid}:{tap}",
        fb_comment_id=None,
        customer_fb_id=arrival.psid,
        order_id=order["id"],
        language=order["language"],
        data={"name": order["customer_name"], "asked": True},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
