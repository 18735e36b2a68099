"""Comments reach the product as Meta sends them: escaped, signed, batched, and troubled on demand."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_a_comment_arrives_signed_over_escaped_bytes(product: Any, say_comment: Any) -> None:
    comment_id = await say_comment("Quiero el vestido ñandú 😍")

    (delivery,) = await product.wait_for(1)
    assert delivery.path == "/api/v1/webhooks/facebook"
    assert delivery.raw.isascii()
    digest = hmac.new(b"test_app_secret", delivery.raw, hashlib.sha256).hexdigest()
    assert delivery.headers["x-hub-signature-256"] == f"sha256={digest}"
    (entry,) = delivery.json["entry"]
    value = entry["changes"][0]["value"]
    assert (entry["id"], value["verb"], value["comment_id"]) == ("1001", "add", comment_id)
    assert value["message"] == "Quiero el vestido ñandú 😍"
    assert value["from"] == {"id": "7700000000000001", "name": "Ana Lim"}
    assert value["post_id"] == value["parent_id"] == value["post"]["id"] == "1001_5550001"


async def test_editing_and_deleting_are_told_apart(product: Any, play: httpx.AsyncClient, comment_id: str) -> None:
    await play.patch(f"/_sandbox/comments/{comment_id}", json={"text": "A12 x3"})
    await play.delete(f"/_sandbox/comments/{comment_id}")

    added, edited, removed = await product.comments(3)
    assert [each["verb"] for each in (added, edited, removed)] == ["add", "edited", "remove"]
    assert edited["message"] == "A12 x3"
    assert "edited_time" in edited
    assert "message" not in removed
    gone = await play.delete(f"/_sandbox/comments/{comment_id}")
    assert gone.status_code == 404


async def test_comments_that_come_together_travel_together(product: Any, play: httpx.AsyncClient) -> None:
    one = {"page_id": "1001", "post_id": "1001_5550001", "buyer": {"id": "7", "name": "Bo"}, "text": "A1"}

    await play.post("/_sandbox/comments", json=[one] * 30)

    comments = await product.comments(30)
    assert len(comments) == len({each["comment_id"] for each in comments}) == 30
    assert len(product.received) == 1


async def test_a_refused_delivery_is_tried_again(product: Any, say_comment: Any) -> None:
    product.statuses = [503, 500]

    await say_comment("A1")

    deliveries = await product.wait_for(3)
    assert len({each.raw for each in deliveries}) == 1


async def test_duplicates_are_identical(product: Any, play: httpx.AsyncClient, say_comment: Any) -> None:
    await play.put("/_sandbox/switches/graph", json={"duplicate_webhooks": 4})

    await say_comment("A1")

    deliveries = await product.wait_for(5)
    assert len({each.raw for each in deliveries}) == 1


async def test_out_of_order_delivers_everything_but_not_in_order(product: Any, play: httpx.AsyncClient) -> None:
    await play.put("/_sandbox/switches/facebook", json={"out_of_order_webhooks": True})
    buyer = {"id": "7", "name": "Bo"}
    said = [{"page_id": "1001", "post_id": "1001_5550001", "buyer": buyer, "text": f"A{number}"} for number in range(4)]

    await play.post("/_sandbox/comments", json=said)

    texts = [each["message"] for each in await product.comments(4)]
    assert sorted(texts) == ["A0", "A1", "A2", "A3"]
    assert texts != sorted(texts)


async def test_dropped_webhooks_are_found_by_polling_only(
    product: Any, play: httpx.AsyncClient, graph: httpx.AsyncClient, say_comment: Any
) -> None:
    await play.put("/_sandbox/switches/graph", json={"drop_webhooks": True})

    comment_id = await say_comment("A1")

    polled = (await graph.get("/1001_5550001/comments", params={"live_filter": "no_filter"})).json()
    assert [each["id"] for each in polled["data"]] == [comment_id]
    assert (await graph.get("/1001_5550001/comments")).json()["data"] == []
    assert product.received == []


async def test_the_wrong_signature_is_really_wrong(product: Any, play: httpx.AsyncClient, say_comment: Any) -> None:
    await play.put("/_sandbox/switches/graph", json={"wrong_signature": True})

    await say_comment("A1")

    (delivery,) = await product.wait_for(1)
    digest = hmac.new(b"test_app_secret", delivery.raw, hashlib.sha256).hexdigest()
    assert delivery.headers["x-hub-signature-256"] != f"sha256={digest}"


async def test_a_tapped_button_arrives_as_a_postback(product: Any, play: httpx.AsyncClient) -> None:
    postback = {"title": "Confirmar", "payload": "CONFIRM:ord_1"}
    body = {"page_id": "1001", "buyer": {"id": "7700000000000001", "name": "Ana"}, "postback": postback}

    await play.post("/_sandbox/messages", json=body)

    (delivery,) = await product.wait_for(1)
    (event,) = delivery.json["entry"][0]["messaging"]
    assert event["sender"] == {"id": "7700000000000001"}
    assert event["postback"]["payload"] == "CONFIRM:ord_1"
    assert event["postback"]["mid"].startswith("m_")


async def test_an_unsubscribed_page_is_told_nothing(product: Any, graph: httpx.AsyncClient, say_comment: Any) -> None:
    await graph.post("/1001/subscribed_apps", data={"subscribed_fields": "messages"})
    await say_comment("A1")
    await graph.post("/1001/subscribed_apps", params={"subscribed_fields": "feed,messages"})
    await say_comment("A2")

    (only,) = await product.comments(1)
    assert only["message"] == "A2"


async def test_a_comment_has_every_field_of_a_recorded_one(contracts: Path, product: Any, say_comment: Any) -> None:
    recorded = json.loads((contracts / "meta" / "feed-comment-add-211.json").read_text())
    expected = recorded["entry"][0]["changes"][0]["value"]

    await say_comment("A1")

    (value,) = await product.comments(1)
    assert expected.keys() - value.keys() <= {"photo", "video", "link"}
    assert {name: type(value[name]) for name in value.keys() & expected.keys()} == {
        name: type(expected[name]) for name in value.keys() & expected.keys()
    }
