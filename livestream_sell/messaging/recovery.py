"""Messages that stopped on their way: held ones that may go on, and those a crash left in `sending`."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import driver, transaction
from livestream_sell.events import MessageFailed, MessagesQueued

# Longer than any call can take, with its waiting.
STUCK_SECONDS = 60

# A public reply that comes late answers nobody; of several private ones of an order the newest says it all.
RELEASE = """
WITH held AS (
    SELECT m.id, m.kind, m.purpose, m.order_id,
           row_number() OVER (PARTITION BY coalesce(m.order_id, m.id), m.purpose ORDER BY m.id DESC) AS newest
    FROM messages m JOIN stores s ON s.id = m.store_id
    JOIN meta_sessions p ON p.store_id = s.id AND p.fb_page_id = s.fb_page_id AND p.status <> 'reconnect'
    LEFT JOIN live_events l ON l.id = m.live_id
    WHERE m.status = 'held' AND ($1::uuid IS NULL OR m.store_id = $1) AND ($2::uuid IS NULL OR m.live_id = $2)
      AND (m.purpose = 'manual' OR (s.bot_enabled AND coalesce(l.bot_enabled, true)))
), taken AS (
    SELECT id FROM messages WHERE id IN (SELECT id FROM held) AND status = 'held' ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE messages m SET error = '', due_at = now(), status = CASE
    WHEN m.purpose = 'manual' THEN 'queued'
    WHEN h.kind = 'public_reply' OR h.newest > 1 THEN 'dropped'
    WHEN EXISTS (SELECT 1 FROM messages o WHERE o.order_id = m.order_id AND o.purpose = m.purpose
                 AND o.status = 'queued' AND o.kind <> 'public_reply') THEN 'dropped'
    WHEN m.order_id IS NULL OR m.purpose IN ('paid', 'expired') THEN 'queued'
    WHEN EXISTS (SELECT 1 FROM orders o WHERE o.id = m.order_id AND o.status = 'pending') THEN 'queued'
    ELSE 'dropped' END
FROM held h JOIN taken t ON t.id = h.id WHERE m.id = h.id
RETURNING m.id, m.store_id, m.status
"""

STUCK_ROWS = """
SELECT id FROM messages WHERE status = 'sending' AND claimed_at < now() - make_interval(secs => $1)
ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
"""
# Meta takes one private reply per comment, so that one may be tried again; the others might be said twice.
UNSTICK = """
UPDATE messages m SET due_at = now(), error = 'worker_stopped: in the middle of sending', status = CASE
    WHEN m.kind <> 'private_reply' THEN 'unknown'
    WHEN EXISTS (SELECT 1 FROM messages o WHERE o.order_id = m.order_id AND o.purpose = m.purpose AND o.id <> m.id
                 AND o.kind <> 'public_reply'
                 AND (o.status = 'queued' OR (o.id = ANY ($1::uuid[]) AND o.id > m.id))) THEN 'dropped'
    ELSE 'queued' END
WHERE m.id = ANY ($1::uuid[])
RETURNING m.id, m.store_id, m.status
"""


async def release_held(
    session: AsyncSession, *, store_id: UUID | None = None, live_id: UUID | None = None
) -> list[tuple[UUID, str]]:
    """Let held messages go on where nothing blocks them any more; return (id, new status)."""
    rows = await (await driver(session)).fetch(RELEASE, store_id, live_id)
    return [(row["id"], row["status"]) for row in rows]


async def sweep_held() -> int:
    """Find held messages whose switch was turned, or whose Page was linked again, without anybody saying so."""
    async with transaction() as session:
        return len(await release_held(session))


async def sweep_stuck(*, seconds: float = STUCK_SECONDS) -> int:
    """Settle messages a dead worker left in `sending`: private replies wait again, the others are `unknown`."""
    async with transaction() as session:
        connection = await driver(session)
        ids = [row["id"] for row in await connection.fetch(STUCK_ROWS, seconds)]
        if not ids:
            return 0
        queued: dict[UUID, list[UUID]] = defaultdict(list)
        events: list[MessageFailed | MessagesQueued] = []
        for row in await connection.fetch(UNSTICK, ids):
            if row["status"] == "queued":
                queued[row["store_id"]].append(row["id"])
            elif row["status"] == "unknown":
                failed = MessageFailed(store_id=row["store_id"], message_id=row["id"], reason="outcome_unknown")
                events.append(failed)
        events += [MessagesQueued(store_id=store_id, message_ids=waiting) for store_id, waiting in queued.items()]
        await outbox.publish_many(session, events)
        return len(ids)


async def recover_interrupted() -> int:
    """Job: both sweeps."""
    return await sweep_stuck() + await sweep_held()
