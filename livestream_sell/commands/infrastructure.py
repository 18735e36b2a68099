"""PostgreSQL and Valkey for the length of a command: those of the environment, else the embedded ones."""

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from livestream_sell.core.embedded import embedded_servers
from livestream_sell.core.settings import get_settings


def configure_log() -> None:
    """Lines for machines in production; in development a terminal shows only what needs somebody."""
    from livestream_sell.core import log

    log.configure(level=logging.WARNING if get_settings().environment == "development" else logging.INFO)


@asynccontextmanager
async def infrastructure() -> AsyncIterator[None]:
    """Make DATABASE_URL and REDIS_URL true for this process and its children."""
    settings = get_settings()
    settings.require_production()
    database, redis = settings.database_url is None, settings.redis_url is None
    if not database and not redis:
        yield
        return
    async with embedded_servers(settings.data_dir, database=database, redis=redis) as servers:
        if servers.database_url:
            set_environment(DATABASE_URL=servers.database_url)
        if servers.redis_url:
            set_environment(REDIS_URL=servers.redis_url)
        yield


def set_environment(**variables: str) -> None:
    """Set variables for this process and its children, and let the settings be read anew."""
    os.environ.update(variables)
    get_settings.cache_clear()


async def with_infrastructure(command: Callable[[], Awaitable[None]]) -> None:
    """Run `command` with both servers up, and close this process's connections after it."""
    from livestream_sell.core import db

    async with infrastructure():
        try:
            await command()
        finally:
            await db.dispose()
