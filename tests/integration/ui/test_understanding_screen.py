"""What the seller sees of the hosted model: the notice while it is true, and the figures of the settings."""

from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from livestream_sell.core import ui_updates
from livestream_sell.core.clock import utc_now
from livestream_sell.events import UI_UPDATES, ModelNeedsAttention, ModelRecovered
from livestream_sell.intent import attention
from livestream_sell.intent.attention import Trouble
from livestream_sell.intent.schemas import Intent
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.stores.models import Store
from livestream_sell.ui import topics
from livestream_sell.ui.model_notice import ModelNoticeState
from livestream_sell.ui.pages.settings.understanding_state import UnderstandingState
from tests.integration.sales.test_corrections import correct_only
from tests.integration.sales.test_pipeline import comment
from tests.support.factories import create_live, create_product

pytestmark = pytest.mark.anyio


async def seen(tab: Any) -> str:
    notice = await tab(ModelNoticeState)
    await ModelNoticeState.refresh.fn(notice)
    return str(notice.trouble)


async def test_a_notice_comes_and_goes_with_what_is_true(tab: Any, store: Store, other_store: Store) -> None:
    assert await seen(tab) == ""

    await attention.note(other_store.id, Trouble.unavailable)
    assert await seen(tab) == ""

    await attention.note(store.id, Trouble.budget_spent)
    assert await seen(tab) == "budget_spent"
    await attention.note(store.id, Trouble.unavailable)
    assert await seen(tab) == "unavailable"

    assert await attention.is_over(store.id, still={Trouble.budget_spent})
    assert await seen(tab) == "budget_spent"
    assert await attention.is_over(store.id)
    assert await seen(tab) == ""


async def test_a_dear_day_is_told_until_it_ends(tab: Any, store: Store, redis: Redis) -> None:
    today = utc_now().date()
    await redis.set(f"{{model_tokens}}:{today - timedelta(days=2)}:{store.id}", 1000)
    await redis.set(f"{{model_tokens}}:{today}:{store.id}", 1400)
    assert await seen(tab) == ""

    await redis.set(f"{{model_tokens}}:{today}:{store.id}", 1401)
    assert await seen(tab) == "spending_high"


async def test_both_events_reach_the_screens_that_listen() -> None:
    assert {event.__name__ for event in (ModelNeedsAttention, ModelRecovered)} == set(topics.MODEL)
    assert all(event.streams == (UI_UPDATES,) for event in (ModelNeedsAttention, ModelRecovered))
    assert ui_updates.FEED not in topics.MODEL


async def test_the_settings_show_what_today_cost_and_how_many_corrections_are_kept(
    tab: Any, store: Store, redis: Redis
) -> None:
    await create_product(store, "A1")
    await create_live(store)
    await handle_comments([comment("quiero A1 x2"), comment("hola", number=2, buyer="b2")])
    await correct_only(store, Intent.other, number=1)
    await redis.set(f"{{model_tokens}}:{utc_now().date()}:{store.id}", 62_500)

    section = await tab(UnderstandingState)
    await UnderstandingState.refresh.fn(section)

    assert (section.figures["comments"], section.figures["asked"], section.figures["cost"]) == ("2", "0", "US$ 0,00")
    assert (section.figures["share"], section.figures["tokens"], section.percent) == ("12,5%", "62.500", 12)
    assert (section.corrections, section.has_model) == (1, False)
