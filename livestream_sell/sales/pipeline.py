"""From comments to outcomes, a batch at a time in one transaction; read `decide` top to bottom for the whole story."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import inbox, metrics, outbox
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import Entry
from livestream_sell.events import CommentContext, CommentsDecided, SecondOpinionWanted
from livestream_sell.intent import model_engine
from livestream_sell.intent.repeated import understand
from livestream_sell.intent.schemas import Comment, Intent
from livestream_sell.inventory import reservations
from livestream_sell.messaging.inbound import opt_out
from livestream_sell.messaging.service import queue_messages
from livestream_sell.sales import amending, releasing
from livestream_sell.sales.announcing import claim_drafts
from livestream_sell.sales.answers import answer_drafts
from livestream_sell.sales.arrivals import Arrival, decode, newest_per_comment
from livestream_sell.sales.choosing import choice_drafts
from livestream_sell.sales.claiming import ClaimOutcome, ClaimRequest, allocate
from livestream_sell.sales.recording import THINKING, Reading, Recorded, record_comments, record_decisions, set_outcomes
from livestream_sell.sales.reviewing import ReviewRequest, hold_for_review
from livestream_sell.sales.shops import Live, Shop, adopt_post, load_shops

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Plan:
    """What a batch asks of stock and seller, gathered before anything is locked."""

    requests: list[tuple[ClaimRequest, str]] = field(default_factory=list)
    reviews: list[ReviewRequest] = field(default_factory=list)
    withdrawn: list[UUID] = field(default_factory=list)
    amended: set[UUID] = field(default_factory=set)  # comments whose new claims come before the waiting list
    outcomes: dict[UUID, str] = field(default_factory=dict)
    opted_out: list[Recorded] = field(default_factory=list)
    asked: list[Recorded] = field(default_factory=list)  # decided later, by `second_opinion`


async def handle_comments(entries: Sequence[Entry]) -> None:
    """Consumer of `incoming_comments`: one batch, one transaction."""
    arrivals = [decode(entry.data) for entry in entries]
    async with transaction() as session:
        await decide(session, arrivals)


async def decide(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    """Understand, reserve, record and answer a batch of comments; delivered twice, it does nothing the second time."""
    readings, latency_us = await _read(session, arrivals)
    recorded = await record_comments(session, readings)
    await record_decisions(session, recorded, latency_us)
    await settle(session, recorded, may_ask=model_engine.is_configured())


async def settle(session: AsyncSession, recorded: Sequence[Recorded], *, may_ask: bool) -> None:
    """Carry out what these comments mean; with `may_ask` the unsure ones wait for a second opinion."""
    plan = await _plan(session, recorded, may_ask)
    decided = await carry_out(session, plan)
    await hold_for_review(session, plan.reviews)
    await _remember(session, recorded, plan, decided)


async def _read(session: AsyncSession, arrivals: Sequence[Arrival]) -> tuple[list[Reading], int]:
    """Keep what is ours and new, and understand it; microseconds per comment beside it."""
    shops = await load_shops(session, {a.page_id for a in arrivals}, {a.post_id for a in arrivals})
    known = [a for a in arrivals if a.page_id in shops]
    if len(known) < len(arrivals):
        log.warning("comments_of_unlinked_pages", pages=sorted({a.page_id for a in arrivals} - set(shops)))
    admitted = await inbox.admit(session, "facebook_comment", sorted({a.key for a in known}))
    fresh = newest_per_comment([a for a in known if a.key in admitted])
    started = time.perf_counter()
    readings = await _understand(session, shops, fresh)
    return readings, int((time.perf_counter() - started) * 1e6 / max(len(readings), 1))


async def _understand(session: AsyncSession, shops: dict[str, Shop], fresh: Sequence[Arrival]) -> list[Reading]:
    places: dict[str, tuple[Arrival, Shop, Live | None, str | None]] = {}
    questions: dict[str, list[Comment]] = {}
    for number, arrival in enumerate(fresh):
        shop = shops[arrival.page_id]
        live = shop.live_of(arrival.post_id)
        if live and live.post_id is None:
            await adopt_post(session, shop, live, arrival.post_id)
        featured = shop.featured_sku(live)
        places[str(number)] = (arrival, shop, live, featured)
        if arrival.verb != "remove":
            questions.setdefault(arrival.page_id, []).append(Comment(str(number), arrival.text, featured, shop.locale))
    answers = {
        answer.comment_id: answer
        for page_id, comments in questions.items()
        for answer in understand(comments, shops[page_id].stocked.catalogue)
    }
    return [Reading(*place, answers.get(number)) for number, place in places.items()]


async def _plan(session: AsyncSession, recorded: Sequence[Recorded], may_ask: bool) -> Plan:
    plan = Plan()
    claims = await amending.open_claims(session, [r.comment_id for r in recorded if not r.is_new])
    wishes = []
    for record in recorded:
        reading, before = record.reading, claims.get(record.comment_id, [])
        wanted = _requests(record)
        if before and (_same(before, wanted) or any(claim.is_paid for claim in before)):
            plan.outcomes[record.comment_id] = before[0].status
            continue
        plan.withdrawn += [claim.id for claim in before]
        if before:
            plan.amended.add(record.comment_id)
        understood, live = reading.understood, reading.live
        if understood is None or live is None or not live.on_air:
            continue
        if may_ask and not before and model_engine.is_unsure(understood):
            plan.asked.append(record)
            plan.outcomes[record.comment_id] = THINKING
            continue
        # A refusal that may mean something else ("no lo quiero en rojo") is the seller's to judge.
        if understood.intent is Intent.cancel and not understood.needs_review:
            named = frozenset(
                reading.shop.stocked.product_ids[i.sku]
                for i in understood.items
                if i.sku in reading.shop.stocked.product_ids
            )
            wishes.append((live.id, reading.arrival.customer_id, named, live.featured_product_id))
        elif understood.intent is Intent.opt_out:
            plan.opted_out.append(record)
        elif understood.intent is Intent.purchase and (understood.needs_review or not wanted):
            plan.reviews.append(ReviewRequest.of(record, wanted))
            plan.outcomes[record.comment_id] = "review"
        plan.requests += [] if understood.needs_review else [(request, reading.arrival.text) for request in wanted]
    plan.withdrawn += await amending.cancelled_claims(session, wishes)
    return plan


def _requests(record: Recorded) -> list[ClaimRequest]:
    """The claims of a purchase comment; empty for every other intent."""
    reading = record.reading
    understood, shop, arrival = reading.understood, reading.shop, reading.arrival
    if understood is None or understood.intent is not Intent.purchase or not reading.live or not reading.live.on_air:
        return []
    return [
        ClaimRequest(
            store_id=shop.store_id, live_id=reading.live_id, comment_id=record.comment_id,
            customer_fb_id=arrival.customer_id, customer_name=arrival.customer_name,
            product_id=shop.stocked.product_ids[item.sku], quantity=item.quantity, confidence=understood.confidence,
            language=understood.language, commented_at=arrival.commented_at, currency=shop.currency,
            minutes=shop.minutes,
        )
        for item in understood.items
        if item.sku in shop.stocked.product_ids
    ]  # fmt: skip


def _same(before: Sequence[amending.OpenClaim], wanted: Sequence[ClaimRequest]) -> bool:
    """An edit that only mends spelling leaves the claims, and their place in the queue, alone."""
    old = sorted((str(claim.product_id), claim.quantity) for claim in before)
    return old == sorted((str(request.product_id), request.quantity) for request in wanted)


async def carry_out(session: AsyncSession, plan: Plan) -> list[ClaimOutcome]:
    """Lock once, in order; then what ran out, what was taken back, what is said again, who waits, who is new."""
    fresh, repeats = await amending.without_repeats(
        session, [pair for pair in plan.requests if pair[0].comment_id not in plan.amended]
    )
    plan.outcomes |= {r.comment_id: "repeat" for r in repeats if r.comment_id}
    again = [request for request, _ in plan.requests if request.comment_id in plan.amended]
    product_ids = sorted(
        {r.product_id for r in (*fresh, *again)} | set(await amending.products_of(session, plan.withdrawn))
    )
    if not product_ids and not plan.withdrawn:
        return []
    await reservations.lock_products(session, product_ids)
    expired = await reservations.expire_due(session, product_ids)
    await releasing.detach(session, expired, "expired")
    withdrawn = await releasing.withdraw(session, plan.withdrawn)
    decided = await allocate(session, again)
    await releasing.hand_out(session, sorted({r.product_id for r in (*expired, *withdrawn)}))
    decided += await allocate(session, fresh)
    await releasing.settle_carts(session, [r.order_id for r in (*expired, *withdrawn)])
    return decided


async def _remember(
    session: AsyncSession, recorded: Sequence[Recorded], plan: Plan, decided: Sequence[ClaimOutcome]
) -> None:
    """Write outcomes, queue the answers, tell the screens."""
    for outcome in decided:
        if outcome.request.comment_id is not None:
            plan.outcomes[outcome.request.comment_id] = outcome.word
    fb_ids = {r.comment_id: r.reading.arrival.comment_id for r in recorded}
    received: dict[UUID, datetime] = {r.comment_id: r.reading.arrival.received_at for r in recorded}
    answers = answer_drafts([r for r in recorded if plan.outcomes.get(r.comment_id) != THINKING])
    answered = {draft.fb_comment_id for draft in answers}
    plan.outcomes |= {r.comment_id: "answered" for r in recorded if r.reading.arrival.comment_id in answered}
    await set_outcomes(session, plan.outcomes)
    await queue_messages(session, claim_drafts(decided, fb_ids, received) + answers + choice_drafts(plan.reviews))
    for record in plan.opted_out:
        arrival = record.reading.arrival
        await opt_out(session, record.reading.shop.store_id, arrival.customer_id)
    rows: dict[UUID, list[dict[str, object]]] = {}
    for record in recorded:
        outcome_word = plan.outcomes.get(record.comment_id, record.reading.plain_outcome)
        rows.setdefault(record.reading.shop.store_id, []).append(_feed_row(record, outcome_word))
        understood = record.reading.understood
        metrics.COMMENTS_DECIDED.labels(understood.intent if understood else "removed", outcome_word).inc()
    await outbox.publish_many(session, [CommentsDecided(store_id=s, rows=feed) for s, feed in rows.items()])
    await outbox.publish_many(session, [_question(record) for record in plan.asked])


def _question(record: Recorded) -> SecondOpinionWanted:
    shop, live = record.reading.shop, record.reading.live
    assert live is not None
    return SecondOpinionWanted(
        store_id=shop.store_id,
        comment_id=record.comment_id,
        text=record.reading.arrival.text,
        context=CommentContext(tienda_id=shop.store_id, live_id=live.id),
        featured=shop.featured_sku(live),
    )


def _feed_row(record: Recorded, outcome: str) -> dict[str, object]:
    reading = record.reading
    if reading.understood is None:
        return {"id": str(record.comment_id), "removed": True}
    return {
        "id": str(record.comment_id),
        "live_id": str(reading.live_id or ""),
        "author": reading.arrival.customer_name,
        "text": reading.arrival.text[:500],
        "at": reading.arrival.commented_at.isoformat(),
        "intent": reading.understood.intent.value,
        "language": reading.understood.language,
        "confidence": round(reading.understood.confidence, 3),
        "engine": reading.understood.engine,
        "outcome": outcome,
    }
