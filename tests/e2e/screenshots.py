"""`make screenshots`: a real show is played and sold, and docs/images is what the screens look like in it."""

import asyncio
import base64
import tempfile
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page

from livestream_sell.commands.seed import EMAIL, PASSWORD
from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.show import run_show
from livestream_sell.ui.build import ROOT, ensure_built
from tests.support.browsing import DESKTOP, PHONE, chromium, window
from tests.support.program import Program, running_program
from tests.support.waiting import until

IMAGES = ROOT / "docs" / "images"
RATE, MINUTES, SEED = 240, 0.5, 7
SELLER_SCREENS = ("live", "orders", "inventory", "settings")
# The picture of the README: the seller's screen, and a phone in front of its corner.
SIDE_BY_SIDE = """<body style="margin:0;width:1680px;height:1000px;background:#1b1b20;position:relative">
<img src="{desktop}" style="position:absolute;left:40px;top:40px;width:1440px;border-radius:12px;box-shadow:0 20px 60px #000">
<img src="{phone}" style="position:absolute;right:40px;bottom:32px;width:340px;border-radius:36px;border:8px solid #3f3f46;
box-shadow:0 20px 60px #000"></body>"""  # noqa: E501


async def take(program: Program) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with chromium() as browser:
        async with window(browser, [], **DESKTOP) as seller:
            await sign_in(seller, program)
            await play(program)
            link = await sell(program)
            for name in SELLER_SCREENS:
                await seller.goto(f"{program.url}/dashboard/{name}")
                await shoot(seller, name)
        await phones(browser, program, link)
        await side_by_side(browser)


async def sign_in(page: Page, program: Program) -> None:
    await page.goto(program.url)
    await page.get_by_label("Correo electrónico").fill(EMAIL)
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await shoot(page, "sign-in")
    await page.get_by_role("button", name="Entrar").click()
    await page.wait_for_url("**/dashboard/live*")


async def play(program: Program) -> None:
    config = SandboxConfig(ports=program.sandbox_ports)
    await run_show(config, rate=RATE, minutes=MINUTES, seed=SEED, tell=lambda _: None)


async def sell(program: Program) -> str:
    """Let every other buyer pay, and one more comment; return that one's checkout link."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        tokens = [link.rsplit("/", 1)[1] for link in await links(client, program)]
        for token in tokens[::2]:
            body = {"gateway": "mercado_pago"}
            started = (await client.post(f"{program.url}/api/v1/checkout/{token}/pay", json=body)).json()
            paid = {"gateway": "mercadopago", "id": started["redirect_url"].split("pref_id=")[1], "outcome": "paid"}
            await client.post(f"{program.play_url}/_sandbox/pay", json=paid)
        for text in ("B7 x2", "B1 talla M"):
            buyer = {"id": "7700000000000003", "name": "Rosa Muñoz"}
            comment = {"page_id": "1001", "post_id": "1001_5550001", "buyer": buyer, "text": text}
            await client.post(f"{program.play_url}/_sandbox/comments", json=comment)
        await until(lambda: links(client, program, "7700000000000003"))
        return (await links(client, program, "7700000000000003"))[0]


async def links(client: httpx.AsyncClient, program: Program, only: str = "") -> list[str]:
    """Return the checkout links that buyers were sent."""
    threads = (await client.get(f"{program.play_url}/_sandbox/threads")).json()["threads"]
    found: list[str] = []
    for psid in [only] if only else [thread["psid"] for thread in threads]:
        thread = (await client.get(f"{program.play_url}/_sandbox/threads/{psid}", params={"page_id": "1001"})).json()
        found += [url for message in thread["messages"] for url in link_in(message)][:1]
    return found


def link_in(message: dict[str, Any]) -> list[str]:
    payload = (message.get("attachment") or {}).get("payload") or {}
    return [str(button["url"]) for button in payload.get("buttons") or [] if button["type"] == "web_url"]


async def phones(browser: Browser, program: Program, link: str) -> None:
    async with window(browser, [], **PHONE) as phone:
        await phone.goto(link)
        await phone.get_by_role("button", name="Mercado Pago").wait_for()
        await shoot(phone, "checkout")
        await phone.get_by_role("button", name="Mercado Pago").click()
        await phone.locator("button[value=paid]").click()
        await phone.get_by_role("heading", name="¡Pago recibido!").wait_for()
        await shoot(phone, "checkout-paid")
        await sign_in(phone, program)
        await shoot(phone, "live-phone")
    async with window(browser, [], **DESKTOP) as public:
        await public.goto(program.play_url)
        await public.get_by_text("connected").wait_for()
        await public.get_by_role("radio", name="Rosa").click()
        await shoot(public, "play")


async def shoot(page: Page, name: str) -> None:
    """Take the picture once nothing loads and nothing fades any more."""
    await page.wait_for_load_state("networkidle")
    await page.wait_for_function("!document.querySelector('.skeleton')")
    await page.add_style_tag(content="*{animation:none!important;transition:none!important;caret-color:transparent}")
    await page.screenshot(path=IMAGES / f"{name}.png")


async def side_by_side(browser: Browser) -> None:
    desktop, phone = (data_url(IMAGES / f"{name}.png") for name in ("live", "checkout"))
    async with window(browser, [], viewport={"width": 1680, "height": 1000}) as page:
        await page.set_content(SIDE_BY_SIDE.format(desktop=desktop, phone=phone))
        await page.wait_for_function("[...document.images].every(image => image.complete)")
        await page.screenshot(path=IMAGES / "sale.png")


def data_url(image: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(image.read_bytes()).decode()


def main() -> None:
    ensure_built()
    with tempfile.TemporaryDirectory(prefix="livestream-sell-") as folder, running_program(Path(folder)) as program:
        asyncio.run(take(program))
    print(f"{len(list(IMAGES.glob('*.png')))} pictures in {IMAGES.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
