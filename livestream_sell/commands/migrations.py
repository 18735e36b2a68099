"""The database in step with the models: apply, compare, write."""

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import livestream_sell
from livestream_sell.commands.terminal import Refused
from livestream_sell.core.settings import get_settings

if TYPE_CHECKING:
    from alembic.config import Config

PROJECT = Path(livestream_sell.__file__).parents[1]


def apply_migrations(database_url: str, revision: str = "head") -> None:
    """Bring `database_url` to `revision`; any number of programs may do this at once."""
    from alembic import command

    command.upgrade(_config(database_url), revision)


def check_in_step(database_url: str) -> None:
    """Raise Refused, naming the differences, when the migrated database is not what the models say."""
    from alembic import command
    from alembic.util import CommandError

    apply_migrations(database_url)
    try:
        command.check(_config(database_url))
    except CommandError as difference:
        raise Refused(f'{difference}\nWrite the migration: make migration m="what changed"') from difference


def write_migration(database_url: str, message: str) -> None:
    from alembic import command

    apply_migrations(database_url)
    command.revision(_config(database_url), message=message, autogenerate=True)


def undo_migrations(database_url: str, revision: str) -> None:
    from alembic import command

    command.downgrade(_config(database_url), revision)


async def migrate() -> None:
    """Apply every migration to DATABASE_URL, outside the event loop (Alembic runs its own)."""
    await asyncio.to_thread(apply_migrations, _database_url())


async def check() -> None:
    """Prove on a new database that every migration goes up, down and up again, and ends where the models are."""
    from livestream_sell.core.embedded import embedded_servers

    with tempfile.TemporaryDirectory(prefix="livestream-sell-check-") as folder:
        async with embedded_servers(Path(folder) / "data", database=True, redis=False) as servers:
            assert servers.database_url is not None
            await asyncio.to_thread(apply_migrations, servers.database_url)
            await asyncio.to_thread(undo_migrations, servers.database_url, "base")
            await asyncio.to_thread(check_in_step, servers.database_url)


async def write(message: str) -> None:
    await asyncio.to_thread(write_migration, _database_url(), message)


def _database_url() -> str:
    url = get_settings().database_url
    assert url is not None
    return url


def _config(database_url: str) -> "Config":
    from alembic.config import Config

    # Alembic tells each step at INFO; a start that has nothing to migrate says nothing.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config(str(PROJECT / "alembic.ini"))
    config.attributes["database_url"] = database_url
    return config
