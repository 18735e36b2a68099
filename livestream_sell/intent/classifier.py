"""A small linear model over characters and grammar signs, for what the grammar leaves open."""

import gzip
import json
import math
import struct
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any

from livestream_sell.intent.schemas import Intent

MODEL_FILE = "intent.json.gz"
_ZERO = 1 << 31  # sums may be negative, what is written to bytes may not


class Classifier:
    """Weights are whole numbers with one scale, so that the file stays small and text.

    Those of one feature for all intents are kept in one number, 32 bits for each: one addition adds them all, which
    for the sixty features of a comment is faster than any array, exact, and needs no numpy at run time.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        self.intents = [Intent(name) for name in content["intents"]]
        self._scale = float(content["scale"])
        self._bias: list[float] = content["bias"]
        self._lanes = struct.Struct(f"<{len(self.intents)}I")
        self._zeros = _number(self._lanes.pack(*[_ZERO] * len(self.intents)))
        signed = struct.Struct(f"<{len(self.intents)}i")
        # With the signs of all lanes turned every lane is `_ZERO` too high and none is negative.
        packed = [(_number(signed.pack(*row)) ^ self._zeros) - self._zeros for row in content["weights"]]
        self._weights = dict(zip(content["features"], packed, strict=True))

    def probabilities(self, found: set[str]) -> dict[Intent, float]:
        total = self._zeros + sum(map(self._weights.get, found, repeat(0)))
        sums = self._lanes.unpack(total.to_bytes(self._lanes.size, "little"))
        scores = [bias + (each - _ZERO) * self._scale for bias, each in zip(self._bias, sums, strict=True)]
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        whole = sum(odds)
        return {intent: odd / whole for intent, odd in zip(self.intents, odds, strict=True)}


def _number(lanes: bytes) -> int:
    return int.from_bytes(lanes, "little")


@cache
def load_classifier() -> Classifier | None:
    """None where the model has not been built: the grammar then decides alone."""
    path = files("livestream_sell.intent").joinpath("model").joinpath(MODEL_FILE)
    if not path.is_file():
        return None
    return Classifier(json.loads(gzip.decompress(path.read_bytes())))
