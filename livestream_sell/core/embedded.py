"""The embedded PostgreSQL and Valkey: shared by every program on one DATA_DIR, healed at start, kept alive after."""

import asyncio
import fcntl
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

from livestream_sell.core.server_engines import Postgres, Valkey
from livestream_sell.core.server_processes import ServerProcess, ServerStartError, write_private

WATCH_SECONDS = 0.25
LOCK_SECONDS = 90.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedServers:
    """Where the servers of one DATA_DIR listen; None for one that was not asked for."""

    database_url: str | None
    redis_url: str | None


class RunningServers:
    """One program's hold on the servers of its DATA_DIR: whoever lets go last stops them."""

    def __init__(self, data_dir: Path, *, database: bool, redis: bool) -> None:
        self._data_dir = data_dir
        self._database = Postgres(data_dir) if database else None
        self._redis = Valkey(data_dir) if redis else None
        self._hold: IO[str] | None = None

    @property
    def servers(self) -> EmbeddedServers:
        return EmbeddedServers(
            database_url=self._database.url() if self._database else None,
            redis_url=self._redis.url() if self._redis else None,
        )

    def start(self) -> None:
        with _changing(self._data_dir):
            self._hold = (self._data_dir / "users.lock").open("a")
            # The kernel drops this lock with the process, however it ends: no list of users to clean up.
            fcntl.flock(self._hold, fcntl.LOCK_SH)
            try:
                for server in self._wanted():
                    server.start()
                self._announce()
            except BaseException:
                self._let_go()
                raise

    def stop(self) -> None:
        """Let go of the servers, and stop them if nobody else holds them."""
        if self._hold is not None:
            with _changing(self._data_dir):
                self._let_go()

    async def watch(self) -> None:
        """Bring a server that died back on the same address, for as long as this runs."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if all(server.is_alive() for server in self._wanted()):
                continue
            try:
                await asyncio.to_thread(self._restart)
            except (ServerStartError, OSError):
                logger.exception("An embedded server died and did not come back; trying again.")

    def _restart(self) -> None:
        with _changing(self._data_dir):
            # Let go while this waited for the lock: nobody would stop what is started now.
            dead = [server for server in self._wanted() if not server.is_alive()] if self._hold else []
            for server in dead:
                logger.warning("The embedded %s died; starting it again.", server.name)
                server.start(keep_port=True)
            if dead:
                self._announce()

    def _wanted(self) -> list[ServerProcess]:
        return [server for server in (self._database, self._redis) if server is not None]

    def _announce(self) -> None:
        """Write servers.json, keeping what another program on this DATA_DIR started besides."""
        path = self._data_dir / "servers.json"
        known = {**_read(path), **{s.name: {"url": s.url(), "pid": s.pid} for s in self._wanted()}}
        write_private(path, json.dumps(known))

    def _let_go(self) -> None:
        assert self._hold is not None
        try:
            # From shared to alone: granted only when no other program holds its share.
            fcntl.flock(self._hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.info("Another program uses the embedded servers of %s; they stay up.", self._data_dir)
        else:
            everything: list[ServerProcess] = [Valkey(self._data_dir), Postgres(self._data_dir)]
            for server in everything:
                server.stop()
            (self._data_dir / "servers.json").unlink(missing_ok=True)
            # Ours are children: their exit is collected here.
            for server in self._wanted():
                server.stop()
        self._hold.close()
        self._hold = None


def start_servers(data_dir: Path, *, database: bool, redis: bool) -> RunningServers:
    """Start (or join) the servers of `data_dir`; the caller stops them with `.stop()` and may run `.watch()`.

    Raises:
        ServerStartError: one sentence for the terminal, with the end of the server's log.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    running = RunningServers(data_dir, database=database, redis=redis)
    running.start()
    return running


@asynccontextmanager
async def embedded_servers(data_dir: Path, *, database: bool, redis: bool) -> AsyncIterator[EmbeddedServers]:
    """Hold the servers of `data_dir` for the length of the block, watched."""
    running = await asyncio.to_thread(start_servers, data_dir, database=database, redis=redis)
    watcher = asyncio.create_task(running.watch())
    try:
        yield running.servers
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        await asyncio.to_thread(running.stop)


def read_running(data_dir: Path) -> EmbeddedServers | None:
    """Return where the servers of `data_dir` listen now, or None when none of them is alive."""
    known = _read(data_dir.resolve() / "servers.json")
    urls = {name: str(entry["url"]) for name, entry in known.items() if psutil.pid_exists(entry["pid"])}
    if not urls:
        return None
    return EmbeddedServers(database_url=urls.get(Postgres.name), redis_url=urls.get(Valkey.name))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(path.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


@contextmanager
def _changing(data_dir: Path) -> Iterator[None]:
    """Let one program at a time start, restart or stop the servers of `data_dir`."""
    with (data_dir / "start.lock").open("a") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServerStartError(f"Another program holds {data_dir / 'start.lock'} for too long.") from None
                time.sleep(0.05)
        yield
