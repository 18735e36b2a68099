"""`make bench`: every `bench_<what>.py` of this folder has `async def measure() -> list[Figure]`.

Each starts with empty servers. A module that starts programs itself may ignore them.
"""

import argparse
import asyncio
import importlib
import logging
import sys
import tempfile
import time
from pathlib import Path

import uvloop

from livestream_sell.core import db, log, outbox
from livestream_sell.core.cache import dispose_redis, get_redis
from tests.load.figures import Figure
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


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the figures of docs/performance.md.")
    parser.add_argument("--only", default="", help="run the modules whose name contains this")
    only = parser.parse_args().only
    log.configure(level=logging.WARNING)
    modules = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py") if only in path.stem)
    missed = 0
    with tempfile.TemporaryDirectory(prefix="livestream-sell-bench-") as folder, running_servers(Path(folder) / "data"):
        for module in modules:
            started = time.monotonic()
            print(f"\n{module.removeprefix('bench_')}", flush=True)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                figures = runner.run(run(module))
            for figure in figures:
                print(f"  {figure.row()}", flush=True)
            print(f"  measured in {time.monotonic() - started:.0f} s", flush=True)
            missed += sum(not figure.is_met for figure in figures)
    print(f"\n{missed} of the goals missed." if missed else "\nEvery goal met.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
