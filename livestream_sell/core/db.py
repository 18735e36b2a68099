"""The database: engines, the one transaction at the edge, and the driver connection of the hot path."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import SQLModel

from livestream_sell.core.settings import get_settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


LOCK_TIMEOUT = text("SELECT set_config('lock_timeout', '5s', true)")


class Base(SQLModel):
    """Base of every table; its own metadata, so that nothing of Reflex's ends in our migrations."""

    metadata = MetaData(naming_convention=NAMING)


_engine: AsyncEngine | None = None
_sessions: async_sessionmaker[AsyncSession] | None = None


def driver_url(url: str) -> str:
    """Return `url` for the one driver of this project, asyncpg, whatever dialect prefix it came with."""
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must be a postgresql:// address.")
    return f"postgresql+asyncpg://{rest}"


def get_engine() -> AsyncEngine:
    """Return this process's engine, made on first use from DATABASE_URL."""
    global _engine, _sessions
    if _engine is None:
        url = get_settings().database_url
        if url is None:
            raise RuntimeError("No DATABASE_URL: start through the CLI, which starts the embedded server.")
        _engine = create_async_engine(
            driver_url(url),
            pool_size=10,
            max_overflow=10,
            pool_pre_ping=True,
            json_serializer=lambda value: orjson.dumps(value, default=str).decode(),
            json_deserializer=orjson.loads,
            connect_args={"server_settings": {"application_name": "livestream_sell"}},
        )
        _sessions = async_sessionmaker(_engine, expire_on_commit=False)
    return _engine


async def dispose() -> None:
    """Close every connection of this process (at stop, and between tests)."""
    global _engine, _sessions
    if _engine is not None:
        await _engine.dispose()
    _engine = _sessions = None


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncSession]:
    """One request, one message batch or one UI handler: commit at the end, roll back on any exception.

    Nobody else commits. What `outbox.publish` wrote is handed to the relay after the commit.
    """
    get_engine()
    assert _sessions is not None
    async with _sessions() as session:
        async with session.begin():
            yield session
        for after_commit in session.info.pop("after_commit", []):
            await after_commit()


async def driver(session: AsyncSession) -> Any:
    """Return the asyncpg connection inside the session's transaction, for set-based statements of the hot path."""
    connection = session.info.get("driver")
    if connection is None:
        # The adapter begins lazily: a statement through SQLAlchemy first, and with it no wait for a lock is for ever.
        await session.execute(LOCK_TIMEOUT)
        raw = await (await session.connection()).get_raw_connection()
        connection = session.info["driver"] = raw.driver_connection
    return connection
