"""The proof: a comment becomes a message, a cart, a payment, and a line on the seller's screen, by real HTTP."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import Shop, Windows
from tests.support.program import Program

pytestmark = pytest.mark.anyio


async def test_mercado_pago_from_a_typed_comment_to_the_sellers_screen(
    program: Program, shop: Shop, seller: Page, windows: Windows
) -> None:
    play = await windows.desktop()
    await play.goto(program.play_url)
    await expect(play.get_by_text("connected")).to_be_visible()
    await play.get_by_role("radio", name="Rosa").click()
    await play.get_by_placeholder("Comment…").fill("quiero 2 B7")
    await play.keyboard.press("Enter")
    await expect(seller.get_by_text("quiero 2 B7")).to_be_visible()

    link = await play.get_by_role("link", name="Pagar").get_attribute("href")
    assert link is not None
    phone = await windows.phone()
    await phone.goto(link)
    await expect(phone.get_by_text("$39.980").last).to_be_visible()
    await expect(phone.get_by_text("2 × $19.990")).to_be_visible()
    await expect(phone.get_by_role("timer")).to_contain_text(":")

    await phone.get_by_role("button", name="Mercado Pago").click()
    await phone.locator("button[value=paid]").click()
    await expect(phone.get_by_role("heading", name="¡Pago recibido!")).to_be_visible()
    await expect(sale_of(seller, "Rosa Muñoz").get_by_text("Pagado")).to_be_visible()
    assert (await shop.order_of("7700000000000003"))["status"] == "paid"


async def test_flow_asks_for_an_address_and_is_paid(shop: Shop, seller: Page, windows: Windows) -> None:
    await shop.comment("A12 por favor", "9101", "Flora Pinto")
    phone = await windows.phone()
    await phone.goto(await shop.link("9101"))

    await phone.get_by_label("Tu correo, para pagar con Flow").fill("flora@example.com")
    await phone.get_by_role("button", name="Flow").click()
    await phone.locator("button[value=paid]").click()

    await expect(phone.get_by_role("heading", name="¡Pago recibido!")).to_be_visible()
    await expect(sale_of(seller, "Flora Pinto").get_by_text("Pagado")).to_be_visible()


async def test_bank_transfer_is_paid_when_the_seller_says_so(shop: Shop, seller: Page, windows: Windows) -> None:
    await shop.comment("A3", "9102", "Berta Soto")
    phone = await windows.phone()
    await phone.goto(await shop.link("9102"))

    await phone.get_by_role("button", name="Transferencia bancaria").click()
    await expect(phone.get_by_text("000123456789")).to_be_visible()
    await phone.get_by_role("button", name="Copiar").first.click()
    await expect(phone.get_by_role("button", name="Copiado")).to_be_visible()
    await phone.get_by_role("button", name="Ya transferí").click()
    await expect(phone.get_by_role("heading", name="Estamos revisando tu transferencia")).to_be_visible()

    order = await shop.order_of("9102")
    [payment] = (await shop.get(f"/orders/{order['id']}"))["payments"]
    await shop.post(f"/orders/{order['id']}/payments/{payment['payment_id']}/confirm")

    # The open page of the buyer finds out by itself.
    await expect(phone.get_by_role("heading", name="¡Pago recibido!")).to_be_visible()
    await expect(sale_of(seller, "Berta Soto").get_by_text("Pagado")).to_be_visible()


async def test_a_refused_payment_says_so_and_the_other_ways_stay(shop: Shop, windows: Windows) -> None:
    await shop.comment("A3", "9103", "Celia Vega")
    phone = await windows.phone()
    await phone.goto(await shop.link("9103"))

    await phone.get_by_role("button", name="Mercado Pago").click()
    await phone.locator("button[value=failed]").click()

    await expect(phone.get_by_role("alert")).to_contain_text("El pago con Mercado Pago no se completó")
    await expect(phone.get_by_role("button", name="Transferencia bancaria")).to_be_visible()


async def test_a_gateway_that_is_down_leaves_the_other_ways(program: Program, shop: Shop, windows: Windows) -> None:
    await shop.comment("A3", "9104", "Dora Leiva")
    phone = await windows.phone()
    await phone.goto(await shop.link("9104"))
    switches = f"{program.play_url}/_sandbox/switches/mercadopago"
    await shop.http.put(switches, json={"down": True})
    try:
        await phone.get_by_role("button", name="Mercado Pago").click()
        await expect(phone.get_by_role("alert")).to_contain_text("Mercado Pago no responde en este momento")
    finally:
        await shop.http.put(switches, json={})

    await phone.get_by_role("button", name="Transferencia bancaria").click()
    await expect(phone.get_by_role("button", name="Ya transferí")).to_be_visible()


def sale_of(seller: Page, buyer: str) -> Locator:
    """Return the line of a buyer's cart on the live page."""
    return seller.get_by_role("listitem").filter(has_text=buyer).filter(has_text="$").last
