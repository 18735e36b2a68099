"""What buyers take back or say again: edited and removed comments, cancellations, impatient repeats."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.sales.claiming import ClaimRequest

# The same words by the same buyer within this time are impatience, not a second order.
REPEAT_SECONDS = 90

OF_COMMENTS = """
SELECT c.id, c.comment_id, c.product_id, c.quantity, c.status, EXISTS (
    SELECT FROM order_items i JOIN orders o ON o.id = i.order_id
    WHERE i.claim_id = c.id AND o.paid_at IS NOT NULL) AS is_paid
FROM claims c
WHERE c.comment_id = ANY($1::uuid[]) AND c.status IN ('reserved', 'partly_reserved', 'waitlisted', 'review')
"""

OF_BUYERS = """
SELECT c.id, c.live_id, c.customer_fb_id, c.product_id FROM claims c
WHERE c.live_id = ANY($1::uuid[]) AND c.customer_fb_id = ANY($2::text[])
  AND c.status IN ('reserved', 'partly_reserved', 'waitlisted', 'review')
  AND NOT EXISTS (SELECT FROM order_items i JOIN orders o ON o.id = i.order_id
                  WHERE i.claim_id = c.id AND o.paid_at IS NOT NULL)
ORDER BY c.decision_seq DESC
"""

PRODUCTS_OF = """
SELECT DISTINCT product_id FROM claims WHERE id = ANY($1::uuid[]) AND product_id IS NOT NULL
"""

SAID_BEFORE = """
SELECT c.live_id, c.customer_fb_id, c.product_id, m.text FROM claims c JOIN comments m ON m.id = c.comment_id
WHERE c.live_id = ANY($1::uuid[]) AND c.customer_fb_id = ANY($2::text[])
  AND c.status IN ('reserved', 'partly_reserved', 'waitlisted')
  AND c.commented_at > $3::timestamptz - make_interval(secs => $4)
"""


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim that an edit or a removal means; a paid one stands, whatever is said later."""

    id: UUID
    comment_id: UUID
    product_id: UUID | None
    quantity: int
    status: str
    is_paid: bool


async def open_claims(session: AsyncSession, comment_ids: Sequence[UUID]) -> dict[UUID, list[OpenClaim]]:
    """Return the claims of these comments that were not undone before."""
    found: dict[UUID, list[OpenClaim]] = defaultdict(list)
    if comment_ids:
        for row in await (await driver(session)).fetch(OF_COMMENTS, list(comment_ids)):
            found[row["comment_id"]].append(OpenClaim(**row))
    return found


async def cancelled_claims(
    session: AsyncSession, wishes: Sequence[tuple[UUID, str, frozenset[UUID], UUID | None]]
) -> list[UUID]:
    """Return the claims that cancelling buyers mean.

    A wish is (live, buyer, products named, featured product). Without a product named it is the featured one if the
    buyer has it, else the buyer's last claim: a whole cart is never lost to one "no lo quiero".
    """
    if not wishes:
        return []
    rows = await (await driver(session)).fetch(OF_BUYERS, [w[0] for w in wishes], [w[1] for w in wishes])
    claims: dict[tuple[UUID, str], list[tuple[UUID, UUID | None]]] = defaultdict(list)
    for row in rows:
        claims[row["live_id"], row["customer_fb_id"]].append((row["id"], row["product_id"]))
    chosen: list[UUID] = []
    for live_id, buyer, named, featured in wishes:
        theirs = claims[live_id, buyer]
        wanted: frozenset[UUID | None] = named or frozenset({featured})
        meant = [claim for claim, product in theirs if product in wanted]
        chosen += meant or ([] if named else [claim for claim, _ in theirs[:1]])
    return chosen


async def products_of(session: AsyncSession, claim_ids: Sequence[UUID]) -> list[UUID]:
    """Return the products of claims, so that they can be locked before anything is undone."""
    if not claim_ids:
        return []
    return [row["product_id"] for row in await (await driver(session)).fetch(PRODUCTS_OF, list(claim_ids))]


async def without_repeats(
    session: AsyncSession, requests: Sequence[tuple[ClaimRequest, str]]
) -> tuple[list[ClaimRequest], list[ClaimRequest]]:
    """Split (request, text) pairs into fresh claims and repeats of what the same buyer said moments ago."""
    if not requests:
        return [], []
    earliest = min(request.commented_at for request, _ in requests)
    rows = await (await driver(session)).fetch(
        SAID_BEFORE, [r.live_id for r, _ in requests], [r.customer_fb_id for r, _ in requests], earliest,
        REPEAT_SECONDS,
    )  # fmt: skip
    said = {(row["live_id"], row["customer_fb_id"], row["product_id"], essence(row["text"])) for row in rows}
    fresh: list[ClaimRequest] = []
    repeats: list[ClaimRequest] = []
    for request, text in requests:
        key = (request.live_id, request.customer_fb_id, request.product_id, essence(text))
        (repeats if key in said else fresh).append(request)
        said.add(key)
    return fresh, repeats


def essence(text: str) -> str:
    """Return what is said without how loudly: "YO!!" and "yooo 🙋" are the same, "A1 x2" and "A1 x3" are not."""
    return re.sub(r"([^\W\d_])\1+", r"\1", re.sub(r"[^\w+]+", "", text.casefold()))
