"""The one place that knows litellm: one question to the first model, then to the second, within the time given.

litellm takes five seconds and 150 MB to import, and 10 ms of work a question: it lives in `litellm_process`. Its own
retries and cooldowns are off: `model_engine` decides whether to ask at all.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

from livestream_sell.intent.errors import ModelRefused, ModelUnavailable
from livestream_sell.intent.prompt import ModelAnswer
from livestream_sell.intent.providers.base import Models, Reply

FIRST, SECOND = "first", "second"
MAX_ANSWER_TOKENS = 300
# Of the time given, where a second model waits behind the first.
SHARE_OF_FIRST = 0.6
# Discard: nothing answers there, which is what the rehearsal needs.
NOWHERE = "http://127.0.0.1:9"


@lru_cache
def is_installed() -> bool:
    """Return whether the extra `model` is installed, without importing it."""
    return find_spec("litellm") is not None


@cache
def load() -> Any:
    """Import litellm, quietly and without a call home; takes seconds."""
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
    return litellm


async def _rehearse(litellm: Any) -> None:
    """Let the first call's own imports happen here: two more seconds that the first buyer would wait."""
    with suppress(litellm.APIConnectionError, litellm.InternalServerError, litellm.Timeout):
        await litellm.acompletion(
            model="openai/rehearsal", api_base=NOWHERE, api_key="-", messages=[{"role": "user", "content": "-"}],
            max_retries=0, timeout=1,
        )  # fmt: skip


@cache
def router(models: Models) -> Any:
    """Return the Router over these models; belongs to one event loop."""
    named = zip((FIRST, SECOND), models.names, strict=False)
    return load().Router(
        model_list=[_deployment(name, model, models) for name, model in named],
        fallbacks=[{FIRST: [SECOND]}] if models.second else [], num_retries=0, disable_cooldowns=True,
    )  # fmt: skip


async def ask(models: Models, messages: Sequence[dict[str, str]], seconds: float) -> Reply:
    """Ask once.

    Raises:
        ModelUnavailable: no model could be reached, or none accepts us.
        TimeoutError: no answer in time.
        ModelRefused: the provider will not answer this question.
    """
    litellm = load()
    try:
        answer = await router(models).acompletion(
            model=FIRST, messages=list(messages), response_format=ModelAnswer, temperature=0,
            max_tokens=MAX_ANSWER_TOKENS, reasoning_effort="minimal",
            timeout=seconds * SHARE_OF_FIRST if models.second else seconds,
        )  # fmt: skip
    except (litellm.BadRequestError, litellm.UnprocessableEntityError) as error:
        raise ModelRefused(f"The provider refused: {type(error).__name__}") from error
    except litellm.Timeout as error:
        raise TimeoutError from error
    except Exception as error:
        # litellm lets errors of its own parsing through as they are.
        raise ModelUnavailable(f"No model answered: {type(error).__name__}") from error
    return _reply(answer)


def _deployment(name: str, model: str, models: Models) -> dict[str, Any]:
    """`api_base` is for OpenAI and what speaks like it; other providers have their own addresses."""
    vendor = model.partition("/")[0] if "/" in model else "openai"
    key = models.gemini_key if vendor == "gemini" else models.openai_key
    parameters: dict[str, Any] = {"model": model, "max_retries": 0}
    if key is not None:
        parameters["api_key"] = key
    if vendor == "openai" and models.api_base:
        # A server of one's own often wants no key; the client wants one all the same.
        parameters = {"api_key": "none", **parameters, "api_base": models.api_base}
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
