"""What the model engine needs of a client of hosted models."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Models:
    """Which model to ask, which one if that fails, where, and as whom."""

    first: str
    second: str | None = None
    api_base: str | None = None
    openai_key: str | None = field(default=None, repr=False)
    gemini_key: str | None = field(default=None, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.first, self.second) if self.second else (self.first,)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, and what it cost."""

    text: str
    model: str
    tokens_in: int
    tokens_out: int
    cost_usd: Decimal


class Provider(Protocol):
    """One question, one answer; raises the errors of `intent.errors`."""

    models: tuple[str, ...]

    async def warm_up(self) -> None: ...
    async def ask(self, messages: Sequence[dict[str, str]], seconds: float) -> Reply: ...
