"""The sandbox as a child process, and the settings that point the product at it."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGTERM
from typing import IO

from livestream_sell.commands.infrastructure import set_environment
from livestream_sell.commands.ports import free_port, is_free
from livestream_sell.commands.terminal import Refused
from livestream_sell.core.settings import Settings, SettingsError, get_settings

START_SECONDS = 30.0
STOP_SECONDS = 10.0

# Setting of the product: service of the sandbox, and the path under which it speaks.
VENDORS = {
    "fb_graph_url": ("graph", ""),
    "paypal_api_url": ("paypal", ""),
    "mercadopago_api_url": ("mercadopago", ""),
    "flow_api_url": ("flow", "/api"),
}


def plan_ports() -> dict[str, int]:
    """Choose a free port for each service, near its usual one."""
    from livestream_sell.sandbox.config import SandboxConfig

    config = SandboxConfig.from_env()
    ports: dict[str, int] = {}
    for service, wanted in config.ports.items():
        ports[service] = free_port(config.host, wanted, frozenset(ports.values()))
    return ports


def point_vendors_at(ports: dict[str, int], settings: Settings) -> None:
    """Set the vendors' addresses to the sandbox, except those that the user set."""
    chosen = {
        name.upper(): f"http://127.0.0.1:{ports[service]}{path}"
        for name, (service, path) in VENDORS.items()
        if name not in settings.model_fields_set
    }
    set_environment(**chosen)


@asynccontextmanager
async def sandbox_process(ports: dict[str, int]) -> AsyncIterator[None]:
    """Run the sandbox for the length of the block; it also ends when this process dies."""
    data_dir = get_settings().data_dir
    data_dir.mkdir(parents=True, exist_ok=True)
    log_path = data_dir / "sandbox.log"
    with log_path.open("ab") as log:
        child = _start(ports, log)
        try:
            await asyncio.to_thread(_wait_until_listening, child, ports["play"], log_path)
            yield
        finally:
            child.terminate()
            try:
                await asyncio.to_thread(child.wait, STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def _start(ports: dict[str, int], log: IO[bytes]) -> subprocess.Popen[bytes]:
    settings = get_settings()
    environment = os.environ | {
        "PUBLIC_URL": settings.public_url,
        "FB_APP_ID": settings.fb_app_id,
        "FB_APP_SECRET": settings.fb_app_secret.get_secret_value(),
        "FB_WEBHOOK_VERIFY_TOKEN": settings.fb_webhook_verify_token.get_secret_value(),
        **{f"SANDBOX_{service.upper()}_PORT": str(port) for service, port in ports.items()},
    }
    command = [sys.executable, "-m", "livestream_sell.cli", "sandbox", "--follow"]
    # A session of its own: Ctrl-C reaches the parent only, which then stops the child.
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
    )


def _wait_until_listening(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while is_free("127.0.0.1", port):
        if child.poll() is not None:
            raise SettingsError(f"The sandbox stopped at its start; see {log}, or run with --no-sandbox.")
        if time.monotonic() > deadline:
            raise SettingsError(f"The sandbox did not listen within {START_SECONDS:.0f} s; see {log}.")
        time.sleep(0.05)


async def play_show(*, rate: int, minutes: float, seed: int) -> None:
    """Play a show through the sandbox of a running program."""
    from livestream_sell.sandbox.show import SandboxNotRunning, run_show

    try:
        await run_show(rate=rate, minutes=minutes, seed=seed)
    except SandboxNotRunning as problem:
        raise Refused(str(problem)) from problem


def serve_until_stopped(*, follow: bool) -> None:
    """Run the sandbox in this process; with `follow`, end when standard input closes (the parent died)."""
    from livestream_sell.sandbox.config import SandboxConfig
    from livestream_sell.sandbox.server import serve

    if follow:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(serve(SandboxConfig.from_env()))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), SIGTERM)
