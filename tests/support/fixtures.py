"""Fixtures that every test may ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from livestream_sell.core import db, outbox
from livestream_sell.core.cache import dispose_redis, get_redis
from livestream_sell.core.embedded import EmbeddedServers
from tests.support.servers import empty_database, empty_redis, running_servers


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """PostgreSQL with the schema and Valkey, real ones, for the whole session (one pair per xdist worker)."""
    with running_servers(tmp_path_factory.mktemp("servers")) as started:
        yield started


@pytest.fixture
async def database(servers: EmbeddedServers) -> AsyncIterator[None]:
    """An empty database, reached through `core.db.transaction()`."""
    await empty_database()
    yield
    await outbox.finish()
    await db.dispose()
    # The relay may have used it, on an event loop that ends with this test.
    await dispose_redis()


@pytest.fixture
async def redis(servers: EmbeddedServers) -> AsyncIterator[Redis]:
    """An empty Redis: this process's own client."""
    client = get_redis()
    await empty_redis(client)
    yield client
    await dispose_redis()
