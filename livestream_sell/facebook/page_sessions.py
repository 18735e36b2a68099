"""Linked Pages: their encrypted tokens, and what Meta thinks of them."""

from base64 import b64decode, b64encode
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.encryption import decrypt, encrypt
from livestream_sell.core.errors import InvalidInput
from livestream_sell.events import PageNeedsAttention
from livestream_sell.facebook import repository
from livestream_sell.facebook.errors import GraphRejected, PageNotLinked, PageTaken
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.models import SessionStatus
from livestream_sell.facebook.schemas import LinkedPage, PageAccess


async def link_page(session: AsyncSession, store_id: UUID, page_id: str, token: str, graph: GraphClient) -> LinkedPage:
    """Let the store speak for a Page, after Meta confirmed the token and took the webhook subscription.

    Raises:
        InvalidInput: Meta refuses the token or the Page.
        PageTaken: another store speaks for this Page.
        VendorUnavailable: Meta cannot be asked now.
    """
    page_id, token = page_id.strip(), token.strip()
    if not page_id.isascii() or not page_id.isalnum() or not token:
        raise InvalidInput(
            "A Page is linked by its numeric id and its access token.", field="page_id", reason="page_id_form"
        )
    access = PageAccess(store_id, page_id, token)
    try:
        # Before the first statement: no connection of the database waits for Meta.
        name = str((await graph.page_info(access)).body.get("name") or "")
        await graph.subscribe_page(access)
    except GraphRejected as error:
        raise InvalidInput(
            f"Meta refused: {error.message}", field="token", reason="token_refused", row=error.row
        ) from error
    if not await repository.link(session, store_id, page_id, name, seal_token(store_id, token)):
        raise PageTaken(page_id)
    return LinkedPage(page_id, name, SessionStatus.active, is_subscribed=True)


async def linked_page(session: AsyncSession, store_id: UUID) -> LinkedPage:
    """Return the store's Page as a seller may see it.

    Raises:
        PageNotLinked
    """
    found = await repository.session_of_store(session, store_id)
    if found is None:
        raise PageNotLinked
    return LinkedPage(found.fb_page_id, found.page_name, found.status, found.status == SessionStatus.active)


async def page_access(session: AsyncSession, store_id: UUID) -> PageAccess:
    """Return the store's Page with its token.

    Raises:
        PageNotLinked
    """
    found = await repository.session_of_store(session, store_id)
    if found is None:
        raise PageNotLinked
    return PageAccess(store_id, found.fb_page_id, open_token(store_id, found.page_access_token_enc))


async def mark_reconnect(session: AsyncSession, store_id: UUID, page_id: str, reason: str) -> None:
    """The token is worth nothing any more: the seller has to link the Page again."""
    await _mark(session, store_id, page_id, SessionStatus.reconnect, reason, None)


async def mark_paused(session: AsyncSession, store_id: UUID, page_id: str, reason: str, until: datetime) -> None:
    """Meta restricts the Page: nothing is sent for it until then."""
    await _mark(session, store_id, page_id, SessionStatus.paused, reason, until)


async def _mark(
    session: AsyncSession, store_id: UUID, page_id: str, status: SessionStatus, reason: str, until: datetime | None
) -> None:
    if await repository.mark(session, store_id, page_id, status.value, reason, until):
        event = PageNeedsAttention(store_id=store_id, fb_page_id=page_id, status=status.value, reason=reason)
        await outbox.publish(session, event)


def seal_token(store_id: UUID, token: str) -> str:
    """Return the token as it is stored."""
    return b64encode(encrypt(token.encode(), _place(store_id))).decode()


@lru_cache(maxsize=1024)
def open_token(store_id: UUID, sealed: str) -> str:
    """Return a stored token; kept in memory by its ciphertext, so a new token is never mistaken for an old one."""
    return decrypt(b64decode(sealed), _place(store_id)).decode()


def _place(store_id: UUID) -> str:
    return f"meta_sessions|{store_id}|page_access_token"
