"""What buyers write in private: kept once, opens the window, stop is obeyed, taps are answered, echoes confirm."""

import time
from typing import Any
from uuid import UUID

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.ids import uuid7
from livestream_sell.core.stream_scripts import Entry
from livestream_sell.facebook.schemas import IncomingMessage
from livestream_sell.messaging.inbound import handle_messages, opt_out
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.messaging.service import queue_messages
from livestream_sell.orders.models import Order
from livestream_sell.stores.models import Store
from tests.support.factories import create_store
from tests.support.meta import change, rows

pytestmark = pytest.mark.anyio

BUYER = "7700"


@pytest.fixture
async def store(database: None, redis: Any) -> Store:
    return await create_store()


def entry(kind: str = "message", *, mid: str = "m_1", text: str = "hola", payload: str = "", ago: float = 0) -> Entry:
    now = time.time()
    message = IncomingMessage(kind, mid, BUYER, "1001", text, payload, int((now - ago) * 1000))
    return Entry("1-1", message.to_queue(now, "trace"), 1)


async def window_age() -> float | None:
    [row] = await rows("SELECT extract(epoch FROM now() - last_inbound_at) AS age FROM conversations")
    return None if row.age is None else float(row.age)


async def topics(redis: Any) -> list[bytes]:
    return [fields[b"topic"] for _, fields in await redis.xrange("ui_updates")]


async def test_a_message_is_kept_once_and_opens_the_window(store: Store, redis: Any) -> None:
    await handle_messages([entry(ago=60), entry(ago=60)])
    await handle_messages([entry(ago=60)])

    assert await rows("SELECT store_id, customer_fb_id, fb_message_id, text FROM inbound_messages") == [
        (store.id, BUYER, "m_1", "hola")
    ]
    age = await window_age()
    assert age is not None
    assert 59 < age < 70
    assert await topics(redis) == [b"BuyerWrote"]


async def test_an_older_message_that_comes_later_does_not_move_the_window_back(store: Store) -> None:
    await handle_messages([entry(mid="m_2", ago=10)])
    await handle_messages([entry(mid="m_1", ago=5000)])

    age = await window_age()
    assert age is not None
    assert age < 20


async def test_a_clock_ahead_of_ours_does_not_lengthen_the_window(store: Store) -> None:
    await handle_messages([entry(ago=-86_400)])

    age = await window_age()
    assert age is not None
    assert -1 < age < 10


@pytest.mark.parametrize(("kind", "opens"), [("postback", 1), ("referral", 1), ("standby", 1), ("optin", 0)])
async def test_which_acts_open_the_window(store: Store, kind: str, opens: int) -> None:
    await handle_messages([entry(kind)])

    assert len(await rows("SELECT 1 FROM conversations WHERE last_inbound_at IS NOT NULL")) == opens
    assert len(await rows("SELECT 1 FROM inbound_messages")) == 1


async def test_a_page_nobody_linked_is_ignored(store: Store) -> None:
    await change("UPDATE stores SET fb_page_id = '2002'")

    await handle_messages([entry()])

    assert await rows("SELECT 1 FROM inbound_messages") == []


@pytest.mark.parametrize(
    "text", ["STOP", "stop.", "¡BAJA!", "Eliminar mis datos", "não quero mensagens", "Unsubscribe"]
)
async def test_stop_is_obeyed_and_confirmed_once(store: Store, text: str) -> None:
    await handle_messages([entry(text=text)])
    await handle_messages([entry(text=text)])

    assert len(await rows("SELECT 1 FROM conversations WHERE opted_out_at IS NOT NULL")) == 1
    assert await rows("SELECT kind, purpose, status FROM messages") == [("direct", "opted_out", "queued")]


@pytest.mark.parametrize("text", ["don't stop the live", "la talla es baja", "parar? no entiendo", "", "x" * 9000])
async def test_what_only_contains_a_stop_word_is_no_stop(store: Store, text: str) -> None:
    await handle_messages([entry(text=text)])

    assert await rows("SELECT 1 FROM conversations WHERE opted_out_at IS NOT NULL") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("STOP", ""), ("หยุดส่งข้อความ", "th"), ("bitte keine Nachrichten mehr", "de"), ("لا ترسلوا لي رسائل", "ar")],
)
async def test_stop_is_understood_in_other_languages(store: Store, text: str, language: str) -> None:
    await handle_messages([entry(text=text)])

    assert len(await rows("SELECT 1 FROM conversations WHERE opted_out_at IS NOT NULL")) == 1
    assert await rows("SELECT purpose, language FROM messages") == [("opted_out", language)]


async def test_the_bot_speaks_the_language_that_the_buyer_writes(store: Store) -> None:
    first, second = entry(mid="m_1", text="สวัสดีค่ะ"), entry(mid="m_2", text="hello, is it still available?")

    await handle_messages([first])
    assert await rows("SELECT language FROM conversations") == [("th",)]

    await handle_messages([second, entry(mid="m_3", text="ok"), entry("postback", mid="m_4", text="Ver mi pedido ya")])
    assert await rows("SELECT language FROM conversations") == [("en",)]
    assert await rows("SELECT 1 FROM messages") == []


async def test_who_asks_to_begin_again_is_written_to_again(store: Store) -> None:
    async with transaction() as session:
        await opt_out(session, store.id, BUYER)

    await handle_messages([entry(text="Alta")])

    assert await rows("SELECT opted_out_at FROM conversations") == [(None,)]


async def create_order(store: Store, buyer: str = BUYER) -> Order:
    async with transaction() as session:
        order = Order(
            store_id=store.id, customer_fb_id=buyer, code="ABCDEFG", token=uuid7().hex, currency="CLP", language="pt"
        )
        session.add(order)
    return order


async def test_a_tap_on_our_button_is_answered_in_the_open_window(store: Store) -> None:
    order = await create_order(store)

    await handle_messages([entry("postback", payload=f"cart:{order.id}"), entry("postback", mid="m_2", payload="X")])

    assert await rows("SELECT kind, purpose, order_id, language FROM messages") == [("direct", "claim", order.id, "pt")]


@pytest.mark.parametrize("payload", ["cart:", "cart:nonsense", "ask:00000000-0000-7000-8000-000000000000"])
async def test_taps_that_lead_nowhere_are_only_kept(store: Store, payload: str) -> None:
    await handle_messages([entry("postback", payload=payload)])

    assert await rows("SELECT 1 FROM messages") == []


async def test_nobody_gets_somebody_elses_cart(store: Store) -> None:
    order = await create_order(store, buyer="another")

    await handle_messages([entry("postback", payload=f"cart:{order.id}")])

    assert await rows("SELECT 1 FROM messages") == []


async def queued_message(store: Store) -> UUID:
    draft = MessageDraft(store.id, None, "direct", "answer", "k", None, BUYER)
    async with transaction() as session:
        [message_id] = await queue_messages(session, [draft])
    return message_id


@pytest.mark.parametrize(("before", "after"), [("unknown", "sent"), ("sending", "sent"), ("queued", "queued")])
async def test_the_echo_of_our_message_proves_that_it_arrived(store: Store, before: str, after: str) -> None:
    message_id = await queued_message(store)
    await change("UPDATE messages SET status = :status", status=before)

    await handle_messages([entry("echo", mid="m_9", payload=str(message_id)), entry("echo", payload="not ours")])

    assert [row.status for row in await rows("SELECT status FROM messages")] == [after]
    assert await rows("SELECT 1 FROM inbound_messages") == []


async def test_what_is_no_entry_of_this_stream_is_refused_for_good(store: Store) -> None:
    with pytest.raises(InvalidInput):
        await handle_messages([Entry("1-1", b"{}", 1)])
