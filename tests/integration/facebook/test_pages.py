"""Linking a Page and speaking to the Graph API, over HTTP to the sandbox."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput, OutcomeUnknown
from livestream_sell.core.settings import get_settings
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.errors import GraphRejected, GraphUnavailable, PageNotLinked, PageTaken
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.graph_errors import Treatment
from livestream_sell.facebook.schemas import LinkedPage, PageAccess
from livestream_sell.facebook.signature import appsecret_proof
from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.stores.models import Store
from tests.support.factories import create_store
from tests.support.meta import rows, sandbox_graph

pytestmark = pytest.mark.anyio

TOKEN = "sandbox-page-token-1001"


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch, servers: Any) -> AsyncIterator[SandboxServers]:
    async with sandbox_graph(monkeypatch) as started:
        yield started


@pytest.fixture
async def graph(sandbox: SandboxServers) -> AsyncIterator[GraphClient]:
    client = GraphClient()
    yield client
    await client.close()


@pytest.fixture
async def store(database: None, redis: Any) -> Store:
    return await create_store(page_id=None)


async def link(store: Store, graph: GraphClient, page_id: str = "1001", token: str = TOKEN) -> LinkedPage:
    async with transaction() as session:
        return await page_sessions.link_page(session, store.id, page_id, token, graph)


async def test_a_linked_page_is_named_subscribed_and_its_token_encrypted(
    store: Store, graph: GraphClient, sandbox: SandboxServers
) -> None:
    sandbox.state.world.page("1001").subscribed_fields = set()

    linked = await link(store, graph)

    assert linked == LinkedPage("1001", "Moda Lucía", "active", True)
    assert {"feed", "messages", "messaging_postbacks", "message_echoes"} <= sandbox.state.world.page(
        "1001"
    ).subscribed_fields
    [row] = await rows(
        "SELECT s.fb_page_id, m.page_access_token_enc FROM stores s JOIN meta_sessions m ON m.store_id = s.id"
    )
    assert row.fb_page_id == "1001"
    assert TOKEN not in row.page_access_token_enc
    async with transaction() as session:
        access = await page_sessions.page_access(session, store.id)
    assert (access.page_id, access.token) == ("1001", TOKEN)
    assert TOKEN not in repr(access)


@pytest.mark.parametrize(
    ("page_id", "token"), [("1001", "wrong"), ("2002", TOKEN), ("", TOKEN), ("1001", " "), ("1001/../me", TOKEN)]
)
async def test_what_meta_refuses_is_not_linked(store: Store, graph: GraphClient, page_id: str, token: str) -> None:
    with pytest.raises(InvalidInput):
        await link(store, graph, page_id, token)

    assert await rows("SELECT 1 FROM meta_sessions") == []
    assert await rows("SELECT 1 FROM stores WHERE fb_page_id IS NOT NULL") == []


async def test_a_page_of_another_store_stays_there(store: Store, graph: GraphClient) -> None:
    await link(store, graph)
    other = await create_store(page_id=None)

    with pytest.raises(PageTaken):
        await link(other, graph)

    assert await rows("SELECT store_id FROM meta_sessions") == [(store.id,)]
    assert await rows("SELECT id FROM stores WHERE fb_page_id = '1001'") == [(store.id,)]


async def test_linking_again_brings_a_page_back_and_another_page_replaces_it(store: Store, graph: GraphClient) -> None:
    await link(store, graph)
    async with transaction() as session:
        await page_sessions.mark_reconnect(session, store.id, "1001", "190: expired")
    await link(store, graph)
    assert await rows("SELECT status, status_reason FROM meta_sessions") == [("active", "")]

    await link(store, graph, "2002", "sandbox-page-token-2002")

    assert await rows("SELECT fb_page_id FROM meta_sessions") == [("2002",)]
    async with transaction() as session:
        assert (await page_sessions.linked_page(session, store.id)).page_id == "2002"


async def test_trouble_is_told_once(store: Store, graph: GraphClient, redis: Any) -> None:
    await link(store, graph)
    until = utc_now() + timedelta(hours=2)

    for _ in range(2):
        async with transaction() as session:
            await page_sessions.mark_paused(session, store.id, "1001", "368: abusive", until)

    notes = [fields[b"topic"] for _, fields in await redis.xrange("ui_updates")]
    assert notes == [b"PageNeedsAttention"]
    assert await rows("SELECT status, status_reason, paused_until FROM meta_sessions") == [
        ("paused", "368: abusive", until)
    ]


async def test_a_store_without_a_page_says_so(store: Store) -> None:
    async with transaction() as session:
        with pytest.raises(PageNotLinked):
            await page_sessions.page_access(session, store.id)


@pytest.fixture
def access(store: Store) -> PageAccess:
    return PageAccess(store.id, "1001", TOKEN)


async def test_every_call_carries_the_proof_and_the_pinned_version(
    access: PageAccess, graph: GraphClient, sandbox: SandboxServers
) -> None:
    answer = await graph.page_info(access)

    assert answer.body == {"id": "1001", "name": "Moda Lucía"}
    logged = sandbox.state.log.entries("graph")[-1]
    assert logged["path"] == "/v26.0/1001"
    proof = appsecret_proof(get_settings().fb_app_secret.get_secret_value(), TOKEN)
    assert logged["query"]["appsecret_proof"] == proof
    assert "access_token" not in logged["query"]


async def test_missed_comments_are_read_page_after_page_without_metas_filter(
    access: PageAccess, graph: GraphClient, sandbox: SandboxServers
) -> None:
    world = sandbox.state.world
    made = [world.add_comment("1001", "1001_5550001", "b", "Bo", "A12 +1").id for _ in range(250)]

    found = await graph.comments_since(access, "1001_5550001", 0)

    assert [each["id"] for each in found] == made
    assert await graph.comments_since(access, "1001_5550001", int(world.now()) + 60) == []


@pytest.mark.parametrize(
    ("switches", "kind", "treatment"),
    [
        ({"error": "190-463"}, GraphRejected, Treatment.reconnect),
        ({"error": "100-33"}, GraphRejected, Treatment.final),
        ({"error": "10900"}, GraphRejected, Treatment.done),
        ({"error": "2"}, GraphUnavailable, Treatment.retry),
        ({"rate_limited": True}, GraphUnavailable, Treatment.wait),
        ({"down": True}, GraphUnavailable, Treatment.retry),
    ],
)
async def test_refusals(
    access: PageAccess,
    graph: GraphClient,
    sandbox: SandboxServers,
    switches: dict[str, Any],
    kind: type,
    treatment: str,
) -> None:
    sandbox.state.switches.put("graph", switches)

    with pytest.raises(kind) as refused:
        await graph.public_reply(access, "555_1", "hola")

    assert refused.value.treatment == treatment


async def test_a_broken_connection_leaves_the_outcome_open(
    access: PageAccess, graph: GraphClient, sandbox: SandboxServers
) -> None:
    sandbox.state.switches.put("graph", {"cut_connection": True})

    with pytest.raises(OutcomeUnknown):
        await graph.public_reply(access, "555_1", "hola")
