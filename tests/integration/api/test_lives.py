"""A live over HTTP: start, feature, watch, decide, silence, finish."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.facebook.models import MetaSession
from livestream_sell.facebook.page_sessions import seal_token
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import Comment
from livestream_sell.messaging.models import Message, MessageStatus
from livestream_sell.orders.models import Claim
from livestream_sell.payments import configs
from livestream_sell.sales.claiming import allocate
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product

pytestmark = pytest.mark.anyio


async def test_a_live_from_start_to_finish(client: httpx.AsyncClient, store: Store) -> None:
    product = await create_product(store)

    started = await client.post("/api/v1/lives", json={"title": " Noche ", "fb_live_id": "1001_1"})
    live = started.json()
    twice = await client.post("/api/v1/lives", json={"title": "Otra", "fb_live_id": "1001_1"})
    featured = await client.post(f"/api/v1/lives/{live['id']}/feature", json={"product_id": str(product.id)})
    finished = await client.post(f"/api/v1/lives/{live['id']}/finish")
    over = await client.post(f"/api/v1/lives/{live['id']}/feature", json={"product_id": None})

    assert (started.status_code, live["title"], live["status"], live["bot_enabled"]) == (201, "Noche", "active", True)
    assert (twice.status_code, twice.json()["error"]) == (409, "live_already_there")
    assert featured.json()["featured_product_id"] == str(product.id)
    assert (finished.json()["status"], finished.json()["finished_at"] is not None) == ("finished", True)
    assert (over.status_code, over.json()["error"]) == (409, "live_is_over")
    assert [row["id"] for row in (await client.get("/api/v1/lives", params={"status": "finished"})).json()] == [
        live["id"]
    ]
    assert (await client.get("/api/v1/lives", params={"status": "active"})).json() == []


async def test_only_one_live_waits_for_its_post(client: httpx.AsyncClient) -> None:
    first = await client.post("/api/v1/lives", json={"title": "Una"})
    second = await client.post("/api/v1/lives", json={"title": "Dos"})

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["details"] == {"live_id": first.json()["id"]}


async def test_the_feed_goes_back_page_by_page(client: httpx.AsyncClient, store: Store) -> None:
    live, now = await create_live(store), utc_now()
    async with transaction() as session:
        for n in range(5):
            intent = "purchase" if n % 2 else "question"
            session.add(Comment(
                store_id=store.id, live_id=live.id, fb_comment_id=f"c{n}", fb_post_id="p", text=f"t{n}", intent=intent,
                customer_fb_id=f"b{n % 2}", outcome=intent, commented_at=now + timedelta(seconds=n), received_at=now,
            ))  # fmt: skip
            await session.flush()
    path = f"/api/v1/lives/{live.id}/comments"

    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 9, "before": first[-1]["id"]})).json()
    questions = (await client.get(path, params={"intent": "question"})).json()
    figures = (await client.get(f"/api/v1/lives/{live.id}/figures")).json()

    assert [row["text"] for row in first + rest] == ["t4", "t3", "t2", "t1", "t0"]
    assert [row["text"] for row in questions] == ["t4", "t2", "t0"]
    assert (figures["comments"], figures["people"], figures["by_intent"]) == (5, 2, {"question": 3, "purchase": 2})


async def test_claims_show_the_order_in_which_they_were_decided(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store, stock=1), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product, buyer=f"b{n}") for n in range(3)])

    claims = (await client.get(f"/api/v1/lives/{live.id}/claims")).json()
    waiting = (await client.get(f"/api/v1/lives/{live.id}/waiting-list")).json()
    reserved = (await client.get(f"/api/v1/lives/{live.id}/claims", params={"status": "reserved"})).json()
    figures = (await client.get(f"/api/v1/lives/{live.id}/figures")).json()

    assert [row["customer_fb_id"] for row in claims] == ["b2", "b1", "b0"]
    assert [row["customer_fb_id"] for row in waiting] == ["b1", "b2"]
    assert [(row["customer_fb_id"], row["place"], row["sku"]) for row in reserved] == [("b0", 1, "A1")]
    assert figures["claims_by_status"] == {"reserved": 1, "waitlisted": 2}
    assert (figures["reserved_text"], figures["paid_text"], figures["conversion"]) == ("$12.990", "$0", 0.0)


async def test_a_review_is_decided_once(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store), await create_live(store)
    async with transaction() as session:
        claims = [
            Claim(store_id=store.id, live_id=live.id, customer_fb_id=f"b{n}", product_id=product.id, quantity=1,
                  commented_at=utc_now(), decision_seq=n + 1_000)
            for n in range(2)
        ]  # fmt: skip
        session.add_all(claims)
    yes, no = (str(claim.id) for claim in claims)

    lane = (await client.get(f"/api/v1/lives/{live.id}/reviews")).json()
    confirmed = await client.post(f"/api/v1/reviews/{yes}/confirm", json={"quantity": 2})
    rejected = await client.post(f"/api/v1/reviews/{no}/reject")
    again = [await client.post(f"/api/v1/reviews/{yes}/reject"), await client.post(f"/api/v1/reviews/{no}/confirm")]

    assert [row["id"] for row in lane] == [yes, no]
    assert (confirmed.json()["status"], confirmed.json()["reserved"]) == ("reserved", 2)
    assert rejected.json()["status"] == "rejected"
    assert [answer.status_code for answer in again] == [409, 409]
    async with transaction() as session:
        assert (await session.get_one(Product, product.id)).reserved == 2


async def test_the_kill_switch_lets_go_what_it_held(client: httpx.AsyncClient, store: Store) -> None:
    live = await create_live(store)
    async with transaction() as session:
        session.add(MetaSession(store_id=store.id, fb_page_id="1001", page_access_token_enc=seal_token(store.id, "t")))

    on = await client.post(f"/api/v1/stores/{store.id}/kill-switch", json={"on": True})
    async with transaction() as session:
        session.add(Message(
            store_id=store.id, live_id=live.id, kind="direct", purpose="paid", dedupe_key="k", customer_fb_id="b1",
            status=MessageStatus.held,
        ))  # fmt: skip
    one = await client.post(f"/api/v1/lives/{live.id}/kill-switch", json={"on": True})
    off = await client.post(f"/api/v1/stores/{store.id}/kill-switch", json={"on": False})
    async with transaction() as session:
        held = (await session.execute(select(Message.status))).scalar_one()
    again = await client.post(f"/api/v1/lives/{live.id}/kill-switch", json={"on": False})
    async with transaction() as session:
        released = (await session.execute(select(Message.status))).scalar_one()

    assert (on.json(), one.json()["bot_enabled"], off.json(), again.json()["bot_enabled"]) == (
        {"on": True}, False, {"on": False}, True,
    )  # fmt: skip
    assert (held, released) == ("held", "queued")


async def test_a_message_that_failed_is_sent_again_and_no_other(client: httpx.AsyncClient, store: Store) -> None:
    async with transaction() as session:
        rows = [
            Message(store_id=store.id, kind="direct", purpose="paid", dedupe_key=status, customer_fb_id="b1",
                    status=status, attempts=5, error="no")
            for status in (MessageStatus.dead, MessageStatus.sent)
        ]  # fmt: skip
        session.add_all(rows)
    dead, sent = (str(row.id) for row in rows)

    listed = (await client.get("/api/v1/messages", params={"status": "dead"})).json()
    answers = [await client.post(f"/api/v1/messages/{each}/retry") for each in (dead, dead, sent)]

    assert [row["id"] for row in listed] == [dead]
    assert [answer.status_code for answer in answers] == [202, 409, 409]
    assert (answers[0].json()["status"], answers[0].json()["attempts"]) == ("queued", 0)


async def test_a_reply_that_meta_would_refuse_is_refused_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/conversations/b1/reply", json={"text": "hola"})

    assert 400 <= answer.status_code < 500
    assert (await client.get("/api/v1/messages")).json() == []


async def test_gateway_secrets_are_never_shown(client: httpx.AsyncClient, store: Store) -> None:
    path = f"/api/v1/stores/{store.id}/gateways/flow"
    saved = await client.put(path, json={"settings": {"api_key": "KEY-1234567890", "secret_key": "very-secret-value"}})
    shown = await client.get(path)
    wrong = await client.put(path, json={"settings": {"nonsense": "x"}})
    unknown = await client.get(f"/api/v1/stores/{store.id}/gateways/bitcoin")

    assert saved.status_code == 200, saved.text
    assert shown.json()["is_configured"] is True
    assert "very-secret-value" not in saved.text + shown.text
    assert (wrong.status_code, unknown.status_code) == (422, 404)
    async with transaction() as session:
        kept = await configs.settings_of(session, store.id, "flow")
    assert kept is not None
    assert kept.secret_key == "very-secret-value"
