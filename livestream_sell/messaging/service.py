"""Use cases of messages to buyers: queue what the pipeline wants said, and what the seller writes."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.ids import uuid7
from livestream_sell.core.settings import get_settings
from livestream_sell.events import MessagesQueued
from livestream_sell.messaging import inbound_repository, repository
from livestream_sell.messaging.errors import CannotReachBuyer, UnusableText
from livestream_sell.messaging.models import Conversation, MessageKind, MessagePurpose
from livestream_sell.messaging.policy import Route, Situation, decide, is_window_open
from livestream_sell.messaging.recovery import release_held
from livestream_sell.messaging.schemas import MessageDraft

# What shows the whole cart each time: claims that come close together share one of these.
MERGED_PURPOSES = (MessagePurpose.claim, MessagePurpose.waitlist)
MANUAL_TEXT_LIMIT = 2000


async def queue_messages(session: AsyncSession, drafts: Sequence[MessageDraft]) -> list[UUID]:
    """Queue what is not there yet and return the ids of what is new.

    Nothing is queued twice (`dedupe_key`), and an order has one waiting private message per purpose: a claim that
    finds one joins it, since it is rendered when it is sent.
    """
    if not drafts:
        return []
    merge_seconds = get_settings().message_merge_seconds
    rows = await repository.insert_drafts(session, drafts, [str(each) for each in MERGED_PURPOSES], merge_seconds)
    due: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row["is_due"]:
            due[row["store_id"]].append(row["id"])
    await outbox.publish_many(
        session, [MessagesQueued(store_id=store_id, message_ids=ids) for store_id, ids in due.items()]
    )
    return [row["id"] for row in rows if row["is_new"]]


async def send_manual(
    session: AsyncSession, store_id: UUID, customer_fb_id: str, text: str, fb_comment_id: str | None, actor: str
) -> UUID:
    """Queue the seller's own words, to a comment in private or into an open conversation; no kill switch stops them.

    Raises:
        UnusableText: empty, or longer than Messenger takes.
        CannotReachBuyer: the buyer opted out, or there is neither a comment without a reply nor an open window.
    """
    text = text.strip()
    if not 0 < len(text) <= MANUAL_TEXT_LIMIT:
        raise UnusableText(MANUAL_TEXT_LIMIT)
    conversation = await conversation_of(session, store_id, customer_fb_id)
    decision = decide(
        Situation(
            kind=MessageKind.private_reply if fb_comment_id else MessageKind.direct,
            purpose=MessagePurpose.manual,
            has_free_comment=fb_comment_id is not None
            and not await repository.is_comment_used(session, store_id, fb_comment_id),
            window_open=conversation is not None and is_window_open(conversation.last_inbound_at, utc_now()),
            opted_out=conversation is not None and conversation.opted_out_at is not None,
        )
    )
    if decision.route is Route.nothing:
        raise CannotReachBuyer(decision.reason)
    draft = MessageDraft(
        store_id=store_id,
        live_id=None,
        kind=decision.route.value,
        purpose=MessagePurpose.manual,
        dedupe_key=f"manual:{uuid7()}",
        fb_comment_id=fb_comment_id,
        customer_fb_id=customer_fb_id,
        data={"text": text, "actor": actor},
    )
    [message_id] = await queue_messages(session, [draft])
    return message_id


async def conversation_of(session: AsyncSession, store_id: UUID, customer_fb_id: str) -> Conversation | None:
    """Return a buyer's thread with a store, if there is any."""
    found = select(Conversation).where(Conversation.store_id == store_id, Conversation.customer_fb_id == customer_fb_id)
    return (await session.execute(found)).scalar_one_or_none()


async def choose_languages(session: AsyncSession, chosen: Sequence[tuple[UUID, str, str]]) -> None:
    """Speak to (store, buyer) in this language from now on, whatever language they comment in."""
    await inbound_repository.choose_languages(session, chosen)


async def resume(session: AsyncSession, store_id: UUID, live_id: UUID | None = None) -> int:
    """Go on after the kill switch or a re-linked Page: private messages that still matter wait again, the rest drops.

    Call it in the transaction that switches the bot on (or links the Page); what is still blocked stays held.
    """
    released = await release_held(session, store_id=store_id, live_id=live_id)
    due = [message_id for message_id, status in released if status == "queued"]
    if due:
        await outbox.publish(session, MessagesQueued(store_id=store_id, message_ids=due))
    return len(due)
