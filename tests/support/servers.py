"""The real servers of a test session, in a folder of their own, and how they are emptied between tests."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy import text

import livestream_sell.models  # noqa: F401  (every slice's tables)
from livestream_sell.commands.migrations import apply_migrations
from livestream_sell.core import db
from livestream_sell.core.db import Base
from livestream_sell.core.embedded import EmbeddedServers, start_servers
from livestream_sell.core.settings import get_settings


@contextmanager
def running_servers(data_dir: Path) -> Iterator[EmbeddedServers]:
    """Start PostgreSQL and Valkey in `data_dir`, make the schema, and let the settings point at them."""
    running = start_servers(data_dir, database=True, redis=True)
    try:
        assert running.servers.database_url is not None
        assert running.servers.redis_url is not None
        os.environ["DATABASE_URL"] = running.servers.database_url
        os.environ["REDIS_URL"] = running.servers.redis_url
        os.environ["DATA_DIR"] = str(data_dir)
        get_settings.cache_clear()
        asyncio.run(make_schema())
        yield running.servers
    finally:
        running.stop()
        for name in ("DATABASE_URL", "REDIS_URL", "DATA_DIR"):
            os.environ.pop(name, None)
        get_settings.cache_clear()


async def make_schema() -> None:
    """Run the migrations, so that every test stands on what a deployment has."""
    url = get_settings().database_url
    assert url is not None
    await asyncio.to_thread(apply_migrations, url)


async def empty_database() -> None:
    """Delete every row of every table that has any."""
    async with db.get_engine().begin() as connection:
        tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
        probes = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
        filled = (await connection.execute(text(probes))).scalars().all()
        if filled:
            # Triggers and foreign keys off for the moment: rows may go in any order.
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            for name in filled:
                await connection.execute(text(f"DELETE FROM {name}"))


async def empty_redis(redis: Redis) -> None:
    await redis.flushdb()
