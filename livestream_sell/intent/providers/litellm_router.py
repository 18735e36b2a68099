"""The one place that knows litellm: one question to LLM_MODEL, then to LLM_FALLBACK_MODEL, within the time given.

litellm takes five seconds and 150 MB to import, in a thread here; until it is there, questions are refused, not kept
waiting. Its own retries and cooldowns are off: `model_engine` decides whether to ask at all.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import structlog

from livestream_sell.core.settings import Settings
from livestream_sell.intent.errors import ModelBusy, ModelRefused, ModelUnavailable
from livestream_sell.intent.prompt import ModelAnswer
from livestream_sell.intent.providers.base import Reply

FIRST, SECOND = "first", "second"
MAX_ANSWER_TOKENS = 300
# Of the time given, where a second model waits behind the first.
SHARE_OF_FIRST = 0.6
# Discard: nothing answers there, which is what the rehearsal needs.
NOWHERE = "http://127.0.0.1:9"

log = structlog.get_logger(__name__)
_lock = threading.Lock()
_loaded: Any = None


@lru_cache
def is_installed() -> bool:
    """Return whether the extra `model` is installed, without importing it."""
    return find_spec("litellm") is not None


def load() -> Any:
    """Import litellm, quietly and without a call home; a few seconds, so never on the event loop."""
    global _loaded
    with _lock:
        if _loaded is None:
            # Else it fetches its price list from the network at import.
            os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
            import litellm

            litellm.telemetry = False
            litellm.drop_params = True
            litellm.suppress_debug_info = True
            for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
                # What it would log are our prompts and its stack traces; what matters is raised.
                logging.getLogger(name).setLevel(logging.CRITICAL)
            asyncio.run(_rehearse(litellm))
            _loaded = litellm
    return _loaded


async def _rehearse(litellm: Any) -> None:
    """Let the first call's own imports happen here: two more seconds that would stop the event loop."""
    with suppress(litellm.APIConnectionError, litellm.InternalServerError, litellm.Timeout):
        await litellm.acompletion(
            model="openai/rehearsal", api_base=NOWHERE, api_key="-", messages=[{"role": "user", "content": "-"}],
            max_retries=0, timeout=1,
        )  # fmt: skip


class LitellmProvider:
    """One Router over the configured models; belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        models = [settings.llm_model, settings.llm_fallback_model]
        names = [(name, model) for name, model in zip((FIRST, SECOND), models, strict=True) if model]
        self.models = tuple(model for _, model in names)
        self._deployments = [_deployment(name, model, settings) for name, model in names]
        self._router: Any = None
        self._loading: asyncio.Task[None] | None = None

    async def warm_up(self) -> None:
        """Load the client; returns when questions can be asked."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        await asyncio.shield(self._loading)

    async def ask(self, messages: Sequence[dict[str, str]], seconds: float) -> Reply:
        """Ask once.

        Raises:
            ModelBusy: the client is not loaded yet (it is being loaded from now on).
            ModelUnavailable: no model could be reached, or none accepts us.
            TimeoutError: no answer in time.
            ModelRefused: the provider will not answer this question.
        """
        if self._router is None:
            self._loading = self._loading or asyncio.create_task(self._load())
            raise ModelBusy("The model's client is still loading.")
        litellm = load()
        try:
            answer = await self._router.acompletion(
                model=FIRST, messages=list(messages), response_format=ModelAnswer, temperature=0,
                max_tokens=MAX_ANSWER_TOKENS, reasoning_effort="minimal",
                timeout=seconds * SHARE_OF_FIRST if len(self.models) > 1 else seconds,
            )  # fmt: skip
        except (litellm.BadRequestError, litellm.UnprocessableEntityError) as error:
            raise ModelRefused(f"The provider refused: {type(error).__name__}") from error
        except litellm.Timeout as error:
            raise TimeoutError from error
        except Exception as error:
            # litellm lets errors of its own parsing through as they are.
            raise ModelUnavailable(f"No model answered: {type(error).__name__}") from error
        return _reply(answer)

    async def _load(self) -> None:
        litellm = await asyncio.to_thread(load)
        self._router = litellm.Router(
            model_list=self._deployments, fallbacks=[{FIRST: [SECOND]}] if len(self.models) > 1 else [],
            num_retries=0, disable_cooldowns=True,
        )  # fmt: skip
        log.info("model_client_ready", models=self.models)


def _deployment(name: str, model: str, settings: Settings) -> dict[str, Any]:
    """LLM_API_BASE is for OpenAI and what speaks like it; other providers have their own addresses."""
    vendor = model.partition("/")[0] if "/" in model else "openai"
    key = settings.gemini_api_key if vendor == "gemini" else settings.openai_api_key
    parameters: dict[str, Any] = {"model": model, "max_retries": 0}
    if key is not None:
        parameters["api_key"] = key.get_secret_value()
    if vendor == "openai" and settings.llm_api_base:
        # A server of one's own often wants no key; the client wants one all the same.
        parameters = {"api_key": "none", **parameters, "api_base": settings.llm_api_base}
    return {"model_name": name, "litellm_params": parameters}


def _reply(answer: Any) -> Reply:
    usage = getattr(answer, "usage", None)
    # The price list does not know every model: then the tokens are all there is.
    cost = answer._hidden_params.get("response_cost") or 0
    return Reply(
        text=answer.choices[0].message.content or "",
        model=str(answer.model),
        tokens_in=int(usage.prompt_tokens) if usage else 0,
        tokens_out=int(usage.completion_tokens) if usage else 0,
        cost_usd=Decimal(str(cost)),
    )
