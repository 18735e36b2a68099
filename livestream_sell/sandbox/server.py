"""Starts every pretended service on its own port, in one asyncio process."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from signal import SIGINT, SIGTERM
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from livestream_sell.sandbox import flow, graph, graph_errors, mercado_pago, model, paypal, paypal_errors
from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.faults import FaultLayer, Refusal
from livestream_sell.sandbox.play.api import Gateways, create_play
from livestream_sell.sandbox.state import SandboxState


class SandboxServers:
    """`async with SandboxServers(config) as sandbox:` serves until the block ends.

    `urls` maps service to base URL; `state` is the live world, for tests in the same process.
    """

    def __init__(self, config: SandboxConfig | None = None) -> None:
        self.config = config or SandboxConfig().on_free_ports()
        self.state = SandboxState.new(self.config)
        self.urls = self.state.urls
        self._servers: list[_QuietServer] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        for service, app in self._apps().items():
            listener = _bind(self.config.host, self.config.ports[service])
            self.urls[service] = f"http://{self.config.link_host}:{listener.getsockname()[1]}"
            server = _QuietServer(_uvicorn_config(app))
            self._servers.append(server)
            self._tasks.append(asyncio.create_task(server.serve(sockets=[listener])))
        self._tasks.append(asyncio.create_task(self.state.webhooks.pump()))
        for server in self._servers:
            await server.is_up.wait()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.should_exit = True
            server.force_exit = True
        self._tasks[-1].cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.state.deliveries.aclose()

    def _apps(self) -> dict[str, ASGIApp]:
        state = self.state
        paypal_app, paypal_gateway = paypal.create_paypal(state)
        mercado_pago_app, mercado_pago_gateway = mercado_pago.create_mercado_pago(state)
        flow_app, flow_gateway = flow.create_flow(state)
        gateways = Gateways(paypal_gateway, mercado_pago_gateway, flow_gateway)
        behind_faults: dict[str, tuple[ASGIApp, Refusal]] = {
            "graph": (graph.create_graph(state), graph_errors.refuse),
            "paypal": (paypal_app, paypal_errors.refuse),
            "mercadopago": (mercado_pago_app, mercado_pago.refuse),
            "flow": (flow_app, flow.refuse),
            "model": (model.create_model(state), model.refuse),
        }
        apps: dict[str, ASGIApp] = {
            service: FaultLayer(app, service, state.log, state.switches, refuse)
            for service, (app, refuse) in behind_faults.items()
        }
        return {"play": create_play(state, gateways), **apps}


class _QuietServer(uvicorn.Server):
    """Six servers share one process, so none of them may take its signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _uvicorn_config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


async def serve(config: SandboxConfig) -> None:
    """Run everything until cancelled, interrupted or terminated."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal in (SIGINT, SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(signal, stopped.set)
    async with SandboxServers(config) as sandbox:
        for service, url in sandbox.urls.items():
            sys.stdout.write(f"sandbox {service:<12} {url}\n")
        sys.stdout.flush()
        await stopped.wait()
