"""What the pipeline writes down about comments: the comment, the decision, its outcome. One statement for a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.ids import uuid7
from livestream_sell.intent.model_engine import Opinion
from livestream_sell.intent.schemas import Understanding
from livestream_sell.sales.arrivals import Arrival
from livestream_sell.sales.shops import Live, Shop

# The outcome of a comment that waits for a second opinion.
THINKING = "thinking"

# A removed comment stays removed, an older text never replaces a newer one: events come in any order.
UPSERT_COMMENTS = """
INSERT INTO comments AS c (id, store_id, live_id, fb_comment_id, fb_post_id, fb_parent_id, customer_fb_id,
    customer_name, text, state, intent, language, confidence, engine, outcome, commented_at, received_at, edited_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::float8[], $14::text[], $15::text[], $16::timestamptz[],
    $17::timestamptz[], $18::timestamptz[])
ON CONFLICT (store_id, fb_comment_id) DO UPDATE SET
    state = EXCLUDED.state, edited_at = coalesce(EXCLUDED.edited_at, c.edited_at),
    text = CASE WHEN EXCLUDED.state = 'removed' THEN c.text ELSE EXCLUDED.text END,
    intent = CASE WHEN EXCLUDED.state = 'removed' THEN c.intent ELSE EXCLUDED.intent END,
    language = CASE WHEN EXCLUDED.state = 'removed' THEN c.language ELSE EXCLUDED.language END,
    confidence = CASE WHEN EXCLUDED.state = 'removed' THEN c.confidence ELSE EXCLUDED.confidence END,
    outcome = EXCLUDED.outcome
WHERE c.state <> 'removed' AND (EXCLUDED.state = 'removed' OR (EXCLUDED.state = 'edited'
    AND (c.edited_at IS NULL OR c.edited_at < EXCLUDED.edited_at)))
RETURNING c.id, c.store_id, c.fb_comment_id, (xmax = 0) AS is_new
"""

INSERT_LOGS = """
INSERT INTO ai_logs (store_id, live_id, comment_id, raw_comment, language, detected_intent, detected_sku, items,
    confidence_score, engine, featured_sku, reason, latency_us)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
    $9::float8[], $10::text[], $11::text[], $12::text[], $13::int[])
"""

UPDATE_UNDERSTOOD = """
UPDATE comments c SET intent = u.intent, confidence = u.confidence, engine = u.engine, outcome = u.outcome
FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::text[], $5::text[]) AS u(id, intent, confidence, engine, outcome)
WHERE c.id = u.id
"""

INSERT_OPINIONS = """
INSERT INTO ai_logs (store_id, live_id, comment_id, raw_comment, language, detected_intent, detected_sku, items,
    confidence_score, engine, featured_sku, reason, latency_us, model, prompt, response, tokens_in, tokens_out,
    cost_usd)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
    $9::float8[], $10::text[], $11::text[], $12::text[], $13::int[], $14::text[], $15::text[], $16::text[], $17::int[],
    $18::int[], $19::numeric[])
"""

SET_OUTCOMES = """
UPDATE comments c SET outcome = o.outcome
FROM unnest($1::uuid[], $2::text[]) AS o(id, outcome) WHERE c.id = o.id
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """An arrival, where it belongs, what was on air, and what the engine made of it (None for a removed comment)."""

    arrival: Arrival
    shop: Shop
    live: Live | None
    featured: str | None
    understood: Understanding | None

    @property
    def live_id(self) -> UUID | None:
        return self.live.id if self.live else None

    @property
    def plain_outcome(self) -> str:
        """The outcome where no claim changes it."""
        if self.understood is None:
            return "removed"
        if self.live is None or not self.live.on_air:
            return "no_live"
        return self.understood.intent.value


@dataclass(frozen=True, slots=True)
class Recorded:
    """A reading that is news: its comment's row, and whether the row was there before."""

    reading: Reading
    comment_id: UUID
    is_new: bool


async def record_comments(session: AsyncSession, readings: Sequence[Reading]) -> list[Recorded]:
    """Write the comments; readings that are older than what is known are left out of the answer."""
    if not readings:
        return []
    rows = sorted((_comment_row(reading) for reading in readings), key=lambda row: (row[1], row[3]))
    columns = [list(column) for column in zip(*rows, strict=True)]
    written = await (await driver(session)).fetch(UPSERT_COMMENTS, *columns)
    by_key = {(row["store_id"], row["fb_comment_id"]): row for row in written}
    return [
        Recorded(reading, row["id"], row["is_new"])
        for reading in readings
        if (row := by_key.get((reading.shop.store_id, reading.arrival.comment_id)))
    ]


def _comment_row(reading: Reading) -> tuple[object, ...]:
    a, u = reading.arrival, reading.understood
    return (
        uuid7(), reading.shop.store_id, reading.live_id, a.comment_id, a.post_id, a.parent_id, a.customer_id,
        a.customer_name, a.text, a.state, u and u.intent.value, u and u.language, u and u.confidence, u and u.engine,
        reading.plain_outcome, a.commented_at, a.received_at, a.edited_at,
    )  # fmt: skip


async def record_decisions(session: AsyncSession, recorded: Sequence[Recorded], latency_us: int) -> None:
    """Write one ai_log for each understood comment; `latency_us` is the batch's mean per comment."""
    rows = [(*_decision(r, u), u.reason[:64], latency_us) for r in recorded if (u := r.reading.understood)]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        await (await driver(session)).execute(INSERT_LOGS, *columns)


async def record_opinions(session: AsyncSession, pairs: Sequence[tuple[Recorded, Opinion]]) -> None:
    """Write what became of comments that waited: the comment anew, and one more ai_log with prompt, answer and cost."""
    known = [(r, r.reading.understood, opinion) for r, opinion in pairs if r.reading.understood]
    if not known:
        return
    connection = await driver(session)
    comments = [(r.comment_id, u.intent.value, u.confidence, u.engine, r.reading.plain_outcome) for r, u, _ in known]
    await connection.execute(UPDATE_UNDERSTOOD, *[list(column) for column in zip(*comments, strict=True)])
    logs = [
        (*_decision(r, u), f"model_{o.result}"[:64], o.latency_us, o.reply and o.reply.model, o.prompt, o.response,
         o.reply.tokens_in if o.reply else 0, o.reply.tokens_out if o.reply else 0,
         o.reply.cost_usd if o.reply else Decimal(0))
        for r, u, o in known
    ]  # fmt: skip
    await connection.execute(INSERT_OPINIONS, *[list(column) for column in zip(*logs, strict=True)])


def _decision(r: Recorded, u: Understanding) -> tuple[object, ...]:
    items = orjson.dumps([{"sku": i.sku, "qty": i.quantity} for i in u.items]).decode()
    return (
        r.reading.shop.store_id, r.reading.live_id, r.comment_id, r.reading.arrival.text, u.language, u.intent.value,
        u.items[0].sku if u.items else None, items, u.confidence, u.engine, r.reading.featured,
    )  # fmt: skip


async def set_outcomes(session: AsyncSession, outcomes: dict[UUID, str]) -> None:
    """Replace the plain outcome of comments that became claims."""
    if outcomes:
        await (await driver(session)).execute(SET_OUTCOMES, list(outcomes), list(outcomes.values()))
