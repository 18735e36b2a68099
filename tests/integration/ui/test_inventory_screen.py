"""The products: the list, the form with its variants, and whom they obey."""

from typing import Any

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.inventory import service as inventory
from livestream_sell.stores.models import Store
from livestream_sell.ui.pages.inventory.state import InventoryState
from tests.integration.ui.conftest import notice, stock_of
from tests.support.factories import create_product

pytestmark = pytest.mark.anyio


async def codes(store: Store) -> dict[str, tuple[str, int]]:
    async with transaction() as session:
        page = await inventory.list_products(session, store.id)
    return {row.sku: (row.name, row.stock) for row in page.rows}


async def test_a_product_is_added_with_its_variants_at_once(tab: Any, store: Store) -> None:
    screen = await tab(InventoryState)
    await InventoryState.add.fn(screen)
    await InventoryState.add_variant.fn(screen)
    form = {"name": "Vestido", "keywords": "lino, verano", "image_url": "", "category": "Vestidos", "description": ""}
    await InventoryState.save.fn(
        screen,
        form
        | {"sku_0": "V-S", "size_0": "S", "color_0": "", "price_0": "12990", "stock_0": "3"}
        | {"sku_1": "V-M", "size_1": "M", "color_1": "", "price_1": "12990", "stock_1": "4"},
    )

    assert await codes(store) == {"V-M": ("Vestido", 4), "V-S": ("Vestido", 3)}
    assert (screen.is_open, [row["variant"] for row in screen.rows]) == (False, ["M", "S"])


async def test_one_wrong_variant_saves_nothing(tab: Any, store: Store) -> None:
    screen = await tab(InventoryState)
    await InventoryState.add.fn(screen)
    await InventoryState.add_variant.fn(screen)
    await InventoryState.save.fn(
        screen, {"name": "Vestido", "sku_0": "V-S", "price_0": "12990", "sku_1": "V-M", "price_1": "-5"}
    )

    assert await codes(store) == {}
    assert (screen.is_open, (await notice(tab))["kind"]) == (True, "error")


async def test_a_product_is_edited_with_what_has_its_name(tab: Any, store: Store) -> None:
    product = await create_product(store, "V-S", name="Vestido", variant={"size": "S"})
    await create_product(store, "V-M", name="Vestido", variant={"size": "M"})
    await create_product(store, "X", name="Vestido largo")
    screen = await tab(InventoryState)

    await InventoryState.edit.fn(screen, str(product.id))
    assert [row["sku"] for row in screen.variants] == ["V-M", "V-S"]
    assert screen.variants[0]["price"] == "12990"
    rows = {f"sku_{n}": row["sku"] for n, row in enumerate(screen.variants)}
    prices = {f"price_{n}": "9990" for n in range(2)} | {f"stock_{n}": "1" for n in range(2)}
    await InventoryState.save.fn(screen, {"name": "Vestido lino"} | rows | prices)

    assert (await codes(store))["V-S"] == ("Vestido lino", 1)
    assert (await codes(store))["X"] == ("Vestido largo", 10)


async def test_the_list_is_narrowed(tab: Any, store: Store) -> None:
    await create_product(store, "A1", category="Blusas", stock=1)
    await create_product(store, "B1", category="Faldas")
    screen = await tab(InventoryState)

    await InventoryState.toggle_low.fn(screen)
    assert [(row["code"], row["level"]) for row in screen.rows] == [("A1", "low")]
    await InventoryState.toggle_low.fn(screen)
    await InventoryState.choose_category.fn(screen, "Faldas")
    assert [row["code"] for row in screen.rows] == ["B1"]
    assert screen.categories == ["Blusas", "Faldas"]


async def test_a_product_of_another_store_is_neither_shown_nor_changed(
    tab: Any, store: Store, other_store: Store
) -> None:
    theirs = await create_product(other_store, stock=5)
    screen = await tab(InventoryState)

    await InventoryState.edit.fn(screen, str(theirs.id))
    assert not screen.is_open
    screen.variants = [{"id": str(theirs.id)}]
    await InventoryState.save.fn(screen, {"name": "Mine", "sku_0": "A1", "price_0": "1", "stock_0": "0"})
    await InventoryState.deactivate.fn(screen, str(theirs.id))

    assert await stock_of(theirs) == (5, 0)
    assert (await codes(other_store))["A1"][0] == theirs.name
