"""The client of hosted models costs seconds and 150 MB: a process of its own pays, where a model is configured."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import psutil
import pytest

from livestream_sell.intent import model_engine
from livestream_sell.intent.errors import ModelUnavailable
from livestream_sell.intent.providers import client
from livestream_sell.sandbox.server import SandboxServers
from tests.architecture.source import PROJECT
from tests.support.model import ask, needs_litellm, sandbox_model
from tests.support.waiting import until

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("redis")]

# What a worker imports and does about the model at its start; then what it says of itself, and waits.
PROGRAM = """
import asyncio, sys
import backend_hooks.worker
from livestream_sell.intent import model_engine
from livestream_sell.intent.engine import Catalogue, understand
from livestream_sell.intent.schemas import CatalogueProduct, Comment
understand([Comment("1", "quiero A1")], Catalogue.build([CatalogueProduct("A1", "Vestido")]))
asyncio.run(model_engine.warm_up())
print(model_engine.is_configured(), "litellm" in sys.modules, flush=True)
sys.stdin.read()
"""


def program(**settings: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLM_")} | settings
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def first_line(started: subprocess.Popen[str]) -> list[str]:
    assert started.stdout is not None
    return started.stdout.readline().split()


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SandboxServers]:
    async with sandbox_model(monkeypatch) as started:
        yield started


def client_processes(of: int) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(of).children():
        with suppress(psutil.NoSuchProcess):
            if client.PROCESS in each.cmdline():
                found.append(each)
    return found


def has_ended(process: psutil.Process) -> bool:
    try:
        return process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return True


def fill(stuck: client.ClientProcess) -> None:
    """Ask until the pipe is full."""
    for _ in range(100):
        stuck.ask(client.Models("openai/gpt-5-nano"), [{"role": "user", "content": "x" * 4000}], 5)


async def test_a_worker_without_a_model_starts_no_client() -> None:
    with program() as worker:
        assert first_line(worker) == ["False", "False"]
        assert client_processes(worker.pid) == []
        worker.communicate()


@needs_litellm
@pytest.mark.parametrize("how", ["ended", "killed"])
async def test_a_worker_with_a_model_imports_no_litellm_and_its_client_ends_with_it(how: str) -> None:
    with program(LLM_MODEL="openai/gpt-5-nano") as worker:
        assert first_line(worker) == ["True", "False"]
        [started] = client_processes(worker.pid)
        if how == "killed":
            worker.kill()
        worker.communicate()

    await until(lambda: has_ended(started))


@needs_litellm
async def test_a_client_that_is_killed_leaves_the_local_result_and_is_started_again(
    sandbox: SandboxServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await ask("mejor el b2 uno")).result == "answered"
    [running] = client_processes(os.getpid())
    sandbox.state.switches.put("model", {"slow_seconds": 30.0})
    asking = asyncio.create_task(ask("mejor el b2 dos"))
    await until(lambda: len(sandbox.state.log.entries("model")) == 2)

    running.kill()

    opinion = await asking
    assert (opinion.result, opinion.understood.engine) == ("model_unavailable", "local")
    # Not at once: what cannot start would do nothing but start.
    assert (await ask("mejor el b2 tres")).result == "model_unavailable"
    assert client_processes(os.getpid()) == []
    sandbox.state.switches.reset()
    monkeypatch.setattr(client, "AGAIN_AFTER_SECONDS", 0.0)
    assert (await ask("mejor el b2 tres")).result == "model_busy"
    await model_engine.warm_up()
    assert (await ask("mejor el b2 tres")).result == "answered"


@needs_litellm
async def test_a_client_that_does_not_read_is_replaced_and_stops_nobody(
    sandbox: SandboxServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    [running] = client_processes(os.getpid())
    running.suspend()
    stuck = client._running()

    with pytest.raises(ModelUnavailable):
        fill(stuck)

    await until(lambda: stuck.has_ended)
    monkeypatch.setattr(client, "AGAIN_AFTER_SECONDS", 0.0)
    await model_engine.warm_up()
    assert (await ask("mejor el b2")).result == "answered"


@needs_litellm
async def test_a_client_that_cannot_start_is_said_and_the_local_result_stands(
    sandbox: SandboxServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PROCESS", "livestream_sell.nowhere")
    monkeypatch.setattr(client, "_client", None)

    await model_engine.warm_up()

    assert (await ask("mejor el b2")).result == "model_unavailable"
