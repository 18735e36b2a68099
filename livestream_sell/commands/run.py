"""`livestream-sell run`: everything in one process, from an empty folder to a shop that sells."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from livestream_sell.commands.infrastructure import configure_log, infrastructure, set_environment
from livestream_sell.commands.migrations import migrate
from livestream_sell.commands.ports import free_port
from livestream_sell.commands.sandbox import plan_ports, point_vendors_at, sandbox_process
from livestream_sell.commands.terminal import Refused, say, step
from livestream_sell.core import db
from livestream_sell.core.settings import get_settings

if TYPE_CHECKING:
    from livestream_sell.commands.seed import DemoShop


@dataclass(frozen=True)
class RunOptions:
    host: str | None = None
    port: int | None = None
    sandbox: bool = True
    worker: bool = True


async def run(options: RunOptions) -> None:
    """Start, serve until a signal, stop in the opposite order.

    Raises:
        SettingsError: one sentence that says what to change.
    """
    get_settings().require_production()
    configure_log()
    _cancel_on_signals()
    try:
        await _run(options)
    except asyncio.CancelledError:
        say("Stopped.")


async def _run(options: RunOptions) -> None:
    say("LiveStreamSell\n")
    _choose_address(options)
    async with AsyncExitStack() as stack:
        with step("PostgreSQL and Valkey"):
            await stack.enter_async_context(infrastructure())
        stack.push_async_callback(db.dispose)
        with step("Database migrations"):
            await migrate()
        await _build_screens()
        shop, ports = await _start_sandbox(stack, options)
        from livestream_sell.commands.web import first_to_end, serving

        with step("Web and worker" if options.worker else "Web"):
            tasks = await stack.enter_async_context(serving(worker=options.worker))
        _announce(ports, shop)
        await first_to_end(tasks)


def _choose_address(options: RunOptions) -> None:
    settings = get_settings()
    host, wanted = options.host or settings.host, options.port or settings.port
    port = free_port(host, wanted)
    if port != wanted:
        say(f"  Port {wanted} is taken; using {port}.")
    set_environment(HOST=host, PORT=str(port))
    if "public_url" not in settings.model_fields_set:
        set_environment(PUBLIC_URL=f"http://localhost:{port}")


async def _build_screens() -> None:
    from livestream_sell.ui.build import BuildError, ensure_built, is_current

    try:
        if is_current():
            say("  Screens are built")
        else:
            await asyncio.to_thread(ensure_built, say=lambda line: say(f"  {line}"))
    except BuildError as problem:
        raise Refused(str(problem)) from problem


async def _start_sandbox(stack: AsyncExitStack, options: RunOptions) -> "tuple[DemoShop | None, dict[str, int] | None]":
    """In development: fill a demo shop, start the sandbox around it, link the two; else neither."""
    settings = get_settings()
    if not options.sandbox or settings.environment != "development":
        return None, None
    from livestream_sell.commands.seed import connect_demo_shop, seed_demo_shop

    ports = plan_ports()
    point_vendors_at(ports, settings)
    with step("Demo shop"):
        shop = await seed_demo_shop()
    with step("Sandbox of Meta and the gateways"):
        await stack.enter_async_context(sandbox_process(ports))
        if shop is not None:
            await connect_demo_shop(shop)
    return shop, ports


def _announce(ports: dict[str, int] | None, shop: "DemoShop | None") -> None:
    from livestream_sell.sandbox.config import DEFAULT_PORTS

    url = get_settings().public_url
    say("\nReady.\n")
    say(f"  Seller    {url}")
    if shop is not None:
        say(f"            sign in as {shop.email} with the password {shop.password}")
    if ports is not None:
        say(f"  Buyer     http://localhost:{ports['play']}  (a pretend live: comment, read the replies, pay)")
        elsewhere = "" if ports["play"] == DEFAULT_PORTS["play"] else f"SANDBOX_PLAY_PORT={ports['play']} "
        say(f"  A show    {elsewhere}make demo  (hundreds of comments, in a second terminal)")
    say(f"  REST API  {url}/docs")
    say("\nCtrl-C stops it.")


def _cancel_on_signals() -> None:
    """Ctrl-C and SIGTERM end this task in good order; a second one ends the process at once."""
    task = asyncio.current_task()
    assert task is not None

    def on_signal() -> None:
        if task.cancelling():
            raise SystemExit(130)
        say("\nStopping ...")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
