"""What the one-process default holds in memory while the demo plays: proportional set size, shared pages once."""

import asyncio
from contextlib import suppress

import psutil

from livestream_sell.sandbox.show import run_show
from tests.load.figures import Figure, scaled
from tests.load.program import Program, running_program

RATE = 1000
GOAL_MB = 700
PARTS = ("program", "postgres", "valkey", "sandbox")


async def measure() -> list[Figure]:
    seconds = scaled(30, 600)
    async with running_program() as program:
        idle = memory(program)
        playing = asyncio.create_task(
            run_show(program.sandbox_config, rate=RATE, minutes=seconds / 60, tell=lambda _: None)
        )
        samples = []
        while not playing.done():
            samples.append(memory(program))
            await asyncio.wait([playing], timeout=0.5)
        show = playing.result()
        samples.append(memory(program))
    peak = max(samples, key=without_sandbox)
    parts = ", ".join(f"{name} {peak[name]:.0f}" for name in PARTS[:3])
    played = f"{show['private_replies']} private replies in {seconds} s at {RATE}/min"
    return [
        Figure("memory of the one-process default while the demo plays", without_sandbox(peak), "MB", GOAL_MB,
               less_is_better=True, how=f"peak PSS: {parts}; {played}"),
        Figure("the same with the sandbox", sum(peak.values()), "MB", how=f"sandbox {peak['sandbox']:.0f}"),
        Figure("the same before the first comment", without_sandbox(idle), "MB", how="PSS without the sandbox"),
    ]  # fmt: skip


def without_sandbox(sample: dict[str, float]) -> float:
    return sum(sample.values()) - sample["sandbox"]


def memory(program: Program) -> dict[str, float]:
    """Return the megabytes of each part."""
    return {name: sum(map(_megabytes, program.processes().get(name, []))) for name in PARTS}


def _megabytes(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_full_info().pss) / 1e6
    return 0.0
