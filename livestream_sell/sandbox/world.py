"""What exists on the pretended Facebook: pages, lives, comments, conversations."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

DAY_SECONDS = 24 * 3600
PRIVATE_REPLY_DAYS = 7
DEFAULT_FIELDS = frozenset(
    {"feed", "live_videos", "messages", "messaging_postbacks", "messaging_optins", "message_echoes"}
)


@dataclass(slots=True)
class Page:
    id: str
    name: str
    subscribed_fields: set[str] = field(default_factory=lambda: set(DEFAULT_FIELDS))
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    private_replies_at: deque[float] = field(default_factory=deque)


@dataclass(slots=True)
class Live:
    id: str
    post_id: str
    page_id: str
    title: str
    status: str = "LIVE"
    comment_ids: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Comment:
    id: str
    page_id: str
    post_id: str
    parent_id: str
    author_id: str
    author_name: str
    text: str
    created_at: float
    edited_at: float | None = None
    is_removed: bool = False
    is_hidden: bool = False
    private_reply_mid: str = ""

    @property
    def is_by_page(self) -> bool:
        return self.author_id == self.page_id


@dataclass(slots=True)
class DirectMessage:
    mid: str
    by_page: bool
    at: float
    via: str
    message: dict[str, Any]
    comment_id: str = ""


@dataclass(slots=True)
class Thread:
    """The conversation of one person with one page; only the person opens the window."""

    page_id: str
    psid: str
    name: str
    person_spoke_at: float | None = None
    messages: list[DirectMessage] = field(default_factory=list)

    def is_open(self, now: float, days: int = 1) -> bool:
        return self.person_spoke_at is not None and now - self.person_spoke_at < days * DAY_SECONDS


class World:
    """One in-memory Facebook. Ids never repeat, not even after a restart."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.lives: dict[str, Live] = {}
        self.comments: dict[str, Comment] = {}
        self.threads: dict[tuple[str, str], Thread] = {}
        self.clock_offset_seconds = 0.0
        self._watchers: set[asyncio.Queue[dict[str, Any]]] = set()
        self._ids = count(int(time.time() * 1000))

    def now(self) -> float:
        return time.time() + self.clock_offset_seconds

    def new_id(self) -> str:
        return str(next(self._ids))

    def clear(self) -> None:
        self.pages.clear()
        self.lives.clear()
        self.comments.clear()
        self.threads.clear()
        self.clock_offset_seconds = 0.0

    def page(self, page_id: str) -> Page:
        if page_id not in self.pages:
            self.pages[page_id] = Page(page_id, f"Page {page_id}")
        return self.pages[page_id]

    def start_live(self, page_id: str, title: str, post_id: str = "", live_id: str = "") -> Live:
        self.page(page_id)
        live = Live(
            id=live_id or self.new_id(),
            post_id=post_id or f"{page_id}_{self.new_id()}",
            page_id=page_id,
            title=title,
        )
        self.lives[live.post_id] = live
        self.tell({"type": "live", "post_id": live.post_id})
        return live

    def live(self, post_id: str, page_id: str) -> Live:
        found = self.lives.get(post_id)
        return found or self.start_live(page_id, f"Live {post_id}", post_id)

    def find_live(self, live_or_post_id: str) -> Live | None:
        if live_or_post_id in self.lives:
            return self.lives[live_or_post_id]
        return next((live for live in self.lives.values() if live.id == live_or_post_id), None)

    def add_comment(
        self, page_id: str, post_id: str, author_id: str, author_name: str, text: str, parent_id: str = ""
    ) -> Comment:
        live = self.live(post_id, page_id)
        comment = Comment(
            id=f"{post_id.rpartition('_')[2]}_{self.new_id()}",
            page_id=page_id,
            post_id=post_id,
            parent_id=parent_id or post_id,
            author_id=author_id,
            author_name=author_name,
            text=text,
            created_at=self.now(),
        )
        self.comments[comment.id] = comment
        live.comment_ids.append(comment.id)
        self.tell({"type": "comment", "post_id": post_id, "id": comment.id})
        return comment

    def adopt_comment(self, comment_id: str, page_id: str) -> Comment:
        """A comment that reached the product by another way than this sandbox."""
        post_id = f"{page_id}_{comment_id.partition('_')[0]}"
        self.live(post_id, page_id)
        author = f"psid-of-{comment_id}"
        comment = Comment(comment_id, page_id, post_id, post_id, author, "Somebody", "", created_at=self.now())
        self.comments[comment_id] = comment
        return comment

    def changed(self, comment: Comment) -> None:
        self.tell({"type": "comment", "post_id": comment.post_id, "id": comment.id})

    def thread(self, page_id: str, psid: str, name: str = "") -> Thread:
        thread = self.threads.setdefault((page_id, psid), Thread(page_id, psid, name))
        thread.name = name or thread.name
        return thread

    def add_message(
        self, thread: Thread, *, by_page: bool, via: str, message: dict[str, Any], comment_id: str = ""
    ) -> DirectMessage:
        added = DirectMessage(f"m_{uuid4().hex}", by_page, self.now(), via, message, comment_id)
        thread.messages.append(added)
        if not by_page:
            thread.person_spoke_at = added.at
        self.tell({"type": "message", "psid": thread.psid, "mid": added.mid, "by_page": by_page})
        return added

    def watch(self) -> "asyncio.Queue[dict[str, Any]]":
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=5000)
        self._watchers.add(queue)
        return queue

    def unwatch(self, queue: "asyncio.Queue[dict[str, Any]]") -> None:
        self._watchers.discard(queue)

    def tell(self, change: dict[str, Any]) -> None:
        for queue in self._watchers:
            if not queue.full():
                queue.put_nowait(change)
