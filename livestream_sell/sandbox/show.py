"""Plays a whole show through a running sandbox: `livestream-sell demo`."""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Any

import httpx

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.show_script import script

TICK_SECONDS = 0.1
SUMMARY_SECONDS = 5.0
SETTLING_SECONDS = 10.0


class SandboxNotRunning(RuntimeError):
    """Nothing answers at the play port; the message says what to do."""


async def run_show(
    config: SandboxConfig | None = None,
    rate: int = 1000,
    minutes: float = 2,
    seed: int = 1,
    page_id: str = "",
    post_id: str = "",
    tell: Callable[[str], object] = lambda line: sys.stdout.write(line + "\n"),
) -> dict[str, int]:
    """Comment `rate` times a minute for so many minutes; return what was said and what came back."""
    config = config or SandboxConfig.from_env()
    play_url = f"http://{config.link_host}:{config.ports['play']}"
    async with httpx.AsyncClient(base_url=play_url, timeout=30, trust_env=False) as client:
        before = await _counts(client)
        target = {"page_id": page_id or config.page_id, "post_id": post_id or config.post_id}
        show = _Show(client, target, before, tell)
        await show.play(config.product_codes, rate, minutes, seed)
        return await show.end()


class _Show:
    def __init__(
        self,
        client: httpx.AsyncClient,
        target: dict[str, str],
        before: dict[str, int],
        tell: Callable[[str], object],
    ) -> None:
        self.client = client
        self.target = target
        self.before = before
        self.tell = tell
        self.said: Counter[str] = Counter()
        self.started = time.monotonic()

    async def play(self, codes: tuple[str, ...], rate: int, minutes: float, seed: int) -> None:
        total = round(rate * minutes)
        self.tell(f"A show of {total} comments at {rate} a minute, seed {seed}, on post {self.target['post_id']}")
        lines = islice(script(seed, codes), total)
        next_summary = SUMMARY_SECONDS
        sent = 0
        while sent < total:
            elapsed = time.monotonic() - self.started
            due = min(total, int(elapsed * rate / 60) + 1)
            batch = list(islice(lines, due - sent))
            sent = due
            if batch:
                await self._say(batch)
            if elapsed >= next_summary:
                await self._tell_counts()
                next_summary += SUMMARY_SECONDS
            await asyncio.sleep(TICK_SECONDS)

    async def _say(self, batch: list[Any]) -> None:
        comments = [
            {**self.target, "buyer": {"id": line.buyer_id, "name": line.buyer_name}, "text": line.text}
            for line in batch
        ]
        answer = await self.client.post("/_sandbox/comments", json=comments)
        answer.raise_for_status()
        self.said.update(line.kind for line in batch)

    async def end(self) -> dict[str, int]:
        """Wait until nothing more comes back, then sum up."""
        gained = await self._gained()
        deadline = time.monotonic() + SETTLING_SECONDS
        while time.monotonic() < deadline:
            await asyncio.sleep(1)
            now = await self._gained()
            if now == gained:
                break
            gained = now
        self.tell(f"\nThe show is over after {time.monotonic() - self.started:.0f} s.")
        for kind, count in self.said.most_common():
            self.tell(f"  {kind.replace('_', ' '):<20} {count:>7}")
        self.tell(f"  {'comments in all':<20} {sum(self.said.values()):>7}")
        self.tell(f"  {'public replies':<20} {gained['public_replies']:>7}")
        self.tell(f"  {'private replies':<20} {gained['private_replies']:>7}")
        return {**self.said, **gained}

    async def _tell_counts(self) -> None:
        gained = await self._gained()
        self.tell(
            f"  {time.monotonic() - self.started:6.0f} s   comments {sum(self.said.values()):>6}   "
            f"public replies {gained['public_replies']:>6}   private replies {gained['private_replies']:>6}"
        )

    async def _gained(self) -> dict[str, int]:
        now = await _counts(self.client)
        return {name: now[name] - self.before[name] for name in ("public_replies", "private_replies")}


async def _counts(client: httpx.AsyncClient) -> dict[str, Any]:
    try:
        answer = await client.get("/_sandbox/summary")
    except httpx.ConnectError as error:
        message = f"No sandbox answers at {client.base_url}; start the program first (make run)."
        raise SandboxNotRunning(message) from error
    answer.raise_for_status()
    return dict(answer.json())
