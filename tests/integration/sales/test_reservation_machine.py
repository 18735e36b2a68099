"""Any order of claims, edits, removals, expiries, payments and restocking keeps what must always hold of stock."""

import asyncio
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlmodel import col, select

from livestream_sell.core import db
from livestream_sell.core.cache import dispose_redis
from livestream_sell.core.db import transaction
from livestream_sell.core.embedded import EmbeddedServers
from livestream_sell.core.ids import uuid7
from livestream_sell.events import PaymentSucceeded
from livestream_sell.inventory import reservations
from livestream_sell.inventory.invariants import check_stock
from livestream_sell.inventory.models import Product
from livestream_sell.orders.models import Claim, Order, OrderItem
from livestream_sell.payments.models import Payment
from livestream_sell.sales import releasing
from livestream_sell.sales.pipeline import handle_comments
from livestream_sell.sales.settlement import on_payment_succeeded
from tests.integration.sales.test_pipeline import NOW, comment
from tests.support.factories import create_live, create_product, create_store
from tests.support.servers import empty_database

BUYERS = st.sampled_from(["ana", "bea", "caro", "dani"])
QUANTITIES = st.integers(1, 4)


class Shop(RuleBasedStateMachine):
    """One product in one live, and everything that can happen to it."""

    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.said: list[tuple[int, str]] = []
        self.supplied = 5
        self.product_id: UUID = uuid7()

    def run(self, coroutine):  # type: ignore[no-untyped-def]
        return self.runner.run(coroutine)

    @initialize()
    def open_shop(self) -> None:
        async def prepare() -> UUID:
            await empty_database()
            store = await create_store()
            product = await create_product(store, "A1", stock=self.supplied)
            await create_live(store)
            return product.id

        self.product_id = self.run(prepare())

    @rule(buyer=BUYERS, quantity=QUANTITIES)
    def claim(self, buyer: str, quantity: int) -> None:
        self.number += 1
        self.said.append((self.number, buyer))
        # 100 seconds apart: otherwise the same words would be a repeat.
        entry = comment(f"A1 x{quantity}", number=self.number, buyer=buyer, at=100 * self.number)
        self.run(handle_comments([entry]))
        self.run(handle_comments([entry]))

    @rule(data=st.data(), quantity=QUANTITIES)
    def edit(self, data: st.DataObject, quantity: int) -> None:
        if self.said:
            number, buyer = data.draw(st.sampled_from(self.said))
            self.number += 1
            self.run(
                handle_comments([
                    comment(
                        f"A1 x{quantity}", number=number, buyer=buyer, verb="edited", at=100 * number,
                        edited=NOW + 100_000 + self.number,
                    )
                ])
            )  # fmt: skip

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.said:
            number, buyer = data.draw(st.sampled_from(self.said))
            self.run(handle_comments([comment("", number=number, buyer=buyer, verb="remove", at=100 * number)]))

    @rule(data=st.data(), swept=st.booleans())
    def expire(self, data: st.DataObject, swept: bool) -> None:
        async def lapse(buyer: str) -> None:
            async with transaction() as session:
                await session.execute(
                    text(
                        "UPDATE reservations r SET expires_at = now() - interval '1 minute' FROM orders o "
                        "WHERE o.id = r.order_id AND o.customer_fb_id = :buyer"
                    ),
                    {"buyer": buyer},
                )
            if swept:
                async with transaction() as session:
                    await releasing.expire_due(session)

        self.run(lapse(data.draw(BUYERS)))

    @rule(data=st.data(), twice=st.booleans())
    def pay(self, data: st.DataObject, twice: bool) -> None:
        orders = self.run(self._orders())
        if orders:
            order = data.draw(st.sampled_from(orders))
            for _ in range(2 if twice else 1):
                self.run(self._pay(order))

    @rule(pieces=st.integers(1, 3))
    def restock(self, pieces: int) -> None:
        async def more() -> None:
            async with transaction() as session:
                await reservations.lock_products(session, [self.product_id])
                row = await session.get_one(Product, self.product_id)
                row.stock += pieces
                await session.flush()
                await releasing.hand_out(session, [self.product_id])

        self.supplied += pieces
        self.run(more())

    async def _orders(self) -> list[Order]:
        async with transaction() as session:
            return list((await session.execute(select(Order).order_by(col(Order.id)))).scalars())

    async def _pay(self, order: Order) -> None:
        async with transaction() as session:
            items = (await session.execute(select(OrderItem).where(OrderItem.order_id == order.id))).scalars().all()
            payment = Payment(
                store_id=order.store_id, order_id=order.id, gateway="flow", reference=str(uuid7()), amount=order.total,
                currency="CLP", item_ids=[str(item.id) for item in items], status="succeeded",
            )  # fmt: skip
            session.add(payment)
            await session.flush()
            await on_payment_succeeded(
                session, PaymentSucceeded(store_id=order.store_id, order_id=order.id, payment_id=payment.id)
            )

    @invariant()
    def counters_agree_with_rows(self) -> None:
        assert self.run(check_stock()) == 0

    @invariant()
    def pieces_are_neither_made_nor_lost(self) -> None:
        async def sold_and_left() -> int:
            async with transaction() as session:
                row = await session.get(Product, self.product_id)
                paid = text(
                    "SELECT coalesce(sum(i.quantity), 0) FROM order_items i JOIN orders o ON o.id = i.order_id "
                    "WHERE o.status = 'paid' AND NOT EXISTS (SELECT FROM claims c WHERE c.id = i.claim_id AND false)"
                )
                missing = text(
                    "SELECT coalesce(sum((p.details->>'refund_amount')::numeric / 12990), 0) FROM payments p "
                    "WHERE p.details->>'refund_reason' = 'partly_sold_out'"
                )
                sold = (await session.execute(paid)).scalar_one() - (await session.execute(missing)).scalar_one()
                return int(sold) + (row.stock if row else 0)

        assert self.run(sold_and_left()) == self.supplied

    @invariant()
    def nobody_waits_beside_a_free_piece(self) -> None:
        async def free_and_waiting() -> tuple[int, int]:
            async with transaction() as session:
                row = await session.get_one(Product, self.product_id)
                waiting = await session.execute(text("SELECT coalesce(sum(waiting), 0) FROM claims"))
                return row.available, waiting.scalar_one()

        free, waiting = self.run(free_and_waiting())
        assert free == 0 or waiting == 0

    @invariant()
    def open_carts_cost_what_they_hold(self) -> None:
        async def wrong() -> list[object]:
            async with transaction() as session:
                return list(
                    (
                        await session.execute(
                            text(
                                "SELECT o.id FROM orders o LEFT JOIN order_items i ON i.order_id = o.id "
                                "LEFT JOIN reservations r ON r.id = i.reservation_id AND r.status = 'active' "
                                "WHERE o.status = 'pending' GROUP BY o.id "
                                "HAVING o.total <> coalesce(sum(i.quantity * i.unit_price) "
                                "FILTER (WHERE r.id IS NOT NULL), 0)"
                            )
                        )
                    ).scalars()
                )

        assert self.run(wrong()) == []

    @invariant()
    def claims_say_what_they_hold(self) -> None:
        async def wrong() -> list[Claim]:
            async with transaction() as session:
                return list(
                    (
                        await session.execute(
                            text(
                                "SELECT c.id FROM claims c LEFT JOIN order_items i ON i.claim_id = c.id "
                                "LEFT JOIN reservations r ON r.id = i.reservation_id AND r.status = 'active' "
                                "WHERE NOT EXISTS (SELECT FROM order_items j JOIN orders p ON p.id = j.order_id "
                                "WHERE j.claim_id = c.id AND p.status = 'paid') GROUP BY c.id "
                                "HAVING c.reserved <> coalesce(sum(r.quantity), 0)"
                            )
                        )
                    ).scalars()
                )

        assert self.run(wrong()) == []


def test_the_reservation_machine(servers: EmbeddedServers) -> None:
    with asyncio.Runner() as runner:
        Shop.runner = runner
        try:
            run_state_machine_as_test(
                Shop,
                settings=settings(
                    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
                ),
            )
        finally:
            # Also after a failure: connections of this loop are of no use to the next test.
            runner.run(db.dispose())
            runner.run(dispose_redis())
