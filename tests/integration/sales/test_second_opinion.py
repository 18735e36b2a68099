"""Unsure comments through pipeline, queue and model to their outcome; sure ones never wait."""

import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest
from redis.asyncio import Redis
from sqlmodel import col, select

from livestream_sell.core import ui_updates
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import AI_PROCESSING, UI_UPDATES, Entry
from livestream_sell.core.ui_updates import UiUpdate
from livestream_sell.intent import attention, budget
from livestream_sell.intent.attention import Trouble
from livestream_sell.intent.models import AiLog
from livestream_sell.intent.schemas import Catalogue, Intent, ItemClaim, Understanding
from livestream_sell.intent.schemas import Comment as Written
from livestream_sell.live.models import Comment
from livestream_sell.messaging.models import Message
from livestream_sell.orders.models import Claim, Order
from livestream_sell.sales import pipeline, second_opinion
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.sales.second_opinion import handle_unsure, settle_overdue
from livestream_sell.sandbox.server import SandboxServers
from tests.integration.sales.test_pipeline import NOW, comment, rows, stock_of
from tests.support.factories import create_live, create_product, create_store
from tests.support.meta import change
from tests.support.model import calls, needs_litellm, sandbox_model

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis"), needs_litellm]

UNSURE = "mejor el b2 oye"
DOUBTFUL = "b2 jajaja"


@pytest.fixture(autouse=True)
def local_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fix what the local engine is unsure of; of everything else it says what it says."""
    engine = pipeline.understand

    def understand(comments: Sequence[Written], catalogue: Catalogue) -> list[Understanding]:
        return [scripted(comment) or engine([comment], catalogue)[0] for comment in comments]

    def scripted(comment: Written) -> Understanding | None:
        if comment.text.startswith(UNSURE):
            return Understanding(comment.id, Intent.other, "es", confidence=0.55, reason="scripted")
        if comment.text == DOUBTFUL:
            return Understanding(comment.id, Intent.purchase, "es", (ItemClaim("B2"),), 0.55, needs_review=True)
        return None

    monkeypatch.setattr(pipeline, "understand", understand)
    monkeypatch.setattr(second_opinion, "understand", understand)


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServers]:
    async with sandbox_model(monkeypatch) as started:
        yield started


async def queued(redis: Redis) -> list[Entry]:
    found: Any = await redis.xrange(AI_PROCESSING)
    return [Entry(id=row[0].decode(), data=next(iter(row[1].values())), deliveries=1) for row in found]


async def notes(redis: Redis) -> list[UiUpdate]:
    found: Any = await redis.xrange(UI_UPDATES)
    return [note for _, fields in found if (note := ui_updates.decode(fields))]


async def feed(redis: Redis) -> list[dict[str, Any]]:
    return [row for note in await notes(redis) for row in note.rows]


async def topics(redis: Redis) -> list[str]:
    return [note.topic for note in await notes(redis)]


async def logs() -> list[AiLog]:
    async with transaction() as session:
        return list((await session.execute(select(AiLog).order_by(col(AiLog.id)))).scalars())


async def test_an_unsure_comment_thinks_and_then_is_a_claim_like_any_other(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    product, live = await create_product(store, "B2", stock=3), await create_live(store)

    await handle_comments([comment(UNSURE)])

    [waiting] = await rows(Comment)
    assert waiting.outcome == "thinking"
    assert (await rows(Claim), await rows(Message), await stock_of(product)) == ([], [], (3, 0))
    [entry] = await queued(redis)
    event = orjson.loads(entry.data)
    assert (event["comment_id"], event["text"], event["schema_version"]) == (str(waiting.id), UNSURE, 1)
    assert event["context"] == {"tienda_id": str(store.id), "live_id": str(live.id)}

    await handle_unsure([entry])

    [decided] = await rows(Comment)
    assert (decided.intent, decided.outcome, decided.engine, decided.confidence) == (
        "purchase",
        "reserved",
        "model",
        0.95,
    )
    assert await stock_of(product) == (3, 1)
    assert sorted(m.kind for m in await rows(Message)) == ["private_reply", "public_reply"]
    assert [row["outcome"] for row in await feed(redis)] == ["thinking", "reserved"]
    assert [row["engine"] for row in await feed(redis)] == ["local", "model"]


async def test_the_log_of_a_second_opinion_holds_model_prompt_answer_tokens_and_cost(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)

    await handle_comments([comment(UNSURE)])
    await handle_unsure(await queued(redis))

    local, model = await logs()
    assert (local.engine, local.prompt, local.cost_usd) == ("local", None, 0)
    assert (model.engine, model.model, model.reason) == ("model", "gpt-5-nano", "model_answered")
    assert (model.detected_intent, model.detected_sku, model.items) == ("purchase", "B2", [{"sku": "B2", "qty": 1}])
    assert UNSURE in str(model.prompt)
    assert '"purchase"' in str(model.response)
    assert model.tokens_in > 0 < model.tokens_out
    assert model.cost_usd > 0
    assert model.latency_us > 0


async def test_an_event_delivered_again_or_too_late_does_nothing(sandbox: SandboxServers, redis: Redis) -> None:
    store = await create_store()
    product, _ = await create_product(store, "B2", stock=5), await create_live(store)
    await handle_comments([comment(UNSURE)])
    entries = await queued(redis)

    await handle_unsure(entries + entries)
    await handle_unsure(entries)

    assert await stock_of(product) == (5, 1)
    assert len(await rows(Claim)) == 1
    assert len(await logs()) == 2


async def test_a_comment_removed_or_edited_while_the_model_thinks_is_left_alone(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    product, _ = await create_product(store, "B2"), await create_live(store)
    await create_product(store, "C3")
    await handle_comments([comment(UNSURE, number=1, buyer="b1"), comment(UNSURE, number=2, buyer="b2")])
    entries = await queued(redis)

    await handle_comments([
        comment("", number=1, buyer="b1", verb="remove"),
        comment("quiero C3", number=2, buyer="b2", verb="edited", edited=NOW + 9),
    ])  # fmt: skip
    await handle_unsure(entries)

    assert (await stock_of(product))[1] == 0
    assert [c.customer_fb_id for c in await rows(Claim)] == ["b2"]
    outcomes = {c.fb_comment_id[-1]: c.outcome for c in await rows(Comment)}
    assert outcomes == {"1": "removed", "2": "reserved"}


@pytest.mark.parametrize(
    "switches", [{"down": True}, {"mode": "nonsense"}, {"mode": "refuse"}, {"mode": "invalid_json"}]
)
async def test_without_a_usable_answer_the_local_result_stands_or_goes_to_review(
    sandbox: SandboxServers, redis: Redis, switches: dict[str, object]
) -> None:
    store = await create_store()
    product, _ = await create_product(store, "B2"), await create_live(store)
    sandbox.state.switches.put("model", switches)

    await handle_comments([comment(UNSURE, number=1), comment(DOUBTFUL, number=2, at=1)])
    await handle_unsure(await queued(redis))

    outcomes = {c.fb_comment_id[-1]: (c.outcome, c.engine) for c in await rows(Comment)}
    assert outcomes == {"1": ("other", "local"), "2": ("review", "local")}
    assert [c.status for c in await rows(Claim)] == ["review"]
    assert (await stock_of(product))[1] == 0


async def test_an_unsure_model_sends_a_purchase_to_review(sandbox: SandboxServers, redis: Redis) -> None:
    store = await create_store()
    product, _ = await create_product(store, "B2", name="Zapato"), await create_live(store)

    # The sandbox reads "dame" as a purchase of nothing in particular.
    await handle_comments([comment("dame ese")])
    await handle_unsure(await queued(redis))

    assert [(c.outcome, c.intent) for c in await rows(Comment)] == [("review", "purchase")]
    assert (await stock_of(product))[1] == 0


async def test_what_was_on_air_when_it_was_written_is_what_is_asked_about(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    first, then = await create_product(store, "B2"), await create_product(store, "C3")
    await create_live(store, featured=first)

    await handle_comments([comment(UNSURE)])
    await change("UPDATE live_events SET featured_product_id = :id", id=then.id)
    await handle_unsure(await queued(redis))

    sent = orjson.loads(calls(sandbox)[-1]["messages"][-1]["content"])
    assert sent["on_air"] == "B2"


async def test_sure_comments_opt_outs_and_lives_that_are_over_are_never_asked_about(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)

    await handle_comments([
        comment("quiero B2", number=1), comment("STOP", number=2), comment("🙏", number=3),
        comment(UNSURE, number=4, post="1001_777"),
    ])  # fmt: skip

    assert await queued(redis) == []
    assert "thinking" not in {c.outcome for c in await rows(Comment)}


async def test_without_a_model_nothing_thinks(redis: Redis) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)

    await handle_comments([comment(UNSURE)])

    assert [c.outcome for c in await rows(Comment)] == ["other"]
    assert await queued(redis) == []


async def test_a_provider_of_30_seconds_delays_no_sure_purchase_and_an_unsure_one_by_the_timeout(
    sandbox: SandboxServers, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await create_store()
    product, _ = await create_product(store, "B2"), await create_live(store)
    sandbox.state.switches.put("model", {"slow_seconds": 30.0})
    monkeypatch.setenv("LLM_TIMEOUT_SECONDS", "1.5")
    get_settings.cache_clear()

    await handle_comments([comment(UNSURE, number=1, buyer="b1"), comment("quiero B2", number=2, buyer="b2")])

    # The model was not waited for: it was not even asked yet.
    assert await stock_of(product) == (10, 1)
    assert calls(sandbox) == []
    began = time.perf_counter()
    await handle_unsure(await queued(redis))
    assert time.perf_counter() - began < 10
    assert {c.fb_comment_id[-1]: c.outcome for c in await rows(Comment)} == {"1": "other", "2": "reserved"}


async def test_what_nobody_answered_for_a_minute_is_decided_locally(sandbox: SandboxServers, redis: Redis) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)
    await handle_comments([comment(UNSURE, number=1), comment(DOUBTFUL, number=2, at=1)])

    assert await settle_overdue() == 0
    await change("UPDATE comments SET received_at = now() - interval '61 seconds'")
    assert await settle_overdue() == 2

    assert {c.fb_comment_id[-1]: c.outcome for c in await rows(Comment)} == {"1": "other", "2": "review"}
    await handle_unsure(await queued(redis))
    assert calls(sandbox) == []


async def test_the_seller_is_told_once_of_an_outage_of_a_spent_budget_and_of_a_dear_day(
    sandbox: SandboxServers, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)

    async def write(number: int) -> int:
        await handle_comments([comment(f"{UNSURE} {number}", number=number, buyer=f"b{number}")])
        await handle_unsure((await queued(redis))[-1:])
        return (await topics(redis)).count("ModelNeedsAttention")

    assert await write(1) == 0
    today = (await budget.spending(store.id)).today
    yesterday = utc_now().date() - timedelta(days=1)
    # Just over 1.4 times as much as on the one other day of this week.
    await redis.set(f"{{model_tokens}}:{yesterday.isoformat()}:{store.id}", today)
    assert await write(2) == 1
    assert await write(3) == 1
    sandbox.state.switches.put("model", {"down": True})
    assert [await write(4), await write(5)] == [2, 2]
    monkeypatch.setenv("LLM_DAILY_TOKEN_BUDGET", "1")
    get_settings.cache_clear()
    assert [await write(6), await write(7)] == [3, 3]


async def test_what_the_seller_is_told_is_true_until_a_comment_is_answered_again(
    sandbox: SandboxServers, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = await create_store(), await create_store(page_id="2002")
    await create_product(store, "B2")
    await create_live(store)

    async def write(number: int) -> tuple[str | None, list[str]]:
        before = len(await topics(redis))
        await handle_comments([comment(f"{UNSURE} {number}", number=number, buyer=f"b{number}")])
        await handle_unsure((await queued(redis))[-1:])
        told = [topic for topic in (await topics(redis))[before:] if topic.startswith("Model")]
        return await attention.current(store.id), told

    assert await write(1) == (None, [])
    sandbox.state.switches.put("model", {"down": True})
    assert await write(2) == ("unavailable", ["ModelNeedsAttention"])
    assert await write(3) == ("unavailable", [])
    assert await attention.current(other.id) is None
    sandbox.state.switches.put("model", {"down": False})
    assert await write(4) == (None, ["ModelRecovered"])
    # A second outage of the same ten minutes is shown again.
    sandbox.state.switches.put("model", {"down": True})
    assert await write(5) == ("unavailable", ["ModelNeedsAttention"])
    sandbox.state.switches.put("model", {"down": False})
    monkeypatch.setenv("LLM_STORE_DAILY_TOKEN_BUDGET", "1")
    get_settings.cache_clear()
    await redis.delete(f"model_trouble:{{{store.id}}}:unavailable")
    assert await write(6) == ("budget_spent", ["ModelNeedsAttention"])
    monkeypatch.setenv("LLM_STORE_DAILY_TOKEN_BUDGET", "500000")
    get_settings.cache_clear()
    assert await write(7) == (None, ["ModelRecovered"])


async def test_a_trouble_that_nobody_meets_any_more_is_forgotten(redis: Redis) -> None:
    store = await create_store()

    assert [await attention.note(store.id, trouble) for trouble in attention.NOTED] == [True, True]
    assert await attention.note(store.id, Trouble.unavailable) is False

    left = [await redis.ttl(f"model_trouble:{{{store.id}}}:{trouble}") for trouble in attention.NOTED]
    assert 0 < left[0] <= attention.OUTAGE_SECONDS
    assert 0 < left[1] <= (attention.day_ends_at() - utc_now()).total_seconds() + 2
    await redis.delete(f"model_trouble:{{{store.id}}}:unavailable")
    assert await attention.current(store.id) == "budget_spent"


async def test_carts_of_second_opinions_merge_with_the_buyers_other_claims(
    sandbox: SandboxServers, redis: Redis
) -> None:
    store = await create_store()
    await create_product(store, "B2")
    await create_live(store)

    await handle_comments([comment("quiero B2 x2", number=1), comment(UNSURE, number=2, at=5)])
    await handle_unsure(await queued(redis))

    [order] = await rows(Order)
    assert str(order.total) == "38970.00"
