"""Queueing: set-based, once, and claims that come close together share a message."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest

from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.live.models import LiveEvent
from livestream_sell.messaging import repository
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.messaging.service import queue_messages
from livestream_sell.orders.models import Order
from livestream_sell.stores.models import Store
from tests.support.factories import create_live, create_store
from tests.support.meta import change, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(database: None, redis: Any) -> Store:
    return await create_store()


async def create_order(store: Store, live: LiveEvent | None = None, *, buyer: str = "b1") -> Order:
    async with transaction() as session:
        order = Order(
            store_id=store.id,
            live_id=live and live.id,
            customer_fb_id=buyer,
            customer_name="Ana Lim",
            code=uuid7().hex[-7:],
            token=uuid7().hex,
            currency="CLP",
        )
        session.add(order)
    return order


def draft(store: Store, comment: str = "1_1", order: Order | None = None, **changed: Any) -> MessageDraft:
    whole = MessageDraft(
        store_id=store.id,
        live_id=None,
        kind="private_reply",
        purpose="claim",
        dedupe_key=f"{comment}:private",
        fb_comment_id=comment,
        customer_fb_id="b1",
        order_id=order.id if order else None,
        data={"name": "Ana"},
    )
    return replace(whole, **changed)


async def queue(*drafts: MessageDraft) -> list[UUID]:
    async with transaction() as session:
        return await queue_messages(session, drafts)


async def announced(redis: Any) -> list[UUID]:
    entries = await redis.xrange("notification_delivery")
    return [UUID(item) for _, fields in entries for item in orjson.loads(fields[b"d"])["message_ids"]]


async def test_a_draft_becomes_one_message_that_is_announced(store: Store, redis: Any) -> None:
    [message_id] = await queue(draft(store))

    [row] = await rows("SELECT id, status, kind, purpose, data, due_at <= now() AS due, attempts FROM messages")
    assert row == (message_id, "queued", "private_reply", "claim", {"name": "Ana"}, True, 0)
    assert await announced(redis) == [message_id]


async def test_the_same_draft_is_queued_once_however_often_it_comes(store: Store) -> None:
    first = await queue(draft(store), draft(store), draft(store, "1_2"))
    again = await queue(draft(store), draft(store, "1_2"))

    assert len(first) == 2
    assert again == []
    assert [row.count for row in await rows("SELECT count(*) FROM messages")] == [2]


async def test_nothing_at_all_is_fine(store: Store) -> None:
    assert await queue() == []


async def test_two_transactions_with_the_same_comment_at_once_make_one_message(store: Store) -> None:
    made = await asyncio.gather(*(queue(draft(store), draft(store, "1_2")) for _ in range(5)))

    assert sum(len(ids) for ids in made) == 2


async def test_claims_of_one_order_join_the_message_that_waits(store: Store, redis: Any) -> None:
    order = await create_order(store)
    [waiting] = await queue(draft(store, "1_1", order))

    joined = await queue(draft(store, "1_2", order))

    assert joined == []
    assert [row.id for row in await rows("SELECT id FROM messages")] == [waiting]
    # Announced again: whoever skipped it while this transaction had it must look once more.
    assert await announced(redis) == [waiting, waiting]


async def test_a_claim_soon_after_a_message_waits_and_shares_the_next(store: Store, redis: Any) -> None:
    order = await create_order(store)
    [first] = await queue(draft(store, "1_1", order))
    await change("UPDATE messages SET status = 'sent', sent_at = now() - interval '5 seconds'")

    [second] = await queue(draft(store, "1_2", order))
    third = await queue(draft(store, "1_3", order))

    assert third == []
    [row] = await rows("SELECT extract(epoch FROM due_at - now()) AS wait FROM messages WHERE id = :id", id=second)
    assert 13 < row.wait <= 15
    assert await announced(redis) == [first]


async def test_long_after_a_message_the_next_goes_at_once(store: Store) -> None:
    order = await create_order(store)
    await queue(draft(store, "1_1", order))
    await change("UPDATE messages SET status = 'sent', sent_at = now() - interval '21 seconds'")

    [second] = await queue(draft(store, "1_2", order))

    assert [row.due for row in await rows("SELECT due_at <= now() AS due FROM messages WHERE id = :id", id=second)] == [
        True
    ]


async def test_the_news_of_a_payment_does_not_wait(store: Store) -> None:
    order = await create_order(store)
    await queue(draft(store, "1_1", order))
    await change("UPDATE messages SET status = 'sent', sent_at = now()")

    [paid] = await queue(draft(store, order=order, kind="direct", purpose="paid", dedupe_key="p:paid"))

    assert [row.due for row in await rows("SELECT due_at <= now() AS due FROM messages WHERE id = :id", id=paid)] == [
        True
    ]


async def test_public_replies_are_never_merged(store: Store) -> None:
    order = await create_order(store)

    made = await queue(
        *(draft(store, f"1_{n}", order, kind="public_reply", dedupe_key=f"1_{n}:public") for n in range(3))
    )

    assert len(made) == 3


async def test_a_message_whose_order_just_changes_is_not_sent_before_the_change(store: Store) -> None:
    """The claim that joins holds the waiting message until it commits, so the words have its item in them."""
    live = await create_live(store)
    order = await create_order(store, live)
    [waiting] = await queue(draft(store, "1_1", order))

    async with transaction() as joining:
        await queue_messages(joining, [draft(store, "1_2", order)])
        async with transaction() as sending:
            assert await repository.claim(sending, [waiting]) == []
    async with transaction() as sending:
        assert [row["id"] for row in await repository.claim(sending, [waiting])] == [waiting]


async def test_a_claim_that_meets_a_message_being_sent_gets_one_of_its_own(store: Store) -> None:
    order = await create_order(store)
    [first] = await queue(draft(store, "1_1", order))

    async with transaction() as sending:
        await repository.claim(sending, [first])
        joining = asyncio.create_task(queue(draft(store, "1_2", order)))
        await asyncio.sleep(0.2)
        assert not joining.done()

    assert len(await joining) == 1
