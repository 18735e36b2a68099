"""The orders: what the list and the drawer show, and whom the buttons obey."""

from typing import Any

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.orders import service as orders
from livestream_sell.orders.models import Order, OrderStatus
from livestream_sell.sales.ordering import WantedItem, create_order
from livestream_sell.stores.models import Store
from livestream_sell.ui.pages.orders.state import OrdersState
from tests.integration.ui.conftest import notice
from tests.support.factories import create_product

pytestmark = pytest.mark.anyio


async def an_order(store: Store, buyer: str = "ana", *, paid: bool = False) -> Order:
    await create_product(store, f"A-{buyer.upper()}", stock=5)
    async with transaction() as session:
        order = await create_order(session, store.id, buyer, [WantedItem(f"A-{buyer}", 2)], customer_name=buyer.title())
        order.status = OrderStatus.paid if paid else order.status
    return order


async def status_of(order: Order) -> str:
    async with transaction() as session:
        return str((await orders.get_order(session, order.store_id, order.id)).status)


async def test_the_list_is_narrowed_by_state_and_search(tab: Any, store: Store) -> None:
    await an_order(store, "ana")
    await an_order(store, "bea", paid=True)
    screen = await tab(OrdersState)

    await OrdersState.refresh.fn(screen)
    assert [row["buyer"] for row in screen.rows] == ["Bea", "Ana"]
    await OrdersState.filter_by.fn(screen, "paid")
    assert [row["buyer"] for row in screen.rows] == ["Bea"]
    await OrdersState.filter_by.fn(screen, "attention")
    assert screen.rows == []
    await OrdersState.filter_by.fn(screen, "'; drop")
    await OrdersState.search.fn(screen, "ana")
    assert [row["buyer"] for row in screen.rows] == ["Ana"]


async def test_a_paid_order_goes_its_way(tab: Any, store: Store) -> None:
    order = await an_order(store, paid=True)
    screen = await tab(OrdersState)
    await OrdersState.open.fn(screen, str(order.id))
    assert (screen.detail["can_cancel"], screen.detail["can_ship"]) == (False, True)
    assert [(item["code"], item["quantity"]) for item in screen.items] == [("A-ANA", 2)]

    await OrdersState.move.fn(screen, "shipped")
    assert screen.detail["state"] == "shipped"
    await OrdersState.move.fn(screen, "to_ship")
    assert (await notice(tab))["kind"] == "error"
    assert await status_of(order) == "shipped"


async def test_no_socket_marks_an_order_as_paid(tab: Any, store: Store) -> None:
    order = await an_order(store)
    screen = await tab(OrdersState)
    await OrdersState.open.fn(screen, str(order.id))
    for status in ("paid", "expired", "nonsense"):
        await OrdersState.move.fn(screen, status)

    assert await status_of(order) == "pending"


async def test_an_unpaid_order_is_cancelled(tab: Any, store: Store) -> None:
    order = await an_order(store)
    screen = await tab(OrdersState)
    await OrdersState.open.fn(screen, str(order.id))
    await OrdersState.cancel.fn(screen)

    assert await status_of(order) == "cancelled"


async def test_an_order_of_another_store_is_neither_shown_nor_moved(tab: Any, store: Store, other_store: Store) -> None:
    theirs = await an_order(other_store)
    screen = await tab(OrdersState)

    await OrdersState.open.fn(screen, str(theirs.id))
    assert (screen.is_open, screen.detail["id"]) == (False, "")
    # What a hand-made socket message cannot set, a bug could.
    screen.detail = dict(screen.detail) | {"id": str(theirs.id)}
    await OrdersState.cancel.fn(screen)
    await OrdersState.move.fn(screen, "shipped")
    await OrdersState.decide_transfer.fn(screen, str(theirs.id), True)

    assert await status_of(theirs) == "pending"
    assert (await notice(tab))["kind"] == "error"
