"""What follows from the outcome of a call: sent, tried again, held, unknown or dead. Pure."""

from dataclasses import dataclass, replace

from livestream_sell.core.errors import AppError, OutcomeUnknown, VendorUnavailable
from livestream_sell.facebook.errors import GraphRejected, GraphUnavailable
from livestream_sell.facebook.graph_errors import TABLE, Treatment, treatment_of
from livestream_sell.messaging.models import MessagePurpose, MessageStatus
from livestream_sell.messaging.policy import Route
from livestream_sell.messaging.schemas import OutgoingMessage, SendResult

RETRY_DELAYS = (10.0, 60.0, 300.0, 900.0, 3600.0)
# Meta says "temporarily" and no more: hours, and the seller is told (meta.md 2.8, code 368).
PAUSE_SECONDS = 2 * 3600.0
# How long a Page is left alone when Meta names a limit but no time.
LIMIT_SECONDS = 60.0


def failure_code(error: str) -> str:
    """Return the stable code of a message's `error`: our own word for it, or what follows from Meta's number."""
    word = error.partition(":")[0]
    code, _, subcode = word.partition("-")
    if not code.isdecimal():
        return word if word != "?" else Treatment.final.value
    if (int(code), None) not in TABLE and (code == "429" or code.startswith("5")):
        # Not Meta's number but HTTP's.
        return Treatment.retry.value
    return treatment_of(int(code), int(subcode) if subcode.isdecimal() else None).value


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result row of a message, and what its Page must suffer for it."""

    result: SendResult
    reconnect: str = ""
    pause_page: str = ""
    wait_seconds: float = 0.0


def ended(message: OutgoingMessage, status: MessageStatus, reason: str, *, route: Route | None = None) -> SendResult:
    """A message that went nowhere, or is held."""
    kind = message.kind if route in (None, Route.nothing, Route.utility_template) else route.value
    return SendResult(message.id, message.store_id, status.value, kind, message.attempts, error=reason)


def postponed(message: OutgoingMessage, route: Route, seconds: float, reason: str) -> SendResult:
    """A message that has to wait without any fault of its own: it does not count as an attempt."""
    waiting = ended(message, MessageStatus.queued, reason, route=route)
    return replace(waiting, attempts=message.attempts - 1, delay=seconds)


def sent(message: OutgoingMessage, route: Route, text: str, fb_message_id: str | None) -> SendResult:
    result = ended(message, MessageStatus.sent, "", route=route)
    return replace(result, text=text, fb_message_id=fb_message_id)


def failed(message: OutgoingMessage, route: Route, text: str, error: AppError) -> Outcome:
    """Return what follows from a refusal or an outage."""
    if isinstance(error, OutcomeUnknown) and route is not Route.private_reply:
        # Nothing tells whether it stands there: said twice is worse than said never.
        unknown = ended(message, MessageStatus.unknown, "outcome_unknown", route=route)
        return Outcome(replace(unknown, text=text))
    if isinstance(error, GraphRejected):
        return _refused(message, route, text, error)
    if isinstance(error, VendorUnavailable):
        return _later(message, route, text, error)
    dead = ended(message, MessageStatus.dead, f"{error.code}: {error.message}", route=route)
    return Outcome(replace(dead, text=text))


def _later(message: OutgoingMessage, route: Route, text: str, error: VendorUnavailable) -> Outcome:
    is_limit = isinstance(error, GraphUnavailable) and error.treatment is Treatment.wait
    wait = (error.retry_after or LIMIT_SECONDS) if is_limit else 0.0
    reason = f"{error.details.get('row') or error.code}: {error.message}"
    if message.attempts > len(RETRY_DELAYS):
        return Outcome(replace(ended(message, MessageStatus.dead, reason, route=route), text=text), wait_seconds=wait)
    delay = max(RETRY_DELAYS[message.attempts - 1], error.retry_after or 0.0)
    again = replace(ended(message, MessageStatus.queued, reason, route=route), delay=delay, text=text)
    return Outcome(again, wait_seconds=wait)


def _refused(message: OutgoingMessage, route: Route, text: str, error: GraphRejected) -> Outcome:
    reason = f"{error.row}: {error.message}"
    if error.treatment is Treatment.done and message.purpose != MessagePurpose.manual:
        # The one reply this comment allows is there: ours from before a crash. The seller's own words are not.
        return Outcome(replace(sent(message, route, text, None), error=reason))
    if error.treatment is Treatment.reconnect:
        held = ended(message, MessageStatus.held, "reconnect", route=route)
        return Outcome(replace(held, attempts=message.attempts - 1), reconnect=reason)
    if error.treatment is Treatment.pause_page:
        return Outcome(postponed(message, route, PAUSE_SECONDS, reason), pause_page=reason)
    return Outcome(replace(ended(message, MessageStatus.dead, reason, route=route), text=text))
