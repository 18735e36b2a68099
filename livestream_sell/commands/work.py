"""`livestream-sell worker`: the streams and the timers without the web."""

import asyncio
import signal

from livestream_sell.commands.infrastructure import configure_log, with_infrastructure
from livestream_sell.commands.migrations import migrate
from livestream_sell.commands.terminal import say


async def work() -> None:
    """Work until Ctrl-C or SIGTERM; what was begun is finished first."""
    configure_log()
    await with_infrastructure(_work)


async def _work() -> None:
    from backend_hooks.worker import run_worker

    await migrate()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say("Working. Ctrl-C stops after what is in hand.")
    await run_worker(stop)
