"""The play API refuses what it does not understand, and forgets when told to."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "switches",
    [{"on_fire": True}, {"down": "yes"}, {"slow_seconds": True}, {"mode": "poetic"}, {"times": "3"}],
)
async def test_unknown_switches_and_values_are_refused(play: httpx.AsyncClient, switches: dict[str, Any]) -> None:
    answer = await play.put("/_sandbox/switches/graph", json=switches)

    assert answer.status_code == 422
    assert (await play.get("/_sandbox/switches/graph")).json()["down"] is False


async def test_put_sets_the_others_back_and_patch_does_not(play: httpx.AsyncClient) -> None:
    await play.put("/_sandbox/switches/flow", json={"down": True})
    patched = (await play.patch("/_sandbox/switches/flow", json={"slow_seconds": 2})).json()
    put = (await play.put("/_sandbox/switches/flow", json={"slow_seconds": 2})).json()

    assert (patched["down"], patched["slow_seconds"]) == (True, 2)
    assert (put["down"], put["slow_seconds"]) == (False, 2)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("comments", {"page_id": "1001", "post_id": "1001_1", "text": "A1"}, 422),
        ("comments", {"page_id": "1001", "post_id": "1001_1", "buyer": {"id": "7"}, "text": ""}, 422),
        ("messages", {"page_id": "1001", "psid": "7"}, 422),
        ("pay", {"gateway": "cash", "id": "1"}, 422),
        ("pay", {"gateway": "paypal", "id": "1", "outcome": "perhaps"}, 422),
        ("pay", {"gateway": "paypal", "id": "1"}, 404),
    ],
)
async def test_incomplete_acts_are_refused(
    play: httpx.AsyncClient, path: str, body: dict[str, Any], status: int
) -> None:
    assert (await play.post(f"/_sandbox/{path}", json=body)).status_code == status


async def test_unknown_services_and_broken_json_are_refused(play: httpx.AsyncClient) -> None:
    assert (await play.get("/_sandbox/switches/weather")).status_code == 422
    assert (await play.post("/_sandbox/comments", content=b"{")).status_code == 422
    assert (await play.get("/_sandbox/lives/nowhere")).status_code == 404


async def test_a_new_live_is_announced_and_ends(play: httpx.AsyncClient, product: Any) -> None:
    live = (await play.post("/_sandbox/lives", json={"page_id": "1001", "title": "Zapatos"})).json()
    await play.delete(f"/_sandbox/lives/{live['post_id']}")

    statuses = [value["status"] for value in await product.comments(2)]
    assert (live["title"], statuses) == ("Zapatos", ["live", "vod"])


async def test_reset_forgets_everything_but_the_demo_page(play: httpx.AsyncClient, say_comment: Any) -> None:
    await say_comment("A1")
    await play.put("/_sandbox/switches/graph", json={"down": True})

    await play.post("/_sandbox/reset")

    summary = (await play.get("/_sandbox/summary")).json()
    assert (summary["comments"], summary["page_id"]) == (0, "1001")
    assert (await play.get("/_sandbox/switches/graph")).json()["down"] is False
    lives = (await play.get("/_sandbox/lives")).json()["lives"]
    assert [(each["post_id"], each["page_name"]) for each in lives] == [("1001_5550001", "Moda Lucía")]


async def test_changes_are_streamed(play: httpx.AsyncClient, say_comment: Any) -> None:
    async with play.stream("GET", "/_sandbox/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        comment_id = await say_comment("A1")
        async for line in lines:
            if line.startswith("data:"):
                break

    assert comment_id in line
