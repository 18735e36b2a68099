"""Runs the migrations on the address in `config.attributes["database_url"]`, else on DATABASE_URL."""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

import livestream_sell.models  # noqa: F401  (every slice's tables, so that the metadata is whole)
from livestream_sell.core.db import Base, driver_url
from livestream_sell.core.settings import get_settings

# Any number of programs may start at once: the first migrates, the others wait here.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7203741)")


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write what is stored, not the Python type around it: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    connection.execute(ONE_AT_A_TIME)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    url = context.config.attributes.get("database_url") or get_settings().database_url
    if url is None:
        raise SystemExit("No DATABASE_URL: use `make migrate`, which starts the embedded server.")
    engine = create_async_engine(driver_url(url), poolclass=pool.NullPool)
    # One transaction for all of it: a failing migration leaves the database as it was.
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run_online())
