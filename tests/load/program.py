"""The program itself as `livestream-sell run` starts it: one process, servers and data of its own, the sandbox beside.

Its screens have to be built: the first start after a change of theirs builds them.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from livestream_sell.sandbox.config import SERVICES, SandboxConfig
from tests.support.waiting import until

START_SECONDS = 240
STOP_SECONDS = 30
PORTS = range(32_100, 32_600)
# Meta's own limits are no part of what is measured.
NO_LIMITS = {
    "PRIVATE_REPLIES_PER_HOUR": "10000000",
    "SANDBOX_PRIVATE_REPLIES_PER_HOUR": "10000000",
    "PAGE_SENDS_PER_SECOND": "100000",
}
PASSED_ON = ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR", "BENCH_LONG")


@dataclass(frozen=True)
class Program:
    """A running program: where it listens and of which processes it consists."""

    url: str
    sandbox: dict[str, str]
    process: psutil.Process
    data: Path

    @property
    def sandbox_config(self) -> SandboxConfig:
        return SandboxConfig(ports={name: int(url.rsplit(":", 1)[1]) for name, url in self.sandbox.items()})

    def busy_seconds(self) -> float:
        """Return the processor time of the program itself so far."""
        times = self.process.cpu_times()
        return times.user + times.system

    def processes(self) -> dict[str, list[psutil.Process]]:
        """Return the living processes by part: program, sandbox, postgres, valkey."""
        parts: dict[str, list[psutil.Process]] = {"program": [self.process]}
        for child in self.process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                name = child.name()
                is_server = name in ("postgres", "valkey-server")
                parts.setdefault(name.removesuffix("-server") if is_server else "sandbox", []).append(child)
        return parts


@asynccontextmanager
async def running_program(*, in_folder: str | None = None, **environment: str) -> AsyncIterator[Program]:
    """Run the whole program with the demo shop for the length of the block, its data below a folder of your choice."""
    with tempfile.TemporaryDirectory(prefix="livestream-sell-bench-run-", dir=in_folder) as folder:
        data = Path(folder) / "data"
        ports = free_ports(1 + len(SERVICES))
        sandbox = dict(zip(SERVICES, ports[1:], strict=True))
        variables = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
            "DATA_DIR": str(data),
            **{f"SANDBOX_{name.upper()}_PORT": str(port) for name, port in sandbox.items()},
            # Asked only by a program with LLM_MODEL.
            "LLM_API_BASE": f"http://127.0.0.1:{sandbox['model']}/v1",
            **environment,
        }
        with (Path(folder) / "program.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "livestream_sell.cli", "run", "--port", str(ports[0]),
                stdout=log, stderr=log, env=variables,
            )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{ports[0]}"
            await until(lambda: _is_up(url, process, Path(log.name)), seconds=START_SECONDS)
            sandbox_urls = {name: f"http://127.0.0.1:{port}" for name, port in sandbox.items()}
            yield Program(url, sandbox_urls, psutil.Process(process.pid), data)
        finally:
            await _stop(process)


def free_ports(count: int) -> list[int]:
    from livestream_sell.commands.ports import is_free

    found = [port for port in PORTS if is_free("127.0.0.1", port)][:count]
    assert len(found) == count
    return found


async def _is_up(url: str, process: asyncio.subprocess.Process, log: Path) -> bool:
    await asyncio.sleep(0.1)
    told = await asyncio.to_thread(log.read_text)
    assert process.returncode is None, told[-2000:]
    if "Ready." not in told:
        return False
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"{url}/health", timeout=10)).status_code == 200


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
