"""Headers of every answer: security, a content policy with the hashes of this build's scripts, caching."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_HOST = re.compile(r"[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")
# Where Reflex leaves the built pages.
STATIC_DIR = Path(__file__).resolve().parents[2] / ".web/build/client"
_FOR_EVER = "public, max-age=31536000, immutable"
_HASHED = ("/assets/", "/fonts/")
_STATIC = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}


def inline_script_hashes(pages: Iterable[Path]) -> list[str]:
    """Return the CSP sources of the inline scripts in the built pages."""
    bodies = {body for page in pages for body in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")) if body}
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def content_policy(hashes: list[str], *, local: bool) -> str:
    """Return the policy with `{host}` left open. `local` lets forms lead to gateways on this machine."""
    forms = "'self' https:" + (" http://localhost:* http://127.0.0.1:*" if local else "")
    return "; ".join([
        "default-src 'self'",
        f"script-src 'self' {' '.join(hashes)}".rstrip(),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https:" + (" http:" if local else ""),
        "connect-src 'self' ws://{host} wss://{host}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        f"form-action {forms}",
    ])  # fmt: skip


class HttpShield:
    """Pure ASGI: adds headers to HTTP answers; an inner application's own policy or caching stays."""

    def __init__(self, app: ASGIApp, static_dir: Path, *, production: bool) -> None:
        self._app = app
        self._static_dir, self._local = static_dir, not production
        self._built_at, self._template = 0, ""
        self._fixed = dict(_STATIC)
        if production:
            self._fixed["strict-transport-security"] = "max-age=31536000; includeSubDomains"
        # Now, so that the first visitor need not wait for it.
        self._policy("")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"], host, found=message["status"] < 400)
            await send(message)

        return await self._app(scope, receive, with_headers)

    def _policy(self, host: str) -> str:
        """Return the policy for pages at `host`; read anew when the pages have been built again meanwhile."""
        index = self._static_dir / "index.html"
        built_at = index.stat().st_mtime_ns if index.is_file() else 0
        if built_at != self._built_at or not self._template:
            hashes = inline_script_hashes(self._static_dir.rglob("*.html"))
            self._built_at, self._template = built_at, content_policy(hashes, local=self._local)
        return self._template.replace("{host}", host if _HOST.fullmatch(host) else "localhost")

    def _add(self, headers: MutableHeaders, path: str, host: str, *, found: bool) -> None:
        for name, value in self._fixed.items():
            headers.setdefault(name, value)
        if headers.get("content-type", "").startswith("text/html"):
            headers.setdefault("content-security-policy", self._policy(host))
            headers.setdefault("cache-control", "no-cache")
        elif found and path.startswith(_HASHED):
            headers.setdefault("cache-control", _FOR_EVER)
        elif found and "etag" in headers:
            headers.setdefault("cache-control", "public, max-age=3600")


def shield(*, production: bool) -> Callable[[ASGIApp], HttpShield]:
    """Return the wrapper for `rx.App(api_transformer=[...])`; put it last."""
    return lambda app: HttpShield(app, STATIC_DIR, production=production)
