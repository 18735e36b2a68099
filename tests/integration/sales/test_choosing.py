"""A claim that leaves the size open: the bot asks in private, and the answer decides it like any other claim."""

import pytest
from sqlmodel import select

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.events import BuyerWrote
from livestream_sell.messaging.models import InboundMessage, Message
from livestream_sell.orders.models import Claim
from livestream_sell.sales.choosing import answered, on_buyer_wrote
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.stores.models import Store
from tests.integration.sales.test_pipeline import comment, rows, stock_of
from tests.support.factories import create_live, create_product, create_store

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]


async def asked() -> tuple[Store, object, object, Message]:
    store = await create_store()
    medium = await create_product(store, "A1-M", name="Vestido lino", variant={"size": "M"})
    large = await create_product(store, "A1-L", name="Vestido lino", variant={"size": "L"})
    await create_live(store)
    await handle_comments([comment("quiero el vestido lino")])
    [question] = await rows(Message)
    return store, medium, large, question


async def answer(store: Store, text: str, payload: str = "") -> None:
    async with transaction() as session:
        session.add(
            InboundMessage(
                store_id=store.id, customer_fb_id="77001", fb_message_id=str(uuid7()), text=text, payload=payload,
                sent_at=utc_now(),
            )
        )  # fmt: skip
    async with transaction() as session:
        await on_buyer_wrote(session, BuyerWrote(store_id=store.id, customer_fb_id="77001"))


async def test_the_question_names_the_sizes_and_reserves_nothing() -> None:
    _, medium, large, question = await asked()

    assert (question.kind, question.purpose, question.fb_comment_id) == ("private_reply", "choose_variant", "5550001_1")
    assert [option["label"] for option in question.data["options"]] == ["L", "M"]
    assert [(await stock_of(each))[1] for each in (medium, large)] == [0, 0]  # type: ignore[arg-type]


@pytest.mark.parametrize("by_tap", [True, False])
async def test_a_tap_or_a_word_decides_the_claim(by_tap: bool) -> None:
    store, medium, large, question = await asked()
    payload = next(option["payload"] for option in question.data["options"] if option["label"] == "M")

    await answer(store, "M" if by_tap else "la m porfa", payload if by_tap else "")

    assert [(await stock_of(each))[1] for each in (medium, large)] == [1, 0]  # type: ignore[arg-type]
    [claim] = await rows(Claim)
    assert claim.status == "reserved"
    async with transaction() as session:
        sent = (await session.execute(select(Message.kind, Message.purpose).order_by(Message.kind))).all()
    assert sorted(sent) == [("private_reply", "choose_variant"), ("private_reply", "claim"), ("public_reply", "claim")]


@pytest.mark.parametrize("words", ["no sé", "M o L?", "la xl", ""])
async def test_an_unclear_answer_stays_with_the_seller(words: str) -> None:
    store, medium, large, _ = await asked()

    await answer(store, words)

    assert [(await stock_of(each))[1] for each in (medium, large)] == [0, 0]  # type: ignore[arg-type]
    [claim] = await rows(Claim)
    assert claim.status == "review"


async def test_a_tap_for_another_claim_means_nothing() -> None:
    assert answered("M", f"variant:{uuid7()}:A1-M", uuid7(), {"A1-S": {"size": "S"}, "A1-L": {"size": "L"}}) is None
