"""One message and its call: limits, the kill switch once more, the call, and the row that says what became of it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from livestream_sell.core import outbox
from livestream_sell.core.cache import REDIS_AWAY
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import AppError, OutcomeUnknown
from livestream_sell.core.metrics import COMMENT_TO_GRAPH_SECONDS, SENDS
from livestream_sell.core.resilience import is_contention, is_outage
from livestream_sell.events import MessageFailed
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.schemas import GraphAnswer, PageAccess
from livestream_sell.messaging import outcomes, rate_limits, repository
from livestream_sell.messaging.batching import Grouped
from livestream_sell.messaging.models import MessagePurpose, MessageStatus
from livestream_sell.messaging.outcomes import PAUSE_SECONDS, Outcome
from livestream_sell.messaging.policy import Route
from livestream_sell.messaging.schemas import OutgoingMessage, Rendered, SendResult

REDIS_AWAY_SECONDS = 5.0
# Whatever Meta's server does: two rounds of calls are over well before `recovery.STUCK_SECONDS`.
CALL_SECONDS = 20.0
# While the database is away the results are kept here and written when it is back.
WRITE_AGAIN_SECONDS = 1.0
FAILURES = {MessageStatus.dead, MessageStatus.unknown}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed message, the way it goes, and its words."""

    message: OutgoingMessage
    route: Route
    words: Rendered

    @property
    def changes_kind(self) -> bool:
        return self.message.kind != self.route.value


class Sender:
    """Calls Meta for many messages at once; switches and results are read and written in groups."""

    def __init__(self, graph: GraphClient, in_flight: int) -> None:
        self._graph = graph
        self._slots = asyncio.Semaphore(in_flight)
        self._switches: Grouped[tuple[UUID, UUID | None], tuple[bool, bool]] = Grouped(_read_switches)
        self._results: Grouped[SendResult, None] = Grouped(_write_results)

    async def send(self, parcel: Parcel) -> None:
        """Send one message and write its result."""
        async with self._slots:
            try:
                outcome = await self._attempt(parcel)
                await _punish(parcel, outcome)
                await self._results(outcome.result)
            except Exception:
                # Its row says `sending`, and `recovery.sweep_stuck` finds it.
                logger.exception("Message %s was not settled.", parcel.message.id)
                return
        SENDS.labels(parcel.route.value, outcome.result.status).inc()

    async def _attempt(self, parcel: Parcel) -> Outcome:
        message, route = parcel.message, parcel.route
        access = message.access
        assert access is not None
        try:
            wait = await rate_limits.take(access.page_id, route, f"{message.id}:{message.attempts}")
        except REDIS_AWAY:
            return Outcome(outcomes.postponed(message, route, REDIS_AWAY_SECONDS, "redis_away"))
        if wait > 0:
            return Outcome(outcomes.postponed(message, route, wait, "rate_limited"))
        bot_enabled, page_usable = await self._switches((message.store_id, message.live_id))
        if not page_usable or (not bot_enabled and message.purpose != MessagePurpose.manual):
            reason = "kill_switch" if page_usable else "reconnect"
            held = outcomes.ended(message, MessageStatus.held, reason, route=route)
            return Outcome(held)
        if message.attempts == 1 and message.received_at is not None:
            COMMENT_TO_GRAPH_SECONDS.observe((utc_now() - message.received_at).total_seconds())
        try:
            answer = await self._call_in_time(access, parcel)
        except AppError as error:
            return outcomes.failed(message, route, parcel.words.text, error)
        fb_id = answer.body.get("message_id") or answer.body.get("id")
        result = outcomes.sent(message, route, parcel.words.text, str(fb_id)[:200] if fb_id else None)
        is_used_up = answer.used_percent >= 100
        return Outcome(result, wait_seconds=max(answer.wait_seconds, outcomes.LIMIT_SECONDS if is_used_up else 0.0))

    async def _call_in_time(self, access: PageAccess, parcel: Parcel) -> GraphAnswer:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await self._call(access, parcel)
        except TimeoutError as error:
            raise OutcomeUnknown("The Graph API took too long.") from error

    async def _call(self, access: PageAccess, parcel: Parcel) -> GraphAnswer:
        message = parcel.message
        if parcel.route is Route.public_reply:
            assert message.fb_comment_id is not None
            return await self._graph.public_reply(access, message.fb_comment_id, parcel.words.text)
        # The echo of the message carries it back: proof of arrival if the answer is lost.
        body = {**(parcel.words.body or {"text": parcel.words.text}), "metadata": str(message.id)}
        if parcel.route is Route.private_reply:
            assert message.fb_comment_id is not None
            return await self._graph.private_reply(access, message.fb_comment_id, body)
        return await self._graph.send_message(access, message.customer_fb_id, body)


async def _punish(parcel: Parcel, outcome: Outcome) -> None:
    """Let the whole Page wait, pause or stop, if the outcome says so."""
    access = parcel.message.access
    assert access is not None
    if outcome.wait_seconds > 0:
        try:
            await rate_limits.pause(access.page_id, outcome.wait_seconds)
        except REDIS_AWAY:
            logger.warning("Page %s should pause, but Redis is away.", access.page_id)
    if not outcome.reconnect and not outcome.pause_page:
        return
    async with transaction() as session:
        if outcome.reconnect:
            await page_sessions.mark_reconnect(session, access.store_id, access.page_id, outcome.reconnect)
            await repository.hold_store(session, access.store_id, "reconnect")
        else:
            until = utc_now() + timedelta(seconds=PAUSE_SECONDS)
            await page_sessions.mark_paused(session, access.store_id, access.page_id, outcome.pause_page, until)


async def _read_switches(asked: list[tuple[UUID, UUID | None]]) -> list[tuple[bool, bool]]:
    async with transaction() as session:
        return await repository.switches(session, asked)


async def _write_results(results: list[SendResult]) -> list[None]:
    while True:
        try:
            await _write_once(results)
            return [None] * len(results)
        except Exception as error:
            if not is_outage(error) and not is_contention(error):
                break
            logger.warning("%d results wait for the database: %r", len(results), error)
            await asyncio.sleep(WRITE_AGAIN_SECONDS)
    # Two messages of one order came back to wait at the same moment: one by one the second finds the first.
    for result in results:
        await _write_once([result])
    return [None] * len(results)


async def _write_once(results: Sequence[SendResult]) -> None:
    async with transaction() as session:
        written = await repository.settle(session, results)
        await outbox.publish_many(
            session,
            [
                MessageFailed(store_id=result.store_id, message_id=result.id, reason=result.error)
                for result in results
                if written.get(result.id) in FAILURES
            ],
        )
