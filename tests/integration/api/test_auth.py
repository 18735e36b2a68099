"""Signing up, in and out, for programs and for browsers."""

from typing import Any

import httpx
import pytest

from livestream_sell.auth.tokens import TokenKind, issue
from livestream_sell.stores.models import Store
from tests.support.http_client import api_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]
PASSWORD = "una-clave-larga"
ODD_STORE = {"name": "x", "country": "CL", "currency": "XYZ", "locale": "es"}


def seller(email: str = "rosa@example.com", **more: Any) -> dict[str, Any]:
    store = {"name": "Rosa Moda", "country": "CL", "currency": "CLP", "locale": "es-CL"}
    return {"email": email, "password": PASSWORD, "full_name": "Rosa Díaz", "store": store} | more


async def test_a_new_seller_owns_a_store_and_can_go_on_at_once() -> None:
    async with api_client() as anybody:
        made = await anybody.post("/api/v1/auth/register", json=seller(" Rosa@Example.com "))
        assert made.status_code == 201, made.text
        token = made.json()["tokens"]["access_token"]
        me = await anybody.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json()["email"] == "rosa@example.com"
    assert [(store["id"], store["role"]) for store in me.json()["stores"]] == [(made.json()["store_id"], "owner")]


@pytest.mark.parametrize(
    "change",
    [{"password": "corta"}, {"email": "no"}, {"full_name": " "}, {"store": ODD_STORE}],
)  # fmt: skip
async def test_what_no_seller_may_be(change: dict[str, Any]) -> None:
    async with api_client() as anybody:
        refused = await anybody.post("/api/v1/auth/register", json=seller(**change))
        free = await anybody.post("/api/v1/auth/register", json=seller())
        taken = await anybody.post("/api/v1/auth/register", json=seller("ROSA@example.com"))

    assert (refused.status_code, refused.json()["error"]) == (422, "invalid_input")
    assert (free.status_code, taken.status_code) == (201, 409)


async def test_tokens_for_a_password_and_a_refresh_token_only_once() -> None:
    async with api_client() as anybody:
        await anybody.post("/api/v1/auth/register", json=seller())
        wrong = await anybody.post("/api/v1/auth/token", json={"email": "rosa@example.com", "password": "x"})
        nobody = await anybody.post("/api/v1/auth/token", json={"email": "nobody@example.com", "password": "x"})
        pair = (
            await anybody.post("/api/v1/auth/token", json={"email": "rosa@example.com", "password": PASSWORD})
        ).json()
        renewed = await anybody.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]})
        again = await anybody.post("/api/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]})
        as_access = await anybody.get("/api/v1/me", headers={"Authorization": f"Bearer {pair['refresh_token']}"})

    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 3600)
    assert (wrong.status_code, wrong.json()["message"]) == (401, "E-mail or password is wrong.")
    assert nobody.json()["message"] == wrong.json()["message"]
    assert (renewed.status_code, again.status_code, as_access.status_code) == (200, 401, 401)


async def test_a_form_signs_a_browser_in_and_out() -> None:
    async with api_client() as browser:
        await browser.post("/api/v1/auth/register", json=seller())
        form = {"email": "rosa@example.com", "password": PASSWORD, "next": "/dashboard/orders"}
        entered = await browser.post("/api/v1/auth/session", data=form)
        inside = await browser.get("/api/v1/me")
        cookie = browser.cookies["ls_session"]
        left = await browser.post(
            "/api/v1/auth/session/end", data={}, headers={"content-type": "application/x-www-form-urlencoded"}
        )
        after = await browser.get("/api/v1/me", headers={"Cookie": f"ls_session={cookie}"})

    assert (entered.status_code, entered.headers["location"]) == (303, "/dashboard/orders")
    set_cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in set_cookie
    assert "SameSite=lax" in set_cookie
    assert inside.status_code == 200
    assert (left.status_code, left.headers["location"]) == (303, "/auth")
    assert after.status_code == 401


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil", "/dashboard\r\nx: y", ""])
async def test_a_sign_in_never_leads_elsewhere(path: str) -> None:
    async with api_client() as browser:
        await browser.post("/api/v1/auth/register", json=seller())
        entered = await browser.post(
            "/api/v1/auth/session", data={"email": "rosa@example.com", "password": PASSWORD, "next": path}
        )

    assert entered.headers["location"] == "/dashboard/live"


async def test_a_form_that_fails_goes_back_and_says_why() -> None:
    async with api_client() as browser:
        failed = await browser.post("/api/v1/auth/session", data={"email": "x@example.com", "password": "x"})
        for _ in range(12):
            locked = await browser.post("/api/v1/auth/session", data={"email": "x@example.com", "password": "x"})
        by_json = await browser.post("/api/v1/auth/session", json={"email": "x@example.com", "password": "x"})

    assert failed.headers["location"] == "/auth?reason=failed&next=/dashboard/live"
    assert locked.headers["location"] == "/auth?reason=locked&next=/dashboard/live"
    assert "set-cookie" not in locked.headers
    assert by_json.status_code == 429


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost:8000"}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "https://evil.example/x"}, 403),
        ({"Origin": "http://localhost:8000", "Sec-Fetch-Site": "cross-site"}, 403),
        ({}, 403),
    ],
)
async def test_a_cookie_is_worth_nothing_from_another_site(store: Store, headers: dict[str, str], status: int) -> None:
    body = {"sku": "A1", "name": "Vestido", "price": 1}
    async with api_client() as browser:
        browser.cookies.set("ls_session", issue(store.seller_id, TokenKind.session))
        answer = await browser.post("/api/v1/inventory/products", json=body, headers=headers)
        listed = await browser.get("/api/v1/inventory/products")

    assert answer.status_code == status
    assert len(listed.json()) == (1 if status == 201 else 0)


async def test_somebody_with_two_stores_says_which(client: httpx.AsyncClient) -> None:
    other = {"name": "Lucy Boutique", "country": "US", "currency": "USD", "locale": "en-US"}

    made = await client.post("/api/v1/stores", json=other)
    unsaid = await client.get("/api/v1/orders")
    said = await client.get("/api/v1/orders", params={"store_id": made.json()["id"]})
    changed = await client.patch(f"/api/v1/stores/{made.json()['id']}", json={"reservation_minutes": 20})
    wrong = await client.patch(f"/api/v1/stores/{made.json()['id']}", json={"reservation_minutes": 0})

    assert made.status_code == 201
    assert (unsaid.status_code, unsaid.json()["error"]) == (422, "invalid_input")
    assert (said.status_code, said.json()) == (200, [])
    assert (changed.json()["reservation_minutes"], changed.json()["name"]) == (20, "Lucy Boutique")
    assert wrong.status_code == 422
