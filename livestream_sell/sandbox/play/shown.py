"""The world as JSON for the play page and for tests."""

from typing import Any

from livestream_sell.sandbox.world import DAY_SECONDS, Comment, DirectMessage, Live, Thread, World


def live(world: World, each: Live) -> dict[str, Any]:
    return {
        "id": each.id,
        "post_id": each.post_id,
        "page_id": each.page_id,
        "page_name": world.page(each.page_id).name,
        "title": each.title,
        "status": each.status,
        "comment_count": len(each.comment_ids),
    }


def comments(world: World, each: Live, limit: int) -> list[dict[str, Any]]:
    """The newest `limit`, oldest first."""
    return [comment(world.comments[comment_id]) for comment_id in each.comment_ids[-limit:]]


def comment(each: Comment) -> dict[str, Any]:
    return {
        "id": each.id,
        "post_id": each.post_id,
        "parent_id": each.parent_id if each.parent_id != each.post_id else None,
        "from": {"id": each.author_id, "name": each.author_name},
        "is_page": each.is_by_page,
        "text": each.text,
        "created_at": each.created_at,
        "is_edited": each.edited_at is not None,
        "is_removed": each.is_removed,
        "is_hidden": each.is_hidden,
        "private_reply_mid": each.private_reply_mid or None,
    }


def thread(world: World, psid: str, page_id: str = "") -> dict[str, Any]:
    """All messages between a person and one page (or, without `page_id`, every page)."""
    found = [each for each in world.threads.values() if each.psid == psid and page_id in ("", each.page_id)]
    messages = sorted((sent for each in found for sent in each.messages), key=lambda sent: sent.at)
    ends = [each.person_spoke_at + DAY_SECONDS for each in found if each.person_spoke_at is not None]
    return {
        "psid": psid,
        "page_id": page_id or (found[0].page_id if found else ""),
        "name": found[0].name if found else "",
        "window_until": max(ends, default=None),
        "is_window_open": any(each.is_open(world.now()) for each in found),
        "messages": [message(sent) for sent in messages],
    }


def message(each: DirectMessage) -> dict[str, Any]:
    return {
        "mid": each.mid,
        "from": "page" if each.by_page else "buyer",
        "via": each.via,
        "at": each.at,
        "comment_id": each.comment_id or None,
        **each.message,
    }


def threads(world: World) -> list[dict[str, Any]]:
    return [_thread_line(world, each) for each in world.threads.values()]


def _thread_line(world: World, each: Thread) -> dict[str, Any]:
    return {
        "psid": each.psid,
        "page_id": each.page_id,
        "name": each.name,
        "message_count": len(each.messages),
        "is_window_open": each.is_open(world.now()),
        "last_at": each.messages[-1].at if each.messages else None,
    }


def counts(world: World) -> dict[str, int]:
    made = world.comments.values()
    said = [sent for each in world.threads.values() for sent in each.messages]
    return {
        "comments": sum(not each.is_by_page for each in made),
        "public_replies": sum(each.is_by_page for each in made),
        "private_replies": sum(sent.via == "private_reply" for sent in said),
        "page_messages": sum(sent.by_page for sent in said),
        "buyer_messages": sum(not sent.by_page for sent in said),
    }
