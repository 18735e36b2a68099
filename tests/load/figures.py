"""One measured figure, and the row it is shown in."""

import math
import os
from dataclasses import dataclass

LONG = "BENCH_LONG"
WIDTHS = (66, 14, 14, 8)


@dataclass(frozen=True)
class Figure:
    """`goal` is what docs/performance.md promises, or None for a figure that only explains another.

    `how` says in a few words how the figure was got; of a figure that could not be got, why (`skipped`).
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    less_is_better: bool = False
    how: str = ""

    @classmethod
    def skipped(cls, name: str, reason: str) -> "Figure":
        return cls(name, math.nan, "", how=f"skipped: {reason}")

    @property
    def is_met(self) -> bool:
        if self.goal is None:
            return True
        return self.value <= self.goal if self.less_is_better else self.value >= self.goal

    def row(self) -> str:
        value = "-" if math.isnan(self.value) else f"{_short(self.value)} {self.unit}"
        goal = "" if self.goal is None else f"{'<=' if self.less_is_better else '>='} {_short(self.goal)} {self.unit}"
        mark = "" if self.goal is None else ("reached" if self.is_met else "MISSED")
        return cells(self.name, value, goal, mark, self.how)


def cells(name: str, value: str, goal: str, mark: str, how: str) -> str:
    fixed = [name.ljust(WIDTHS[0]), value.rjust(WIDTHS[1]), goal.rjust(WIDTHS[2]), mark.ljust(WIDTHS[3])]
    return "  ".join([*fixed, how]).rstrip()


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def is_long() -> bool:
    """Whether `--long` was asked for: the same figures over a longer time."""
    return os.environ.get(LONG) == "1"


def scaled(usual: int, long: int) -> int:
    return long if is_long() else usual


def percentile(values: list[float], percent: float) -> float:
    """Return the value that `percent` of `values` do not exceed (nearest rank); NaN of nothing."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
