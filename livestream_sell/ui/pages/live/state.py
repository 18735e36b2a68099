"""The running live: its heading, figures, switches and the comments it starts with. Each panel has its own state."""

from typing import Any, TypedDict

import reflex as rx
from pydantic import ValidationError

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.problems import refused_input
from livestream_sell.live import service as lives
from livestream_sell.live.schemas import CommentView, LiveStart
from livestream_sell.sales import kill_switch
from livestream_sell.sales.live_board import held_messages
from livestream_sell.sales.live_figures import LiveFigures, figures
from livestream_sell.stores.service import get_store
from livestream_sell.ui.changes import put
from livestream_sell.ui.feedback import shows_refusals, tell
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.session import SessionState, require_actor

COMMENTS_SHOWN = 100
NO_FIGURES = {"comments": "0", "claims": "0", "reserved": "", "paid": "", "conversion": "0 %", "speed": ""}


class CommentRow(TypedDict):
    """One comment as the feed draws it (the same shape as the rows of topic `feed`)."""

    id: str
    live_id: str
    author: str
    text: str
    at: str
    intent: str
    language: str
    confidence: float
    outcome: str


class LiveControlState(rx.State):
    """The newest running live of the seller's store, and whether the bot speaks."""

    loading: bool = True
    live_id: str = ""
    live_title: str = ""
    started_at: str = ""
    waits_for_post: bool = False
    store_paused: bool = False
    live_paused: bool = False
    held: int = 0
    comments: list[CommentRow] = []
    figures: dict[str, str] = NO_FIGURES

    @rx.var
    def paused(self) -> bool:
        """Whether anything is silenced."""
        return self.store_paused or self.live_paused

    @rx.event
    async def load(self) -> None:
        """Join the store's room, then read the rows: in this order nothing falls between."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        await self._read(actor)
        await self._read_comments(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read everything but the comments again; they come by themselves."""
        await self._read(await require_actor(self))

    @rx.event
    async def reload_comments(self) -> None:
        """The feed has missed something: read its rows again."""
        await self._read_comments(await require_actor(self))

    @rx.event
    @shows_refusals
    async def start(self, form: dict[str, Any]) -> None:
        """Open a live."""
        actor = await require_actor(self, Permission.run_live)
        async with transaction() as session:
            await lives.start_live(session, actor.store_id, _live_start(form))
        await self._read(actor)
        await self._read_comments(actor)
        await tell(self, "live.started")

    @rx.event
    @shows_refusals
    async def finish(self) -> None:
        """Close the live that is shown."""
        actor = await require_actor(self, Permission.run_live)
        async with transaction() as session:
            await lives.finish_live(session, actor.store_id, as_id(self.live_id))
        await self._read(actor)
        await self._read_comments(actor)
        await tell(self, "live.finished")

    @rx.event
    @shows_refusals
    async def switch_store(self, stopped: bool) -> None:
        """Silence the bot of the store, or let it speak."""
        actor = await require_actor(self, Permission.use_kill_switch)
        async with transaction() as session:
            await kill_switch.switch_store(session, actor.store_id, stopped=stopped)
        await self._read(actor)

    @rx.event
    @shows_refusals
    async def switch_live(self, stopped: bool) -> None:
        """Silence the bot in this live, or let it speak."""
        actor = await require_actor(self, Permission.use_kill_switch)
        async with transaction() as session:
            await kill_switch.switch_live(session, actor.store_id, as_id(self.live_id), stopped=stopped)
        await self._read(actor)

    async def _read_comments(self, actor: SignedIn) -> None:
        """Fill `comments` with the last rows, newest first."""
        rows: list[CommentView] = []
        if self.live_id:
            async with transaction() as session:
                rows = await lives.list_comments(session, actor.store_id, as_id(self.live_id), limit=COMMENTS_SHOWN)
        self.comments = [_comment_row(row, self.live_id) for row in rows if row.state != "removed"]

    async def _read(self, actor: SignedIn) -> None:
        """Fill the heading, the switches and the figures."""
        async with transaction() as session:
            store = await get_store(session, actor.store_id)
            live = await lives.current_live(session, actor.store_id)
            counted = await figures(session, actor.store_id, live.id) if live else None
            held = await held_messages(session, actor.store_id)
        put(
            self,
            live_id=str(live.id) if live else "",
            live_title=live.title if live else "",
            started_at=live.started_at.isoformat() if live else "",
            waits_for_post=live is not None and live.fb_live_id is None,
            store_paused=not store.bot_enabled,
            live_paused=live is not None and not live.bot_enabled,
            held=held,
            figures=_figures_row(counted) if counted else NO_FIGURES,
        )


def _live_start(form: dict[str, Any]) -> LiveStart:
    told = {name: str(form.get(name) or "").strip() or None for name in ("title", "fb_live_id", "featured_product_id")}
    try:
        return LiveStart.model_validate(told | {"title": told["title"] or ""})
    except ValidationError as error:
        raise refused_input(error) from None


def _comment_row(row: CommentView, live_id: str) -> CommentRow:
    return {
        "id": str(row.id),
        "live_id": live_id,
        "author": row.customer_name,
        "text": row.text[:500],
        "at": row.commented_at.isoformat(),
        "intent": row.intent or "",
        "language": row.language or "",
        "confidence": row.confidence or 0.0,
        "outcome": row.outcome,
    }


def _figures_row(counted: LiveFigures) -> dict[str, str]:
    return {
        "comments": str(counted.comments),
        "claims": str(counted.claims),
        "reserved": counted.reserved_text,
        "paid": counted.paid_text,
        "conversion": f"{counted.conversion * 100:.1f} %",
        "speed": "" if counted.latency_p95 is None else f"{counted.latency_p95:.1f} s",
    }
