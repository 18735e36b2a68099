"""`POST /{page-id}/messages`: private replies, the 24-hour window, tags and utility templates."""

from typing import Any

from livestream_sell.sandbox.graph_access import Call
from livestream_sell.sandbox.graph_errors import GraphError, usage_headers
from livestream_sell.sandbox.graph_messages import check_message
from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.world import DAY_SECONDS, PRIVATE_REPLY_DAYS, Comment, Page, Thread

Answer = tuple[dict[str, Any], dict[str, str]]

HOUR_SECONDS = 3600
REMOVED_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")
HUMAN_AGENT_DAYS = 7


def send(state: SandboxState, call: Call, page_id: str) -> Answer:
    """The body of the answer and the usage headers."""
    recipient = call.params.get("recipient")
    if not isinstance(recipient, dict):
        raise GraphError("100", "(#100) The parameter recipient is required")
    if "comment_id" in recipient:
        message = check_message(call.params.get("message"))
        return _reply_privately(state, page_id, str(recipient["comment_id"]), message)
    if "id" in recipient:
        return _send_to_person(state, page_id, str(recipient["id"]), call.params)
    raise GraphError("100", "(#100) Param recipient must have an id or a comment_id")


def _reply_privately(state: SandboxState, page_id: str, comment_id: str, message: dict[str, Any]) -> Answer:
    comment = state.comment_of_page(comment_id, page_id)
    now = state.world.now()
    if comment.is_by_page:
        raise GraphError("10903")
    if comment.private_reply_mid:
        raise GraphError("10900")
    if now - comment.created_at > PRIVATE_REPLY_DAYS * DAY_SECONDS:
        raise GraphError("10-2018278")
    percent = _count_private_reply(state, state.world.page(page_id), now)
    thread = state.world.thread(page_id, comment.author_id, comment.author_name)
    sent = state.world.add_message(thread, by_page=True, via="private_reply", message=message, comment_id=comment.id)
    comment.private_reply_mid = sent.mid
    state.webhooks.echo(thread, sent)
    return {"recipient_id": thread.psid, "message_id": sent.mid}, usage_headers(percent)


def _count_private_reply(state: SandboxState, page: Page, now: float) -> int:
    """The hourly ceiling of a page, as percent used."""
    recent = page.private_replies_at
    while recent and now - recent[0] >= HOUR_SECONDS:
        recent.popleft()
    limit = state.config.private_replies_per_hour
    if len(recent) >= limit:
        raise GraphError("613")
    recent.append(now)
    return min(100, round(100 * len(recent) / limit))


def _send_to_person(state: SandboxState, page_id: str, psid: str, params: dict[str, Any]) -> Answer:
    thread = state.world.threads.get((page_id, psid))
    if thread is None:
        raise GraphError("100-2018001")
    if params.get("sender_action"):
        return {"recipient_id": psid}, {}
    message = check_message(params.get("message"))
    via = _route(state, state.world.page(page_id), thread, message, params)
    sent = state.world.add_message(thread, by_page=True, via=via, message=message)
    state.webhooks.echo(thread, sent)
    return {"recipient_id": psid, "message_id": sent.mid}, usage_headers(1)


def _route(state: SandboxState, page: Page, thread: Thread, message: dict[str, Any], params: dict[str, Any]) -> str:
    """By which right the message travels; refused when by none."""
    kind = params.get("messaging_type")
    if kind == "UTILITY":
        _check_utility(page, message)
        return "utility"
    if kind == "MESSAGE_TAG":
        return _check_tag(str(params.get("tag", "")), thread, state.world.now())
    if kind not in ("RESPONSE", "UPDATE"):
        raise GraphError("100", "(#100) Param messaging_type must be RESPONSE, UPDATE, MESSAGE_TAG or UTILITY")
    if not thread.is_open(state.world.now()):
        raise GraphError("10-2018278")
    return "window"


def _check_utility(page: Page, message: dict[str, Any]) -> None:
    template = message.get("template")
    name = template.get("name") if isinstance(template, dict) else None
    if name not in page.templates:
        raise GraphError("100", f"(#100) Template {name} does not exist in this language")


def _check_tag(tag: str, thread: Thread, now: float) -> str:
    if tag in REMOVED_TAGS:
        raise GraphError("100", f"(#100) The message tag {tag} is no longer supported")
    if tag not in ("HUMAN_AGENT", "CUSTOMER_FEEDBACK"):
        raise GraphError("100", "(#100) Param tag is not a valid message tag")
    if not thread.is_open(now, HUMAN_AGENT_DAYS):
        raise GraphError("10-2018278")
    return tag.lower()


def can_reply_privately(comment: Comment, now: float) -> bool:
    is_fresh = now - comment.created_at <= PRIVATE_REPLY_DAYS * DAY_SECONDS
    return is_fresh and not (comment.private_reply_mid or comment.is_by_page or comment.is_removed)
