"""What the Live Control Center shows besides figures and carts: questions without an answer, words that wait."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.core.errors import NotFound

MOST_ROWS = 200

# One private reply per comment: whoever got one, or an answer of the bot, waits for nothing.
QUESTIONS = """
SELECT c.id, c.fb_comment_id, c.customer_fb_id, c.customer_name, c.text, c.intent, c.commented_at
FROM comments c
WHERE c.store_id = $1 AND c.live_id = $2 AND c.intent IN ('question', 'complaint') AND c.outcome <> 'answered'
  AND c.state <> 'removed' AND c.customer_fb_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM messages m WHERE m.store_id = c.store_id AND m.fb_comment_id = c.fb_comment_id
                  AND (m.kind = 'private_reply' OR m.status = 'sent'))
ORDER BY c.id DESC LIMIT $3
"""
WAITING = "SELECT count(*) FROM messages WHERE store_id = $1 AND status = 'held'"

CARD = """
SELECT c.id, c.live_id, c.fb_comment_id, c.customer_fb_id, c.customer_name, c.text, c.intent, c.language, c.confidence,
       c.engine, c.outcome, c.commented_at, a.reason,
       coalesce((SELECT jsonb_agg(jsonb_build_object('sku', coalesce(p.sku, ''), 'quantity', k.quantity,
                    'reserved', k.reserved, 'waiting', k.waiting, 'status', k.status,
                    'order_id', coalesce(k.order_id::text, '')) ORDER BY k.decision_seq)
                 FROM claims k LEFT JOIN products p ON p.id = k.product_id WHERE k.comment_id = c.id), '[]') AS claims,
       coalesce((SELECT jsonb_agg(jsonb_build_object('kind', m.kind, 'status', m.status, 'text', m.text) ORDER BY m.id)
                 FROM messages m WHERE m.store_id = c.store_id AND m.fb_comment_id = c.fb_comment_id), '[]') AS messages
FROM comments c
LEFT JOIN LATERAL (SELECT reason FROM ai_logs WHERE comment_id = c.id ORDER BY id DESC LIMIT 1) a ON true
WHERE c.store_id = $1 AND c.id = $2
"""


class OpenQuestion(BaseModel):
    """A question or complaint that nobody has answered; `fb_comment_id` is where a private reply goes."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    fb_comment_id: str
    customer_fb_id: str
    customer_name: str
    text: str
    intent: str
    commented_at: datetime


class CommentClaim(BaseModel):
    """What a comment claimed, and how that was decided."""

    model_config = ConfigDict(frozen=True)

    sku: str
    quantity: int
    reserved: int
    waiting: int
    status: str
    order_id: str


class CommentMessage(BaseModel):
    """What was said to a comment."""

    model_config = ConfigDict(frozen=True)

    kind: str
    status: str
    text: str


class CommentCard(BaseModel):
    """A comment with all that became of it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    live_id: UUID | None
    fb_comment_id: str
    customer_fb_id: str | None
    customer_name: str
    text: str
    intent: str | None
    language: str | None
    confidence: float | None
    engine: str | None
    reason: str | None
    outcome: str
    commented_at: datetime
    claims: list[CommentClaim]
    messages: list[CommentMessage]


async def open_questions(
    session: AsyncSession, store_id: UUID, live_id: UUID, *, limit: int = 30
) -> list[OpenQuestion]:
    """Return questions and complaints of a live that wait for an answer, the newest first."""
    rows = await (await driver(session)).fetch(QUESTIONS, store_id, live_id, max(1, min(limit, MOST_ROWS)))
    return [OpenQuestion(**dict(row)) for row in rows]


async def held_messages(session: AsyncSession, store_id: UUID) -> int:
    """Return how many messages wait behind the kill switch or an unlinked Page."""
    count: int = await (await driver(session)).fetchval(WAITING, store_id)
    return count


async def comment_card(session: AsyncSession, store_id: UUID, comment_id: UUID) -> CommentCard:
    """Return a comment, its claims and what was said to it. Raises NotFound."""
    row = await (await driver(session)).fetchrow(CARD, store_id, comment_id)
    if row is None:
        raise NotFound("There is no such comment.")
    return CommentCard(**dict(row))
