"""The whole web application for any ASGI server: built pages, websocket and HTTP interface on one port."""

import contextlib
import importlib
import os

from starlette.types import ASGIApp

from livestream_sell.ui.build import ROOT, WEB

# Names with `__` are internal to Reflex 0.10.1: the version is pinned and tests start the program this way.
_ENVIRONMENT = {
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_WEB_WORKDIR": str(WEB),
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    # A short ping shortens the time in which a reconnecting tab meets its own dead socket (reflex #6252).
    "REFLEX_SOCKET_INTERVAL": "10",
    "REFLEX_SOCKET_TIMEOUT": "10",
}


def asgi_app() -> ASGIApp:
    """Return the application; call `ensure_built()` first, and set the environment (REDIS_URL, PUBLIC_URL) before.

    It listens on whatever port the server has: the pages find their socket at the address they came from.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # Reflex looks for rxconfig.py where the program runs.
    with contextlib.chdir(ROOT):
        # By name, as an ASGI server is told it: the composition root stands above this module.
        application: ASGIApp = importlib.import_module("livestream_sell.livestream_sell").application()
        return application
