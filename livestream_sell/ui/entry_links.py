"""Short ways in, answered before Reflex: `/`, the buyer's `/checkout/<token>`, and screens without a session."""

import re
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from livestream_sell.core.db import transaction
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import UnknownLink
from livestream_sell.orders.public_link import checkout_page
from livestream_sell.sales.buyer_languages import choose_at_checkout
from livestream_sell.ui.catalogue import DEFAULT_LOCALE, LOCALES, best_locale
from livestream_sell.ui.http_shield import STATIC_DIR
from livestream_sell.ui.routes import DASHBOARD, HOME, SIGN_IN, checkout_path

SESSION_COOKIE = "ls_session"
_CHECKOUT = re.compile(r"/checkout/([\w-]{1,200})/?")


def has_session(headers: Headers) -> bool:
    """Return whether the browser sent a session at all; whether it is valid is asked for each event."""
    try:
        return SESSION_COOKIE in SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return False


def redirect_for(path: str, query: str, headers: Headers) -> str | None:
    """Return where a page request goes instead, or None if it goes to the page itself."""
    if path == "/":
        return HOME if has_session(headers) else SIGN_IN
    if (path == DASHBOARD or path.startswith(DASHBOARD + "/")) and not has_session(headers):
        return f"{SIGN_IN}?next={quote(path)}"
    if path.rstrip("/") == f"/{DEFAULT_LOCALE}/checkout":
        return f"{checkout_path(DEFAULT_LOCALE)}?{query}"
    return None


async def checkout_link_target(path: str, query: str, headers: Headers) -> str | None:
    """Return the page behind the link that the buyer was sent, in the language the bot spoke to the buyer.

    `?lang=` overrides it; for a link that nobody knows the browser's language is as good as any.
    """
    link = _CHECKOUT.fullmatch(path)
    if link is None:
        return None
    language = parse_qs(query).get("lang", [""])[0]
    if language not in LOCALES:
        try:
            async with transaction() as session:
                language = await checkout.language_of(session, link[1])
        except UnknownLink:
            language = best_locale(headers.get("accept-language", ""))
    return checkout_page(link[1], language)


async def remember_language(path: str, query: str) -> None:
    """Speak to a buyer who picked a language (`?lang=`) in it from now on."""
    link, language = _CHECKOUT.fullmatch(path), parse_qs(query).get("lang", [""])[0]
    if link is None or language not in LOCALES:
        return
    with suppress(UnknownLink):
        async with transaction() as session:
            await choose_at_checkout(session, link[1], language)


class EntryLinks:
    """Pure ASGI: redirects GET requests, passes everything else on."""

    def __init__(self, app: ASGIApp, static_dir: Path = STATIC_DIR) -> None:
        self._app = app
        built = (page.parent.relative_to(static_dir) for page in static_dir.glob("*/**/index.html"))
        self._pages = frozenset(f"/{folder.as_posix()}" for folder in built)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            query = scope["query_string"].decode("latin-1")
            path, headers = scope["path"], Headers(scope=scope)
            target = redirect_for(path, query, headers) or await checkout_link_target(path, query, headers)
            if target is not None:
                await remember_language(path, query)
                response = RedirectResponse(target, status_code=302, headers={"cache-control": "no-store"})
                return await response(scope, receive, send)
            if path in self._pages:
                # The page is a folder on disk; without this the file server spends a redirect on the slash.
                scope = {**scope, "path": path + "/"}
        return await self._app(scope, receive, send)
