"""Another tenant's ids, at every route that takes one: 404, and nothing changed."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend_hooks.api import create_api
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.live.models import Comment
from livestream_sell.messaging.models import Message, MessageStatus
from livestream_sell.orders.models import Claim
from livestream_sell.payments.models import Payment
from livestream_sell.sales.claiming import allocate
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product, create_store
from tests.support.http_client import api_client

pytestmark = pytest.mark.anyio
# Nobody's store is in their address or body, or it is proved by a token of its own.
WITHOUT_STORE = re.compile(r"/health|/metrics|/api/v1/(auth/.*|me|stores|checkout/.*|webhooks/.*)")
BODIES: dict[str, Any] = {
    "post /api/v1/inventory/products": {"sku": "EVIL", "name": "x", "price": 1},
    "patch /api/v1/inventory/products/{product_id}": {"price": 1, "stock": 99},
    "post /api/v1/inventory/products/{product_id}/stock": {"to": 99},
    "patch /api/v1/stores/{store_id}": {"name": "Evil"},
    "post /api/v1/stores/{store_id}/page": {"page_id": "1001", "access_token": "sandbox-page-token-1001"},
    "put /api/v1/stores/{store_id}/gateways/{gateway}": {"settings": {"api_key": "x", "secret_key": "y"}},
    "post /api/v1/stores/{store_id}/kill-switch": {"on": True},
    "post /api/v1/lives": {"title": "Evil"},
    "post /api/v1/lives/{live_id}/feature": {"product_id": None},
    "post /api/v1/lives/{live_id}/kill-switch": {"on": True},
    "post /api/v1/conversations/{customer_fb_id}/reply": {"text": "evil"},
    "post /api/v1/comments/{comment_id}/correct": {"intent": "purchase", "items": [{"sku": "A1", "quantity": 1}]},
}
TABLES = (
    "comments",
    "store_synonyms",
    "products",
    "orders",
    "order_items",
    "claims",
    "live_events",
    "messages",
    "payments",
    "stores",
    "reservations",
    "payment_configs",
    "meta_sessions",
    "idempotent_requests",
)


def routes() -> list[tuple[str, str]]:
    paths = create_api().openapi()["paths"]
    return sorted((m, path) for path, methods in paths.items() for m in methods if not WITHOUT_STORE.fullmatch(path))


@pytest.fixture
async def thief(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """The owner of another store, with a live and a product of their own."""
    other = await create_store(page_id="2002")
    async with api_client(other) as client:
        client.headers["X-Store"] = str(other.id)
        yield client


async def victims_ids(store: Store) -> dict[str, str]:
    product, live = await create_product(store), await create_live(store)
    async with transaction() as session:
        [outcome] = await allocate(session, [claim_request(store, live, product)])
        assert outcome.order_id is not None
        review = Claim(
            store_id=store.id, live_id=live.id, customer_fb_id="b2", product_id=product.id, quantity=1,
            commented_at=outcome.request.commented_at, decision_seq=10_000,
        )  # fmt: skip
        message = Message(
            store_id=store.id, kind="direct", purpose="paid", dedupe_key="k", customer_fb_id="b1",
            status=MessageStatus.dead,
        )  # fmt: skip
        payment = Payment(
            store_id=store.id, order_id=outcome.order_id, gateway="bank_transfer", reference="V-1", amount=1,
            currency="CLP", status="reported",
        )  # fmt: skip
        comment = Comment(
            store_id=store.id, live_id=live.id, fb_comment_id="c1", fb_post_id="p", customer_fb_id="b1", text="A1",
            intent="other", commented_at=outcome.request.commented_at, received_at=outcome.request.commented_at,
        )  # fmt: skip
        session.add_all([review, message, payment, comment])
    return {
        "store_id": str(store.id), "product_id": str(product.id), "live_id": str(live.id), "claim_id": str(review.id),
        "order_id": str(outcome.order_id), "payment_id": str(payment.id), "message_id": str(message.id),
        "gateway": "flow", "customer_fb_id": "b1", "comment_id": str(comment.id),
    }  # fmt: skip


async def everything() -> dict[str, list[str]]:
    async with transaction() as session:
        return {
            table: sorted((await session.execute(text(f"SELECT t::text FROM {table} t"))).scalars()) for table in TABLES
        }


def test_every_route_is_attacked() -> None:
    assert len(routes()) > 35
    assert set(BODIES) <= {f"{method} {path}" for method, path in routes()}


@pytest.mark.parametrize(("method", "path"), routes())
async def test_a_route_gives_and_changes_nothing(
    method: str, path: str, store: Store, thief: httpx.AsyncClient
) -> None:
    ids = await victims_ids(store)
    before = await everything()
    body: Any = BODIES.get(f"{method} {path}")
    if path.endswith("/orders/create"):
        body = {"tienda_id": ids["store_id"], "customer_fb_id": "b1", "items": [{"sku": "A1", "qty": 1}]}

    # The victim's store outright, and the victim's ids in the thief's own store.
    outright = await thief.request(
        method, path.format(**ids), params={"store_id": ids["store_id"], "tienda_id": ids["store_id"]}, json=body
    )
    answers = [outright]
    if re.search(r"{(product|live|claim|order|payment|message|comment)_id}", path):
        own = thief.headers["X-Store"]
        answers.append(
            await thief.request(method, path.format(**ids), params={"store_id": own, "tienda_id": own}, json=body)
        )

    assert [(answer.status_code, answer.text[:300]) for answer in answers if answer.status_code != 404] == []
    assert await everything() == before


async def test_another_stores_product_is_neither_featured_nor_chosen_nor_ordered(
    store: Store, thief: httpx.AsyncClient
) -> None:
    ids, own = await victims_ids(store), thief.headers["X-Store"]
    live = (await thief.post("/api/v1/lives", params={"store_id": own}, json={"title": "x"})).json()["id"]
    before = await everything()

    feature = await thief.post(f"/api/v1/lives/{live}/feature", json={"product_id": ids["product_id"]})
    started = await thief.post(
        "/api/v1/lives", json={"title": "y", "fb_live_id": "1", "featured_product_id": ids["product_id"]}
    )
    order = {"tienda_id": own, "customer_fb_id": "b", "items": [{"sku": "A1", "qty": 1}]}
    ordered = await thief.post("/api/v1/orders/create", json=order)

    assert (feature.status_code, started.status_code, ordered.status_code) == (404, 404, 422)
    assert await everything() == before


async def test_staff_run_the_show_but_do_not_touch_money_settings(store: Store, client: httpx.AsyncClient) -> None:
    async with transaction() as session:
        await session.execute(text("UPDATE store_members SET role = 'staff' WHERE store_id = :id"), {"id": store.id})

    seen = await client.get("/api/v1/inventory/products")
    gateways = await client.get(f"/api/v1/stores/{store.id}/gateways")
    page = await client.post(f"/api/v1/stores/{store.id}/page", json={"page_id": "1", "access_token": "t"})

    assert seen.status_code == 200
    assert [(each.status_code, each.json()["error"]) for each in (gateways, page)] == [(403, "forbidden")] * 2


async def test_an_id_that_never_was_is_the_same_404(client: httpx.AsyncClient) -> None:
    for path in ("inventory/products", "orders", "lives"):
        assert (await client.get(f"/api/v1/{path}/{uuid7()}")).status_code == 404
