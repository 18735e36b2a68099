"""Telling the seller how it went: a toast by state, and one guard that turns a refusal into a sentence."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import reflex as rx

from livestream_sell.core.errors import AppError, InvalidInput
from livestream_sell.ui.catalogue import DEFAULT_LOCALE, messages
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
    async def guarded(self: rx.State, *arguments: Any, **named: Any) -> Any:
        try:
            return await handler(self, *arguments, **named)
        except AppError as error:
            await tell_refusal(self, error)
            return None

    return guarded


async def tell_refusal(state: rx.State, error: AppError) -> None:
    """Show why something was refused, in the seller's language where the catalogue knows the code."""
    known = messages(DEFAULT_LOCALE)
    words = {name: str(value) for name, value in error.details.items()}
    exact, by_code = f"error.{error.code}.{error.details.get('reason', '')}", f"error.{error.code}"
    if exact in known or by_code in known:
        await tell(state, exact if exact in known else by_code, "error", **words)
    elif isinstance(error, InvalidInput):
        await tell(state, "error.check_input", "error", what=error.message)
    else:
        await tell(state, "common.failed", "error")
