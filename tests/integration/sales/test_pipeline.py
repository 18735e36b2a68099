"""Comments through the pipeline on the real database: understood, reserved, recorded and answered, once."""

import asyncio
import time
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlmodel import col, select

from livestream_sell.core.db import transaction
from livestream_sell.core.streams import Entry
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import Comment, LiveEvent
from livestream_sell.messaging.models import Message
from livestream_sell.orders.models import Claim, Order, OrderItem
from livestream_sell.sales import releasing
from livestream_sell.sales.pipeline import handle_comments
from tests.support.factories import create_live, create_product, create_store

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]
NOW = 1_795_000_000


def comment(
    words: str, *, number: int = 1, buyer: str = "77001", verb: str = "add", at: int = 0, edited: int | None = None,
    post: str = "1001_5550001", page: str = "1001",
) -> Entry:  # fmt: skip
    body: dict[str, Any] = {
        "schema_version": 1, "verb": verb, "comment_id": f"5550001_{number}", "parent_id": None, "text": words,
        "from_id": buyer, "from_name": f"Ana {buyer}", "created_time": NOW + at, "edited_time": edited,
        "received_at": time.time(), "trace_id": "t", "context": {"page_id": page, "live_id": post},
    }  # fmt: skip
    return Entry(id=b"0-1", data=orjson.dumps(body), deliveries=1)


async def stock_of(product: Product) -> tuple[int, int]:
    async with transaction() as session:
        row = await session.get_one(Product, product.id)
        return row.stock, row.reserved


async def rows(model: type, *order: Any) -> list[Any]:
    async with transaction() as session:
        return list((await session.execute(select(model).order_by(*order))).scalars())


async def test_a_claim_reserves_and_queues_one_public_and_one_private_message() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=3), await create_live(store)

    await handle_comments([comment("quiero A1 x2")])

    assert await stock_of(product) == (3, 2)
    [order] = await rows(Order)
    assert (order.status, str(order.total), order.customer_fb_id) == ("pending", "25980.00", "77001")
    [recorded] = await rows(Comment)
    assert (recorded.intent, recorded.outcome) == ("purchase", "reserved")
    messages = await rows(Message, Message.kind)
    assert [(m.kind, m.purpose, m.fb_comment_id, m.order_id) for m in messages] == [
        ("private_reply", "claim", "5550001_1", order.id),
        ("public_reply", "claim", "5550001_1", order.id),
    ]


async def test_the_same_comment_delivered_five_times_at_once_counts_once() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=9), await create_live(store)

    await asyncio.gather(*(handle_comments([comment("A1"), comment("A1")]) for _ in range(5)))

    assert await stock_of(product) == (9, 1)
    assert len(await rows(Order)) == 1
    assert len(await rows(Claim)) == 1
    assert len(await rows(Message)) == 2


async def test_the_featured_product_is_what_yo_means() -> None:
    store = await create_store()
    product = await create_product(store, "A1", stock=3)
    await create_product(store, "B2", stock=3)
    await create_live(store, featured=product)

    await handle_comments([comment("yo!")])

    assert await stock_of(product) == (3, 1)


async def test_questions_and_negations_claim_nothing() -> None:
    store = await create_store()
    product = await create_product(store, "A1", stock=3)
    await create_live(store, featured=product)

    await handle_comments(
        [comment("¿de qué tela es?", number=1), comment("no quiero A1", number=2), comment("hola a todos", number=3)]
    )

    assert await stock_of(product) == (3, 0)
    assert await rows(Claim) == []
    assert await rows(Message) == []


async def test_an_edit_changes_the_claim_and_a_removal_releases_it_to_who_waits() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=3), await create_live(store)
    await handle_comments([comment("A1 x2", number=1, buyer="b1"), comment("A1 x2", number=2, buyer="b2", at=1)])
    assert await stock_of(product) == (3, 3)

    await handle_comments([comment("A1 x1", number=1, buyer="b1", verb="edited", edited=NOW + 60)])

    held = {o.customer_fb_id: (o.status, str(o.total)) for o in await rows(Order)}
    assert held == {"b1": ("pending", "12990.00"), "b2": ("pending", "25980.00")}

    await handle_comments([comment("", number=2, buyer="b2", verb="remove")])

    held = {o.customer_fb_id: o.status for o in await rows(Order)}
    assert held == {"b1": "pending", "b2": "cancelled"}
    assert await stock_of(product) == (3, 1)


async def test_an_edit_that_means_the_same_keeps_cart_link_and_clock() -> None:
    store = await create_store()
    await create_product(store, "A1", stock=3)
    await create_live(store)
    await handle_comments([comment("quiero A1 x2")])
    [before] = await rows(OrderItem)

    await handle_comments([comment("quiero A1 x2 porfa", verb="edited", edited=NOW + 5)])

    [after] = await rows(OrderItem)
    assert (after.id, after.reservation_id) == (before.id, before.reservation_id)


async def test_a_removal_that_overtakes_its_comment_wins() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=3), await create_live(store)

    await handle_comments([comment("", verb="remove")])
    await handle_comments([comment("A1")])

    assert await stock_of(product) == (3, 0)
    assert await rows(Message) == []


async def test_claims_of_a_batch_are_decided_by_the_time_they_were_written() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=1), await create_live(store)

    await handle_comments([comment("A1", number=1, buyer="late", at=9), comment("A1", number=2, buyer="early", at=1)])

    claims = await rows(Claim, col(Claim.decision_seq))
    assert [(c.customer_fb_id, c.status) for c in claims] == [("early", "reserved"), ("late", "waitlisted")]
    assert await stock_of(product) == (1, 1)


async def test_an_expired_reservation_goes_to_the_waiting_list_and_the_cart_stays_as_interest() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=1), await create_live(store)
    await handle_comments([comment("A1", number=1, buyer="b1"), comment("A1", number=2, buyer="b2", at=1)])
    async with transaction() as session:
        await session.execute(text("UPDATE reservations SET expires_at = now() - interval '1 second'"))

    async with transaction() as session:
        assert await releasing.expire_due(session) == 1

    carts = {o.customer_fb_id: (o.status, str(o.total)) for o in await rows(Order)}
    assert carts == {"b1": ("expired", "12990.00"), "b2": ("pending", "12990.00")}
    assert await stock_of(product) == (1, 1)
    claims = {c.customer_fb_id: (c.status, c.reserved, c.waiting) for c in await rows(Claim)}
    assert claims == {"b1": ("expired", 0, 0), "b2": ("reserved", 1, 0)}
    assert "freed" in {m.purpose for m in await rows(Message)}


async def test_the_same_words_again_are_impatience_and_other_words_are_not() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=9), await create_live(store)

    await handle_comments([comment("A1!!", number=1), comment("a1", number=2, at=3)])
    await handle_comments([comment("A1 🙋", number=3, at=9), comment("A1 x2", number=4, at=12)])

    assert await stock_of(product) == (9, 3)
    assert {c.fb_comment_id[-1]: c.outcome for c in await rows(Comment)} == {
        "1": "reserved", "2": "repeat", "3": "repeat", "4": "reserved",
    }  # fmt: skip


async def test_a_cancelling_buyer_gets_only_the_last_claim_undone() -> None:
    store = await create_store()
    first, second = await create_product(store, "A1"), await create_product(store, "B2")
    await create_live(store)
    await handle_comments([comment("A1", number=1), comment("B2", number=2, at=5)])

    await handle_comments([comment("ya no lo quiero", number=3, at=9)])

    assert (await stock_of(first))[1] == 1
    assert (await stock_of(second))[1] == 0


async def test_comments_of_other_pages_and_of_posts_that_are_no_live_claim_nothing() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1"), await create_live(store)

    await handle_comments([comment("A1", page="9999"), comment("A1", number=2, post="1001_777")])

    assert (await stock_of(product))[1] == 0
    assert [(c.fb_comment_id, c.outcome) for c in await rows(Comment)] == [("5550001_2", "no_live")]


async def test_a_live_started_without_a_post_adopts_the_first_that_brings_a_comment() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1"), await create_live(store, post_id=None)

    await handle_comments([comment("A1")])

    assert (await stock_of(product))[1] == 1
    [live] = await rows(LiveEvent)
    assert live.fb_live_id == "1001_5550001"


async def test_hostile_texts_are_recorded_and_harm_nothing(redis: Redis) -> None:
    store = await create_store()
    await create_product(store, "A1")
    await create_live(store)
    texts = ["\x00A1", "a" * 8000, "‮A1‬", "A​1", "'; DROP TABLE products; --", "{{7*7}}", "👩‍👩‍👧" * 500, ""]

    await handle_comments([comment(words, number=n, buyer=f"b{n}") for n, words in enumerate(texts)])

    assert len(await rows(Comment)) == len(texts)
    assert await rows(Product)


async def test_a_question_about_a_product_is_answered_in_public_and_an_unknown_one_is_left_to_the_seller() -> None:
    store = await create_store()
    await create_product(store, "A1", stock=3)
    await create_live(store)

    await handle_comments([comment("¿cuánto cuesta el A1?", number=1), comment("¿de qué tela es el A1?", number=2)])

    [answer] = await rows(Message)
    assert (answer.kind, answer.purpose, answer.data["topic"]) == ("public_reply", "answer", "price")
    assert {c.fb_comment_id[-1]: c.outcome for c in await rows(Comment)} == {"1": "answered", "2": "question"}


async def test_what_is_paid_stands_whatever_becomes_of_its_comment() -> None:
    store = await create_store()
    product, _ = await create_product(store, "A1", stock=5), await create_live(store)
    await handle_comments([comment("A1 x2")])
    async with transaction() as session:
        await session.execute(text("UPDATE orders SET status = 'paid', paid_at = now()"))

    await handle_comments([comment("A1 x4", verb="edited", edited=NOW + 60)])
    await handle_comments([comment("", verb="remove")])

    assert await stock_of(product) == (5, 2)
    [claim] = await rows(Claim)
    assert (claim.status, claim.reserved) == ("reserved", 2)
    assert len(await rows(Order)) == 1


async def test_a_cancellation_means_the_last_claim_that_is_not_paid() -> None:
    store = await create_store()
    first, second = await create_product(store, "A1"), await create_product(store, "B2")
    await create_live(store)
    await handle_comments([comment("A1", number=1)])
    await handle_comments([comment("B2", number=2, buyer="77001", at=5)])
    async with transaction() as session:
        # The later claim is paid, in an order of its own.
        [cart] = (await session.execute(select(Order))).scalars()
        paid = {**cart.model_dump(exclude={"id"}), "code": "PAID234", "token": "paid", "status": "paid"}
        session.add(order := Order(**paid | {"paid_at": cart.created_at}))
        await session.flush()
        [item] = (await session.execute(select(OrderItem).where(OrderItem.sku == "B2"))).scalars()
        item.order_id = order.id

    await handle_comments([comment("ya no lo quiero", number=3, at=9)])

    assert (await stock_of(first))[1] == 0
    assert (await stock_of(second))[1] == 1
