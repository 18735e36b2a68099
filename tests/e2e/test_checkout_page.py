"""The buyer's page when it is not simply paid: another currency, expired, cancelled, unknown."""

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Shop, Windows
from tests.support.program import Program
from tests.support.waiting import until

pytestmark = pytest.mark.anyio


async def test_a_dollar_store_is_paid_by_paypal_in_english(program: Program, shop: Shop, windows: Windows) -> None:
    store = await dollar_store(program, shop)
    await store.comment("I want 2 A3 please", "9201", "Emily Carter")
    phone = await windows.phone(locale="en-US")
    await phone.goto(await store.link("9201"))

    await expect(phone).to_have_url(f"{program.url}/en/checkout?t={(await link_token(store, '9201'))}")
    await expect(phone.get_by_role("heading", name="Your order is reserved")).to_be_visible()
    await expect(phone.get_by_text("$64.00").last).to_be_visible()
    await phone.get_by_role("button", name="PayPal").click()
    await phone.locator("button[value=paid]").click()

    await expect(phone.get_by_role("heading", name="Payment received!")).to_be_visible()
    assert (await store.order_of("9201"))["status"] == "paid"


async def test_an_expired_cart_can_be_asked_for_again(program: Program, shop: Shop, windows: Windows) -> None:
    await shop.comment("A12", "9202", "Elsa Mora")
    phone = await windows.phone()
    await phone.goto(await shop.link("9202"))
    await expect(phone.get_by_role("heading", name="Tu pedido está reservado")).to_be_visible()
    order = await shop.order_of("9202")
    await program.sql(
        "UPDATE reservations SET expires_at = now() - interval '1 second' WHERE order_id = $1::text::uuid", order["id"]
    )
    await until(lambda: is_status(shop, "9202", "expired"))

    # It says so without a reload.
    await expect(phone.get_by_role("heading", name="Tu reserva venció")).to_be_visible()
    await phone.get_by_role("button", name="Pedir otra vez").click()

    await expect(phone.get_by_role("heading", name="Tu pedido está reservado")).to_be_visible()
    await expect(phone.get_by_role("timer")).to_contain_text("29:")
    assert await is_status(shop, "9202", "pending")


async def test_what_was_taken_meanwhile_cannot_be_asked_for_again(
    program: Program, shop: Shop, windows: Windows
) -> None:
    await shop.comment("D5 x2", "9203", "Gilda Paz")
    link = await shop.link("9203")
    order = await shop.order_of("9203")
    await program.sql(
        "UPDATE reservations SET expires_at = now() - interval '1 second' WHERE order_id = $1::text::uuid", order["id"]
    )
    await until(lambda: is_status(shop, "9203", "expired"))
    await shop.comment("D5 x2", "9204", "Hilda Rey")
    await shop.link("9204")
    phone = await windows.phone()
    await phone.goto(link)

    await phone.get_by_role("button", name="Pedir otra vez").click()

    await expect(phone.get_by_role("alert")).to_contain_text("Otra persona se llevó estas piezas")


async def test_a_buyer_changes_the_language_on_the_page_and_is_spoken_to_in_it(
    program: Program, shop: Shop, windows: Windows
) -> None:
    await shop.comment("A12", "9206", "Joana Reis")
    link = await shop.link("9206")
    token = await link_token(shop, "9206")
    phone = await windows.phone()
    await phone.goto(link)
    switch = phone.get_by_role("navigation", name="Idioma")
    await expect(switch.get_by_role("link", name="Español")).to_have_attribute("aria-current", "page")

    await switch.get_by_role("link", name="Português").click()

    await expect(phone).to_have_url(f"{program.url}/pt/checkout?t={token}")
    await expect(phone.get_by_role("heading", name="Seu pedido está reservado")).to_be_visible()
    await expect(phone.get_by_role("link", name="Português")).to_have_attribute("aria-current", "page")
    # The link that was sent remembers it, and so does the bot.
    await phone.goto(link)
    await expect(phone).to_have_url(f"{program.url}/pt/checkout?t={token}")
    [kept] = await program.sql("SELECT language FROM conversations WHERE customer_fb_id = '9206'")
    assert kept["language"] == "pt"
    links = phone.get_by_role("navigation").get_by_role("link")
    await expect(links).to_have_count(3)
    sizes = [await each.bounding_box() for each in await links.all()]
    assert [box and box["height"] >= 44 for box in sizes] == [True] * 3


async def test_the_languages_of_a_page_without_an_order_lead_to_no_order(program: Program, windows: Windows) -> None:
    phone = await windows.phone()
    await phone.goto(f"{program.url}/checkout?t=nobody")
    await phone.get_by_role("link", name="English").click()

    await expect(phone.get_by_role("heading", name="We cannot find this order")).to_be_visible()


async def test_a_cancelled_order_says_so(shop: Shop, windows: Windows) -> None:
    await shop.comment("A12", "9205", "Irma Díaz")
    phone = await windows.phone()
    await phone.goto(await shop.link("9205"))
    await shop.post(f"/orders/{(await shop.order_of('9205'))['id']}/cancel")

    await expect(phone.get_by_role("heading", name="Este pedido se canceló")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/checkout/no-such-token", "We cannot find this order"),
        ("/checkout", "No encontramos este pedido"),
        ("/pt/checkout?t=%27%20OR%201=1", "Não encontramos este pedido"),
    ],
)
async def test_an_unknown_link_tells_nothing(program: Program, windows: Windows, path: str, words: str) -> None:
    phone = await windows.phone(locale="en-US")
    await phone.goto(program.url + path)

    await expect(phone.get_by_role("heading", name=words)).to_be_visible()
    assert await phone.locator("button").count() == 0


async def dollar_store(program: Program, shop: Shop) -> Shop:
    """Go live in the demo's second store, which sells in dollars."""
    stores = await shop.get("/stores")
    store_id = next(str(store["id"]) for store in stores if store["currency"] == "USD")
    store = Shop(program, shop.http, store_id, page_id="2002", post_id="2002_1")
    await store.post("/lives", {"title": "Friday night", "fb_live_id": store.post_id})
    return store


async def link_token(shop: Shop, buyer: str) -> str:
    return (await shop.link(buyer)).rsplit("/", 1)[1]


async def is_status(shop: Shop, buyer: str, status: str) -> bool:
    return bool((await shop.order_of(buyer))["status"] == status)
