"""Telling the seller how it went: a toast by state, and one guard that turns a refusal into a sentence."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import reflex as rx

from livestream_sell.core.errors import AppError
from livestream_sell.ui.catalogue import say
from livestream_sell.ui.i18n import locale_of
from livestream_sell.ui.refusals import refusal_text


class FeedbackState(rx.State):
    """The last message to the seller; the `toast` component shows each new id."""

    notice: dict[str, str] = {}


async def tell(state: rx.State, key: str, kind: str = "success", **values: str) -> None:
    """Show the text of `key` as a toast; `kind` is success, error or info."""
    await _show(state, kind, say(await locale_of(state), key, **values))


def shows_refusals(handler: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap an event handler: an AppError becomes a toast. Put it under `@rx.event`."""

    @functools.wraps(handler)
    async def guarded(self: rx.State, *arguments: Any, **named: Any) -> Any:
        try:
            return await handler(self, *arguments, **named)
        except AppError as error:
            await tell_refusal(self, error)
            return None

    return guarded


async def tell_refusal(state: rx.State, error: AppError) -> None:
    """Show why something was refused, in the seller's language."""
    await _show(state, "error", refusal_text(await locale_of(state), error))


async def _show(state: rx.State, kind: str, text: str) -> None:
    (await state.get_state(FeedbackState)).notice = {"id": uuid4().hex, "kind": kind, "text": text}
