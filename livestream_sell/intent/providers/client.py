"""The client of hosted models, in a process of its own: neither its memory nor its work is in the way of a comment."""

import asyncio
import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import structlog

import livestream_sell
from livestream_sell.core.settings import Settings
from livestream_sell.intent.errors import ModelBusy, ModelRefused, ModelUnavailable
from livestream_sell.intent.providers.base import Models, Reply
from livestream_sell.intent.providers.litellm_process import TIMED_OUT

PROCESS = "livestream_sell.intent.providers.litellm_process"
# A process that ended is not started again sooner: one that cannot start would do nothing else.
AGAIN_AFTER_SECONDS = 30.0
_ERRORS = {TIMED_OUT: TimeoutError, ModelRefused.code: ModelRefused}

log = structlog.get_logger(__name__)


class ClientProcess:
    """The running process; a thread takes its answers, so any event loop may ask."""

    def __init__(self) -> None:
        self.ready: Future[None] = Future()
        self.started = time.monotonic()
        self.has_ended = self._is_ending = False
        self._numbers = count()
        self._waiting: dict[int, Future[Reply]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(livestream_sell.__file__).parent.parent,
            # Ctrl-C in the terminal is for the program; this ends with it.
            start_new_session=True,
        )
        assert self._process.stdin is not None
        self._input = self._process.stdin
        os.set_blocking(self._input.fileno(), False)
        threading.Thread(target=self._listen, name="model-client", daemon=True).start()
        atexit.register(self.end)

    def ask(self, models: Models, messages: Sequence[dict[str, str]], seconds: float) -> Future[Reply]:
        """Send a question; the future raises what `Provider.ask` may.

        Raises:
            ModelUnavailable: the process takes no more questions; it is ended, and started anew by a later one.
        """
        number = next(self._numbers)
        question = {"id": number, "models": asdict(models), "messages": list(messages), "seconds": seconds}
        line = orjson.dumps(question, option=orjson.OPT_APPEND_NEWLINE)
        answer = self._waiting[number] = Future()
        try:
            is_sent = os.write(self._input.fileno(), line) == len(line)
        except (OSError, ValueError):  # it ended a moment ago
            is_sent = False
        if not is_sent:
            # Nobody reads there: half a line would spoil the next.
            del self._waiting[number]
            self._process.kill()
            raise ModelUnavailable("The model's client takes no questions.")
        return answer

    def end(self) -> None:
        """End the process; it has no state to lose."""
        atexit.unregister(self.end)
        self._is_ending = True
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            with self._process.stdout as answers:
                for line in answers:
                    self._take(orjson.loads(line))
        finally:
            self._clear_up()

    def _clear_up(self) -> None:
        """Leave nobody waiting for answers that nobody would take any more."""
        self.has_ended = True
        self._process.kill()
        code = self._process.wait()
        self._input.close()
        if self._is_ending:
            return  # with the program, and the loops of those who wait
        atexit.unregister(self.end)
        log.warning("model_client_ended", exit_code=code)
        waiting: list[Future[Any]] = [self.ready, *self._waiting.values()]
        for answer in waiting:
            if not answer.done() and answer.set_running_or_notify_cancel():
                answer.set_exception(ModelUnavailable("The model's client ended."))

    def _take(self, line: dict[str, Any]) -> None:
        if "id" not in line:
            self.ready.set_result(None)
            return
        waiting = self._waiting.pop(line["id"])
        if not waiting.set_running_or_notify_cancel():  # nobody waits any more
            return
        if "reply" in line:
            reply = line["reply"]
            waiting.set_result(Reply(**reply | {"cost_usd": Decimal(reply["cost_usd"])}))
        else:
            waiting.set_exception(_ERRORS.get(line["error"], ModelUnavailable)(line["message"]))


_client: ClientProcess | None = None


def _running() -> ClientProcess:
    """Return the process of this one, started where there is none.

    Raises:
        ModelUnavailable: it ended a moment ago.
    """
    global _client
    if _client is not None and _client.has_ended and time.monotonic() - _client.started < AGAIN_AFTER_SECONDS:
        raise ModelUnavailable("The model's client ended.")
    if _client is None or _client.has_ended:
        _client = ClientProcess()
    return _client


class HostedModels:
    """The models of the settings; all of a process share one client."""

    def __init__(self, settings: Settings) -> None:
        openai, gemini = settings.openai_api_key, settings.gemini_api_key
        self._models = Models(
            settings.llm_model,
            settings.llm_fallback_model,
            settings.llm_api_base,
            openai.get_secret_value() if openai else None,
            gemini.get_secret_value() if gemini else None,
        )
        self.models = self._models.names

    async def warm_up(self) -> None:
        """Start the client; returns when questions can be asked.

        Raises:
            ModelUnavailable: it does not start.
        """
        await asyncio.shield(asyncio.wrap_future(_running().ready))

    async def ask(self, messages: Sequence[dict[str, str]], seconds: float) -> Reply:
        """Ask once.

        Raises:
            ModelBusy: the client is not ready yet.
            ModelUnavailable: no model could be reached, none accepts us, or the client ended.
            TimeoutError: no answer in time.
            ModelRefused: the provider will not answer this question.
        """
        client = _running()
        if not client.ready.done():
            raise ModelBusy("The model's client is still loading.")
        return await asyncio.wrap_future(client.ask(self._models, messages, seconds))
