"""The web server, and the worker beside it, until somebody stops them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from livestream_sell.commands.terminal import complain
from livestream_sell.core.settings import get_settings

SHUTDOWN_SECONDS = 5


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the command, which has more to stop than this server."""
        yield


@asynccontextmanager
async def serving(*, worker: bool) -> AsyncIterator[list[asyncio.Task[None]]]:
    """Serve for the length of the block; yields the tasks, none of which ends by itself if all is well."""
    from livestream_sell.ui.serve import asgi_app

    settings = get_settings()
    config = uvicorn.Config(
        asgi_app(),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    stop = asyncio.Event()
    tasks = [asyncio.create_task(server.serve(), name="web server")]
    try:
        await asyncio.wait([tasks[0], asyncio.create_task(server.is_up.wait())], return_when=asyncio.FIRST_COMPLETED)
        if worker:
            from backend_hooks.worker import run_worker

            tasks.append(asyncio.create_task(run_worker(stop), name="worker"))
        yield tasks
    finally:
        stop.set()
        server.should_exit = True
        await asyncio.gather(*tasks, return_exceptions=True)


async def first_to_end(tasks: list[asyncio.Task[None]]) -> None:
    """Wait until one of `tasks` ends by itself, say which, and raise what it raised."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        complain(f"The {task.get_name()} ended by itself; stopping the rest.")
        task.result()
