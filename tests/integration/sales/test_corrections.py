"""A corrected comment: undone, done right, kept as an example, and its words understood the next time."""

from typing import Any

import pytest
from sqlmodel import col, select

from livestream_sell.core.db import transaction
from livestream_sell.core.errors import Conflict, InvalidInput, NotFound
from livestream_sell.intent.models import AiLog, StoreSynonym
from livestream_sell.intent.schemas import Intent, ItemClaim
from livestream_sell.live.models import Comment
from livestream_sell.messaging.models import Conversation, Message
from livestream_sell.orders.models import Claim, Order, OrderItem
from livestream_sell.sales.corrections import Corrected, correct
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.stores.models import Store
from tests.integration.sales.test_pipeline import comment, rows, stock_of
from tests.support.factories import create_live, create_product, create_store
from tests.support.http_client import api_client
from tests.support.meta import change

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]

PURCHASE = Intent.purchase


async def shop(**live: Any) -> tuple[Store, Any, Any]:
    store = await create_store()
    a1 = await create_product(store, "A1", stock=3, name="Vestido largo")
    b2 = await create_product(store, "B2", stock=3, name="Polera corta")
    await create_live(store, **live)
    return store, a1, b2


async def correct_only(store: Store, intent: Intent, *items: ItemClaim, number: int = 1) -> Corrected:
    async with transaction() as session:
        found = select(Comment).where(col(Comment.fb_comment_id) == f"5550001_{number}")
        row = (await session.execute(found)).scalar_one()
        return await correct(session, store.id, row.id, intent=intent, items=items, actor="seller:1")


async def synonyms() -> list[tuple[str, str, int]]:
    return [(row.words, row.sku, row.uses) for row in await rows(StoreSynonym, StoreSynonym.words)]


async def test_a_wrong_product_is_given_back_and_the_right_one_reserved() -> None:
    store, a1, b2 = await shop()
    await handle_comments([comment("quiero A1 x2")])

    corrected = await correct_only(store, PURCHASE, ItemClaim("B2", 1))

    assert (corrected.intent, corrected.outcome) == (PURCHASE, "reserved")
    assert ((await stock_of(a1))[1], (await stock_of(b2))[1]) == (0, 1)
    assert [(o.status, str(o.total)) for o in await rows(Order, Order.id)][-1] == ("pending", "12990.00")
    [seen] = await rows(Comment)
    assert (seen.intent, seen.outcome, seen.engine, seen.confidence) == ("purchase", "reserved", "seller", 1.0)


async def test_the_correction_is_kept_with_what_was_understood() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1 x2")])

    await correct_only(store, PURCHASE, ItemClaim("B2", 1))

    [log] = await rows(AiLog)
    at = log.correction.pop("at")
    assert at.endswith("+00:00")
    assert log.correction == {
        "intent": "purchase", "items": [{"sku": "B2", "qty": 1}], "actor": "seller:1",
        "was": {"intent": "purchase", "items": [{"sku": "A1", "qty": 2}]},
    }  # fmt: skip
    assert log.detected_sku == "A1"


async def test_what_was_no_purchase_is_undone_and_goes_to_who_waits() -> None:
    store, a1, _ = await shop()
    await handle_comments([comment("A1 x3", number=1, buyer="b1"), comment("quiero A1", number=2, buyer="b2", at=1)])

    corrected = await correct_only(store, Intent.other)

    assert corrected.outcome == "other"
    assert await stock_of(a1) == (3, 1)
    assert {c.customer_fb_id: c.status for c in await rows(Claim)} == {"b1": "released", "b2": "reserved"}


async def test_a_missed_purchase_becomes_a_claim_with_its_messages() -> None:
    store, a1, _ = await shop()
    await handle_comments([comment("hola a todos")])

    corrected = await correct_only(store, PURCHASE, ItemClaim("A1", 2))

    assert [outcome.granted for outcome in corrected.claims] == [2]
    assert await stock_of(a1) == (3, 2)
    assert sorted(m.kind for m in await rows(Message)) == ["private_reply", "public_reply"]


async def test_a_claim_in_review_is_replaced_and_one_that_was_right_keeps_its_clock() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1")])
    [before] = await rows(OrderItem)

    await correct_only(store, PURCHASE, ItemClaim("A1", 1), ItemClaim("B2", 1))

    after = {item.sku: item.id for item in await rows(OrderItem)}
    assert after["A1"] == before.id
    assert set(after) == {"A1", "B2"}


async def test_more_than_is_left_waits_like_any_other_claim() -> None:
    store, a1, _ = await shop()
    await handle_comments([comment("hola a todos")])

    corrected = await correct_only(store, PURCHASE, ItemClaim("A1", 5))

    assert (corrected.outcome, await stock_of(a1)) == ("partly_reserved", (3, 3))


async def test_a_name_is_learned_and_understood_the_next_time() -> None:
    store, _, b2 = await shop()
    await handle_comments([comment("quiero el chalequito")])
    corrected = await correct_only(store, PURCHASE, ItemClaim("B2", 1))
    assert corrected.learned == ("chalequito",)

    await handle_comments([comment("quiero un chalequito", number=2, buyer="b9", at=120)])

    assert (await stock_of(b2))[1] == 2
    assert await synonyms() == [("chalequito", "B2", 1)]


async def test_a_later_correction_moves_the_name_and_one_to_no_purchase_forgets_it() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero el chalequito")])
    await correct_only(store, PURCHASE, ItemClaim("B2", 1))

    await correct_only(store, PURCHASE, ItemClaim("A1", 1))
    assert await synonyms() == [("chalequito", "A1", 1)]

    await correct_only(store, Intent.other)
    assert await synonyms() == []


async def test_words_that_others_use_for_other_things_and_words_about_what_is_on_air_are_not_learned() -> None:
    store, _, b2 = await shop()
    await handle_comments([comment(f"que chalequito {word}", number=n, buyer=f"b{n}") for n, word in
                           enumerate(("lindo", "bonito", "hermoso"), start=2)])  # fmt: skip
    await handle_comments([comment("quiero el chalequito", number=1)])
    assert (await correct_only(store, PURCHASE, ItemClaim("B2", 1))).learned == ()

    await change("UPDATE live_events SET featured_product_id = :id", id=b2.id)
    await handle_comments([comment("quiero la frusleria", number=9, at=120)])
    assert (await correct_only(store, PURCHASE, ItemClaim("B2", 1), number=9)).learned == ()
    assert await synonyms() == []


async def test_what_cannot_be_corrected_is_refused_and_changes_nothing() -> None:
    store, a1, _ = await shop()
    stranger = await create_store(page_id="2002")
    await handle_comments([comment("quiero A1")])

    with pytest.raises(NotFound):
        await correct_only(stranger, Intent.other)
    for items in ((ItemClaim("Z9", 1),), (ItemClaim("A1", 0),), (ItemClaim("A1", 100),), (), (ItemClaim("A1"),) * 2):
        with pytest.raises(InvalidInput):
            await correct_only(store, PURCHASE, *items)
    with pytest.raises(InvalidInput):
        await correct_only(store, Intent.other, ItemClaim("A1", 1))
    await change("UPDATE orders SET status = 'paid'")
    with pytest.raises(Conflict):
        await correct_only(store, Intent.other)

    assert (await stock_of(a1))[1] == 1
    [log] = await rows(AiLog)
    assert log.correction == {}


async def test_a_missed_opt_out_is_obeyed() -> None:
    store, _, _ = await shop()
    await handle_comments([comment("quiero A1")])

    await correct_only(store, Intent.opt_out)

    [conversation] = await rows(Conversation)
    assert conversation.opted_out_at is not None


async def test_the_route_corrects_and_only_for_people_of_the_store() -> None:
    store, a1, _ = await shop()
    stranger = await create_store(page_id="2002")
    await handle_comments([comment("quiero A1")])
    [seen] = await rows(Comment)
    body = {"intent": "purchase", "items": [{"sku": "A1", "quantity": 2}]}

    async with api_client(store) as client, api_client(stranger) as other, api_client() as nobody:
        answer = await client.post(f"/api/v1/comments/{seen.id}/correct", json=body)
        refusals = [
            await other.post(f"/api/v1/comments/{seen.id}/correct", json=body),
            await nobody.post(f"/api/v1/comments/{seen.id}/correct", json=body),
            await client.post(f"/api/v1/comments/{seen.id}/correct", json=body | {"intent": "banana"}),
        ]

    assert answer.status_code == 200
    assert answer.json() == {
        "comment_id": str(seen.id), "intent": "purchase", "outcome": "reserved", "learned": [],
        "claims": [{"sku": "A1", "quantity": 2, "reserved": 2, "waiting": 0}],
    }  # fmt: skip
    assert [refusal.status_code for refusal in refusals] == [404, 401, 422]
    assert (await stock_of(a1))[1] == 2
