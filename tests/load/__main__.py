"""`make bench`: every `bench_<what>.py` of this folder has `async def measure() -> list[Figure]`.

Each starts with empty servers. A module that starts programs itself may ignore them.
"""

import argparse
import asyncio
import importlib
import logging
import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

import uvloop

from livestream_sell.core import db, log, outbox
from livestream_sell.core.cache import dispose_redis, get_redis
from tests.load.figures import LONG, Figure, cells
from tests.support.servers import empty_database, empty_redis, running_servers


async def run(module: str) -> list[Figure]:
    await empty_database()
    await empty_redis(get_redis())
    try:
        return await importlib.import_module(f"tests.load.{module}").measure()
    finally:
        await outbox.finish()
        await db.dispose()
        await dispose_redis()


def measured(module: str) -> list[Figure] | None:
    """Run one module and print its rows; None if it broke, which must not hide what the others have to say."""
    started = time.monotonic()
    print(f"\n{module.removeprefix('bench_')}  (load average {os.getloadavg()[0]:.1f})", flush=True)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            figures = runner.run(run(module))
    except Exception:
        traceback.print_exc()
        return None
    for figure in figures:
        print(f"  {figure.row()}", flush=True)
    print(f"  measured in {time.monotonic() - started:.0f} s", flush=True)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the figures of docs/performance.md.")
    parser.add_argument("--only", default="", help="run the modules whose name contains this")
    parser.add_argument("--long", action="store_true", help="measure longer")
    arguments = parser.parse_args()
    os.environ[LONG] = "1" if arguments.long else ""
    log.configure(level=logging.WARNING)
    modules = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py") if arguments.only in path.stem)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f}")
    print(f"  {cells('figure', 'value', 'goal', '', 'how it was got')}")
    with tempfile.TemporaryDirectory(prefix="livestream-sell-bench-") as folder, running_servers(Path(folder) / "data"):
        results = [measured(module) for module in modules]
    broken = results.count(None)
    missed = sum(not figure.is_met for figures in results for figure in figures or [])
    print(f"\n{missed or 'None'} of the goals missed, {broken or 'none'} of {len(modules)} measurements broken.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
