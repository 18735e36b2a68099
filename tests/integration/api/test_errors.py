"""Every refusal has one shape and a trace id, whatever refused."""

import httpx
import pytest

from livestream_sell.core.cache import dispose_redis
from livestream_sell.core.settings import get_settings
from livestream_sell.stores.models import Store
from tests.support.http_client import api_client

pytestmark = pytest.mark.anyio


async def test_without_a_token_everything_is_401(store: Store) -> None:
    async with api_client() as anybody:
        answer = await anybody.get("/api/v1/inventory/products", params={"tienda_id": str(store.id)})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json() == {
        "error": "unauthenticated",
        "message": "Send your access token: Authorization: Bearer <token>.",
        "details": {},
        "trace_id": answer.headers["X-Trace-ID"],
    }


@pytest.mark.parametrize("token", ["Bearer x", "Bearer ", "Basic abc", "Bearer a.b.c"])
async def test_a_token_that_is_none_is_401(store: Store, token: str) -> None:
    async with api_client() as anybody:
        answer = await anybody.get("/api/v1/me", headers={"Authorization": token})

    assert (answer.status_code, answer.json()["error"]) == (401, "unauthenticated")


async def test_the_callers_trace_id_comes_back_and_a_strange_one_does_not(client: httpx.AsyncClient) -> None:
    given = await client.get("/api/v1/me", headers={"X-Trace-ID": "trace-0123456789"})
    strange = await client.get("/api/v1/me", headers={"X-Trace-ID": "x\ty"})

    assert given.headers["X-Trace-ID"] == "trace-0123456789"
    assert len(strange.headers["X-Trace-ID"]) == 32


async def test_no_address_is_json_404(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing/here")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_a_method_that_is_not_possible_is_405(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/v1/me")

    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")


async def test_validation_names_the_fields_and_never_repeats_the_input(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/auth/token", json={"email": 5, "password": ["hunter2"]})

    assert answer.status_code == 422
    assert [wrong["field"] for wrong in answer.json()["details"]["fields"]] == ["email", "password"]
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b"[]"])
async def test_a_body_that_is_no_json_is_422(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/v1/orders/create", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_input")


async def test_a_body_of_5_mb_is_413_and_an_import_may_have_them(client: httpx.AsyncClient, store: Store) -> None:
    five = b"x" * (5 * 1024 * 1024)

    too_large = await client.post("/api/v1/orders/create", content=five)
    chunked = await client.post("/api/v1/orders/create", content=_chunks(five))
    read = await client.post("/api/v1/inventory/import", content=five, headers={"content-type": "text/csv"})
    over = await client.post("/api/v1/inventory/import", content=five + b"x" * 70_000)

    assert (too_large.status_code, too_large.json()["error"]) == (413, "payload_too_large")
    assert too_large.json()["trace_id"] == too_large.headers["X-Trace-ID"]
    assert chunked.status_code == 413
    assert (read.status_code, read.json()["error"]) == (422, "unusable_file")
    assert over.status_code == 413


async def _chunks(data: bytes):
    for start in range(0, len(data), 65536):
        yield data[start : start + 65536]


async def test_health_says_exactly_what_was_agreed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health")

    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "timestamp"}
    assert answer.json()["status"] == "alive"


async def test_health_names_what_fails(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await dispose_redis()
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    get_settings.cache_clear()

    answer = await client.get("/health")
    signed_in = await client.get("/api/v1/me")

    await dispose_redis()
    monkeypatch.undo()
    get_settings.cache_clear()
    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["failing"]) == ("unavailable", ["redis"])
    assert (signed_in.status_code, signed_in.json()["error"]) == (503, "unavailable")


async def test_metrics_name_the_queues(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for stream in ("incoming_comments", "notification_delivery"):
        assert f'queue_depth{{stream="{stream}"}} 0.0' in answer.text


async def test_the_documentation_fetches_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    script = await client.get("/docs/assets/swagger-ui-bundle.js")
    document = await client.get("/openapi.json")

    assert page.status_code == 200
    assert "http" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert script.status_code == 200
    assert "/api/v1/orders/create" in document.json()["paths"]


async def test_metas_webhook_is_reached_at_its_address(client: httpx.AsyncClient) -> None:
    challenge = {"hub.mode": "subscribe", "hub.verify_token": "sandbox-verify-token", "hub.challenge": "8842"}

    verified = await client.get("/api/v1/webhooks/facebook", params=challenge)
    forged = await client.post("/api/v1/webhooks/facebook", content=b"{}", headers={"X-Hub-Signature-256": "sha256=00"})

    assert (verified.status_code, verified.text) == (200, "8842")
    assert forged.status_code == 403
