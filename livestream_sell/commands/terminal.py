"""What a person at the terminal reads: a title, steps with their time, and the end."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Refused(Exception):
    """A command that cannot do what it was asked; the message says what to do."""


def say(text: str = "") -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(f"\n{text}", file=sys.stderr, flush=True)


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Print what is being done, then how long it took."""
    print(f"  {doing:<46}", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        say()
        raise
    say(f"{time.monotonic() - started:6.1f} s")
