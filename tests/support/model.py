"""The sandbox's model provider around a test, the settings that point at it, and a catalogue to ask about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import orjson
import pytest

from livestream_sell.core.ids import uuid7
from livestream_sell.core.settings import get_settings
from livestream_sell.intent import model_engine
from livestream_sell.intent.model_engine import Opinion, Question
from livestream_sell.intent.providers.litellm_router import is_installed
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Intent, Understanding
from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import SandboxServers

needs_litellm = pytest.mark.skipif(not is_installed(), reason="litellm is not installed: make model")

STORE = uuid7()
CATALOGUE = Catalogue.build(
    [CatalogueProduct(f"A{number}", f"Vestido {number}", Decimal(9990)) for number in range(1, 9)]
    + [CatalogueProduct("B2", "Polera roja", Decimal(5990))],
    "es-CL",
    "CLP",
)


@asynccontextmanager
async def sandbox_model(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> AsyncIterator[SandboxServers]:
    """Serve the sandbox and let the settings name its model; further settings by their names."""
    async with SandboxServers(SandboxConfig().on_free_ports()) as sandbox:
        # A busy machine may be slow, a test that waits for a timeout says so itself.
        chosen = {"llm_model": "openai/gpt-5-nano", "llm_timeout_seconds": 20, "openai_api_key": "key"} | settings
        chosen["llm_api_base"] = f"{sandbox.urls['model']}/v1"
        for name, value in chosen.items():
            monkeypatch.setenv(name.upper(), str(value))
        get_settings.cache_clear()
        model_engine.get_engine.cache_clear()
        try:
            await model_engine.warm_up()
            yield sandbox
        finally:
            for name in chosen:
                monkeypatch.delenv(name.upper())
            get_settings.cache_clear()
            model_engine.get_engine.cache_clear()


def question(text: str, *, featured: str | None = None, local: Understanding | None = None, **fields: Any) -> Question:
    """Ask about `text`; the local engine would have said that it is nothing."""
    comment = Comment("1", text, featured, "es")
    unsure = local or Understanding("1", Intent.other, "es", confidence=0.55, reason="nothing_recognised")
    asked = {"store_id": STORE, "catalogue": CATALOGUE, "seconds": get_settings().llm_timeout_seconds} | fields
    return Question(comment=comment, local=unsure, **asked)


async def ask(text: str, **fields: Any) -> Opinion:
    [opinion] = await model_engine.get_engine().understand([question(text, **fields)])
    return opinion


def calls(sandbox: SandboxServers) -> list[dict[str, Any]]:
    """Return the bodies that the provider was sent."""
    return [entry["body"] for entry in sandbox.state.log.entries("model")]


def data_sent(sandbox: SandboxServers) -> dict[str, Any]:
    """Return the data of the last question."""
    found: dict[str, Any] = orjson.loads(calls(sandbox)[-1]["messages"][-1]["content"])
    return found
