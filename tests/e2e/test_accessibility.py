"""axe finds nothing on the screens, on a phone and on a desktop, nor does anything stick out sideways."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.e2e.conftest import Shop, Windows, sign_in
from tests.support.program import Program

pytestmark = pytest.mark.anyio

SCREENS = ("/dashboard/live", "/dashboard/orders", "/dashboard/inventory", "/dashboard/settings")


async def violations(page: Page) -> list[str]:
    """Return what axe complains about, each with the elements it means."""
    # What is still fading in has no contrast yet.
    await page.add_style_tag(content="*{animation:none!important;transition:none!important}")
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes'][:3]]}" for each in found]


async def is_too_wide(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth"))


async def test_the_checkout(shop: Shop, windows: Windows) -> None:
    await shop.comment("A12", "9401", "Leonor Paz")
    phone = await windows.phone()
    await phone.goto(await shop.link("9401"))
    await expect(phone.get_by_role("button", name="Mercado Pago")).to_be_visible()
    assert await violations(phone) == []

    await phone.get_by_role("button", name="Transferencia bancaria").click()
    await expect(phone.get_by_role("button", name="Ya transferí")).to_be_visible()
    assert await violations(phone) == []
    assert not await is_too_wide(phone)

    await phone.get_by_role("button", name="Ya transferí").click()
    await expect(phone.get_by_role("heading", name="Estamos revisando tu transferencia")).to_be_visible()
    assert await violations(phone) == []


@pytest.mark.parametrize("path", ["/auth", "/checkout?t=nobody", "/en/checkout?t=nobody"])
async def test_the_public_pages(program: Program, windows: Windows, path: str) -> None:
    phone = await windows.phone()
    await phone.goto(program.url + path)
    await expect(phone.get_by_role("heading").first).to_be_visible()

    assert await violations(phone) == []
    assert not await is_too_wide(phone)


@pytest.mark.parametrize("device", ["desktop", "phone"])
async def test_the_sellers_screens(program: Program, shop: Shop, windows: Windows, device: str) -> None:
    await shop.comment("A12", "9402", "Marta Cid")
    await shop.link("9402")
    page = await (windows.desktop() if device == "desktop" else windows.phone())
    await sign_in(page, program)
    wrong: dict[str, list[str]] = {}
    for path in SCREENS:
        answer = await page.goto(program.url + path)
        assert answer is not None
        if answer.status == 404:
            continue
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        wrong[path] = await violations(page) + (["it is wider than the window"] if await is_too_wide(page) else [])

    assert {path: found for path, found in wrong.items() if found} == {}
    assert len(wrong) >= 3
