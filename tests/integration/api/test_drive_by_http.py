"""docs/drive-by-http.md, run as it is written, against a web server, a worker and the sandbox."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from backend_hooks.api import create_api
from backend_hooks.worker import run_worker
from livestream_sell.commands.infrastructure import set_environment
from livestream_sell.commands.sandbox import plan_ports, sandbox_process
from livestream_sell.core.settings import get_settings

pytestmark = [pytest.mark.anyio, pytest.mark.e2e, pytest.mark.usefixtures("database", "redis")]
PAGE = Path(__file__).parents[3] / "docs" / "drive-by-http.md"


def commands() -> str:
    blocks: list[str] = re.findall(r"^```bash\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) > 8
    return "\n".join(blocks)


@asynccontextmanager
async def the_program() -> AsyncIterator[dict[str, str]]:
    """Everything but the screens, on free ports; yields what the page's first block may be told."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    shop = f"http://127.0.0.1:{listener.getsockname()[1]}"
    ports = plan_ports()
    before = dict(os.environ)
    vendors = {"FB_GRAPH_URL": "graph", "PAYPAL_API_URL": "paypal", "MERCADOPAGO_API_URL": "mercadopago"}
    set_environment(
        PUBLIC_URL=shop, **{name: f"http://127.0.0.1:{ports[service]}" for name, service in vendors.items()}
    )
    server = uvicorn.Server(uvicorn.Config(create_api(), log_config=None))
    stop = asyncio.Event()
    tasks = [asyncio.create_task(server.serve([listener])), asyncio.create_task(run_worker(stop))]
    try:
        async with sandbox_process(ports):
            yield {"SHOP": shop, "SANDBOX": f"http://127.0.0.1:{ports['play']}"}
    finally:
        server.should_exit = True
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        os.environ.clear()
        os.environ.update(before)
        get_settings.cache_clear()


async def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    script = tmp_path / "show.sh"
    script.write_text("set -euo pipefail\n" + commands(), encoding="utf-8")

    async with the_program() as addresses:
        shell = await asyncio.create_subprocess_exec(
            "bash", "-x", str(script), env=os.environ | addresses, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(shell.communicate(), 90)

    assert shell.returncode == 0, said.decode()[-3000:]
