"""A caller of the REST API: the real routes on the real servers, without a socket between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from backend_hooks.api import create_api
from livestream_sell.auth.tokens import TokenKind, issue
from livestream_sell.stores.models import Store

BASE = "http://localhost:8000"


@asynccontextmanager
async def api_client(store: Store | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client, signed in as the owner of `store` if one is given."""
    headers = {} if store is None else {"Authorization": f"Bearer {issue(store.seller_id, TokenKind.access)}"}
    transport = httpx.ASGITransport(app=create_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield client
