"""`livestream-sell bench`: the measurements belong to the checkout, beside the tests."""

import subprocess
import sys

from livestream_sell.commands.migrations import PROJECT
from livestream_sell.commands.terminal import Refused


def run_benchmarks(only: str, *, long: bool) -> None:
    """Run the modules of tests/load whose name contains `only`, in a process of their own."""
    if not (PROJECT / "tests" / "load").is_dir():
        raise Refused("The benchmarks are part of the source checkout: run `make bench` there.")
    command = [sys.executable, "-m", "tests.load", "--only", only, *(["--long"] if long else [])]
    done = subprocess.run(command, cwd=PROJECT, check=False)
    if done.returncode != 0:
        raise Refused("The benchmarks did not run to their end.")
