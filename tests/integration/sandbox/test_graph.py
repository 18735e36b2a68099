"""The Graph API keeps Meta's rules: one private reply, the window, formats, tokens, limits, errors."""

import hashlib
import hmac
from dataclasses import replace
from typing import Any

import httpx
import pytest

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import SandboxServers

pytestmark = pytest.mark.anyio

PSID = "7700000000000001"
PAY_BUTTON = {"type": "web_url", "url": "https://pay.example.test/o/1", "title": "Pagar ahora"}
BUTTONS = {
    "attachment": {
        "type": "template",
        "payload": {
            "template_type": "button",
            "text": "Reservado",
            "buttons": [PAY_BUTTON, {"type": "postback", "title": "Sí", "payload": "CONFIRM:1"}],
        },
    }
}


def row(answer: httpx.Response) -> tuple[int, int | None]:
    error = answer.json()["error"]
    return error["code"], error.get("error_subcode")


async def reply_privately(graph: httpx.AsyncClient, comment_id: str, message: Any = None) -> httpx.Response:
    body = {"recipient": {"comment_id": comment_id}, "message": message or BUTTONS}
    return await graph.post("/1001/messages", json=body)


async def send(graph: httpx.AsyncClient, message: Any, **more: Any) -> httpx.Response:
    body = {"recipient": {"id": PSID}, "messaging_type": "RESPONSE", "message": message, **more}
    return await graph.post("/1001/messages", json=body)


async def write_to_page(play: httpx.AsyncClient, text: str = "hola") -> None:
    body = {"page_id": "1001", "buyer": {"id": PSID, "name": "Ana Lim"}, "text": text}
    await play.post("/_sandbox/messages", json=body)


async def test_a_public_reply_is_a_comment_of_the_page_and_comes_back_by_webhook(
    product: Any, play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    answer = await graph.post(f"/{comment_id}/comments", data={"message": "¡Apartado, Ana!"})

    assert answer.status_code == 200
    reply_id = answer.json()["id"]
    own = (await product.comments(2))[1]
    assert (own["comment_id"], own["from"]["id"], own["parent_id"]) == (reply_id, "1001", comment_id)
    shown = (await play.get("/_sandbox/lives/1001_5550001")).json()["comments"]
    assert [(each["text"], each["is_page"]) for each in shown] == [("A12 x2", False), ("¡Apartado, Ana!", True)]


async def test_one_private_reply_per_comment(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    first = await reply_privately(graph, comment_id)
    second = await reply_privately(graph, comment_id)

    assert first.json()["recipient_id"] == PSID
    assert row(second) == (10900, None)
    thread = (await play.get(f"/_sandbox/threads/{PSID}")).json()
    assert [each["mid"] for each in thread["messages"]] == [first.json()["message_id"]]
    asked = await graph.get(f"/{comment_id}", params={"fields": "can_reply_privately"})
    assert asked.json() == {"id": comment_id, "can_reply_privately": False}


async def test_a_private_reply_does_not_open_the_window_but_the_answer_does(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    await reply_privately(graph, comment_id)
    assert row(await send(graph, {"text": "hola"})) == (10, 2018278)

    await write_to_page(play)
    assert (await send(graph, {"text": "hola"})).status_code == 200

    await play.put("/_sandbox/clock", json={"offset_seconds": 24 * 3600 + 1})
    assert row(await send(graph, {"text": "hola"})) == (10, 2018278)


async def test_a_private_reply_comes_too_late_after_seven_days(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    await play.put("/_sandbox/clock", json={"offset_seconds": 7 * 24 * 3600 + 1})

    assert row(await reply_privately(graph, comment_id)) == (10, 2018278)


async def test_nobody_answers_a_deleted_comment(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    await play.delete(f"/_sandbox/comments/{comment_id}")

    assert row(await reply_privately(graph, comment_id)) == (100, 33)
    assert row(await graph.post(f"/{comment_id}/comments", data={"message": "hola"})) == (100, 33)


async def test_unknown_comments_are_adopted_unless_switched_off(
    play: httpx.AsyncClient, graph: httpx.AsyncClient
) -> None:
    assert (await reply_privately(graph, "5550001_42")).status_code == 200

    await play.put("/_sandbox/switches/graph", json={"adopt_unknown_comments": False})
    assert row(await reply_privately(graph, "5550001_43")) == (100, 33)


async def test_removed_tags_fail_and_utility_needs_its_template(
    play: httpx.AsyncClient, graph: httpx.AsyncClient
) -> None:
    await write_to_page(play)
    tagged = await send(graph, {"text": "x"}, messaging_type="MESSAGE_TAG", tag="POST_PURCHASE_UPDATE")
    assert row(tagged) == (100, None)

    message = {"template": {"name": "order_paid", "language": {"code": "es"}, "components": []}}
    await play.put("/_sandbox/clock", json={"offset_seconds": 3 * 24 * 3600})
    assert row(await send(graph, message, messaging_type="UTILITY")) == (100, None)
    template = {"name": "order_paid", "language": "es", "category": "UTILITY", "components": []}
    made = await graph.post("/1001/message_templates", json=template)
    assert made.json()["status"] == "APPROVED"
    assert (await send(graph, message, messaging_type="UTILITY")).status_code == 200
    human = await send(graph, {"text": "x"}, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    assert human.status_code == 200


def _button_template(text: str = "x", **button: str) -> dict[str, Any]:
    payload = {"template_type": "button", "text": text, "buttons": [{**PAY_BUTTON, **button}]}
    return {"attachment": {"type": "template", "payload": payload}}


def _generic(elements: list[dict[str, Any]]) -> dict[str, Any]:
    payload = {"template_type": "generic", "elements": elements}
    return {"attachment": {"type": "template", "payload": payload}}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"text": "x" * 2001},
        {"text": "x", "metadata": "x" * 1001},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "S", "payload": "S"}] * 14},
        {"text": "x", "quick_replies": [{"content_type": "text", "title": "S" * 21, "payload": "S"}]},
        _button_template("x" * 641),
        _button_template(title="x" * 21),
        _button_template(url="pay.example.test"),
        _button_template(type="postback", payload="x" * 1001),
        {"attachment": {"type": "template", "payload": {"template_type": "button", "text": "x", "buttons": []}}},
        {"attachment": {"type": "template", "payload": {"template_type": "one_time_notif_req", "title": "x"}}},
        _generic([{"title": "x"}] * 11),
        _generic([{"title": "x" * 81}]),
        _generic([{"title": "x", "buttons": [PAY_BUTTON] * 4}]),
    ],
)
async def test_messages_too_long_or_malformed_are_refused(
    graph: httpx.AsyncClient, comment_id: str, message: dict[str, Any]
) -> None:
    answer = await graph.post("/1001/messages", json={"recipient": {"comment_id": comment_id}, "message": message})

    assert row(answer) == (100, None)
    assert (await reply_privately(graph, comment_id)).status_code == 200


async def test_messages_at_the_limit_are_accepted(play: httpx.AsyncClient, graph: httpx.AsyncClient) -> None:
    await write_to_page(play)

    replies = [{"content_type": "text", "title": "S" * 20, "payload": "S"}] * 13
    assert (await send(graph, {"text": "x" * 2000, "quick_replies": replies})).status_code == 200
    assert (await send(graph, _button_template("x" * 640, title="x" * 20))).status_code == 200
    assert (await send(graph, _generic([{"title": "x" * 80, "buttons": [PAY_BUTTON] * 3}] * 10))).status_code == 200


@pytest.mark.parametrize("token", ["", "nonsense", "sandbox-page-token-"])
async def test_an_unknown_token_is_error_190(sandbox: SandboxServers, token: str) -> None:
    async with httpx.AsyncClient(base_url=sandbox.urls["graph"], trust_env=False, verify=False) as client:
        answer = await client.get("/v26.0/me", params={"access_token": token})

    assert answer.json()["error"]["code"] == 190


async def test_the_token_of_one_page_cannot_speak_for_another(sandbox: SandboxServers, comment_id: str) -> None:
    other = {"authorization": "Bearer sandbox-page-token-2002"}
    async with httpx.AsyncClient(
        base_url=sandbox.urls["graph"], headers=other, trust_env=False, verify=False
    ) as client:
        assert row(await client.post("/v26.0/1001/messages", json={})) == (10, None)
        assert row(await client.post(f"/v26.0/{comment_id}/comments", data={"message": "x"})) == (100, 33)


async def test_appsecret_proof_is_checked_when_sent(graph: httpx.AsyncClient) -> None:
    wrong = await graph.get("/me", params={"appsecret_proof": "00"})
    assert row(wrong) == (100, None)

    token = "sandbox-page-token-1001"
    proof = hmac.new(b"test_app_secret", token.encode(), hashlib.sha256).hexdigest()
    right = await graph.get("/me", params={"appsecret_proof": proof})
    assert right.json() == {"id": "1001", "name": "Moda Lucía"}


async def test_token_inspection_tells_page_and_validity(sandbox: SandboxServers) -> None:
    app_token = f"{sandbox.config.fb_app_id}|test_app_secret"
    async with httpx.AsyncClient(base_url=sandbox.urls["graph"], trust_env=False, verify=False) as client:
        params = {"input_token": "sandbox-page-token-1001", "access_token": app_token}
        good = (await client.get("/debug_token", params=params)).json()["data"]
        bad = (await client.get("/debug_token", params={**params, "input_token": "x"})).json()["data"]

    assert (good["is_valid"], good["type"], good["profile_id"]) == (True, "PAGE", "1001")
    assert bad["is_valid"] is False


async def test_the_hourly_ceiling_of_private_replies(product: Any) -> None:
    config = replace(SandboxConfig().on_free_ports(), product_url=product.url, private_replies_per_hour=2)
    token = {"authorization": "Bearer sandbox-page-token-1001"}
    async with (
        SandboxServers(config) as sandbox,
        httpx.AsyncClient(
            base_url=f"{sandbox.urls['graph']}/v26.0", headers=token, trust_env=False, verify=False
        ) as graph,
    ):
        answers = [await reply_privately(graph, f"5550001_{number}") for number in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 400]
    assert row(answers[2]) == (613, None)
    assert '"call_count":50' in answers[0].headers["x-business-use-case-usage"]
    assert "estimated_time_to_regain_access" in answers[2].headers["x-business-use-case-usage"]


@pytest.mark.parametrize("error", ["190-460", "10-2018278", "551", "10900", "368", "613", "80001"])
async def test_any_row_of_the_error_table_can_be_switched_on(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, error: str
) -> None:
    await play.put("/_sandbox/switches/graph", json={"error": error, "only": "messages", "times": 1})

    refused = await reply_privately(graph, "5550001_1")
    code, _, subcode = error.partition("-")
    assert row(refused) == (int(code), int(subcode) if subcode else None)
    assert ("x-app-usage" in refused.headers) == (error in ("613", "80001"))
    assert (await reply_privately(graph, "5550001_1")).status_code == 200


async def test_down_slow_and_rate_limited(play: httpx.AsyncClient, graph: httpx.AsyncClient) -> None:
    await play.put("/_sandbox/switches/graph", json={"down": True})
    assert (await graph.get("/me")).status_code == 503

    await play.put("/_sandbox/switches/graph", json={"rate_limited": True})
    assert row(await graph.get("/me")) == (4, None)

    await play.put("/_sandbox/switches/graph", json={"slow_seconds": 0.5})
    with pytest.raises(httpx.ReadTimeout):
        await graph.get("/me", timeout=0.1)

    await play.put("/_sandbox/switches/graph", json={"cut_connection": True})
    with pytest.raises(httpx.RemoteProtocolError):
        await graph.get("/me")


async def test_the_effect_happens_although_the_answer_is_lost(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str
) -> None:
    await play.put("/_sandbox/switches/graph", json={"drop_response_after_effect": True, "times": 1})

    with pytest.raises(httpx.TransportError):
        await reply_privately(graph, comment_id)

    assert row(await reply_privately(graph, comment_id)) == (10900, None)
    assert len((await play.get(f"/_sandbox/threads/{PSID}")).json()["messages"]) == 1


async def test_every_request_is_logged(play: httpx.AsyncClient, graph: httpx.AsyncClient, comment_id: str) -> None:
    await graph.post(f"/{comment_id}/comments", data={"message": "hola"})

    (logged,) = (await play.get("/_sandbox/log/graph", params={"path": "/comments"})).json()["requests"]
    assert logged["path"] == f"/v26.0/{comment_id}/comments"
    assert (logged["body"], logged["status"]) == ({"message": "hola"}, 200)


async def test_polling_pages_through_all_comments(
    play: httpx.AsyncClient, graph: httpx.AsyncClient, say_comment: Any
) -> None:
    for number in range(5):
        await say_comment(f"A{number}")
    params = {"live_filter": "no_filter", "limit": "2", "fields": "id,from{id,name},message,parent"}

    seen: list[str] = []
    while True:
        page = (await graph.get("/8880001/comments", params=params)).json()
        seen += [each["message"] for each in page["data"]]
        if "next" not in page["paging"]:
            break
        params["after"] = page["paging"]["cursors"]["after"]

    assert seen == ["A0", "A1", "A2", "A3", "A4"]


async def test_lives_profiles_and_subscription(
    sandbox: SandboxServers, play: httpx.AsyncClient, graph: httpx.AsyncClient, product: Any
) -> None:
    lives = (await graph.get("/1001/live_videos", params={"broadcast_status": '["LIVE"]'})).json()["data"]
    assert lives[0]["video"]["post_id"] == "1001_5550001"
    await write_to_page(play)
    profile = (await graph.get(f"/{PSID}", params={"fields": "first_name,last_name"})).json()
    assert profile == {"id": PSID, "first_name": "Ana", "last_name": "Lim"}

    app_token = f"{sandbox.config.fb_app_id}|test_app_secret"
    subscription = {"object": "page", "callback_url": f"{product.url}/hook", "verify_token": "v", "fields": "feed"}
    answer = await graph.post(
        f"/{sandbox.config.fb_app_id}/subscriptions",
        data={**subscription, "access_token": app_token},
    )
    assert answer.json() == {"success": True}


async def test_a_post_the_sandbox_never_saw_is_an_empty_one(play: httpx.AsyncClient, graph: httpx.AsyncClient) -> None:
    polled = await graph.get("/1001_777/comments", params={"live_filter": "no_filter"})

    assert (polled.status_code, polled.json()) == (200, {"data": []})
    assert row(await graph.get("/2002_777/comments")) == (100, 33)
