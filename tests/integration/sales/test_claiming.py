"""Claims on the real database: what is left is given in order, never more, and the rest waits."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import select

from livestream_sell.core.db import transaction
from livestream_sell.inventory.models import Product
from livestream_sell.orders.models import Claim, Order, OrderItem
from livestream_sell.sales.claiming import allocate
from tests.support.factories import claim_request, create_live, create_product, create_store

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]


async def test_a_batch_gives_what_is_left_in_order_and_lets_the_rest_wait() -> None:
    store = await create_store()
    product, live = await create_product(store, stock=5), await create_live(store)

    async with transaction() as session:
        requests = [claim_request(store, live, product, buyer=f"b{i}", quantity=2) for i in range(4)]
        outcomes = await allocate(session, requests)

    assert [(o.request.customer_fb_id, o.granted, o.waiting, o.word) for o in outcomes] == [
        ("b0", 2, 0, "reserved"),
        ("b1", 2, 0, "reserved"),
        ("b2", 1, 1, "partly_reserved"),
        ("b3", 0, 2, "waitlisted"),
    ]
    assert [o.decision_seq for o in outcomes] == sorted(o.decision_seq for o in outcomes)
    async with transaction() as session:
        row = await session.get_one(Product, product.id)
        assert (row.stock, row.reserved) == (5, 5)
        totals = dict((await session.execute(select(Order.customer_fb_id, Order.total))).all())
        assert totals == {"b0": Decimal(25980), "b1": Decimal(25980), "b2": Decimal(12990)}


async def test_claims_of_one_buyer_share_one_cart() -> None:
    store = await create_store()
    first, second = await create_product(store, "A1"), await create_product(store, "A2", price="5000")
    live = await create_live(store)

    for products in ([first, second], [second]):
        async with transaction() as session:
            await allocate(session, [claim_request(store, live, product) for product in products])

    async with transaction() as session:
        [order] = (await session.execute(select(Order))).scalars()
        items = (await session.execute(select(OrderItem.sku, OrderItem.quantity).order_by(OrderItem.id))).all()
    assert order.total == Decimal(22990)
    assert sorted(items) == [("A1", 1), ("A2", 1), ("A2", 1)]


async def test_another_stores_product_is_never_reserved() -> None:
    mine, other = await create_store(), await create_store(page_id="2002")
    product = await create_product(other)

    async with transaction() as session:
        assert await allocate(session, [claim_request(mine, None, product)]) == []

    async with transaction() as session:
        assert (await session.get_one(Product, product.id)).reserved == 0
        assert (await session.execute(select(Claim))).first() is None


async def test_64_buyers_at_once_for_10_pieces() -> None:
    store = await create_store()
    product, live = await create_product(store, stock=10), await create_live(store)

    async def one(number: int) -> None:
        async with transaction() as session:
            await allocate(session, [claim_request(store, live, product, buyer=f"b{number}")])

    await asyncio.gather(*(one(number) for number in range(64)))

    async with transaction() as session:
        row = await session.get_one(Product, product.id)
        assert (row.stock, row.reserved) == (10, 10)
        decided = (await session.execute(select(Claim.status).order_by(Claim.decision_seq))).scalars().all()
        assert decided == ["reserved"] * 10 + ["waitlisted"] * 54
        held = await session.execute(text("SELECT count(*), sum(quantity) FROM reservations WHERE status = 'active'"))
        assert held.one() == (10, 10)
