"""One measured figure, and the table it is shown in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`goal` is what the architecture page asks for, or "" for a figure that only explains another."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    less_is_better: bool = False

    @property
    def is_met(self) -> bool:
        if self.goal is None:
            return True
        return self.value <= self.goal if self.less_is_better else self.value >= self.goal

    def row(self) -> str:
        goal = "" if self.goal is None else f"{'<=' if self.less_is_better else '>='} {self.goal:,.6g} {self.unit}"
        mark = "" if self.goal is None else ("met" if self.is_met else "MISSED")
        return f"{self.name:<62} {self.value:>12,.6g} {self.unit:<8} {goal:<20} {mark}"
