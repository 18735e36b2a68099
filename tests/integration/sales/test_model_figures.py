"""What understanding cost today: counted from the log, the store's own, of this day."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.intent.models import AiLog
from livestream_sell.live.models import Comment, LiveEvent
from livestream_sell.sales.model_figures import ModelFigures, model_figures
from livestream_sell.stores.models import Store
from tests.support.factories import create_live, create_store
from tests.support.http_client import api_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]

ANSWERED: dict[str, Any] = {"reason": "model_answered", "model": "gpt-5-nano", "cost_usd": Decimal("0.0003")}
USELESS: dict[str, Any] = {"reason": "model_model_answer_invalid", "model": "gpt-5-nano", "cost_usd": Decimal("0.0002")}
LATE: dict[str, Any] = {"reason": "model_model_unavailable"}
REMEMBERED: dict[str, Any] = {"reason": "model_cached"}
NOT_ASKED: dict[str, Any] = {"reason": "model_token_budget_spent"}
LOCAL: dict[str, Any] = {"reason": "rules", "prompt": None}


async def write(store: Store, live: LiveEvent, number: int, *opinions: dict[str, Any], id: UUID | None = None) -> None:
    now = utc_now()
    async with transaction() as session:
        comment = Comment(
            store_id=store.id, live_id=live.id, fb_comment_id=f"c{number}", fb_post_id="p", customer_fb_id="b",
            text="mejor el b2", intent="other", commented_at=now, received_at=now, **({"id": id} if id else {}),
        )  # fmt: skip
        session.add(comment)
        await session.flush()
        for opinion in opinions:
            session.add(
                AiLog(
                    store_id=store.id, live_id=live.id, comment_id=comment.id, raw_comment=comment.text,
                    detected_intent="other", confidence_score=0.5, engine="local", **({"prompt": "[]"} | opinion),
                )
            )  # fmt: skip


async def figures(store: Store) -> ModelFigures:
    async with transaction() as session:
        return await model_figures(session, store.id)


async def test_today_is_counted_from_the_log() -> None:
    store = await create_store()
    live = await create_live(store)
    for number, opinion in enumerate((ANSWERED, USELESS, LATE, REMEMBERED, NOT_ASKED)):
        await write(store, live, number, LOCAL, opinion)
    for number in range(5, 10):
        await write(store, live, number, LOCAL)

    seen = await figures(store)

    assert (seen.comments, seen.asked, seen.answered, seen.remembered) == (10, 3, 1, 1)
    assert (seen.cost_usd, seen.cost_per_1000_usd) == (Decimal("0.000500"), Decimal("0.0500"))
    assert (seen.cost_text, seen.cost_per_1000_text) == ("US$ 0,0005", "US$ 0,05")
    assert timedelta() < seen.ends_at - utc_now() <= timedelta(days=1)


async def test_yesterday_and_other_stores_do_not_count() -> None:
    store, other = await create_store(), await create_store(page_id="2002")
    live, theirs = await create_live(store), await create_live(other, post_id="2002_1")
    await write(other, theirs, 1, LOCAL, ANSWERED)
    before = utc_now() - timedelta(days=1)
    # An id of that moment, as the comments of that day have.
    id_then = UUID(int=int(before.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62 | 5)
    await write(store, live, 2, ANSWERED | {"created_at": before}, id=id_then)

    seen = await figures(store)

    assert (seen.comments, seen.asked, seen.cost_usd, seen.cost_per_1000_usd) == (0, 0, 0, 0)


async def test_the_share_of_the_budget_is_that_of_the_tighter_limit(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await create_store()
    await redis.set(f"{{model_tokens}}:{utc_now().date().isoformat()}:{store.id}", 3000)
    monkeypatch.setenv("LLM_STORE_DAILY_TOKEN_BUDGET", "20000")
    monkeypatch.setenv("LLM_DAILY_TOKEN_BUDGET", "12000")
    get_settings.cache_clear()

    seen = await figures(store)

    assert (seen.tokens, seen.token_budget, seen.budget_share) == (3000, 12000, 0.25)
    monkeypatch.undo()
    get_settings.cache_clear()


async def test_the_rest_interface_tells_the_owner_and_nobody_else() -> None:
    store, other = await create_store(), await create_store(page_id="2002")
    await write(store, await create_live(store), 1, LOCAL, ANSWERED)

    async with api_client(store) as client, api_client(other) as thief:
        answer = await client.get(f"/api/v1/stores/{store.id}/understanding")
        stolen = await thief.get(f"/api/v1/stores/{store.id}/understanding")

    body = answer.json()
    assert (answer.status_code, stolen.status_code) == (200, 404)
    assert (body["asked"], body["comments"], body["cost_usd"], body["trouble"]) == (1, 1, "0.000300", None)
