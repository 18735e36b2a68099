"""Headers of every answer."""

import base64
import hashlib
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from livestream_sell.ui.http_shield import HttpShield

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def page(_: Request) -> Response:
    return HTMLResponse("<p>")


async def script(request: Request) -> Response:
    missing = request.path_params["name"] == "missing.js"
    return PlainTextResponse("", status_code=404 if missing else 200)


async def docs(_: Request) -> Response:
    return HTMLResponse("<p>", headers={"content-security-policy": "default-src 'none'"})


def client(static_dir: Path, *, production: bool = False) -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/page", page), Route("/assets/{name}", script), Route("/docs", docs)])
    shield = HttpShield(app, static_dir, production=production)
    return httpx.AsyncClient(transport=httpx.ASGITransport(shield), base_url="http://shop.test:8123")


def source_of(body: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"


async def test_pages_allow_their_own_scripts_and_socket_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<script>go(1)</script><script src="/boot.js"></script>')
    async with client(tmp_path) as http:
        policy = (await http.get("/page")).headers["content-security-policy"]

    assert f"script-src 'self' {source_of('go(1)')};" in policy
    assert "connect-src 'self' ws://shop.test:8123 wss://shop.test:8123;" in policy
    assert "unsafe-eval" not in policy


async def test_a_new_build_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<script>old()</script>")
    async with client(tmp_path) as http:
        await http.get("/page")
        (tmp_path / "index.html").unlink()
        (tmp_path / "index.html").write_text("<script>new()</script>")
        policy = (await http.get("/page")).headers["content-security-policy"]

    assert source_of("new()") in policy


async def test_a_forged_host_does_not_reach_the_policy(tmp_path: Path) -> None:
    async with client(tmp_path) as http:
        answer = await http.get("/page", headers={"host": "a; script-src *"})

    assert "script-src *" not in answer.headers["content-security-policy"]


async def test_hashed_files_are_kept_for_ever_missing_ones_are_not(tmp_path: Path) -> None:
    async with client(tmp_path) as http:
        found, missing = await http.get("/assets/x-1a2b.js"), await http.get("/assets/missing.js")

    assert "immutable" in found.headers["cache-control"]
    assert "cache-control" not in missing.headers


async def test_a_page_with_its_own_policy_keeps_it(tmp_path: Path) -> None:
    async with client(tmp_path, production=True) as http:
        answer = await http.get("/docs")

    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "max-age" in answer.headers["strict-transport-security"]
