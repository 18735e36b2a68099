"""Events of private threads out of a webhook: what a buyer wrote, tapped or accepted, and echoes of our own."""

from typing import Any

from livestream_sell.facebook.field_values import as_dict, as_id, as_milliseconds, as_text, first_id
from livestream_sell.facebook.schemas import IncomingMessage, ParsedWebhook

PAYLOAD_LIMIT = 1000
# Known and of no use here, each counted under its own name.
KNOWN_EVENTS = (
    "delivery",
    "read",
    "reaction",
    "message_edit",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "app_roles",
    "policy_enforcement",
    "policy-enforcement",
)


def read_message(event: dict[str, Any], page_id: str, parsed: ParsedWebhook, *, is_standby: bool) -> None:
    """Add one event of `messaging` or `standby` to what was parsed."""
    sender, recipient = as_id(as_dict(event.get("sender")).get("id")), as_id(as_dict(event.get("recipient")).get("id"))
    message = event.get("message")
    if isinstance(message, dict) and message.get("is_echo"):
        _read_echo(message, recipient, page_id, event.get("timestamp"), parsed)
        return
    found = _content(event)
    if found is None:
        known = next((name for name in KNOWN_EVENTS if name in event), "message_shape")
        parsed.ignored[known.replace("-", "_")] += 1
        return
    if not sender or sender == page_id:
        parsed.ignored["message_shape" if not sender else "own_message"] += 1
        return
    kind, mid, text, payload = found
    timestamp = as_milliseconds(event.get("timestamp"))
    # Old postbacks and opt-ins have no id of their own: person and moment tell one from the next.
    mid = mid or f"{kind}:{sender}:{timestamp or 0}"
    kind = "standby" if is_standby and kind == "message" else kind
    parsed.messages.append(IncomingMessage(kind, mid, sender, page_id, text, payload[:PAYLOAD_LIMIT], timestamp))


def _content(event: dict[str, Any]) -> tuple[str, str, str, str] | None:
    """Return (kind, mid, text, payload) of an event that says something."""
    if isinstance(message := event.get("message"), dict):
        mid = as_id(message.get("mid"))
        if not mid or message.get("is_deleted"):
            return None
        return "message", mid, as_text(message.get("text")), as_text(as_dict(message.get("quick_reply")).get("payload"))
    if isinstance(postback := event.get("postback"), dict):
        return "postback", as_id(postback.get("mid")), as_text(postback.get("title")), as_text(postback.get("payload"))
    if isinstance(optin := event.get("optin"), dict):
        return "optin", "", as_text(optin.get("title")), as_text(optin.get("payload") or optin.get("ref"))
    if isinstance(referral := event.get("referral"), dict):
        return "referral", "", "", as_text(referral.get("ref"))
    return None


def _read_echo(message: dict[str, Any], psid: str, page_id: str, timestamp: Any, parsed: ParsedWebhook) -> None:
    """Keep the echo of a message that carries our metadata: it proves that a lost call did arrive."""
    mid, metadata = first_id(message.get("mid")), as_text(message.get("metadata"))
    if mid and psid and metadata:
        at = as_milliseconds(timestamp)
        parsed.messages.append(IncomingMessage("echo", mid, psid, page_id, "", metadata[:PAYLOAD_LIMIT], at))
    else:
        parsed.ignored["echo"] += 1
