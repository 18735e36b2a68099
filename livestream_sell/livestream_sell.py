"""Composition root: the screens, the HTTP interface, and what runs beside them in the web process."""

from backend_hooks.api import create_api
from livestream_sell.core.settings import get_settings
from livestream_sell.ui.app import screens
from livestream_sell.ui.entry_links import EntryLinks
from livestream_sell.ui.http_shield import shield
from livestream_sell.ui.live_updates import live_pump

settings = get_settings()

# Inner to outer.
app = screens(
    api_transformer=[create_api(), EntryLinks, shield(production=settings.environment == "production")],
    allowed_origins=[settings.public_url.rstrip("/")],
)
if settings.redis_url:
    app.register_lifespan_task(live_pump(app, settings.redis_url))
