"""The Reflex app of the screens, without what the composition root adds."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import reflex as rx
import structlog

from livestream_sell.core.errors import Unauthenticated
from livestream_sell.ui.build import ROOT
from livestream_sell.ui.pages import add_pages
from livestream_sell.ui.session import SessionGuard

log = structlog.get_logger(__name__)


def screens(*, api_transformer: Sequence[Any], allowed_origins: Sequence[str]) -> rx.App:
    """Return the app with every page, the session guard, and a socket that only our own pages may open."""
    app = rx.App(
        api_transformer=list(api_transformer),
        toaster=None,
        app_wraps={},
        stylesheets=["/base.css"],
        html_lang="es",
        head_components=_head(),
        backend_exception_handler=_log_failure,
    )
    app.add_middleware(SessionGuard())
    app.sio.eio.cors_allowed_origins = _own_page(frozenset(allowed_origins))
    add_pages(app)
    return app


def _log_failure(exception: Exception) -> None:
    """A handler failed. Reflex's own way would run a script made of text, which the content policy forbids."""
    if isinstance(exception, Unauthenticated):
        return
    log.error("screen_failed", exc_info=exception)


def _own_page(allowed: frozenset[str]) -> Any:
    """Return engineio's origin check: the address the page came from (any port, any host name), or a named one."""

    def check(origin: str | None, environ: dict[str, Any]) -> bool:
        if origin is None or origin in allowed:
            return True
        return urlsplit(origin).netloc in {environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST")}

    return check


def _head() -> list[rx.Component]:
    # Inline, because a script that has to be fetched would hold up the first paint; the policy hashes it.
    boot = (ROOT / "assets" / "boot.js").read_text(encoding="utf-8")
    return [
        rx.el.script(custom_attrs={"dangerouslySetInnerHTML": {"__html": boot}}),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.link(rel="icon", href="/icons/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/icon-192.png"),
        rx.el.meta(name="theme-color", content="#09090b"),
        rx.el.meta(name="color-scheme", content="dark"),
    ]
