"""A small linear model over characters and grammar signs, for what the grammar leaves open."""

import gzip
import json
import math
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livestream_sell.intent.schemas import Intent

MODEL_FILE = "intent.json.gz"


class Classifier:
    """Weights are whole numbers with one scale, so that the file stays small and text."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.intents = [Intent(name) for name in content["intents"]]
        self._positions = {name: at for at, name in enumerate(content["features"])}
        self._weights: NDArray[np.float32] = np.array(content["weights"], dtype=np.float32)
        self._weights *= float(content["scale"])
        self._bias: NDArray[np.float32] = np.array(content["bias"], dtype=np.float32)

    def probabilities(self, found: set[str]) -> dict[Intent, float]:
        rows = [*map(self._positions.__getitem__, self._positions.keys() & found)]
        scores = (self._bias + np.add.reduce(self._weights.take(rows, axis=0))).tolist() if rows else [*self._bias]
        highest = max(scores)
        odds = [math.exp(score - highest) for score in scores]
        total = sum(odds)
        return {intent: odd / total for intent, odd in zip(self.intents, odds, strict=True)}


@cache
def load_classifier() -> Classifier | None:
    """None where the model has not been built: the grammar then decides alone."""
    path = files("livestream_sell.intent").joinpath("model").joinpath(MODEL_FILE)
    if not path.is_file():
        return None
    return Classifier(json.loads(gzip.decompress(path.read_bytes())))
