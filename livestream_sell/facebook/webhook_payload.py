"""Meta's webhook JSON -> comments and messages. Pure; unknown shapes are counted, never an error."""

import json
from collections.abc import Iterator
from typing import Any

import orjson

from livestream_sell.facebook.errors import MalformedPayload
from livestream_sell.facebook.field_values import as_dict, as_id, as_seconds, as_text, first_id
from livestream_sell.facebook.message_payload import read_message
from livestream_sell.facebook.schemas import IncomingComment, LiveVideoStatus, ParsedWebhook

TAKEN_VERBS = {"add": "add", "edited": "edited", "edit": "edited", "remove": "remove", "delete": "remove"}
MODERATION_VERBS = {"hide", "unhide"}
MESSAGE_LISTS = ("messaging", "standby")


def parse_body(body: bytes) -> Any:
    """Return the JSON of a webhook body.

    Raises:
        MalformedPayload: not JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        # A comment cut in the middle of an emoji has half a surrogate pair: orjson refuses it, and with it the batch.
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload("The body is not JSON.") from error


def parse_webhook(payload: Any) -> ParsedWebhook:
    """Sort everything in one POST; several Pages may be in it."""
    parsed = ParsedWebhook()
    if not isinstance(payload, dict) or payload.get("object") != "page":
        parsed.ignored["not_page"] += 1
        return parsed
    for entry in _dicts(payload.get("entry"), parsed, "entry_shape"):
        page_id = as_id(entry.get("id"))
        if not page_id:
            parsed.ignored["entry_shape"] += 1
            continue
        known = False
        if "changes" in entry:
            known = True
            for change in _dicts(entry["changes"], parsed, "change_shape"):
                _read_change(change, page_id, parsed)
        for name in MESSAGE_LISTS:
            if name in entry:
                known = True
                for event in _dicts(entry[name], parsed, "message_shape"):
                    read_message(event, page_id, parsed, is_standby=name == "standby")
        if not known:
            parsed.ignored["entry_shape"] += 1
    return parsed


def _dicts(items: Any, parsed: ParsedWebhook, reason: str) -> Iterator[dict[str, Any]]:
    if not isinstance(items, list):
        parsed.ignored[reason] += 1
        return
    for item in items:
        if isinstance(item, dict):
            yield item
        else:
            parsed.ignored[reason] += 1


def _read_change(change: dict[str, Any], page_id: str, parsed: ParsedWebhook) -> None:
    value = change.get("value")
    if not isinstance(value, dict):
        parsed.ignored["change_shape"] += 1
    elif change.get("field") == "live_videos":
        _read_live_video(value, page_id, parsed)
    elif change.get("field") != "feed":
        parsed.ignored["other_field"] += 1
    elif value.get("item") != "comment":
        parsed.ignored["not_comment"] += 1
    else:
        _read_comment(value, page_id, parsed)


def _read_live_video(value: dict[str, Any], page_id: str, parsed: ParsedWebhook) -> None:
    live_video_id, status = as_id(value.get("id")), as_text(value.get("status")).lower()
    if live_video_id and status:
        parsed.live_videos.append(LiveVideoStatus(page_id, live_video_id, status))
    else:
        parsed.ignored["change_shape"] += 1


def _read_comment(value: dict[str, Any], page_id: str, parsed: ParsedWebhook) -> None:
    word = as_text(value.get("verb"))
    verb = TAKEN_VERBS.get(word)
    if verb is None:
        parsed.ignored["moderation" if word in MODERATION_VERBS else "other_verb"] += 1
        return
    sender = as_dict(value.get("from"))
    from_id = first_id(sender.get("id"), value.get("sender_id")) or None
    # Our own replies come back as comments of the Page: answering them would never end. A removal by the Page
    # is a moderator's, of somebody's comment, and counts.
    if from_id == page_id and verb != "remove":
        parsed.ignored["own_comment"] += 1
        return
    post = as_dict(value.get("post"))
    comment_id, post_id = as_id(value.get("comment_id")), first_id(value.get("post_id"), post.get("id"))
    if not comment_id or not post_id:
        parsed.ignored["no_ids"] += 1
        return
    parsed.comments.append(
        IncomingComment(
            verb=verb,
            comment_id=comment_id,
            parent_id=as_id(value.get("parent_id")) or post_id,
            text=as_text(value.get("message")),
            from_id=None if from_id == page_id else from_id,
            from_name=as_text(sender.get("name") or value.get("sender_name"))[:200],
            created_time=as_seconds(value.get("created_time")),
            edited_time=as_seconds(value.get("edited_time")),
            page_id=page_id,
            post_id=post_id,
            status_type=as_text(post.get("status_type"))[:64],
        )
    )
