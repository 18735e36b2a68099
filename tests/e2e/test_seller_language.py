"""What is refused is said in the seller's language, from the file of products to the settings of a gateway."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import Shop
from tests.support.program import Program

pytestmark = pytest.mark.anyio

FILE = """codigo,nombre,precio,stock
ES-1,Vestido,9990,1
ES-2,Falda,abc,1
ES-3,Blusa,9990,-4
es-1,Otra vez,9990,1
"""
NO_LIST = "título,costo\nx,1\n"


async def open_import(seller: Page) -> None:
    # With the first rows the screen knows its store.
    await expect(seller.get_by_role("row").nth(1)).to_be_visible()
    await seller.get_by_role("button", name="Importar CSV").first.click()


async def import_file(seller: Page, text: str) -> None:
    file = {"name": "productos.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await seller.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]


async def test_bad_lines_of_a_file_are_told_in_spanish_and_in_portuguese(program: Program, seller: Page) -> None:
    await seller.goto(f"{program.url}/dashboard/inventory")
    await open_import(seller)
    await import_file(seller, FILE)

    wrong = seller.get_by_label("Líneas con problemas").locator("li")
    await expect(seller.get_by_role("dialog")).to_contain_text("Líneas con problemas: 3")
    await expect(wrong).to_have_text([
        "Línea 3ES-2Precio: «abc» no es un precio; escríbelo como 12990 o 12.50",
        "Línea 4ES-3Stock: como mínimo 0",
        "Línea 5ES-1Código: ya está en la línea 2",
    ])  # fmt: skip
    await import_file(seller, NO_LIST)
    await expect(seller.get_by_role("dialog").get_by_role("alert")).to_have_text(
        "No se importó nada. Faltan columnas: Código, Precio. El archivo tiene: título, costo."
    )

    await seller.context.add_cookies([{"name": "ls_lang", "value": "pt", "url": program.url}])
    await seller.reload()
    await open_import(seller)
    await import_file(seller, FILE)
    await expect(seller.get_by_text("Estoque: no mínimo 0")).to_be_visible()


async def test_wrong_settings_of_a_gateway_are_told_by_the_names_of_its_fields(program: Program, seller: Page) -> None:
    await seller.goto(f"{program.url}/dashboard/settings")
    await seller.get_by_label("Banco").fill("B")
    form = seller.locator("form").filter(has=seller.get_by_label("Titular de la cuenta"))
    await form.get_by_role("button", name="Guardar").click()

    await expect(seller.get_by_text("Revisa estos datos: Banco: al menos 2 caracteres")).to_be_visible()
    await expect(seller.get_by_role("heading", name="Transferencia")).to_be_visible()


async def test_a_message_that_failed_says_why_in_spanish(program: Program, shop: Shop, seller: Page) -> None:
    await shop.comment("A12", "9401", "Olga Paz")
    await shop.link("9401")
    said = "10-2018278: (#10) This message is sent outside of allowed window."
    await program.sql("UPDATE messages SET status = 'dead', error = $1 WHERE customer_fb_id = '9401'", said)
    await seller.reload()

    failed = seller.get_by_role("listitem").filter(has_text="9401").filter(has_text="Reintentar")
    await expect(failed.first).to_contain_text("Pasaron más de 24 horas desde su último mensaje")
    await expect(seller.get_by_text("outside of allowed window")).to_have_count(0)
