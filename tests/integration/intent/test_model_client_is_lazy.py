"""The client of hosted models costs seconds and 150 MB: only a process with a model configured pays."""

import os
import subprocess
import sys

from tests.architecture.source import PROJECT

# What a worker imports and does about the model at its start, then whether the client was loaded.
PROGRAM = """
import asyncio, sys
import backend_hooks.worker
from livestream_sell.intent import model_engine
from livestream_sell.intent.engine import Catalogue, understand
from livestream_sell.intent.schemas import CatalogueProduct, Comment
understand([Comment("1", "quiero A1")], Catalogue.build([CatalogueProduct("A1", "Vestido")]))
asyncio.run(model_engine.warm_up())
print(model_engine.is_configured(), "litellm" in sys.modules)
"""


def test_a_worker_without_a_model_imports_no_litellm() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LLM_")}

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["False", "False"]
