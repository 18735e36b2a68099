"""Composition root: the screens, the HTTP interface, and what runs beside them in the web process."""

import contextlib
from collections.abc import AsyncIterator

from starlette.types import ASGIApp

from backend_hooks.api import create_api
from backend_hooks.middleware import FacebookFirst
from backend_hooks.webhooks.facebook import create_facebook_webhook
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import GroupedAppender
from livestream_sell.ui.app import screens
from livestream_sell.ui.entry_links import EntryLinks
from livestream_sell.ui.http_shield import shield
from livestream_sell.ui.live_updates import live_pump

settings = get_settings()
api = create_api()

# Inner to outer.
app = screens(
    api_transformer=[api, EntryLinks, shield(production=settings.environment == "production")],
    allowed_origins=[settings.public_url.rstrip("/")],
)


@contextlib.asynccontextmanager
async def api_lifespan() -> AsyncIterator[None]:
    """Run what the HTTP interface starts and stops: below Reflex its own lifespan is not asked."""
    async with api.router.lifespan_context(api):
        yield


app.register_lifespan_task(api_lifespan)
if settings.redis_url:
    app.register_lifespan_task(live_pump(app, settings.redis_url))


def application() -> ASGIApp:
    """Return what the server serves: Meta's webhook before every layer of the screens, then everything else."""
    return FacebookFirst(app(), webhook=create_facebook_webhook(GroupedAppender()))
