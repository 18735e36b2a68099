"""The way out over HTTP to the sandbox's Graph API: what arrives, how often, and what each refusal leads to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import transaction
from livestream_sell.core.stream_scripts import Entry
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.messaging import recovery
from livestream_sell.messaging.delivery import Delivery, prepare
from livestream_sell.messaging.errors import CannotReachBuyer, UnusableText
from livestream_sell.messaging.models import MessageKind
from livestream_sell.messaging.schemas import MessageDraft, OutgoingMessage, Rendered
from livestream_sell.messaging.service import queue_messages, resume, send_manual
from livestream_sell.orders.models import Order
from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.stores.models import Store
from tests.support.factories import create_live, create_store
from tests.support.meta import change, link_page, rows, sandbox_graph, status_of

pytestmark = pytest.mark.anyio

BUYER = "7700000000000001"


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch, servers: Any) -> AsyncIterator[SandboxServers]:
    async with sandbox_graph(monkeypatch) as started:
        yield started


@pytest.fixture
async def store(database: None, redis: Any, sandbox: SandboxServers) -> Store:
    created = await create_store()
    await link_page(created)
    return created


@pytest.fixture
async def delivery(store: Store) -> AsyncIterator[Delivery]:
    started = new_delivery()
    yield started
    await started.drain()
    await started.close()


def new_delivery() -> Delivery:
    return Delivery(say_purpose, GraphClient())


async def say_purpose(_session: AsyncSession, messages: Sequence[OutgoingMessage]) -> dict[UUID, Rendered]:
    return {message.id: Rendered(text=f"{message.purpose} for {message.customer_fb_id}") for message in messages}


def comment(sandbox: SandboxServers) -> str:
    world = sandbox.state.world
    return world.add_comment("1001", "1001_5550001", BUYER, "Ana Lim", "lo quiero").id


async def queue(store: Store, comment_id: str | None, kind: str = "private_reply", **fields: Any) -> UUID:
    draft = MessageDraft(
        store_id=store.id,
        kind=kind,
        fb_comment_id=comment_id,
        customer_fb_id=BUYER,
        **{"live_id": None, "purpose": "answer", "dedupe_key": f"{comment_id}:{kind}", **fields},
    )
    async with transaction() as session:
        [message_id] = await queue_messages(session, [draft])
    return message_id


def replies_under(sandbox: SandboxServers, comment_id: str) -> list[str]:
    return [each.text for each in sandbox.state.world.comments.values() if each.parent_id == comment_id]


def private_messages(sandbox: SandboxServers) -> list[str]:
    thread = sandbox.state.world.threads.get(("1001", BUYER))
    return [each.message["text"] for each in thread.messages if each.by_page] if thread else []


async def create_order(store: Store) -> UUID:
    async with transaction() as session:
        order = Order(store_id=store.id, customer_fb_id=BUYER, code="ABCDEFG", token="t", currency="CLP")
        session.add(order)
    return order.id


async def let_it_be_due() -> None:
    await change("UPDATE messages SET due_at = now() - interval '2 seconds' WHERE status = 'queued'")


async def open_window(store: Store, hours: float = 0) -> None:
    await change(
        "INSERT INTO conversations (store_id, customer_fb_id, customer_name, last_inbound_at)"
        " VALUES (:store, :buyer, '', now() - make_interval(secs => :seconds))",
        store=store.id, buyer=BUYER, seconds=hours * 3600,
    )  # fmt: skip


async def test_a_public_and_a_private_reply_arrive(delivery: Delivery, store: Store, sandbox: SandboxServers) -> None:
    commented = comment(sandbox)
    public = await queue(store, commented, "public_reply")
    private = await queue(store, commented)

    assert await delivery.deliver([public, private]) == 2

    assert replies_under(sandbox, commented) == [f"answer for {BUYER}"]
    assert private_messages(sandbox) == [f"answer for {BUYER}"]
    found = await rows(
        "SELECT status, attempts, text, fb_message_id <> '' AS named, sent_at >= claimed_at AS timed FROM messages"
    )
    assert found == [("sent", 1, f"answer for {BUYER}", True, True)] * 2
    [message] = sandbox.state.world.threads["1001", BUYER].messages
    assert message.message["metadata"] == str(private)


async def test_the_consumer_reads_what_the_outbox_wrote(
    delivery: Delivery, store: Store, sandbox: SandboxServers, redis: Any
) -> None:
    commented = comment(sandbox)
    await queue(store, commented, "public_reply")
    [(entry_id, fields)] = await redis.xrange("notification_delivery")

    await delivery.handle([Entry(entry_id.decode(), fields[b"d"], 1)])
    await delivery.drain()

    assert replies_under(sandbox, commented) == [f"answer for {BUYER}"]


async def test_a_message_is_sent_once_however_many_workers_are_told(store: Store, sandbox: SandboxServers) -> None:
    comments = [comment(sandbox) for _ in range(20)]
    ids = [await queue(store, each, "public_reply") for each in comments]
    workers = [new_delivery() for _ in range(4)]

    claimed = await asyncio.gather(*(worker.deliver(ids) for worker in workers))

    assert sum(claimed) == 20
    assert [len(replies_under(sandbox, each)) for each in comments] == [1] * 20
    for worker in workers:
        await worker.close()


@pytest.mark.parametrize("switch", ["stores", "live_events"])
async def test_the_kill_switch_holds_what_is_queued_and_going_on_drops_public_replies(
    delivery: Delivery, store: Store, sandbox: SandboxServers, switch: str
) -> None:
    live = await create_live(store)
    commented = comment(sandbox)
    public = await queue(store, commented, "public_reply", live_id=live.id)
    private = await queue(store, commented, live_id=live.id)
    await change(f"UPDATE {switch} SET bot_enabled = false")

    await delivery.deliver([public, private])

    assert replies_under(sandbox, commented) == private_messages(sandbox) == []
    assert await status_of(public) == await status_of(private) == ("held", "kill_switch")

    async with transaction() as session:
        assert await resume(session, store.id, live.id) == 0
    await change(f"UPDATE {switch} SET bot_enabled = true")
    async with transaction() as session:
        assert await resume(session, store.id, live.id) == 1
    await delivery.deliver([public, private])

    assert await status_of(public) == ("dropped", "")
    assert await status_of(private) == ("sent", "")
    assert (replies_under(sandbox, commented), len(private_messages(sandbox))) == ([], 1)


async def test_the_kill_switch_turned_after_the_claim_still_stops_the_call(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    commented = comment(sandbox)
    message_id = await queue(store, commented, "public_reply")
    [parcel] = await prepare(say_purpose, [message_id])
    await change("UPDATE stores SET bot_enabled = false")

    await delivery._sender.send(parcel)

    assert replies_under(sandbox, commented) == []
    assert await status_of(message_id) == ("held", "kill_switch")


async def test_the_sellers_own_words_pass_the_kill_switch(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    await change("UPDATE stores SET bot_enabled = false")
    async with transaction() as session:
        message_id = await send_manual(session, store.id, BUYER, " Hola Ana ", comment(sandbox), "lucia@example.test")

    await delivery.deliver([message_id])

    assert await status_of(message_id) == ("sent", "")


@pytest.mark.parametrize(
    ("text", "commented", "opted_out", "refusal"),
    [
        ("Hola", False, False, CannotReachBuyer),
        ("Hola", True, True, CannotReachBuyer),
        (" ", True, False, UnusableText),
        ("x" * 2001, True, False, UnusableText),
    ],
)
async def test_what_a_seller_cannot_send_is_said_at_once(
    store: Store, sandbox: SandboxServers, text: str, commented: bool, opted_out: bool, refusal: type
) -> None:
    await open_window(store, hours=25)
    if opted_out:
        await change("UPDATE conversations SET opted_out_at = now()")

    async with transaction() as session:
        with pytest.raises(refusal):
            await send_manual(session, store.id, BUYER, text, comment(sandbox) if commented else None, "lucia")

    assert await rows("SELECT 1 FROM messages") == []


async def test_a_comment_the_bot_has_answered_in_private_is_used_up(store: Store, sandbox: SandboxServers) -> None:
    commented = comment(sandbox)
    await queue(store, commented)

    async with transaction() as session:
        with pytest.raises(CannotReachBuyer):
            await send_manual(session, store.id, BUYER, "Hola", commented, "lucia")
        await session.execute(sql("UPDATE messages SET status = 'dropped'"))
        await send_manual(session, store.id, BUYER, "Hola", commented, "lucia")


async def test_of_two_messages_of_an_order_that_fail_together_one_stays(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    """Both want to wait again; the index allows one, and the newer has everything in it."""
    order_id = await create_order(store)
    first = await queue(store, comment(sandbox), purpose="claim", order_id=order_id)
    [one] = await prepare(say_purpose, [first])
    second = await queue(store, comment(sandbox), purpose="claim", order_id=order_id)
    await change("UPDATE messages SET due_at = now() WHERE id = :id", id=second)
    [two] = await prepare(say_purpose, [second])
    sandbox.state.switches.put("graph", {"error": "2"})

    await asyncio.gather(delivery._sender.send(one), delivery._sender.send(two))

    found = await rows("SELECT status, count(*) AS number FROM messages GROUP BY status ORDER BY status")
    assert found == [("dropped", 1), ("queued", 1)]


@pytest.mark.parametrize(
    ("switches", "status", "error", "attempts", "wait"),
    [
        ({"error": "1"}, "queued", "1: An unknown error has occurred.", 1, 10),
        ({"down": True}, "queued", "503: facebook answered 503.", 1, 10),
        ({"error": "613"}, "queued", "613: (#613) Calls to this api have exceeded the rate limit.", 1, 300),
        ({"error": "551-1545041"}, "dead", "551-1545041: (#551) This person isn't available right now.", 1, None),
        ({"error": "10-2018278"}, "dead", "10-2018278: (#10) This message is sent outside", 1, None),
        ({"error": "100"}, "dead", "100: (#100) Invalid parameter", 1, None),
        ({"error": "10900"}, "sent", "10900: (#10900) Activity already replied to", 1, None),
        ({"error": "190-463"}, "held", "reconnect", 0, None),
        ({"error": "368"}, "queued", "368: (#368) The action attempted", 0, 7200),
    ],
)
async def test_what_follows_from_a_refusal(
    delivery: Delivery, store: Store, sandbox: SandboxServers, switches: dict[str, Any], status: str, error: str,
    attempts: int, wait: float | None,
) -> None:  # fmt: skip
    message_id = await queue(store, comment(sandbox))
    sandbox.state.switches.put("graph", switches)

    await delivery.deliver([message_id])

    [row] = await rows("SELECT status, error, attempts, extract(epoch FROM due_at - now()) AS wait FROM messages")
    assert (row.status, row.attempts) == (status, attempts)
    assert row.error.startswith(error)
    if wait is not None:
        assert wait - 5 < row.wait <= wait


async def test_retries_come_after_their_times_and_end_in_a_dead_letter(
    delivery: Delivery, store: Store, sandbox: SandboxServers, redis: Any
) -> None:
    message_id = await queue(store, comment(sandbox))
    sandbox.state.switches.put("graph", {"error": "2"})
    waits = []

    for _ in range(6):
        await delivery.deliver([message_id])
        [row] = await rows("SELECT status, extract(epoch FROM due_at - now()) AS wait FROM messages")
        waits.append((row.status, round(float(row.wait), -1) if row.status == "queued" else None))
        assert await delivery.deliver([message_id]) == 0
        await let_it_be_due()

    retries = [("queued", seconds) for seconds in (10, 60, 300, 900, 3600)]
    assert waits == [*retries, ("dead", None)]
    notes = [fields[b"topic"] for _, fields in await redis.xrange("ui_updates")]
    assert notes.count(b"MessageFailed") == 1


async def test_a_retry_after_a_hiccup_is_sent_by_the_sweeper(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    commented = comment(sandbox)
    message_id = await queue(store, commented, "public_reply")
    sandbox.state.switches.put("graph", {"error": "2", "times": 1})
    await delivery.deliver([message_id])
    await let_it_be_due()

    assert await delivery.sweep_due() == 1
    await delivery.drain()

    assert await status_of(message_id) == ("sent", "")
    assert len(replies_under(sandbox, commented)) == 1


async def test_a_lost_answer_to_a_public_reply_is_never_sent_again(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    commented = comment(sandbox)
    message_id = await queue(store, commented, "public_reply")
    sandbox.state.switches.put("graph", {"drop_response_after_effect": True})

    await delivery.deliver([message_id])
    sandbox.state.switches.reset()
    await change("UPDATE messages SET due_at = now() - interval '1 hour', claimed_at = now() - interval '1 hour'")
    await delivery.sweep_due()
    await recovery.recover_interrupted()
    await delivery.drain()

    assert await status_of(message_id) == ("unknown", "outcome_unknown")
    assert len(replies_under(sandbox, commented)) == 1


async def test_a_lost_answer_to_a_private_reply_is_asked_for_again_and_arrives_once(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    message_id = await queue(store, comment(sandbox))
    sandbox.state.switches.put("graph", {"drop_response_after_effect": True, "times": 1})
    await delivery.deliver([message_id])
    assert (await status_of(message_id))[0] == "queued"
    await let_it_be_due()

    await delivery.deliver([message_id])

    assert (await status_of(message_id))[0] == "sent"
    assert len(private_messages(sandbox)) == 1


async def test_what_a_dead_worker_left_is_settled_by_kind(store: Store, sandbox: SandboxServers) -> None:
    commented = comment(sandbox)
    ids = [await queue(store, commented, kind) for kind in ("private_reply", "public_reply", "direct")]
    await change("UPDATE messages SET status = 'sending', claimed_at = now() - interval '61 seconds'")
    fresh = await queue(store, comment(sandbox))
    await change(
        "UPDATE messages SET status = 'sending', claimed_at = now() - interval '59 seconds' WHERE id = :id", id=fresh
    )

    assert await recovery.sweep_stuck() == 3

    statuses = [(await status_of(each))[0] for each in [*ids, fresh]]
    assert statuses == ["queued", "unknown", "unknown", "sending"]


async def test_a_dead_token_stops_the_page_and_linking_it_again_goes_on(
    delivery: Delivery, store: Store, sandbox: SandboxServers, redis: Any
) -> None:
    first, second = await queue(store, comment(sandbox)), await queue(store, comment(sandbox))
    sandbox.state.switches.put("graph", {"error": "190-460"})
    await delivery.deliver([first])
    sandbox.state.switches.reset()
    await delivery.deliver([second])

    assert await status_of(first) == await status_of(second) == ("held", "reconnect")
    assert [row.status for row in await rows("SELECT status FROM meta_sessions")] == ["reconnect"]
    notes = [fields[b"topic"] for _, fields in await redis.xrange("ui_updates")]
    assert notes == [b"PageNeedsAttention"]

    await change("UPDATE meta_sessions SET status = 'active'")
    assert await recovery.sweep_held() == 2
    await delivery.deliver([first, second])
    assert len(private_messages(sandbox)) == 2


async def test_a_restricted_page_pauses_as_a_whole(delivery: Delivery, store: Store, sandbox: SandboxServers) -> None:
    first, second = await queue(store, comment(sandbox)), await queue(store, comment(sandbox))
    sandbox.state.switches.put("graph", {"error": "10-1893063"})
    await delivery.deliver([first])
    sandbox.state.switches.reset()
    await delivery.deliver([second])

    assert await status_of(second) == ("queued", "page_paused")
    assert private_messages(sandbox) == []

    await change("UPDATE meta_sessions SET paused_until = now() - interval '1 second'")
    await let_it_be_due()
    await delivery.deliver([first, second])
    assert len(private_messages(sandbox)) == 2


async def test_private_replies_stop_at_the_hourly_limit_and_wait_their_turn(
    delivery: Delivery, store: Store, sandbox: SandboxServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    from livestream_sell.core.settings import get_settings

    monkeypatch.setattr(get_settings(), "private_replies_per_hour", 3)
    ids = [await queue(store, comment(sandbox)) for _ in range(5)]
    public = await queue(store, comment(sandbox), "public_reply")

    await delivery.deliver([*ids, public])

    found = await rows("SELECT status, attempts, error FROM messages WHERE kind = 'private_reply' ORDER BY status")
    assert found == [("queued", 0, "rate_limited")] * 2 + [("sent", 1, "")] * 3
    assert len(private_messages(sandbox)) == 3
    assert await status_of(public) == ("sent", "")
    waits = await rows("SELECT extract(epoch FROM due_at - now()) AS wait FROM messages WHERE status = 'queued'")
    assert all(3590 < row.wait <= 3600 for row in waits)


async def test_no_message_to_whom_asked_for_none(delivery: Delivery, store: Store, sandbox: SandboxServers) -> None:
    commented = comment(sandbox)
    await open_window(store)
    await change("UPDATE conversations SET opted_out_at = now()")
    ids = [await queue(store, commented, kind) for kind in MessageKind]

    await delivery.deliver(ids)

    assert [await status_of(each) for each in ids] == [("dropped", "opted_out")] * 3
    assert replies_under(sandbox, commented) == private_messages(sandbox) == []


async def test_a_direct_message_needs_an_open_window(delivery: Delivery, store: Store, sandbox: SandboxServers) -> None:
    early = await queue(store, None, "direct", dedupe_key="early")
    await delivery.deliver([early])
    sandbox.state.public.writes("1001", BUYER, "Ana Lim", {"text": "hola"})
    await open_window(store)
    later = await queue(store, None, "direct", dedupe_key="later")
    await delivery.deliver([later])

    assert await status_of(early) == ("dropped", "window_closed")
    assert await status_of(later) == ("sent", "")


async def test_a_second_message_about_a_comment_goes_by_the_open_window(
    delivery: Delivery, store: Store, sandbox: SandboxServers
) -> None:
    commented = comment(sandbox)
    await delivery.deliver([await queue(store, commented)])
    closed = await queue(store, commented, dedupe_key="freed-1")
    await delivery.deliver([closed])
    sandbox.state.public.writes("1001", BUYER, "Ana Lim", {"text": "hola"})
    await open_window(store)
    opened = await queue(store, commented, dedupe_key="freed-2")
    await delivery.deliver([opened])

    assert await status_of(closed) == ("dropped", "window_closed")
    assert await rows("SELECT status, kind FROM messages WHERE id = :id", id=opened) == [("sent", "direct")]


async def test_a_page_nobody_linked_holds_its_messages(database: None, redis: Any, sandbox: SandboxServers) -> None:
    store = await create_store(page_id=None)
    message_id = await queue(store, "1_1")
    worker = new_delivery()

    await worker.deliver([message_id])

    assert await status_of(message_id) == ("held", "page_not_linked")
    await worker.close()


def test_an_entry_that_is_no_event_is_refused() -> None:
    with pytest.raises(KeyError):
        asyncio.run(new_delivery().handle([Entry("1-1", orjson.dumps({}), 1)]))
