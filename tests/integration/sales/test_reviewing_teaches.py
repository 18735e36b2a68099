"""What the seller decides in the review lane is kept as an example, and its words are understood the next time."""

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.intent.models import AiLog
from livestream_sell.orders.models import Claim
from livestream_sell.sales.correction_export import labelled_set
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.sales.reviewing import confirm
from livestream_sell.stores.models import Store
from tests.integration.sales.test_corrections import shop, synonyms
from tests.integration.sales.test_pipeline import comment, rows, stock_of
from tests.support.factories import create_store

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]


async def confirm_as(store: Store, claim: Claim, actor: str, **decision: object) -> None:
    async with transaction() as session:
        await confirm(session, store.id, claim.id, actor=actor, **decision)  # type: ignore[arg-type]


async def test_a_product_chosen_in_the_lane_teaches_its_name() -> None:
    store, _, b2 = await shop()
    await handle_comments([comment("quiero el chalequito")])
    [held] = await rows(Claim)
    assert (held.status, held.product_id) == ("review", None)

    await confirm_as(store, held, "seller:1", product_id=b2.id, quantity=2)
    await handle_comments([comment("quiero un chalequito", number=2, buyer="b9", at=120)])

    assert (await stock_of(b2))[1] == 3
    assert await synonyms() == [("chalequito", "B2", 1)]


async def test_the_answer_is_a_line_of_the_exported_set() -> None:
    store, _, b2 = await shop()
    await handle_comments([comment("quiero el chalequito")])
    [held] = await rows(Claim)

    await confirm_as(store, held, "seller:1", product_id=b2.id)

    async with transaction() as session:
        exported = await labelled_set(session, store.id)
    [line] = [line for half in exported.lines.values() for line in half]
    assert (line["text"], line["intent"], line["items"]) == (
        "quiero el chalequito", "purchase", [{"sku": "B2", "qty": 1}],
    )  # fmt: skip


async def test_what_the_buyer_answers_and_what_is_refused_teaches_nothing() -> None:
    store, _, b2 = await shop()
    stranger = await create_store(page_id="2002")
    await handle_comments([comment("quiero el chalequito")])
    [held] = await rows(Claim)

    with pytest.raises(InvalidInput):
        await confirm_as(store, held, "seller:1", product_id=stranger.id)
    assert [(log.correction, await synonyms()) for log in await rows(AiLog)] == [({}, [])]

    await confirm_as(store, held, "", product_id=b2.id)
    assert [(log.correction, await synonyms()) for log in await rows(AiLog)] == [({}, [])]
    assert (await stock_of(b2))[1] == 1


async def test_of_several_products_the_one_in_the_lane_is_not_all_that_was_meant() -> None:
    store, a1, _ = await shop()
    await handle_comments([comment("jajaja quiero A1 y B2 😂")])
    held = [claim for claim in await rows(Claim) if claim.status == "review"]
    assert len(held) == 1

    await confirm_as(store, held[0], "seller:1", product_id=a1.id)

    [log] = await rows(AiLog)
    assert (len(log.items), log.correction) == (2, {})
