"""The way out: claim a batch, decide, render, and call Meta, each message at most as often as it may be sent."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core import outbox
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.encryption import Undecryptable
from livestream_sell.core.stream_scripts import Entry
from livestream_sell.events import MessageFailed
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.facebook.models import SessionStatus
from livestream_sell.facebook.page_sessions import open_token
from livestream_sell.facebook.schemas import PageAccess
from livestream_sell.messaging import repository
from livestream_sell.messaging.models import MessagePurpose, MessageStatus
from livestream_sell.messaging.outcomes import ended, postponed
from livestream_sell.messaging.policy import Route, Situation, decide, is_comment_free, is_window_open
from livestream_sell.messaging.schemas import OutgoingMessage, Render, SendResult
from livestream_sell.messaging.sending import Parcel, Sender

# So many calls to Meta at once; more only wait in line behind each other.
IN_FLIGHT = 64
# The stream brings a message at once; what is later than this was lost on the way.
LOST_AFTER_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Delivery:
    """One process's sending side; any number of them may run beside each other.

    A message is committed as `sending` before its call, so a consumer may acknowledge as soon as `handle` returns:
    what a crash interrupts is found by `recovery.sweep_stuck`. Call `drain` before the process ends.
    """

    def __init__(self, render: Render, graph: GraphClient, *, in_flight: int = IN_FLIGHT) -> None:
        self._render = render
        self._graph = graph
        self._sender = Sender(graph, in_flight)
        self._limit = in_flight
        self._running: set[asyncio.Task[None]] = set()

    async def handle(self, entries: Sequence[Entry]) -> None:
        """Consumer of `notification_delivery`: start sending, and wait only while the line is full."""
        await self._start([UUID(item) for entry in entries for item in orjson.loads(entry.data)["message_ids"]])

    async def deliver(self, ids: Iterable[UUID]) -> int:
        """Send these messages, as far as they are due, and wait until all are settled; return how many were claimed."""
        tasks = await self._start(list(ids))
        await asyncio.gather(*tasks)
        return len(tasks)

    async def sweep_due(self) -> int:
        """Send what is due: retries, merged messages whose time came, and messages whose event was lost."""
        async with transaction() as session:
            ids = await repository.due_ids(session, late_seconds=LOST_AFTER_SECONDS, limit=4 * self._limit)
        return len(await self._start(ids))

    async def drain(self) -> None:
        """Wait for the calls that are under way."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        await self._graph.close()

    async def _start(self, ids: list[UUID]) -> list[asyncio.Task[None]]:
        tasks = []
        for start in range(0, len(ids), self._limit):
            # Claimed is what can go soon: a message that waits in line for a minute would count as stuck.
            while len(self._running) > self._limit:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            for parcel in await prepare(self._render, ids[start : start + self._limit]):
                task = asyncio.create_task(self._sender.send(parcel))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
                tasks.append(task)
        return tasks


_own: Delivery | None = None
_own_loop: asyncio.AbstractEventLoop | None = None


def of_process(render: Render) -> Delivery:
    """Return this process's sending side, made on first use; connections do not outlive their event loop."""
    global _own, _own_loop
    loop = asyncio.get_running_loop()
    if _own is None or _own_loop is not loop:
        _own, _own_loop = Delivery(render, GraphClient()), loop
    return _own


async def finish() -> None:
    """Wait for the calls under way and close the connections; at stop, before the database is let go."""
    global _own
    if _own is not None and _own_loop is asyncio.get_running_loop():
        await _own.drain()
        await _own.close()
    _own = None


async def deliver(entries: Sequence[Entry], render: Render) -> None:
    """Consumer of `notification_delivery`."""
    await of_process(render).handle(entries)


async def send_due(render: Render) -> int:
    """Job: retries, merged messages whose time came, and messages whose event was lost."""
    return await of_process(render).sweep_due()


async def prepare(render: Render, ids: Sequence[UUID]) -> list[Parcel]:
    """Claim messages and return those to be sent now; what is held, dropped or postponed is settled here."""
    if not ids:
        return []
    async with transaction() as session:
        messages = [_outgoing(row) for row in await repository.claim(session, ids)]
        results: list[SendResult] = []
        routed: list[tuple[OutgoingMessage, Route]] = []
        for message in messages:
            verdict = triage(message)
            if isinstance(verdict, SendResult):
                results.append(verdict)
            else:
                routed.append((message, verdict))
        rendered = await render(session, [message for message, _ in routed]) if routed else {}
        parcels = []
        for message, route in routed:
            words = rendered[message.id]
            if words.dropped:
                results.append(ended(message, MessageStatus.dropped, words.dropped))
            else:
                parcels.append(Parcel(message, route, words))
        await _settle(session, results)
        changed = [(parcel.message.id, parcel.route.value) for parcel in parcels if parcel.changes_kind]
        if changed:
            await repository.note_routes(session, changed)
    return parcels


def triage(message: OutgoingMessage) -> SendResult | Route:
    """Return the route of a claimed message, or its result if it does not go now. Pure."""
    now = utc_now()
    is_manual = message.purpose == MessagePurpose.manual
    if message.access is None:
        return ended(message, MessageStatus.held, "page_not_linked")
    if message.page_status == SessionStatus.reconnect:
        return ended(message, MessageStatus.held, "reconnect")
    if not is_manual and not message.bot_enabled:
        return ended(message, MessageStatus.held, "kill_switch")
    decision = decide(
        Situation(
            kind=message.kind,
            purpose=message.purpose,
            has_free_comment=is_comment_free(message.fb_comment_id, message.created_at, now, used=message.comment_used),
            window_open=is_window_open(message.last_inbound_at, now),
            opted_out=message.opted_out_at is not None,
        )
    )
    if decision.route in (Route.nothing, Route.utility_template):
        return ended(message, MessageStatus.dead if is_manual else MessageStatus.dropped, decision.reason)
    if message.page_paused_until is not None and message.page_paused_until > now:
        seconds = (message.page_paused_until - now).total_seconds()
        return postponed(message, decision.route, seconds, "page_paused")
    return decision.route


async def _settle(session: AsyncSession, results: Sequence[SendResult]) -> None:
    if not results:
        return
    await repository.settle(session, results)
    await outbox.publish_many(
        session,
        [
            MessageFailed(store_id=result.store_id, message_id=result.id, reason=result.error)
            for result in results
            if result.status == MessageStatus.dead
        ],
    )


def _outgoing(row: Any) -> OutgoingMessage:
    access = None
    if row["page_access_token_enc"] is not None:
        try:
            token = open_token(row["store_id"], row["page_access_token_enc"])
            access = PageAccess(row["store_id"], row["fb_page_id"], token)
        except Undecryptable:
            logger.exception("The token of Page %s cannot be read: link the Page again.", row["fb_page_id"])
    taken = {name: row[name] for name in OutgoingMessage.__dataclass_fields__ if name not in ("access", "data")}
    return OutgoingMessage(**taken, access=access, data=orjson.loads(row["data"]))
