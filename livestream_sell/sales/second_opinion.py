"""Comments that wait for a hosted model: read, asked about with no transaction open, decided like any other.

A comment waits with the outcome `thinking`. Whoever takes it out of that state has decided it, so an event delivered
twice, or too late, does nothing; a comment that nobody took out is decided locally by `settle_overdue`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell import events
from livestream_sell.core import metrics, outbox
from livestream_sell.core.cache import REDIS_AWAY
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import driver, transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import Entry
from livestream_sell.events import IntegrationEvent, ModelNeedsAttention, ModelRecovered, SecondOpinionWanted
from livestream_sell.intent import attention, budget, model_engine
from livestream_sell.intent.attention import OUTAGE_SECONDS, Trouble
from livestream_sell.intent.engine import understand
from livestream_sell.intent.model_engine import Opinion, Question
from livestream_sell.intent.schemas import Comment
from livestream_sell.sales import pipeline
from livestream_sell.sales.arrivals import Arrival
from livestream_sell.sales.recording import Reading, Recorded, record_opinions, set_outcomes
from livestream_sell.sales.shops import Shop, load_shops

OVERDUE_SECONDS = 60
OVERDUE_AT_ONCE = 200
TROUBLES = {
    "model_unavailable": Trouble.unavailable,
    "circuit_open": Trouble.unavailable,
    "token_budget_spent": Trouble.budget_spent,
}

WAITING = """
SELECT c.id, c.store_id, c.fb_comment_id, c.fb_post_id, c.fb_parent_id, c.customer_fb_id, c.customer_name, c.text,
       c.state, c.intent, c.commented_at, c.edited_at, c.received_at, s.fb_page_id
FROM comments c JOIN stores s ON s.id = c.store_id
JOIN unnest($1::uuid[], $2::uuid[], $3::text[]) AS w(store_id, id, text)
  ON c.store_id = w.store_id AND c.id = w.id AND c.text = w.text
WHERE c.outcome = 'thinking' ORDER BY c.store_id, c.fb_comment_id
"""

OVERDUE = """
SELECT id, store_id, text FROM comments
WHERE outcome = 'thinking' AND received_at < now() - make_interval(secs => $1) ORDER BY received_at LIMIT $2
"""

Row = dict[str, Any]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that waits, as its event tells."""

    store_id: UUID
    comment_id: UUID
    text: str
    featured: str | None
    seconds: float


async def handle_unsure(entries: Sequence[Entry]) -> None:
    """Consumer of `ai_processing`: one batch, asked about at the same time, decided in one transaction."""
    wanted = [event for entry in entries if isinstance(event := events.decode(entry.data), SecondOpinionWanted)]
    # One batch may hold an event twice, or two texts of one comment.
    waiting = list({(event.comment_id, event.text): _waiting(event) for event in wanted}.values())
    questions = await _questions(waiting)
    if model_engine.is_configured():
        opinions = await model_engine.get_engine().understand(list(questions.values()))
    else:
        opinions = [Opinion(question.local, "not_configured") for question in questions.values()]
    await _decide(waiting, dict(zip(questions, opinions, strict=True)))


async def settle_overdue() -> int:
    """Decide locally what waited too long, whatever became of its event; "yo!" with nothing on air goes to review."""
    async with transaction() as session:
        rows = await (await driver(session)).fetch(OVERDUE, OVERDUE_SECONDS, OVERDUE_AT_ONCE)
    waiting = [Waiting(row["store_id"], row["id"], row["text"], None, 0.0) for row in rows]
    questions = await _questions(waiting)
    return await _decide(waiting, {key: Opinion(each.local, "overdue") for key, each in questions.items()})


def _waiting(event: SecondOpinionWanted) -> Waiting:
    age = (utc_now() - event.occurred_at).total_seconds()
    seconds = get_settings().llm_timeout_seconds - max(age, 0.0)
    return Waiting(event.store_id, event.comment_id, event.text, event.featured, max(seconds, 0.0))


async def _questions(waiting: Sequence[Waiting]) -> dict[UUID, Question]:
    """Return a question for each comment that still waits, by its id."""
    async with transaction() as session:
        rows = await _still_waiting(session, waiting)
        shops = await _shops(session, rows)
    told = {(each.comment_id, each.text): each for each in waiting}
    questions = {}
    for row in rows:
        shop, each = shops.get(row["fb_page_id"]), told[row["id"], row["text"]]
        if shop is not None:
            comment = Comment(str(row["id"]), row["text"], each.featured, shop.locale)
            [local] = understand([comment], shop.stocked.catalogue)
            questions[row["id"]] = Question(shop.store_id, comment, local, shop.stocked.catalogue, each.seconds)
    return questions


async def _decide(waiting: Sequence[Waiting], opinions: dict[UUID, Opinion]) -> int:
    """Decide in one transaction what still waits; return how many comments that were."""
    if not waiting:
        return 0
    alerts = await _alerts(waiting, opinions)
    async with transaction() as session:
        rows = await _still_waiting(session, waiting, lock=True)
        shops = await _shops(session, rows)
        homeless = [row for row in rows if row["fb_page_id"] not in shops or row["id"] not in opinions]
        await set_outcomes(session, {row["id"]: row["intent"] or "other" for row in homeless})
        decided = [row for row in rows if row not in homeless]
        featured = {each.comment_id: each.featured for each in waiting}
        pairs = [
            (_recorded(row, shops[row["fb_page_id"]], featured[row["id"]], opinions[row["id"]]), opinions[row["id"]])
            for row in decided
        ]
        # Claims are decided in the order in which they were written.
        pairs.sort(key=lambda pair: pair[0].reading.arrival.commented_at)
        await record_opinions(session, pairs)
        await pipeline.settle(session, [record for record, _ in pairs], may_ask=False)
        await outbox.publish_many(session, alerts)
    return len(rows)


async def _still_waiting(session: AsyncSession, waiting: Sequence[Waiting], *, lock: bool = False) -> list[Row]:
    if not waiting:
        return []
    columns = [[w.store_id for w in waiting], [w.comment_id for w in waiting], [w.text for w in waiting]]
    statement = WAITING + (" FOR UPDATE OF c" if lock else "")
    return await (await driver(session)).fetch(statement, *columns)  # type: ignore[no-any-return]


async def _shops(session: AsyncSession, rows: Sequence[Row]) -> dict[str, Shop]:
    pages = {str(row["fb_page_id"]) for row in rows if row["fb_page_id"]}
    return await load_shops(session, pages, {str(row["fb_post_id"]) for row in rows}) if pages else {}


def _recorded(row: Row, shop: Shop, featured: str | None, opinion: Opinion) -> Recorded:
    """Rebuild what the pipeline had in hand, with the comment understood anew."""
    arrival = Arrival(
        verb="edited" if row["edited_at"] else "add", comment_id=row["fb_comment_id"], parent_id=row["fb_parent_id"],
        post_id=row["fb_post_id"], page_id=row["fb_page_id"], text=row["text"], customer_id=row["customer_fb_id"],
        customer_name=row["customer_name"], commented_at=row["commented_at"], edited_at=row["edited_at"],
        received_at=row["received_at"], trace_id="",
    )  # fmt: skip
    reading = Reading(arrival, shop, shop.live_of(arrival.post_id), featured, opinion.understood)
    return Recorded(reading, row["id"], is_new=row["edited_at"] is None)


async def _alerts(waiting: Sequence[Waiting], opinions: dict[UUID, Opinion]) -> list[IntegrationEvent]:
    """What the sellers concerned should know of their second opinion, and were not told lately."""
    alerts: list[IntegrationEvent] = []
    try:
        for store_id in sorted({each.store_id for each in waiting}):
            mine = {
                opinions[w.comment_id].result for w in waiting if w.store_id == store_id and w.comment_id in opinions
            }
            alerts += await _alerts_of(store_id, mine)
    except REDIS_AWAY:
        log.warning("model_alerts_wait_for_redis")
    return alerts


async def _alerts_of(store_id: UUID, results: set[str]) -> list[IntegrationEvent]:
    """Note what is the matter with one store's second opinion, or that it no longer is."""
    alerts: list[IntegrationEvent] = []
    troubles = {TROUBLES[result] for result in results if result in TROUBLES}
    if "answered" in results:
        # One answer of a batch that came too late is no outage.
        troubles.discard(Trouble.unavailable)
        if await attention.is_over(store_id, still=troubles):
            alerts.append(ModelRecovered(store_id=store_id))
        if (await budget.spending(store_id)).is_high:
            troubles.add(Trouble.spending_high)
    for trouble in sorted(troubles):
        begins = trouble in attention.NOTED and await attention.note(store_id, trouble)
        is_news = await budget.is_news(
            trouble, store_id, OUTAGE_SECONDS if trouble is Trouble.unavailable else 24 * 3600
        )
        if is_news:
            log.warning("model_needs_attention", store_id=str(store_id), kind=trouble.value)
            metrics.MODEL_ALERTS.labels(trouble.value).inc()
        if begins or is_news:
            alerts.append(ModelNeedsAttention(store_id=store_id, kind=trouble.value))
    return alerts
