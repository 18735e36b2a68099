"""The webhook as Meta sees it: 200 only when it is on disk, clear refusals, nothing stored for a wrong signature."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from redis.asyncio import Redis

from backend_hooks.webhooks.facebook import BODY_LIMIT, PATH, create_facebook_webhook
from livestream_sell.core.settings import get_settings
from livestream_sell.core.streams import INCOMING_COMMENTS, INCOMING_MESSAGES, GroupedAppender
from livestream_sell.facebook.signature import sign_body
from tests.support.meta import rows

pytestmark = pytest.mark.anyio

COMMENT = {
    "item": "comment",
    "verb": "add",
    "from": {"id": "7700", "name": "Ana"},
    "post_id": "1001_555",
    "parent_id": "1001_555",
    "comment_id": "555_666",
    "created_time": 1795000001,
    "message": "lo quiero ñ",
}


def body_of(*values: dict[str, Any]) -> bytes:
    changes = [{"field": "feed", "value": value} for value in values]
    return json.dumps({"object": "page", "entry": [{"id": "1001", "time": 1, "changes": changes}]}).encode()


def signed(body: bytes, secret: str | None = None) -> dict[str, str]:
    secret = secret or get_settings().fb_app_secret.get_secret_value()
    return {"X-Hub-Signature-256": sign_body(body, secret), "Content-Type": "application/json"}


def client_of(appender: GroupedAppender) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_facebook_webhook(appender))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
async def client(database: None, redis: Redis) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(GroupedAppender()) as started:
        yield started


@pytest.fixture
async def client_without_redis(database: None) -> AsyncIterator[httpx.AsyncClient]:
    away = Redis.from_url("redis://127.0.0.1:1", retry=None)
    async with client_of(GroupedAppender(away)) as started:
        yield started
    await away.aclose()


async def stored(redis: Redis, stream: str = INCOMING_COMMENTS) -> list[dict[str, Any]]:
    return [orjson.loads(fields[b"d"]) for _, fields in await redis.xrange(stream)]


async def test_the_challenge_comes_back_as_it_is(client: httpx.AsyncClient) -> None:
    token = get_settings().fb_webhook_verify_token.get_secret_value()
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}

    answer = await client.get(PATH, params=query)

    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("changed", [{"hub.verify_token": "wrong"}, {"hub.mode": "x"}, {"hub.challenge": ""}])
async def test_a_challenge_of_somebody_else_is_refused(client: httpx.AsyncClient, changed: dict[str, str]) -> None:
    token = get_settings().fb_webhook_verify_token.get_secret_value()
    query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": token, **changed}

    assert (await client.get(PATH, params=query)).status_code == 403


async def test_a_signed_comment_is_in_the_queue_before_the_answer(client: httpx.AsyncClient, redis: Redis) -> None:
    body = body_of(COMMENT)

    answer = await client.post(PATH, content=body, headers=signed(body))

    assert (answer.status_code, answer.text) == (200, "EVENT_RECEIVED")
    [entry] = await stored(redis)
    assert (entry["comment_id"], entry["text"], entry["context"]["page_id"]) == ("555_666", "lo quiero ñ", "1001")
    assert len(entry["trace_id"]) == 32


async def test_a_private_message_goes_to_its_own_queue(client: httpx.AsyncClient, redis: Redis) -> None:
    event = {
        "sender": {"id": "7700"},
        "recipient": {"id": "1001"},
        "timestamp": 5,
        "message": {"mid": "m", "text": "x"},
    }
    body = json.dumps({"object": "page", "entry": [{"id": "1001", "messaging": [event]}]}).encode()

    answer = await client.post(PATH, content=body, headers=signed(body))

    assert answer.status_code == 200
    assert [each["mid"] for each in await stored(redis, INCOMING_MESSAGES)] == ["m"]
    assert await stored(redis) == []


@pytest.mark.parametrize("header", [None, "", "sha256=00", "sha1=abc"])
async def test_without_our_signature_nothing_is_stored(
    client: httpx.AsyncClient, redis: Redis, header: str | None
) -> None:
    headers = {} if header is None else {"X-Hub-Signature-256": header}

    answer = await client.post(PATH, content=body_of(COMMENT), headers=headers)

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "bad_signature"
    assert await stored(redis) == []
    assert await rows("SELECT 1 FROM webhook_intake") == []


async def test_the_secret_before_the_rotation_still_signs(
    client: httpx.AsyncClient, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FB_APP_SECRET_PREVIOUS", "old-secret")
    get_settings.cache_clear()
    body = body_of(COMMENT)

    answer = await client.post(PATH, content=body, headers=signed(body, "old-secret"))

    monkeypatch.undo()
    get_settings.cache_clear()
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\x00"])
async def test_signed_nonsense_is_a_bad_request(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(PATH, content=body, headers=signed(body))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed_payload")


async def test_signed_noise_is_accepted_and_stored_nowhere(client: httpx.AsyncClient, redis: Redis) -> None:
    body = body_of({**COMMENT, "item": "like"}, {**COMMENT, "from": {"id": "1001"}})

    answer = await client.post(PATH, content=body, headers=signed(body))

    assert answer.status_code == 200
    assert await stored(redis) == []


async def test_five_megabytes_are_refused_before_they_are_read(client: httpx.AsyncClient, redis: Redis) -> None:
    read = 0

    async def flow() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(80):
            read += 1
            yield b"x" * 65536

    announced = await client.post(PATH, content=b"x" * 5_000_000)
    streamed = await client.post(PATH, content=flow())

    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")
        assert answer.json()["error"]["message"] == "A webhook body has at most 3 MB."
    assert read * 65536 <= BODY_LIMIT + 2 * 65536


async def test_other_methods_are_refused(client: httpx.AsyncClient) -> None:
    assert (await client.put(PATH)).status_code == 405


async def test_without_redis_comments_wait_in_postgresql(client_without_redis: httpx.AsyncClient) -> None:
    body = body_of(COMMENT)

    answer = await client_without_redis.post(PATH, content=body, headers=signed(body))

    assert answer.status_code == 200
    [row] = await rows("SELECT stream, payload FROM webhook_intake")
    assert row.stream == INCOMING_COMMENTS
    assert orjson.loads(row.payload)["comment_id"] == "555_666"


async def test_with_neither_redis_nor_postgresql_meta_is_asked_to_come_again(
    client_without_redis: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from livestream_sell.core import db

    await db.dispose()
    url = get_settings().database_url
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    get_settings.cache_clear()
    body = body_of(COMMENT)

    answer = await client_without_redis.post(PATH, content=body, headers=signed(body))

    monkeypatch.undo()
    get_settings.cache_clear()
    await db.dispose()
    assert get_settings().database_url == url
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_stored")
