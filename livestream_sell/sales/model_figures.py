"""What understanding cost a store today: comments, questions to the hosted model, money, tokens of the budget."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.core import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.cache import REDIS_AWAY
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import driver
from livestream_sell.core.ids import first_uuid7
from livestream_sell.intent import attention, budget, model_engine
from livestream_sell.intent.attention import Trouble
from livestream_sell.stores.service import get_store

# By the index of a live's newest comments: ids are in the order of time.
COMMENTS = """
SELECT count(*) FROM live_events l JOIN comments c ON c.live_id = l.id AND c.id >= $2 WHERE l.store_id = $1
"""
# A reply that was no use was paid for like any other; one that came too late has no price that we know of.
OPINIONS = """
SELECT count(*) FILTER (WHERE model IS NOT NULL OR reason IN ('model_model_unavailable', 'model_model_refused'))
           AS asked,
       count(*) FILTER (WHERE reason = 'model_answered') AS answered,
       count(*) FILTER (WHERE reason = 'model_cached') AS remembered,
       coalesce(sum(cost_usd), 0) AS cost
FROM ai_logs WHERE store_id = $1 AND created_at >= $2 AND prompt IS NOT NULL
"""
CORRECTIONS = """
SELECT count(DISTINCT a.comment_id) FROM ai_logs a JOIN comments c ON c.id = a.comment_id
WHERE a.store_id = $1 AND a.correction <> '{}' AND c.state <> 'removed'
"""
CENT_OF_A_CENT = Decimal("0.0001")


class ModelFigures(BaseModel):
    """Understanding today. The day is UTC's, like the token budget's; it ends at `ends_at`.

    `comments` are those of the store's lives; `asked` went to the model, `answered` came back of use, `remembered`
    were answered before and cost nothing. `cost_per_1000_usd` is the cost by a thousand of all `comments`.
    `tokens` and `budget_share` (0 to 1) are null while Redis is away. `trouble` is what the seller is told, or null.
    """

    model_config = ConfigDict(frozen=True)

    has_model: bool
    comments: int
    asked: int
    answered: int
    remembered: int
    cost_usd: Decimal
    cost_text: str
    cost_per_1000_usd: Decimal
    cost_per_1000_text: str
    tokens: int | None
    token_budget: int
    budget_share: float | None
    ends_at: datetime
    trouble: Trouble | None
    corrections: int


async def model_figures(session: AsyncSession, store_id: UUID) -> ModelFigures:
    """Count what understanding cost a store today. Raises NotFound."""
    store = await get_store(session, store_id)
    connection = await driver(session)
    midnight = datetime.combine(utc_now().date(), time(), utc_now().tzinfo)
    comments = await connection.fetchval(COMMENTS, store_id, first_uuid7(midnight))
    opinions = await connection.fetchrow(OPINIONS, store_id, midnight)
    cost = opinions["cost"]
    by_thousand = (cost * 1000 / comments).quantize(CENT_OF_A_CENT) if comments else Decimal(0)
    return ModelFigures(
        has_model=model_engine.is_configured(),
        comments=comments,
        asked=opinions["asked"],
        answered=opinions["answered"],
        remembered=opinions["remembered"],
        cost_usd=cost,
        cost_text=dollars(cost, store.locale),
        cost_per_1000_usd=by_thousand,
        cost_per_1000_text=dollars(by_thousand, store.locale),
        ends_at=attention.day_ends_at(),
        trouble=await attention.current(store_id),
        corrections=await connection.fetchval(CORRECTIONS, store_id),
        **await _tokens(store_id),
    )


async def _tokens(store_id: UUID) -> dict[str, Any]:
    try:
        spent = await budget.spending(store_id)
    except REDIS_AWAY:
        return {"tokens": None, "token_budget": budget.store_limit(), "budget_share": None}
    share = round(spent.today / spent.limit, 4) if spent.limit else 1.0
    return {"tokens": spent.today, "token_budget": spent.limit, "budget_share": share}


def dollars(amount: Decimal, locale: str) -> str:
    """Return `amount` with the digits that a fraction of a cent needs, as people of `locale` write numbers."""
    try:
        parsed = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        parsed = Locale("en")
    return f"US$ {format_decimal(amount, '#,##0.00##', locale=parsed)}"
