"""Requests that are done once however often they are sent: the key, what was asked, and what was answered."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field

from livestream_sell.core.columns import created_column, json_column
from livestream_sell.core.db import Base
from livestream_sell.core.errors import Conflict, InvalidInput

MAX_KEY = 255

# A second request with the same key waits here until the first one's transaction has ended.
CLAIM = text("""
    INSERT INTO idempotent_requests (store_id, operation, key, fingerprint, answer, created_at)
    VALUES (:store_id, :operation, :key, :fingerprint, '{}', now())
    ON CONFLICT DO NOTHING RETURNING key
""")
FIND = text("""
    SELECT fingerprint, answer FROM idempotent_requests
    WHERE store_id = :store_id AND operation = :operation AND key = :key
""")
KEEP = text("""
    UPDATE idempotent_requests SET answer = CAST(:answer AS jsonb)
    WHERE store_id = :store_id AND operation = :operation AND key = :key
""")


class IdempotentRequest(Base, table=True):
    """One request that must not happen twice; `answer` is filled as the work goes on."""

    __tablename__ = "idempotent_requests"

    store_id: UUID = Field(foreign_key="stores.id", ondelete="CASCADE", primary_key=True)
    operation: str = Field(primary_key=True, max_length=64)
    key: str = Field(primary_key=True, max_length=MAX_KEY)
    fingerprint: str = Field(max_length=64)
    answer: dict[str, Any] = json_column()
    created_at: datetime = created_column()


class KeyReused(Conflict):
    """The key came before with another request."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__("This idempotency key was used for another request: take a new one.", key=key)


async def recall(
    session: AsyncSession, store_id: UUID, operation: str, key: str, request: object
) -> dict[str, Any] | None:
    """Claim `key` in the caller's transaction: None the first time, else what was answered so far.

    Raises:
        KeyReused: the same key, another request.
        InvalidInput: an empty or too long key.
    """
    if not key.strip() or len(key) > MAX_KEY or "\x00" in key:
        raise InvalidInput(f"An idempotency key has 1 to {MAX_KEY} characters.", field="X-Idempotency-Key")
    mark = hashlib.sha256(orjson.dumps(request, default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()
    values = {"store_id": store_id, "operation": operation, "key": key}
    if (await session.execute(CLAIM, {**values, "fingerprint": mark})).scalar_one_or_none() is not None:
        return None
    known = (await session.execute(FIND, values)).one()
    if known.fingerprint != mark:
        raise KeyReused(key)
    answer: dict[str, Any] = known.answer if isinstance(known.answer, dict) else orjson.loads(known.answer)
    return answer


async def remember(session: AsyncSession, store_id: UUID, operation: str, key: str, answer: dict[str, Any]) -> None:
    """Keep what is answered from now on."""
    values = {"store_id": store_id, "operation": operation, "key": key}
    await session.execute(KEEP, {**values, "answer": orjson.dumps(answer, default=str).decode()})
