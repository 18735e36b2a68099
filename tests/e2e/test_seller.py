"""The seller's side: nobody sees the dashboard without a session, and the kill switch silences the bot."""

import re

import pytest
from playwright.async_api import Page, expect

from livestream_sell.commands.seed import EMAIL
from tests.e2e.conftest import Shop, Windows
from tests.support.program import Program
from tests.support.waiting import until

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/dashboard/live", "/dashboard/orders", "/dashboard/inventory"])
async def test_a_screen_without_a_session_leads_to_the_sign_in(program: Program, windows: Windows, path: str) -> None:
    page = await windows.desktop()
    await page.goto(program.url + path)

    await expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    await expect(page).to_have_url(re.compile("/auth"))


async def test_a_forged_session_leads_to_the_sign_in(program: Program, windows: Windows) -> None:
    page = await windows.desktop()
    await page.context.add_cookies([{"name": "ls_session", "value": "forged", "url": program.url}])
    await page.goto(f"{program.url}/dashboard/live")

    await expect(page.get_by_text("Tu sesión terminó")).to_be_visible()


async def test_a_wrong_password_says_so_and_nothing_more(program: Program, windows: Windows) -> None:
    page = await windows.desktop()
    await page.goto(program.url)
    await page.get_by_label("Correo electrónico").fill(EMAIL)
    await page.get_by_label("Contraseña").fill("not-the-password")
    await page.get_by_role("button", name="Entrar").click()

    await expect(page.get_by_role("alert")).to_have_text("El correo o la contraseña no son correctos.")


async def test_who_signs_out_is_out(program: Program, seller: Page) -> None:
    cookies = await seller.context.cookies()
    await seller.get_by_role("button", name="Salir").first.click()
    await expect(seller.get_by_role("button", name="Entrar")).to_be_visible()

    # The old cookie is worth nothing either.
    await seller.context.add_cookies(cookies)
    await seller.goto(f"{program.url}/dashboard/live")
    await expect(seller.get_by_role("button", name="Entrar")).to_be_visible()


async def test_the_kill_switch_stops_the_next_message(program: Program, shop: Shop, seller: Page) -> None:
    await shop.comment("A12", "9301", "Julia Ríos")
    await shop.link("9301")

    await shop.post(f"/stores/{shop.store_id}/kill-switch", {"on": True})
    try:
        await expect(seller.get_by_text("Respuestas en pausa").first).to_be_visible()
        await shop.comment("A12", "9302", "Karina Toro")
        # It is recorded and reserved all the same.
        await until(lambda: shop.get("/orders", search="9302"))
        await until(lambda: held_back(program, "9302"))
        assert await shop.messages("9302") == []
    finally:
        await shop.post(f"/stores/{shop.store_id}/kill-switch", {"on": False})


async def held_back(program: Program, buyer: str) -> bool:
    rows = await program.sql("SELECT status FROM messages WHERE customer_fb_id = $1", buyer)
    return bool(rows) and all(row["status"] not in {"sent", "queued", "sending"} for row in rows)
