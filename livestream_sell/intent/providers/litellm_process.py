"""The process in which litellm lives: questions come by its standard input, answers leave by its output, as lines.

A question is {"id", "models", "messages", "seconds"}, its answer {"id", "reply"} or {"id", "error", "message"}; the
first line out says that it is ready. It ends when its input does, which is when whoever started it has ended.
"""

import asyncio
import os
import sys
from typing import Any

import orjson

from livestream_sell.core.errors import AppError
from livestream_sell.intent.errors import ModelUnavailable
from livestream_sell.intent.providers import litellm_router
from livestream_sell.intent.providers.base import Models

LONGEST_LINE = 1024 * 1024
TIMED_OUT = "timed_out"


async def serve(output: int) -> None:
    """Answer every question by itself, until the input ends; `output` is a file descriptor."""
    reader = asyncio.StreamReader(LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    _write(output, {"ready": True})
    answering: set[asyncio.Task[None]] = set()
    while line := await reader.readline():
        task = asyncio.create_task(_answer(orjson.loads(line), output))
        answering.add(task)
        task.add_done_callback(answering.discard)


async def _answer(question: dict[str, Any], output: int) -> None:
    try:
        models = Models(**question["models"])
        reply = await litellm_router.ask(models, question["messages"], question["seconds"])
        answer: dict[str, Any] = {"reply": reply}
    except TimeoutError:
        answer = {"error": TIMED_OUT, "message": "No answer in time."}
    except AppError as error:
        answer = {"error": error.code, "message": error.message}
    except Exception as error:  # whoever asked is waiting
        answer = {"error": ModelUnavailable.code, "message": f"The client failed: {type(error).__name__}"}
    _write(output, {"id": question["id"], **answer})


def _write(output: int, line: dict[str, Any]) -> None:
    os.write(output, orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE))


def main() -> None:
    # Whatever a library prints is no answer.
    output = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    litellm_router.load()
    asyncio.run(serve(output))


if __name__ == "__main__":
    main()
