"""What can be asked of the Graph API: nodes, comment polling, pages and their lives."""

from datetime import datetime
from typing import Any

from livestream_sell.sandbox.config import PAGE_TOKEN_PREFIX
from livestream_sell.sandbox.graph_access import Call
from livestream_sell.sandbox.graph_errors import GraphError
from livestream_sell.sandbox.graph_send import can_reply_privately
from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.webhooks import time_iso
from livestream_sell.sandbox.world import Comment, Live

SHORT_COMMENT = 6
DEFAULT_PAGE_SIZE = 25
MAX_PAGE_SIZE = 100


def me(state: SandboxState, call: Call, _id: str) -> dict[str, Any]:
    if not call.page_id:
        return {"id": "500000000000001", "name": "Lucía Demo"}
    return {"id": call.page_id, "name": state.world.page(call.page_id).name}


def accounts(state: SandboxState, call: Call, _id: str) -> dict[str, Any]:
    """The pages of a user, each with its token."""
    if call.page_id:
        raise GraphError("100", "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
    tasks = ["MODERATE", "MESSAGING", "CREATE_CONTENT", "MANAGE"]
    pages = [
        {"id": page.id, "name": page.name, "access_token": f"{PAGE_TOKEN_PREFIX}{page.id}", "tasks": tasks}
        for page in state.world.pages.values()
    ]
    return {"data": pages, "paging": {}}


def subscribed_apps(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    page = state.world.page(call.acting_as(page_id))
    app = {"id": state.config.fb_app_id, "name": "LiveStreamSell"}
    fields = sorted(page.subscribed_fields)
    return {"data": [{**app, "subscribed_fields": fields}] if fields else []}


def templates(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    return {"data": list(state.world.page(call.acting_as(page_id)).templates.values())}


def live_videos(state: SandboxState, call: Call, page_id: str) -> dict[str, Any]:
    page_id = call.acting_as(page_id)
    wanted = str(call.params.get("broadcast_status", ""))
    lives = [
        _live_node(live)
        for live in state.world.lives.values()
        if live.page_id == page_id and (not wanted or f'"{live.status}"' in wanted)
    ]
    return {"data": lives, "paging": {}}


def node(state: SandboxState, call: Call, node_id: str) -> dict[str, Any]:
    """A page, a live or its post, a comment, or a person's profile."""
    if node_id == call.page_id or node_id in state.world.pages:
        page = state.world.page(node_id)
        return _only(call, "id,name", {"id": page.id, "name": page.name, "category": "Clothing store"})
    live = state.live_of_page(node_id, call.page_id)
    if live is not None:
        return _only(call, "id,status", _live_node(live))
    if (call.page_id, node_id) in state.world.threads:
        return _profile(state, call, node_id)
    comment = state.comment_of_page(node_id, call.acting_as(call.page_id or "?"))
    shown = _comment_node(state, comment)
    return _only(call, "id,from,message,created_time", shown)


def comments(state: SandboxState, call: Call, target_id: str) -> dict[str, Any]:
    """Polling, with Meta's default filter that drops exactly what buyers write."""
    live = state.live_of_page(target_id, call.page_id)
    parent_id = target_id if live is None else live.post_id
    if live is None:
        if target_id not in state.world.comments:
            raise GraphError("100-33")
        live = state.world.live(state.comment_of_page(target_id, call.page_id).post_id, call.page_id)
    found = [state.world.comments[comment_id] for comment_id in live.comment_ids]
    found = [comment for comment in found if not comment.is_removed]
    if call.params.get("filter") != "stream" or parent_id != live.post_id:
        found = [comment for comment in found if comment.parent_id == parent_id]
    found = _since(_by_quality(found, call), call)
    if call.params.get("order") == "reverse_chronological":
        found.reverse()
    return _page_of(state, call, found)


def _by_quality(found: list[Comment], call: Call) -> list[Comment]:
    if call.params.get("live_filter") == "no_filter":
        return found
    seen: set[str] = set()
    kept = []
    for comment in found:
        if len(comment.text) >= SHORT_COMMENT and comment.text not in seen:
            kept.append(comment)
        seen.add(comment.text)
    return kept


def _since(found: list[Comment], call: Call) -> list[Comment]:
    raw = str(call.params.get("since", ""))
    if not raw:
        return found
    try:
        since = float(raw) if raw.isdecimal() else datetime.fromisoformat(raw).timestamp()
    except ValueError as error:
        raise GraphError("100", "(#100) since must be a timestamp") from error
    return [comment for comment in found if int(comment.created_at) >= since]


def _page_of(state: SandboxState, call: Call, found: list[Comment]) -> dict[str, Any]:
    limit = min(int(call.params.get("limit", DEFAULT_PAGE_SIZE)), MAX_PAGE_SIZE)
    after = str(call.params.get("after", ""))
    start = next((place + 1 for place, comment in enumerate(found) if comment.id == after), 0)
    shown = found[start : start + limit]
    data = [_only(call, "id,from,message,created_time", _comment_node(state, each)) for each in shown]
    if not shown:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": {"before": shown[0].id, "after": shown[-1].id}}
    if start + limit < len(found):
        paging["next"] = f"{state.urls.get('graph', '')}/comments?after={shown[-1].id}"
    return {"data": data, "paging": paging}


def _comment_node(state: SandboxState, comment: Comment) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": comment.id,
        "from": {"id": comment.author_id, "name": comment.author_name},
        "message": comment.text,
        "created_time": time_iso(comment.created_at),
        "is_hidden": comment.is_hidden,
        "can_reply_privately": can_reply_privately(comment, state.world.now()),
    }
    if comment.parent_id != comment.post_id:
        shown["parent"] = {"id": comment.parent_id}
    return shown


def _live_node(live: Live) -> dict[str, Any]:
    return {
        "id": live.id,
        "status": live.status,
        "title": live.title,
        "permalink_url": f"/{live.page_id}/videos/{live.id}/",
        "live_views": 128,
        "video": {"id": live.id, "post_id": live.post_id},
    }


def _profile(state: SandboxState, call: Call, psid: str) -> dict[str, Any]:
    """Empty until the person has written to the page."""
    thread = state.world.threads[(call.page_id, psid)]
    if thread.person_spoke_at is None:
        return {}
    first, _, last = thread.name.partition(" ")
    known = {"id": psid, "first_name": first, "last_name": last, "locale": "es_LA", "timezone": -3}
    return _only(call, "first_name,last_name", known) | {"id": psid}


def _only(call: Call, default: str, known: dict[str, Any]) -> dict[str, Any]:
    wanted = {"id", *call.fields(default)}
    return {name: value for name, value in known.items() if name in wanted}
