"""The cookie that says which store the screens show is set by the server, for the person's own stores only."""

import pytest

from livestream_sell.stores.models import Store
from tests.support.http_client import BASE, api_client

pytestmark = pytest.mark.anyio
CHOOSE = "/api/v1/auth/store"


async def test_an_own_store_is_chosen(store: Store) -> None:
    async with api_client(store) as client:
        answer = await client.post(
            CHOOSE, data={"store_id": str(store.id), "next": "/dashboard/orders"}, headers={"Origin": BASE}
        )

    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/orders")
    cookie = answer.headers["set-cookie"]
    assert f"ls_store={store.id}" in cookie
    assert "HttpOnly" in cookie


@pytest.mark.parametrize("foreign", [True, False])
async def test_another_store_is_not(store: Store, other_store: Store, foreign: bool) -> None:
    async with api_client(store) as client:
        answer = await client.post(
            CHOOSE, data={"store_id": str(other_store.id) if foreign else "x"}, headers={"Origin": BASE}
        )

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


async def test_another_site_chooses_nothing_and_leads_nowhere(store: Store) -> None:
    async with api_client(store) as client:
        from_elsewhere = await client.post(
            CHOOSE, data={"store_id": str(store.id)}, headers={"Origin": "https://evil.test"}
        )
        answer = await client.post(
            CHOOSE, data={"store_id": str(store.id), "next": "https://evil.test"}, headers={"Origin": BASE}
        )

    assert from_elsewhere.status_code == 403
    assert answer.headers["location"] == "/dashboard/live"
