"""`livestream-sell understand --engine model`: the second opinion over a file, within the same budget and timeout."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from uuid import UUID

from livestream_sell.commands.infrastructure import configure_log, set_environment
from livestream_sell.commands.understand import Decide
from livestream_sell.core.cache import dispose_redis
from livestream_sell.core.embedded import embedded_servers
from livestream_sell.core.errors import InvalidInput
from livestream_sell.core.settings import get_settings
from livestream_sell.intent import model_engine
from livestream_sell.intent.engine import understand
from livestream_sell.intent.model_engine import CONCURRENT, Question
from livestream_sell.intent.schemas import Catalogue, Comment, Understanding

# Tokens of a rehearsal are counted for a store of their own.
REHEARSAL = UUID(int=0)


@contextmanager
def second_opinions() -> Iterator[Decide]:
    """Yield what decides a batch: locally, then by the model where that was unsure.

    Raises:
        InvalidInput: no model is configured, or its client is not installed.
    """
    if not model_engine.is_configured():
        raise InvalidInput("Set LLM_MODEL and its key, and install its client: make model.")
    configure_log()
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        try:
            runner.run(_start(stack))
            yield lambda comments, catalogue: runner.run(_decide(comments, catalogue))
        finally:
            runner.run(stack.aclose())


async def _start(stack: AsyncExitStack) -> None:
    settings = get_settings()
    if settings.redis_url is None:
        servers = await stack.enter_async_context(embedded_servers(settings.data_dir, database=False, redis=True))
        assert servers.redis_url is not None
        set_environment(REDIS_URL=servers.redis_url)
    stack.push_async_callback(dispose_redis)
    await model_engine.warm_up()


async def _decide(comments: Sequence[Comment], catalogue: Catalogue) -> list[Understanding]:
    seconds = get_settings().llm_timeout_seconds
    decided = understand(comments, catalogue)
    unsure = [place for place, understood in enumerate(decided) if model_engine.is_unsure(understood)]
    # No more at once than are asked at once: nobody is in a hurry here.
    for start in range(0, len(unsure), CONCURRENT):
        places = unsure[start : start + CONCURRENT]
        questions = [Question(REHEARSAL, comments[at], decided[at], catalogue, seconds) for at in places]
        opinions = await model_engine.get_engine().understand(questions)
        for at, opinion in zip(places, opinions, strict=True):
            decided[at] = opinion.understood
    return decided
