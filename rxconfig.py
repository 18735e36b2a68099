"""Reflex settings, all of them out of `core.settings`."""

import reflex as rx

from livestream_sell.core.settings import get_settings
from livestream_sell.ui.frontend_plugin import FrontendPlugin
from livestream_sell.ui.theme import tailwind

settings = get_settings()

config = rx.Config(
    app_name="livestream_sell",
    redis_url=settings.redis_url,
    # One process without Redis keeps its screens in memory; PostgreSQL is the truth either way.
    state_manager_mode="redis" if settings.redis_url else "memory",
    cors_allowed_origins=[settings.public_url.rstrip("/")],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="dark",
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[rx.plugins.TailwindV4Plugin(tailwind()), FrontendPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
