"""Claims the engine is not sure of: held for the seller, who confirms or rejects with one tap."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.db import driver
from livestream_sell.core.errors import Conflict, InvalidInput, NotFound
from livestream_sell.core.ids import uuid7
from livestream_sell.core.settings import get_settings
from livestream_sell.events import LiveChanged
from livestream_sell.intent.schemas import Intent, ItemClaim
from livestream_sell.inventory import reservations
from livestream_sell.messaging.service import queue_messages
from livestream_sell.sales import learning, releasing
from livestream_sell.sales.announcing import claim_drafts
from livestream_sell.sales.claiming import ClaimOutcome, ClaimRequest, allocate
from livestream_sell.sales.recording import Recorded, set_outcomes

INSERT_REVIEWS = """
INSERT INTO claims (id, store_id, live_id, comment_id, customer_fb_id, customer_name, product_id, candidates, quantity,
    status, confidence, language, commented_at)
SELECT u.id, u.store_id, u.live_id, u.comment_id, u.customer_fb_id, u.customer_name, u.product_id, u.candidates,
    u.quantity, 'review', u.confidence, u.language, u.commented_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::jsonb[], $9::int[],
    $10::float8[], $11::text[], $12::timestamptz[]) AS u(id, store_id, live_id, comment_id, customer_fb_id,
    customer_name, product_id, candidates, quantity, confidence, language, commented_at)
"""

ONE = """
SELECT c.id AS claim_id, c.store_id, c.live_id, c.comment_id, c.customer_fb_id, c.customer_name, c.product_id,
    c.quantity, c.confidence, c.language, c.commented_at, c.status, s.currency, s.locale,
    coalesce(s.reservation_minutes, $3) AS minutes, m.fb_comment_id, m.text, l.featured_product_id,
    (SELECT jsonb_array_length(a.items) <= 1 FROM ai_logs a WHERE a.store_id = c.store_id
        AND a.comment_id = c.comment_id ORDER BY a.id DESC LIMIT 1) AS is_of_one_product
FROM claims c JOIN stores s ON s.id = c.store_id LEFT JOIN comments m ON m.id = c.comment_id
    LEFT JOIN live_events l ON l.id = c.live_id
WHERE c.store_id = $1 AND c.id = $2 FOR UPDATE OF c
"""

BELONGS = "SELECT sku FROM products WHERE store_id = $1 AND id = $2 AND is_active"
REJECT = "UPDATE claims SET status = 'rejected' WHERE id = $1"
DECIDED_NOW = "UPDATE claims SET quantity = $2, decided_at = now() WHERE id = $1"


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A purchase whose product, variant or meaning is open."""

    recorded: Recorded
    product_id: UUID | None
    quantity: int
    candidates: tuple[str, ...]
    claim_id: UUID = field(default_factory=uuid7)

    @classmethod
    def of(cls, recorded: Recorded, wanted: Sequence[ClaimRequest]) -> "ReviewRequest":
        """Make the review of a comment; of several products the first is proposed."""
        understood = recorded.reading.understood
        assert understood is not None
        quantity = wanted[0].quantity if wanted else 1
        skus = understood.candidates or tuple(item.sku for item in understood.items)
        return cls(recorded, wanted[0].product_id if wanted else None, quantity, skus)


async def hold_for_review(session: AsyncSession, reviews: Sequence[ReviewRequest]) -> None:
    """Put claims into the seller's review lane."""
    if not reviews:
        return
    rows = [_review_row(review) for review in reviews]
    await (await driver(session)).execute(INSERT_REVIEWS, *[list(column) for column in zip(*rows, strict=True)])


def _review_row(review: ReviewRequest) -> tuple[object, ...]:
    reading = review.recorded.reading
    understood, arrival = reading.understood, reading.arrival
    return (
        review.claim_id, reading.shop.store_id, reading.live_id, review.recorded.comment_id, arrival.customer_id,
        arrival.customer_name, review.product_id, orjson.dumps(review.candidates).decode(), review.quantity,
        understood.confidence if understood else 0.0, understood.language if understood else "", arrival.commented_at,
    )  # fmt: skip


async def confirm(
    session: AsyncSession,
    store_id: UUID,
    claim_id: UUID,
    *,
    product_id: UUID | None = None,
    quantity: int | None = None,
    actor: str = "",
) -> ClaimOutcome:
    """The seller says yes: the claim is decided now, like any other, with the seller's product and quantity if given.

    With an `actor` it is kept as an example of what such a comment means, and its words are learned.

    Raises:
        NotFound: no such claim in this store.
        Conflict: it was decided already.
        InvalidInput: no product is known and none was chosen, or the quantity is not 1 to 99.
    """
    connection = await driver(session)
    row = await _claim_in_review(session, store_id, claim_id)
    chosen, pieces = product_id or row["product_id"], quantity or row["quantity"]
    sku = await connection.fetchval(BELONGS, store_id, chosen) if chosen else None
    if chosen is None or sku is None:
        raise InvalidInput("Choose one of your products for this claim.", field="product_id", reason="needed")
    if not 1 <= pieces <= 99:
        raise InvalidInput("A quantity is from 1 to 99.", field="quantity", reason="quantity_range", limit=99)
    await reservations.lock_products(session, [chosen])
    await releasing.expire_due(session, [chosen])
    fields = {name: row[name] for name in ClaimRequest.__dataclass_fields__ if name in row.keys()}  # noqa: SIM118
    [outcome] = await allocate(session, [ClaimRequest(**(fields | {"product_id": chosen, "quantity": pieces}))])
    await connection.execute(DECIDED_NOW, claim_id, pieces)
    if row["comment_id"]:
        await set_outcomes(session, {row["comment_id"]: outcome.word})
        await queue_messages(session, claim_drafts([outcome], {row["comment_id"]: row["fb_comment_id"]}, {}))
        # Of a comment that named several products the lane shows one, which is not all it meant.
        if actor and row["is_of_one_product"]:
            comment = {**row, "id": row["comment_id"]}
            await learning.remember(session, store_id, comment, Intent.purchase, [ItemClaim(sku, pieces)], actor)
    await outbox.publish(session, LiveChanged(store_id=store_id, live_id=row["live_id"]))
    return outcome


async def reject(session: AsyncSession, store_id: UUID, claim_id: UUID) -> None:
    """The seller says no: nothing is reserved and nobody is written to. Raises as `confirm`."""
    row = await _claim_in_review(session, store_id, claim_id)
    await (await driver(session)).execute(REJECT, claim_id)
    if row["comment_id"]:
        await set_outcomes(session, {row["comment_id"]: "rejected"})
    await outbox.publish(session, LiveChanged(store_id=store_id, live_id=row["live_id"]))


async def _claim_in_review(session: AsyncSession, store_id: UUID, claim_id: UUID) -> Any:
    row = await (await driver(session)).fetchrow(ONE, store_id, claim_id, get_settings().reservation_minutes)
    if row is None:
        raise NotFound("There is no such claim.")
    if row["status"] != "review":
        raise Conflict("This claim was already decided.", status_now=row["status"])
    return row
