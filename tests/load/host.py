"""When other guests of the machine's host had our processors: what was measured then says nothing of the program."""

import asyncio
import os
import time
from bisect import bisect_left
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

# A moment is undisturbed if they had no more than this share in the second before it and the second after.
STOLEN = 0.01
SAMPLE_SECONDS = 0.25


class Host:
    """The processor time that the host gave to others (`steal`), moment by moment; none on a machine of one's own."""

    def __init__(self) -> None:
        self._moments: list[float] = []
        self._stolen: list[float] = []

    def note(self) -> None:
        self._moments.append(time.time())
        self._stolen.append(getattr(psutil.cpu_times(), "steal", 0.0))

    def has_disturbed(self, at: float) -> bool:
        """Return whether it did around `at`: always for as long, so that a long wait is no likelier to be left out."""
        first = max(0, bisect_left(self._moments, at - 1) - 1)
        last = min(len(self._moments) - 1, bisect_left(self._moments, at + 1))
        seconds = (self._moments[last] - self._moments[first]) * (os.cpu_count() or 1)
        return self._stolen[last] - self._stolen[first] > STOLEN * seconds


@asynccontextmanager
async def watched_host() -> AsyncIterator[Host]:
    """Note what the host does for the length of the block."""
    host = Host()

    async def watch() -> None:
        while True:
            host.note()
            await asyncio.sleep(SAMPLE_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        yield host
    finally:
        watching.cancel()
