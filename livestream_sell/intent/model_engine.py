"""The second opinion: a hosted model asked about the comments that the local engine is unsure of.

Whatever goes wrong (no time, no budget, no provider, nonsense), the local result stands. A question goes through, in
this order: cache, budget, our own queue, circuit breaker, provider.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

import orjson
import structlog

from livestream_sell.core import metrics
from livestream_sell.core.errors import AppError
from livestream_sell.core.resilience import CircuitBreaker, CircuitState
from livestream_sell.core.settings import get_settings
from livestream_sell.intent import answer_cache, budget, prompt
from livestream_sell.intent.errors import ModelAnswerInvalid, ModelBusy, ModelRefused, ModelUnavailable
from livestream_sell.intent.prompt import ModelResult
from livestream_sell.intent.providers import litellm_router
from livestream_sell.intent.providers.base import Provider, Reply
from livestream_sell.intent.providers.client import HostedModels
from livestream_sell.intent.retrieval import relevant
from livestream_sell.intent.schemas import MAX_QUANTITY, Catalogue, Comment, Intent, ItemClaim, Understanding

CONCURRENT = 8
BREAKER_FAILURES = 5
BREAKER_SECONDS = 30.0
# With less than this share of the timeout left a question is not begun: its failure would say nothing of the provider.
FAIR_SHARE = 0.5
# Of JSON with few words in it; the real number replaces it after the call.
CHARACTERS_PER_TOKEN = 3
# Said as a refusal of all messages: obeyed at once, whoever doubts it.
NEVER_ASKED = frozenset({Intent.opt_out})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """A comment of a store, what the local engine makes of it, and how long an answer is any use."""

    store_id: UUID
    comment: Comment
    local: Understanding
    catalogue: Catalogue
    seconds: float


@dataclass(frozen=True, slots=True)
class Opinion:
    """How the comment is understood now, and what it took; `result` is `answered`, `cached` or an error's code."""

    understood: Understanding
    result: str
    prompt: str = ""
    response: str = ""
    reply: Reply | None = None
    latency_us: int = 0


def is_configured() -> bool:
    """Return whether there is a model to ask."""
    return bool(get_settings().llm_model) and litellm_router.is_installed()


def is_unsure(understood: Understanding) -> bool:
    """Return whether the local engine would like a second opinion, by the thresholds in the settings."""
    settings = get_settings()
    if understood.intent in NEVER_ASKED:
        return False
    return understood.needs_review or settings.llm_ask_above <= understood.confidence < settings.llm_ask_below


class ModelEngine:
    """The models of the settings behind a queue and a circuit breaker; belongs to one event loop."""

    def __init__(self, provider: Provider, breaker: CircuitBreaker | None = None) -> None:
        self.provider = provider
        self.breaker = breaker or CircuitBreaker("model", failures=BREAKER_FAILURES, seconds=BREAKER_SECONDS)
        self._slots = asyncio.Semaphore(CONCURRENT)

    async def understand(self, questions: Sequence[Question]) -> list[Opinion]:
        """Ask about each, at the same time; never raises, never takes longer than the questions allow."""
        return await asyncio.gather(*(self._opinion(question) for question in questions))

    async def _opinion(self, question: Question) -> Opinion:
        began = time.perf_counter()
        comment, catalogue = question.comment, question.catalogue
        offered = relevant(catalogue, comment, question.local)
        messages = prompt.write(comment, offered, catalogue.locale, catalogue.currency)
        key = answer_cache.key_of(comment, catalogue, "|".join(self.provider.models))
        text, reply, result = await answer_cache.recall(key), None, "cached"
        understood = question.local
        try:
            if text is None:
                reply = await self._ask(question, messages)
                text, result = reply.text, "answered"
            understood = judged(question.local, prompt.read(text, offered))
            if reply is not None:
                await answer_cache.keep(key, text)
        except AppError as error:
            result = error.code
            log.debug("model_gave_no_opinion", result=result, reason=error.message)
        metrics.MODEL_QUESTIONS.labels(result).inc()
        took = int((time.perf_counter() - began) * 1e6)
        return Opinion(understood, result, orjson.dumps(messages).decode(), text or "", reply, took)

    async def _ask(self, question: Question, messages: list[dict[str, str]]) -> Reply:
        """Raise an AppError, or return the reply, its tokens and money counted."""
        if self.breaker.state is CircuitState.open:
            # Says so at once, without a token held.
            self.breaker.allow()
        characters = sum(len(message["content"]) for message in messages)
        held = await budget.hold(
            question.store_id, characters // CHARACTERS_PER_TOKEN + litellm_router.MAX_ANSWER_TOKENS
        )
        used = held.tokens
        try:
            reply = await self._queue(messages, question.seconds)
            used = reply.tokens_in + reply.tokens_out or held.tokens
        except TimeoutError as error:
            # It may have been read all the same, and be billed: the held tokens stay spent.
            raise ModelUnavailable("No answer in time.") from error
        except AppError:
            used = 0
            raise
        finally:
            await budget.settle(held, used)
        metrics.MODEL_TOKENS.labels("in").inc(reply.tokens_in)
        metrics.MODEL_TOKENS.labels("out").inc(reply.tokens_out)
        metrics.MODEL_COST_USD.inc(float(reply.cost_usd))
        return reply

    async def _queue(self, messages: list[dict[str, str]], seconds: float) -> Reply:
        deadline = time.monotonic() + seconds
        needed = get_settings().llm_timeout_seconds * FAIR_SHARE
        try:
            if seconds < needed:
                raise TimeoutError
            async with asyncio.timeout(seconds - needed):
                await self._slots.acquire()
        except TimeoutError as error:
            raise ModelBusy("Too many questions wait for the model.") from error
        try:
            return await self._call(messages, deadline - time.monotonic())
        finally:
            self._slots.release()

    async def _call(self, messages: list[dict[str, str]], seconds: float) -> Reply:
        self.breaker.allow()
        began = time.perf_counter()
        try:
            async with asyncio.timeout(seconds):
                reply = await self.provider.ask(messages, seconds)
        except ModelBusy:
            # It was not even tried.
            raise
        except ModelRefused:
            # A hostile comment can bring a refusal about; it must not cost the others their second opinion.
            self.breaker.succeeded()
            raise
        except BaseException:
            self.breaker.failed()
            raise
        self.breaker.succeeded()
        metrics.MODEL_SECONDS.observe(time.perf_counter() - began)
        return reply


def judged(local: Understanding, result: ModelResult) -> Understanding:
    """Weigh the model's answer; an unsure purchase goes to review, anything else unsure leaves the local result."""
    counts: dict[str, int] = {}
    for item in result.items:
        if item.code is not None:
            counts[item.code] = counts.get(item.code, 0) + item.quantity
    if any(quantity > MAX_QUANTITY for quantity in counts.values()):
        raise ModelAnswerInvalid("More of one product than anybody may claim.")
    items = tuple(ItemClaim(code, quantity) for code, quantity in counts.items())
    trusted = result.confidence >= get_settings().llm_trust_from
    said = replace(
        local, intent=result.intent, items=(), confidence=result.confidence, engine="model", needs_review=False,
        reason="model",
    )  # fmt: skip
    if result.intent is Intent.purchase:
        is_open = not items or any(item.code is None for item in result.items)
        return replace(said, items=items, needs_review=is_open or not trusted)
    if not trusted:
        return local
    if result.intent is Intent.question:
        return replace(said, candidates=tuple(counts) or local.candidates)
    return replace(said, items=items if result.intent is Intent.cancel else (), candidates=())


@lru_cache
def get_engine() -> ModelEngine:
    """Return the engine of this process, made from the settings; tests clear the cache."""
    return ModelEngine(HostedModels(get_settings()))


async def warm_up() -> None:
    """At the start of a worker: start the client, if a model is configured, so that no comment waits for it."""
    if get_settings().llm_model and not litellm_router.is_installed():
        log.warning("model_extra_missing", hint="LLM_MODEL is set but litellm is not installed: make model")
    if not is_configured():
        return
    try:
        await get_engine().provider.warm_up()
    except ModelUnavailable as error:
        log.warning("model_client_does_not_start", reason=error.message)
