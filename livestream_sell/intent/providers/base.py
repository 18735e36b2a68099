"""What the model engine needs of a client of hosted models."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


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
