"""The local engine alone, in a process of its own: comments a second on one core, how soon it is ready, its memory."""

import asyncio
import json
import statistics
import sys
from typing import Any

from tests.load.figures import Figure, scaled

PER_SECOND, READY_SECONDS, MEGABYTES = 3000, 1.0, 150
NAME = "comments understood on one core, 500 products, none like another"


async def measure() -> list[Figure]:
    runs = [await _run() for _ in range(scaled(3, 7))]
    rounds = [each for run in runs for each in run["rounds"][1:]]  # the first round meets every word for the first time
    rates = [rate for rate, _ in rounds]
    # The host gives a core that is slower by half a minute later: a loop beside each round tells how slow.
    relative = statistics.median(1e6 / rate / seconds for rate, seconds in rounds)
    seconds = sorted(seconds for _, seconds in rounds)
    return [
        Figure(NAME, statistics.median(rates), "/s", PER_SECOND,
               how=f"median of {len(rates)} rounds of processor time, {min(rates):,.0f} to {max(rates):,.0f}"),
        Figure("the same, for each second of a loop of ten million steps", relative, "us",
               how=f"the loop took {seconds[0]:.2f} to {seconds[-1]:.2f} s"),
        Figure("the same, words met for the first time", statistics.median(run["rounds"][0][0] for run in runs), "/s"),
        Figure("understanding: from the start of a process to the first answer", _median(runs, "ready"), "s",
               READY_SECONDS, less_is_better=True, how="without the time that Python itself takes to start"),
        Figure("understanding: memory at the peak", _median(runs, "peak"), "MB", MEGABYTES, less_is_better=True,
               how=f"{_median(runs, 'loaded'):.0f} MB when ready"),
    ]  # fmt: skip


async def _run() -> dict[str, Any]:
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.load.understanding_worker", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await worker.communicate()
    assert worker.returncode == 0
    return dict(json.loads(out))


def _median(runs: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(run[name] for run in runs))
