"""Orders over HTTP: the contract, once per key, all or nothing, and what a seller may still take back."""

import asyncio
from decimal import Decimal
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func
from sqlmodel import select

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import Conflict
from livestream_sell.events import PaymentSucceeded
from livestream_sell.inventory.models import Product, Reservation
from livestream_sell.orders.models import Claim, Order, OrderItem, OrderStatus
from livestream_sell.payments import configs
from livestream_sell.payments.models import Payment, PaymentStatus
from livestream_sell.sales.claiming import allocate
from livestream_sell.sales.ordering import cancel_order
from livestream_sell.sales.settlement import on_payment_succeeded
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product

pytestmark = pytest.mark.anyio
BANK = {
    "holder": "Lucía", "tax_id": "12.345.678-5", "bank": "Banco", "account_type": "Corriente",
    "account_number": "000123", "email": "l@example.com",
}  # fmt: skip


@pytest.fixture
async def bank(store: Store) -> None:
    async with transaction() as session:
        await configs.save(session, store.id, "bank_transfer", BANK)


def wanted(store: Store, *items: tuple[str, int], **more: object) -> dict[str, object]:
    lines = [{"sku": sku, "qty": quantity} for sku, quantity in items]
    return {"tienda_id": str(store.id), "customer_fb_id": "b1", "items": lines, "gateway": "bank_transfer"} | more


async def stock(product: Product) -> tuple[int, int]:
    async with transaction() as session:
        row = await session.get_one(Product, product.id)
        return row.stock, row.reserved


async def count(table: type) -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


@pytest.mark.usefixtures("bank")
async def test_an_order_is_made_as_the_contract_says(client: httpx.AsyncClient, store: Store) -> None:
    first, second = await create_product(store, "A1"), await create_product(store, "A2", price="5000")

    answer = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1), ("a2", 1), ("A2", 1)))

    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert set(body) == {"order_id", "payment_url", "status"}
    assert body["status"] == "pending"
    async with transaction() as session:
        order = await session.get_one(Order, UUID(body["order_id"]))
    assert order.total == Decimal(22990)
    assert body["payment_url"] == f"http://localhost:8000/checkout/{order.token}"
    assert (await stock(first), await stock(second)) == ((10, 1), (10, 2))
    detail = (await client.get(f"/api/v1/orders/{order.id}")).json()
    assert [(line["sku"], line["quantity"]) for line in detail["items"]] == [("A1", 1), ("A2", 2)]
    assert [payment["gateway"] for payment in detail["payments"]] == ["bank_transfer"]
    assert {line["source"] for line in detail["timeline"]} == {"order", "claim", "payment"}
    assert [line["at"] for line in detail["timeline"]] == sorted(line["at"] for line in detail["timeline"])


@pytest.mark.usefixtures("bank")
async def test_missing_stock_names_each_line_and_changes_nothing(client: httpx.AsyncClient, store: Store) -> None:
    first, _ = await create_product(store, "A1", stock=5), await create_product(store, "A2", stock=1)
    await create_product(store, "A3", stock=0)

    answer = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1), ("A2", 2), ("A3", 1)))

    assert (answer.status_code, answer.json()["error"]) == (400, "no_stock")
    assert answer.json()["details"]["lines"] == [
        {"sku": "A2", "asked": 2, "available": 1},
        {"sku": "A3", "asked": 1, "available": 0},
    ]
    assert await stock(first) == (5, 0)
    assert (await count(Order), await count(Claim), await count(Reservation)) == (0, 0, 0)


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"items": [{"sku": "Z9", "qty": 1}]}, "unknown_sku"),
        ({"gateway": "paypal"}, "gateway_not_offered"),
        ({"gateway": "bitcoin"}, "gateway_not_offered"),
        ({"items": []}, "invalid_input"),
        ({"items": [{"sku": "A1", "qty": 0}]}, "invalid_input"),
        ({"items": [{"sku": "A1", "qty": -1}]}, "invalid_input"),
        ({"items": [{"sku": "A1", "qty": 1.5}]}, "invalid_input"),
        ({"customer_fb_id": " "}, "invalid_input"),
    ],
)
async def test_what_cannot_be_ordered_is_422(
    client: httpx.AsyncClient, store: Store, change: dict[str, object], error: str
) -> None:
    product = await create_product(store)

    answer = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1)) | change)

    assert (answer.status_code, answer.json()["error"]) == (422, error)
    assert await stock(product) == (10, 0)
    assert await count(Order) == 0


@pytest.mark.usefixtures("bank")
async def test_the_same_key_is_one_order_even_at_once(client: httpx.AsyncClient, store: Store) -> None:
    product = await create_product(store)
    key = {"X-Idempotency-Key": "pedido-1"}

    async def send() -> httpx.Response:
        return await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1)), headers=key)

    answers = [*await asyncio.gather(*(send() for _ in range(5))), await send()]
    other = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 2)), headers=key)

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.text for answer in answers}) == 1
    assert (other.status_code, other.json()["error"]) == (409, "idempotency_key_reused")
    assert await count(Order) == 1
    assert await stock(product) == (10, 1)


@pytest.mark.usefixtures("bank")
async def test_a_refused_request_leaves_its_key_free(client: httpx.AsyncClient, store: Store) -> None:
    product, key = await create_product(store, stock=0), {"X-Idempotency-Key": "k"}

    refused = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1)), headers=key)
    await client.post(f"/api/v1/inventory/products/{product.id}/stock", json={"to": 1})
    made = await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1)), headers=key)

    assert (refused.status_code, made.status_code) == (400, 201)


async def test_a_cancelled_order_gives_its_pieces_to_who_waits(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store, stock=2), await create_live(store)
    async with transaction() as session:
        first, second = await allocate(
            session, [claim_request(store, live, product, buyer=buyer, quantity=2) for buyer in ("b1", "b2")]
        )
    assert (first.granted, second.granted) == (2, 0)

    answer = await client.post(f"/api/v1/orders/{first.order_id}/cancel")
    again = await client.post(f"/api/v1/orders/{first.order_id}/cancel")

    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()["error"]) == (409, "transition_refused")
    async with transaction() as session:
        claims = (await session.execute(select(Claim.customer_fb_id, Claim.status, Claim.reserved))).all()
        kept = (await session.execute(select(OrderItem.quantity).where(OrderItem.order_id == first.order_id))).all()
    assert sorted(tuple(row) for row in claims) == [("b1", "released", 0), ("b2", "reserved", 2)]
    assert [row.quantity for row in kept] == [2]
    assert await stock(product) == (2, 2)


async def test_cancel_racing_with_payment_ends_one_way(store: Store) -> None:
    for _ in range(10):
        product = await create_product(store, f"R{await count(Product)}", stock=1)
        async with transaction() as session:
            [outcome] = await allocate(session, [claim_request(store, None, product)])
        order_id = outcome.order_id
        assert order_id is not None
        payment = await attempt(store, order_id, product)

        async def pay(payment: Payment = payment, order_id: UUID = order_id) -> None:
            async with transaction() as session:
                row = await session.get_one(Payment, payment.id)
                row.status = PaymentStatus.succeeded
                await session.flush()
                event = PaymentSucceeded(store_id=store.id, order_id=order_id, payment_id=payment.id)
                await on_payment_succeeded(session, event)

        async def cancel(order_id: UUID = order_id) -> None:
            async with transaction() as session:
                await cancel_order(session, store.id, order_id, "seller")

        _, cancelled = await asyncio.gather(pay(), cancel(), return_exceptions=True)

        async with transaction() as session:
            status = (await session.get_one(Order, order_id)).status
            paid = await session.get_one(Payment, payment.id)
        if isinstance(cancelled, Conflict):
            assert (status, paid.status, await stock(product)) == ("paid", "succeeded", (0, 0))
        else:
            assert cancelled is None
            assert (status, paid.status, await stock(product)) == ("cancelled", "refund_due", (1, 0))


async def attempt(store: Store, order_id: UUID, product: Product) -> Payment:
    async with transaction() as session:
        [item_id] = (await session.execute(select(OrderItem.id).where(OrderItem.order_id == order_id))).scalars()
        payment = Payment(
            store_id=store.id, order_id=order_id, gateway="mercado_pago", reference=f"R-{order_id.hex[-12:]}",
            status=PaymentStatus.pending, amount=product.price, currency="CLP", item_ids=[str(item_id)],
            created_at=utc_now(),
        )  # fmt: skip
        session.add(payment)
    return payment


@pytest.mark.usefixtures("bank")
async def test_a_transfer_is_confirmed_once_and_only_for_its_order(client: httpx.AsyncClient, store: Store) -> None:
    await create_product(store)
    made = [(await client.post("/api/v1/orders/create", json=wanted(store, ("A1", 1)))).json() for _ in range(2)]
    first, second = (each["order_id"] for each in made)
    payment = (await client.get(f"/api/v1/orders/{first}")).json()["payments"][0]["payment_id"]

    wrong = await client.post(f"/api/v1/orders/{second}/payments/{payment}/confirm")
    right = await client.post(f"/api/v1/orders/{first}/payments/{payment}/confirm", json={"note": "visto"})
    again = await client.post(f"/api/v1/orders/{first}/payments/{payment}/reject")
    too_late = await client.post(f"/api/v1/orders/{first}/cancel")

    assert wrong.status_code == 404
    assert (right.status_code, right.json()["status"]) == (200, "succeeded")
    assert again.status_code == 409
    assert too_late.status_code == 409


async def test_an_unpaid_order_is_not_shipped_and_a_paid_one_goes_its_way(
    client: httpx.AsyncClient, store: Store
) -> None:
    product = await create_product(store)
    async with transaction() as session:
        [outcome] = await allocate(session, [claim_request(store, None, product)])
    path = f"/api/v1/orders/{outcome.order_id}"

    refused = await client.post(f"{path}/ship")
    async with transaction() as session:
        (await session.get_one(Order, outcome.order_id)).status = OrderStatus.paid
    moved = [await client.post(f"{path}/ship"), await client.post(f"{path}/deliver"), await client.post(f"{path}/ship")]

    assert (refused.status_code, refused.json()["error"]) == (409, "transition_refused")
    assert [(answer.status_code, answer.json().get("status")) for answer in moved] == [
        (200, "shipped"), (200, "delivered"), (409, None),
    ]  # fmt: skip


async def test_the_list_is_narrowed_by_state_live_and_words(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store, name="Vestido azul"), await create_live(store)
    async with transaction() as session:
        requests = [claim_request(store, live, product, buyer="ana"), claim_request(store, None, product, buyer="b_b")]
        outcomes = await allocate(session, requests)
    by_buyer = {outcome.request.customer_fb_id: str(outcome.order_id) for outcome in outcomes}

    async def found(**params: object) -> list[str]:
        return sorted(row["id"] for row in (await client.get("/api/v1/orders", params=params)).json())

    assert await found() == sorted(by_buyer.values())
    assert await found(live_id=str(live.id)) == [by_buyer["ana"]]
    assert await found(search="b_") == [by_buyer["b_b"]]
    assert await found(search="AZUL", status=["paid", "pending"]) == sorted(by_buyer.values())
    assert await found(status="paid") == []
    assert await found(needs_attention=True) == []
    [row] = (await client.get("/api/v1/orders", params={"search": "ana"})).json()
    assert (row["items_text"], row["total_text"], row["pieces"], row["payment_status"]) == ("A1", "$12.990", 1, None)
