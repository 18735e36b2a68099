"""The program of the demo shop for the whole session, a browser for each module, and the seller by HTTP."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from livestream_sell.commands.seed import EMAIL, PASSWORD
from livestream_sell.ui.build import ensure_built
from tests.support.browsing import DESKTOP, PHONE, chromium, window
from tests.support.program import Program, running_program
from tests.support.waiting import until

PATIENCE_MS = 20_000


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests on one xdist worker: they share one program."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def built() -> None:
    """The screens, built once for every program of the session."""
    ensure_built()


@pytest.fixture(scope="session")
def program(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """`livestream-sell run` as a newcomer starts it: one process, its own servers, demo shop, sandbox."""
    with running_program(tmp_path_factory.mktemp("program")) as running:
        yield running


@pytest.fixture(scope="module")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium() as started:
        yield started


class Windows:
    """Opens windows in contexts of their own; `problems` is what their scripts complained about."""

    def __init__(self, browser: Browser, stack: AsyncExitStack) -> None:
        self._browser, self._stack = browser, stack
        self.problems: list[str] = []

    async def phone(self, **options: Any) -> Page:
        return await self._open({**PHONE, **options})

    async def desktop(self, **options: Any) -> Page:
        return await self._open({**DESKTOP, **options})

    async def _open(self, options: dict[str, Any]) -> Page:
        page = await self._stack.enter_async_context(window(self._browser, self.problems, **options))
        page.set_default_timeout(PATIENCE_MS)
        return page


@pytest.fixture
async def windows(browser: Browser) -> AsyncIterator[Windows]:
    async with AsyncExitStack() as stack:
        opened = Windows(browser, stack)
        yield opened
    assert opened.problems == []


@dataclass
class Shop:
    """A seller by HTTP: the demo's, or one of a test's own."""

    program: Program
    http: httpx.AsyncClient
    store_id: str
    page_id: str = "1001"
    post_id: str = "1001_5550001"

    async def get(self, path: str, **query: str) -> Any:
        return await self._ask("GET", path, params={"store_id": self.store_id, **query})

    async def post(self, path: str, body: Any = None, **query: str) -> Any:
        return await self._ask("POST", path, json=body, params={"store_id": self.store_id, **query})

    async def put(self, path: str, body: Any) -> Any:
        return await self._ask("PUT", path, json=body)

    async def _ask(self, method: str, path: str, **sent: Any) -> Any:
        answer = await self.http.request(method, f"{self.program.url}/api/v1{path}", **sent)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def comment(self, text: str, buyer: str, name: str) -> None:
        """Comment as a buyer; the sandbox sends its signed webhook."""
        body = {
            "page_id": self.page_id, "post_id": self.post_id, "buyer": {"id": buyer, "name": name}, "text": text,
        }  # fmt: skip
        answer = await self.http.post(f"{self.program.play_url}/_sandbox/comments", json=body)
        assert answer.status_code == 201, answer.text

    async def messages(self, buyer: str) -> list[Any]:
        """Return what the Page wrote to this buyer in private."""
        address = f"{self.program.play_url}/_sandbox/threads/{buyer}"
        thread = (await self.http.get(address, params={"page_id": self.page_id})).json()
        return [message for message in thread["messages"] if message["from"] == "page"]

    async def link(self, buyer: str) -> str:
        """Return the checkout link of the private message, once that has arrived."""
        message = (await until(lambda: self.messages(buyer)))[0]
        buttons = message["attachment"]["payload"]["buttons"]
        return next(str(button["url"]) for button in buttons if button["type"] == "web_url")

    async def order_of(self, buyer: str) -> Any:
        """Return the buyer's newest order."""
        return (await self.get("/orders", search=buyer))[0]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture(scope="session")
def access() -> dict[str, str]:
    """The demo seller's token for each program: tries to sign in are limited, so it is asked for once."""
    return {}


@pytest.fixture
async def shop(program: Program, http: httpx.AsyncClient, access: dict[str, str]) -> Shop:
    """The demo shop, signed in."""
    return await demo_shop(program, http, access)


async def demo_shop(program: Program, http: httpx.AsyncClient, access: dict[str, str]) -> Shop:
    if program.url not in access:
        answer = await http.post(f"{program.url}/api/v1/auth/token", json={"email": EMAIL, "password": PASSWORD})
        access[program.url] = answer.json()["access_token"]
    http.headers["Authorization"] = f"Bearer {access[program.url]}"
    stores = (await http.get(f"{program.url}/api/v1/stores")).json()
    return Shop(program, http, next(store["id"] for store in stores if store["currency"] == "CLP"))


@pytest.fixture
async def seller(program: Program, windows: Windows) -> Page:
    """The seller's live page, signed in through the form."""
    page = await windows.desktop()
    await sign_in(page, program)
    return page


async def sign_in(page: Page, program: Program) -> None:
    await page.goto(program.url)
    await page.get_by_label("Correo electrónico").fill(EMAIL)
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Entrar").click()
    await expect(page).to_have_url(f"{program.url}/dashboard/live")
