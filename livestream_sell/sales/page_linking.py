"""A Page is linked (again): Meta is asked, and what waited for it goes on."""

from uuid import UUID

from livestream_sell.core.db import transaction
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.schemas import LinkedPage
from livestream_sell.messaging.service import resume


async def link_page(store_id: UUID, page_id: str, token: str) -> LinkedPage:
    """Link a Page and let held messages go on; opens its own transaction. Raises as `page_sessions.link_page`."""
    graph = GraphClient()
    try:
        async with transaction() as session:
            page = await page_sessions.link_page(session, store_id, page_id, token, graph)
            await resume(session, store_id)
        return page
    finally:
        await graph.close()
