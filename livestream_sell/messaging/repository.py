"""Every SQL statement about messages on their way out; each moves a whole batch."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.ids import uuid7
from livestream_sell.messaging.schemas import MessageDraft, SendResult

# A waiting message of the same order is locked first: whoever wants to send it skips it until our commit, and so
# renders it with what this transaction adds. Those ids come back too, for somebody has to look at them again.
QUEUE = """
WITH drafts AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::uuid[], $10::text[], $11::text[], $12::timestamptz[])
      AS d (id, store_id, live_id, kind, purpose, dedupe_key, fb_comment_id,
            customer_fb_id, order_id, language, data, received_at)
), waiting AS MATERIALIZED (
    SELECT id, store_id, due_at FROM messages
    WHERE order_id = ANY ($9::uuid[]) AND status = 'queued' AND kind <> 'public_reply'
    ORDER BY id FOR UPDATE
), recent AS (
    SELECT order_id, max(coalesce(sent_at, claimed_at)) AS at FROM messages
    WHERE order_id = ANY ($9::uuid[]) AND kind <> 'public_reply' AND purpose = ANY ($13::text[])
      AND status IN ('sending', 'sent')
    GROUP BY order_id
), added AS (
    INSERT INTO messages (id, store_id, live_id, kind, purpose, dedupe_key, fb_comment_id, customer_fb_id, order_id,
                          language, data, received_at, due_at)
    SELECT d.id, d.store_id, d.live_id, d.kind, d.purpose, d.dedupe_key, d.fb_comment_id, d.customer_fb_id, d.order_id,
           d.language, d.data::jsonb, d.received_at,
           CASE WHEN d.kind <> 'public_reply' AND d.purpose = ANY ($13::text[])
                THEN greatest(now(), r.at + make_interval(secs => $14)) ELSE now() END
    FROM drafts d CROSS JOIN (SELECT count(*) FROM waiting) locked LEFT JOIN recent r ON r.order_id = d.order_id
    ORDER BY d.id
    ON CONFLICT DO NOTHING
    RETURNING id, store_id, due_at
)
SELECT id, store_id, due_at <= now() AS is_due, true AS is_new FROM added
UNION ALL SELECT id, store_id, due_at <= now(), false FROM waiting
"""

CLAIM = """
WITH due AS (
    SELECT id FROM messages WHERE id = ANY ($1::uuid[]) AND status = 'queued' AND due_at <= now()
    ORDER BY id FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE messages m SET status = 'sending', claimed_at = now(), attempts = m.attempts + 1
    FROM due WHERE m.id = due.id
    RETURNING m.id, m.store_id, m.live_id, m.kind, m.purpose, m.fb_comment_id, m.customer_fb_id, m.order_id,
              m.language, m.data::text AS data, m.attempts, m.created_at, m.received_at
)
SELECT c.*, p.fb_page_id, p.page_access_token_enc, p.status AS page_status, p.paused_until AS page_paused_until,
       s.bot_enabled AND coalesce(l.bot_enabled, true) AS bot_enabled, v.last_inbound_at, v.opted_out_at,
       v.language AS chosen_language,
       EXISTS (SELECT 1 FROM messages o
               WHERE o.fb_comment_id = c.fb_comment_id AND o.kind = 'private_reply' AND o.store_id = c.store_id
                 AND o.id <> c.id AND o.status IN ('sent', 'unknown', 'sending')) AS comment_used
FROM claimed c JOIN stores s ON s.id = c.store_id
LEFT JOIN live_events l ON l.id = c.live_id
LEFT JOIN meta_sessions p ON p.store_id = s.id AND p.fb_page_id = s.fb_page_id
LEFT JOIN conversations v ON v.store_id = c.store_id AND v.customer_fb_id = c.customer_fb_id
ORDER BY c.id
"""

# Of two private messages of one order that would wait at once, the newer says it all. What an echo has shown to be
# sent stays so.
SETTLE = """
WITH results AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[],
                         $8::float8[])
      AS r (id, status, kind, attempts, text, error, fb_message_id, delay)
)
UPDATE messages m SET
    status = CASE WHEN m.status = 'sent' THEN 'sent' WHEN r.status = 'queued' AND m.kind <> 'public_reply' AND EXISTS (
                 SELECT 1 FROM messages o WHERE o.order_id = m.order_id AND o.purpose = m.purpose AND o.id <> m.id
                   AND o.status = 'queued' AND o.kind <> 'public_reply') THEN 'dropped' ELSE r.status END,
    kind = r.kind, attempts = r.attempts,
    error = CASE WHEN m.status = 'sent' THEN '' ELSE left(r.error, 500) END,
    text = CASE WHEN r.text = '' THEN m.text ELSE r.text END,
    fb_message_id = coalesce(r.fb_message_id, m.fb_message_id),
    sent_at = CASE WHEN r.status = 'sent' THEN coalesce(m.sent_at, now()) ELSE m.sent_at END,
    due_at = CASE WHEN r.status = 'queued' THEN now() + make_interval(secs => r.delay) ELSE m.due_at END
FROM results r
WHERE m.id = r.id AND (m.status = 'sending' OR (m.status IN ('unknown', 'sent') AND r.status IN ('sent', 'unknown')))
RETURNING m.id, m.status
"""

ROUTED = "UPDATE messages m SET kind = r.kind FROM unnest($1::uuid[], $2::text[]) AS r (id, kind) WHERE m.id = r.id"

SWITCHES = """
SELECT s.bot_enabled AND coalesce(l.bot_enabled, true) AS bot_enabled,
       coalesce(p.status, 'reconnect') <> 'reconnect' AS page_usable
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (store_id, live_id, place)
JOIN stores s ON s.id = asked.store_id
LEFT JOIN live_events l ON l.id = asked.live_id
LEFT JOIN meta_sessions p ON p.store_id = s.id AND p.fb_page_id = s.fb_page_id
ORDER BY asked.place
"""

HOLD_STORE = "UPDATE messages SET status = 'held', error = $2 WHERE store_id = $1 AND status = 'queued'"

DUE = """
SELECT id FROM messages WHERE status = 'queued' AND due_at <= now() - make_interval(secs => $1)
ORDER BY due_at LIMIT $2
"""


COMMENT_USED = """
SELECT EXISTS (SELECT 1 FROM messages WHERE store_id = $1 AND fb_comment_id = $2 AND kind = 'private_reply'
               AND status IN ('queued', 'sending', 'sent', 'unknown'))
"""


async def is_comment_used(session: AsyncSession, store_id: UUID, fb_comment_id: str) -> bool:
    """Return whether the one private reply to a comment is given away already."""
    return bool(await (await driver(session)).fetchval(COMMENT_USED, store_id, fb_comment_id))


async def insert_drafts(
    session: AsyncSession, drafts: Sequence[MessageDraft], merged_purposes: Sequence[str], merge_seconds: float
) -> list[Any]:
    """Insert what is new; return (id, store_id, is_due, is_new) of it and of the waiting messages it joined."""
    connection = await driver(session)
    rows: list[Any] = await connection.fetch(
        QUEUE,
        [uuid7() for _ in drafts],
        [draft.store_id for draft in drafts],
        [draft.live_id for draft in drafts],
        [str(draft.kind) for draft in drafts],
        [str(draft.purpose) for draft in drafts],
        [draft.dedupe_key for draft in drafts],
        [draft.fb_comment_id for draft in drafts],
        [draft.customer_fb_id for draft in drafts],
        [draft.order_id for draft in drafts],
        [draft.language for draft in drafts],
        [orjson.dumps(dict(draft.data), default=str).decode() for draft in drafts],
        [draft.received_at for draft in drafts],
        list(merged_purposes),
        merge_seconds,
    )
    return rows


async def claim(session: AsyncSession, ids: Sequence[UUID]) -> list[Any]:
    """Turn due messages into `sending` ones; those that somebody else holds are left alone."""
    rows: list[Any] = await (await driver(session)).fetch(CLAIM, list(ids))
    return rows


async def settle(session: AsyncSession, results: Sequence[SendResult]) -> dict[UUID, str]:
    """Write what became of messages; return the status of those that were still ours to settle."""
    rows = await (await driver(session)).fetch(
        SETTLE,
        [result.id for result in results],
        [result.status for result in results],
        [result.kind for result in results],
        [result.attempts for result in results],
        [result.text for result in results],
        [result.error for result in results],
        [result.fb_message_id for result in results],
        [result.delay for result in results],
    )
    return {row["id"]: row["status"] for row in rows}


async def note_routes(session: AsyncSession, routes: Sequence[tuple[UUID, str]]) -> None:
    """Write down which way messages go before they go: after a crash it decides whether they may go again."""
    await (await driver(session)).execute(ROUTED, [item for item, _ in routes], [kind for _, kind in routes])


async def switches(session: AsyncSession, asked: Sequence[tuple[UUID, UUID | None]]) -> list[tuple[bool, bool]]:
    """Return (bot enabled, Page usable) for each (store, live), as it is now."""
    rows = await (await driver(session)).fetch(SWITCHES, [store for store, _ in asked], [live for _, live in asked])
    return [(row["bot_enabled"], row["page_usable"]) for row in rows]


async def hold_store(session: AsyncSession, store_id: UUID, reason: str) -> None:
    await (await driver(session)).execute(HOLD_STORE, store_id, reason)


async def due_ids(session: AsyncSession, *, late_seconds: float, limit: int) -> list[UUID]:
    """Return messages whose time came `late_seconds` ago and that nobody has taken."""
    return [row["id"] for row in await (await driver(session)).fetch(DUE, late_seconds, limit)]
