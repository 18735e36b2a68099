"""Telling the seller how it went: a toast by state, and one guard that turns a refusal into a sentence."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import reflex as rx

from livestream_sell.core.errors import AppError, Forbidden
from livestream_sell.ui.i18n import say_to


class FeedbackState(rx.State):
    """The last message to the seller; the `toast` component shows each new id."""

    notice: dict[str, str] = {}


async def tell(state: rx.State, key: str, kind: str = "success", **values: str) -> None:
    """Show the text of `key` as a toast; `kind` is success, error or info."""
    text = await say_to(state, key, **values)
    (await state.get_state(FeedbackState)).notice = {"id": uuid4().hex, "kind": kind, "text": text}


def shows_refusals(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap an event handler: an AppError becomes a toast. Put it under `@rx.event`."""

    @functools.wraps(handler)
    async def guarded(self: rx.State, *arguments: Any) -> Any:
        try:
            return await handler(self, *arguments)
        except AppError as error:
            await tell(self, "common.refused" if isinstance(error, Forbidden) else "common.failed", "error")
            return None

    return guarded
