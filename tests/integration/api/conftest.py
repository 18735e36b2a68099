"""A store with its owner, and a client that speaks for it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from livestream_sell.stores.models import Store
from tests.support.factories import create_store
from tests.support.http_client import api_client


@pytest.fixture
async def store(database: None, redis: object) -> Store:
    return await create_store()


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the owner of `store`."""
    async with api_client(store) as signed_in:
        yield signed_in
