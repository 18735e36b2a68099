"""Which messages follow from which decision; the words are made later, when they are sent (`replies.py`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.sales.claiming import ClaimOutcome


def claim_drafts(
    outcomes: Sequence[ClaimOutcome], fb_comment_ids: dict[UUID, str], received_at: dict[UUID, datetime]
) -> list[MessageDraft]:
    """One public and one private message for each comment, whatever number of products it claimed.

    A buyer who got pieces is sent the cart; one who only waits is told so, without a link.
    """
    by_comment: dict[UUID, list[ClaimOutcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.request.comment_id is not None:
            by_comment[outcome.request.comment_id].append(outcome)
    drafts = []
    for comment_id, decided in by_comment.items():
        fb_comment_id, received = fb_comment_ids[comment_id], received_at.get(comment_id)
        drafts.append(_public(decided, fb_comment_id, received))
        drafts.append(_private(decided, fb_comment_id, received))
    return drafts


def _public(decided: list[ClaimOutcome], fb_comment_id: str, received_at: datetime | None) -> MessageDraft:
    words = {outcome.word for outcome in decided}
    outcome = words.pop() if len(words) == 1 else "partly_reserved"
    request = decided[0].request
    return MessageDraft(
        store_id=request.store_id, live_id=request.live_id, kind="public_reply", purpose="claim",
        dedupe_key=f"{fb_comment_id}:public", fb_comment_id=fb_comment_id, customer_fb_id=request.customer_fb_id,
        order_id=next((o.order_id for o in decided if o.order_id), None), language=request.language,
        data={"outcome": outcome, "name": request.customer_name, "products": [o.name for o in decided]},
        received_at=received_at,
    )  # fmt: skip


def _private(decided: list[ClaimOutcome], fb_comment_id: str, received_at: datetime | None) -> MessageDraft:
    request = decided[0].request
    order_id = next((outcome.order_id for outcome in decided if outcome.order_id), None)
    return MessageDraft(
        store_id=request.store_id, live_id=request.live_id, kind="private_reply",
        purpose="claim" if order_id else "waitlist", dedupe_key=f"{fb_comment_id}:private",
        fb_comment_id=fb_comment_id, customer_fb_id=request.customer_fb_id, order_id=order_id,
        language=request.language, received_at=received_at,
        data={"name": request.customer_name, "waiting": [
            {"name": o.name, "sku": o.sku, "quantity": o.waiting} for o in decided if o.waiting]},
    )  # fmt: skip


def freed_drafts(outcomes: Iterable[ClaimOutcome], fb_comment_ids: dict[UUID, str]) -> list[MessageDraft]:
    """Tell those who waited that a piece is theirs now."""
    return [
        MessageDraft(
            store_id=o.request.store_id, live_id=o.request.live_id, kind="private_reply", purpose="freed",
            dedupe_key=f"{o.request.claim_id}:freed:{o.waiting}",
            fb_comment_id=fb_comment_ids.get(o.request.comment_id) if o.request.comment_id else None,
            customer_fb_id=o.request.customer_fb_id, order_id=o.order_id, language=o.request.language,
            data={"name": o.request.customer_name, "product": o.name}, received_at=None,
        )
        for o in outcomes
    ]  # fmt: skip
