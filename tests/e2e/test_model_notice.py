"""A hosted model that goes down and comes back under a running live: the seller's notice comes and goes by itself."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from livestream_sell.sandbox.config import SERVICES
from tests.e2e.conftest import Shop, Windows, demo_shop, sign_in
from tests.support.model import needs_litellm
from tests.support.program import Program, free_ports
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, needs_litellm]

SETTINGS = {
    "LLM_MODEL": "openai/gpt-5-nano",
    "OPENAI_API_KEY": "key",
    # Every comment is asked about, so that the test does not depend on what the local engine is unsure of.
    "LLM_ASK_ABOVE": "0",
    "LLM_ASK_BELOW": "1",
    "LLM_TIMEOUT_SECONDS": "20",
}


@pytest.fixture
def asking(built: None, tmp_path: Path) -> Iterator[Program]:
    """The whole program with a model: the sandbox's."""
    port, *sandbox = free_ports(1 + len(SERVICES))
    ports = dict(zip(SERVICES, sandbox, strict=True))
    program = Program(tmp_path, port, ports, SETTINGS | {"LLM_API_BASE": f"http://127.0.0.1:{ports['model']}/v1"})
    program.start()
    try:
        yield program
    finally:
        assert program.stop() == 0, program.log


async def test_the_notice_comes_and_goes_and_the_settings_say_what_it_cost(
    asking: Program, http: httpx.AsyncClient, windows: Windows
) -> None:
    shop = await demo_shop(asking, http, {})
    seller, phone = await windows.desktop(), await windows.phone()
    await sign_in(seller, asking)
    await phone.context.add_cookies(await seller.context.cookies())
    await phone.goto(f"{asking.url}/dashboard")
    notices = [
        page.get_by_role("status").filter(has_text="El modelo de lenguaje no responde") for page in (seller, phone)
    ]
    await until(lambda: answered(asking, shop), seconds=90)

    await http.put(f"{asking.play_url}/_sandbox/switches/model", json={"down": True})
    await shop.comment("mejor el b7 oye, caído", "9502", "Bea Ríos")
    for notice in notices:
        await expect(notice).to_be_visible()
    assert [await problems(page) for page in (seller, phone)] == [[], []]

    await http.put(f"{asking.play_url}/_sandbox/switches/model", json={})
    await shop.comment("mejor el b7 oye, de vuelta", "9503", "Caro Sáez")
    for notice in notices:
        await expect(notice).to_have_count(0)

    seen = await shop.get(f"/stores/{shop.store_id}/understanding")
    assert seen["asked"] >= 3
    assert float(seen["cost_usd"]) > 0
    await phone.goto(f"{asking.url}/dashboard/settings")
    await expect(phone.get_by_text("Consultados al modelo").locator("xpath=..")).to_contain_text(str(seen["asked"]))
    await expect(phone.get_by_text(seen["cost_text"])).to_be_visible()
    assert await problems(phone) == []


async def answered(program: Program, shop: Shop) -> bool:
    """Whether the client is loaded and the model has answered; another comment each time."""
    [row] = await program.sql(
        "SELECT count(*) AS n, count(*) FILTER (WHERE reason = 'model_answered') AS good FROM ai_logs"
    )
    if not row["good"]:
        await shop.comment(f"mejor el b7 oye, intento {row['n']}", "9501", "Ana Díaz")
        await asyncio.sleep(1)
    return bool(row["good"])


async def problems(page: Page) -> list[str]:
    """What axe complains about, and whether something sticks out sideways."""
    found = [each["id"] for each in (await Axe().run(page)).response["violations"]]
    is_wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + (["wider than the window"] if is_wide else [])
