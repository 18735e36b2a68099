"""The whole program as a user starts it: a process of its own, on free ports, with its own data."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from livestream_sell.core.embedded import read_running
from livestream_sell.sandbox.config import SERVICES
from livestream_sell.ui.build import ROOT

START_SECONDS = 180.0
STOP_SECONDS = 30.0
# The servers of a test session must not leak into a program that is to bring its own.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "PUBLIC_URL", "FB_GRAPH_URL", "HOST", "PORT")


@dataclass
class Program:
    """A running program; `settings` are environment variables of its own."""

    data_dir: Path
    port: int
    sandbox_ports: dict[str, int]
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def play_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_ports['play']}"

    @property
    def log(self) -> str:
        return (self.data_dir / "program.log").read_text(encoding="utf-8", errors="replace")

    def start(self, *arguments: str, until: str = "Ctrl-C stops it") -> None:
        self.process = spawn(
            ["run", "--port", str(self.port), *arguments],
            self.environment(),
            self.data_dir / "program.log",
            until=until,
        )

    def environment(self) -> dict[str, str]:
        ports = {f"SANDBOX_{service.upper()}_PORT": str(port) for service, port in self.sandbox_ports.items()}
        return {"DATA_DIR": str(self.data_dir), **ports, **self.settings}

    def stop(self) -> int:
        assert self.process is not None
        return end(self.process)

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement in the program's database."""
        servers = read_running(self.data_dir)
        assert servers is not None
        assert servers.database_url is not None
        connection = await asyncpg.connect(servers.database_url.replace("postgresql+asyncpg", "postgresql"))
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()


def spawn(arguments: list[str], settings: dict[str, str], log: Path, *, until: str) -> "subprocess.Popen[bytes]":
    """Start `livestream-sell <arguments>` and wait until its output holds `until`."""
    inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "livestream_sell.cli", *arguments], cwd=ROOT, env={**inherited, **settings},
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while until not in (told := log.read_text(encoding="utf-8", errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"`{' '.join(arguments)}` did not start:\n{told}")
        time.sleep(0.05)
    return process


def end(process: "subprocess.Popen[bytes]") -> int:
    """Stop a process as Ctrl-C does; return its exit status."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
    return process.returncode


def free_ports(count: int) -> list[int]:
    """Return ports that nobody uses now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@contextmanager
def running_program(data_dir: Path, *arguments: str, **settings: str) -> Iterator[Program]:
    """Run the whole program for the length of the block."""
    port, *sandbox = free_ports(1 + len(SERVICES))
    program = Program(data_dir, port, dict(zip(SERVICES, sandbox, strict=True)), settings)
    program.start(*arguments)
    try:
        yield program
    finally:
        status = program.stop()
    assert status == 0, program.log


async def stop_all(processes: "list[subprocess.Popen[bytes]]") -> None:
    """Stop several processes at once."""
    await asyncio.gather(*(asyncio.to_thread(end, process) for process in processes))
