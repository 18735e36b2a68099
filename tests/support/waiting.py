"""Waiting for a condition, never for luck."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

LONGEST = 20.0


async def until(condition: Callable[[], Any], *, seconds: float = LONGEST) -> Any:
    """Return what `condition` (plain or async) returns once it is true; TimeoutError with its source if it never is."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if inspect.isawaitable(result):
            result = await result
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"Not within {seconds} s: {inspect.getsource(condition).strip()}")
        await asyncio.sleep(0.01)
