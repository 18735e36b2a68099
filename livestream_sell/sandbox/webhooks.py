"""Meta's webhooks: events queue up per kind, are batched, signed and delivered to the product."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.deliveries import Deliveries, Delivery
from livestream_sell.sandbox.signing import facebook_signature
from livestream_sell.sandbox.switches import SwitchBoard
from livestream_sell.sandbox.world import Comment, DirectMessage, Live, Thread, World

Event = tuple[str, str, dict[str, Any]]


class FacebookWebhooks:
    """`feed` and `live_videos` travel as `changes`, conversations as `messaging`; never in one POST."""

    def __init__(self, config: SandboxConfig, world: World, deliveries: Deliveries, switches: SwitchBoard) -> None:
        self._config = config
        self._world = world
        self._deliveries = deliveries
        self._switches = switches
        self._queue: asyncio.Queue[Event] = asyncio.Queue()

    def comment(self, comment: Comment, verb: str) -> None:
        self._put("changes", comment.page_id, "feed", _comment_value(self._world, comment, verb))

    def live(self, live: Live) -> None:
        value = {"id": live.id, "status": live.status.lower()}
        self._put("changes", live.page_id, "live_videos", value)

    def from_person(self, thread: Thread, sent: DirectMessage) -> None:
        """A text or quick reply is a `message`; taps and opt-ins come under their own name."""
        event = {
            "sender": {"id": thread.psid},
            "recipient": {"id": thread.page_id},
            "timestamp": int(sent.at * 1000),
        }
        for kind, field in (("postback", "messaging_postbacks"), ("optin", "messaging_optins")):
            if kind in sent.message:
                body = dict(sent.message[kind])
                if kind == "postback":
                    body["mid"] = sent.mid
                self._put("messaging", thread.page_id, field, {**event, kind: body})
                return
        message = {"mid": sent.mid, **sent.message}
        self._put("messaging", thread.page_id, "messages", {**event, "message": message})

    def echo(self, thread: Thread, sent: DirectMessage) -> None:
        """What the page itself said, for those who subscribed to echoes, and that it arrived."""
        at = int(sent.at * 1000)
        echoed = {"mid": sent.mid, "is_echo": True, "app_id": int(self._config.fb_app_id)}
        echoed |= {name: sent.message[name] for name in ("text", "metadata") if name in sent.message}
        page, person = {"id": thread.page_id}, {"id": thread.psid}
        event = {"sender": page, "recipient": person, "timestamp": at, "message": echoed}
        self._put("messaging", thread.page_id, "message_echoes", event)
        arrived = {"mids": [sent.mid], "watermark": at}
        event = {"sender": person, "recipient": page, "timestamp": at, "delivery": arrived}
        self._put("messaging", thread.page_id, "message_deliveries", event)

    def _put(self, kind: str, page_id: str, field: str, value: dict[str, Any]) -> None:
        if field not in self._world.page(page_id).subscribed_fields:
            return
        item = {"field": field, "value": value} if kind == "changes" else value
        self._queue.put_nowait((kind, page_id, item))

    async def pump(self) -> None:
        """Runs for ever; one delivery at a time, so comments normally arrive in order."""
        while True:
            batch = await self._next_batch()
            if self._switches.of("graph").out_of_order_webhooks:
                for event in reversed(batch):
                    await self._post([event])
                continue
            for kind in ("changes", "messaging"):
                chosen = [event for event in batch if event[0] == kind]
                if chosen:
                    await self._post(chosen)

    async def _next_batch(self) -> list[Event]:
        batch = [await self._queue.get()]
        await asyncio.sleep(self._config.webhook_batch_wait_seconds)
        while not self._queue.empty() and len(batch) < self._config.webhook_batch_size:
            batch.append(self._queue.get_nowait())
        return batch

    async def _post(self, batch: list[Event]) -> None:
        kind = batch[0][0]
        body = json.dumps(_envelope(kind, batch, self._world.now())).encode("ascii")
        secret = self._config.fb_app_secret
        if self._switches.of("graph").wrong_signature:
            secret += "-wrong"
        headers = {
            "content-type": "application/json",
            "user-agent": "facebookexternalua",
            "x-hub-signature-256": facebook_signature(secret, body),
        }
        delivery = Delivery("graph", self._config.facebook_webhook_url, body, headers, kind)
        await self._deliveries.deliver(delivery)

    def forget_pending(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


def _envelope(kind: str, batch: list[Event], now: float) -> dict[str, Any]:
    by_page: dict[str, list[dict[str, Any]]] = {}
    for _, page_id, item in batch:
        by_page.setdefault(page_id, []).append(item)
    if kind == "changes":
        entries = [{"id": page, "time": int(now), "changes": items} for page, items in by_page.items()]
    else:
        entries = [
            {"id": page, "time": int(now * 1000), "messaging": [item]}
            for page, items in by_page.items()
            for item in items
        ]
    return {"object": "page", "entry": entries}


def _comment_value(world: World, comment: Comment, verb: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "item": "comment",
        "verb": verb,
        "from": {"id": comment.author_id, "name": comment.author_name},
        "post_id": comment.post_id,
        "parent_id": comment.parent_id,
        "comment_id": comment.id,
        "created_time": int(comment.created_at),
    }
    if verb in ("add", "edited"):
        value["message"] = comment.text
        value["post"] = _post(world, comment)
    if verb == "edited" and comment.edited_at is not None:
        value["edited_time"] = int(comment.edited_at)
    if verb == "remove":
        value["created_time"] = int(world.now())
    return value


def _post(world: World, comment: Comment) -> dict[str, Any]:
    live = world.live(comment.post_id, comment.page_id)
    updated = time_iso(comment.edited_at or comment.created_at)
    return {
        "id": comment.post_id,
        "status_type": "added_video",
        "is_published": True,
        "promotion_status": "inactive",
        "updated_time": updated,
        "permalink_url": f"https://www.facebook.com/{comment.page_id}/videos/{live.id}/",
    }


def time_iso(at: float) -> str:
    """Graph's `2026-11-22T12:00:08+0000`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
