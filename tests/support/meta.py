"""The sandbox's Graph API around a test, a linked Page, and messages ready to go."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from livestream_sell.core.db import transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.facebook.models import MetaSession
from livestream_sell.facebook.page_sessions import seal_token
from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.stores.models import Store


@asynccontextmanager
async def sandbox_graph(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServers]:
    """Serve the sandbox and let the settings point at its Graph API."""
    settings = get_settings()
    config = SandboxConfig(
        fb_app_id=settings.fb_app_id,
        fb_app_secret=settings.fb_app_secret.get_secret_value(),
        fb_verify_token=settings.fb_webhook_verify_token.get_secret_value(),
    ).on_free_ports()
    async with SandboxServers(config) as sandbox:
        monkeypatch.setenv("FB_GRAPH_URL", sandbox.urls["graph"])
        get_settings.cache_clear()
        try:
            yield sandbox
        finally:
            monkeypatch.delenv("FB_GRAPH_URL")
            get_settings.cache_clear()


async def link_page(store: Store) -> None:
    """Give the store a session of its Page without asking Meta."""
    assert store.fb_page_id is not None
    sealed = seal_token(store.id, f"sandbox-page-token-{store.fb_page_id}")
    async with transaction() as session:
        session.add(MetaSession(store_id=store.id, fb_page_id=store.fb_page_id, page_access_token_enc=sealed))


async def rows(statement: str, **values: Any) -> list[Any]:
    """Return what a statement finds, in a transaction of its own."""
    async with transaction() as session:
        return list((await session.execute(text(statement), values)).all())


async def change(statement: str, **values: Any) -> None:
    async with transaction() as session:
        await session.execute(text(statement), values)


async def status_of(message_id: UUID) -> tuple[str, str]:
    """Return (status, error) of a message."""
    [row] = await rows("SELECT status, error FROM messages WHERE id = :id", id=message_id)
    return row.status, row.error
