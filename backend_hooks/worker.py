"""The worker: every consumer and every job of the table, until told to stop. Never imports the screens."""

import asyncio

import structlog

from backend_hooks.subscriptions import BATCHES, CONSUMERS, JOBS, USUAL_BATCH
from livestream_sell.core import outbox, timers
from livestream_sell.core.streams import consume
from livestream_sell.intent import model_engine
from livestream_sell.messaging import delivery

GROUP = "livestream_sell"

log = structlog.get_logger(__name__)


async def run_worker(stop: asyncio.Event) -> None:
    """Consume every stream and run every timer until `stop`; then finish what is in hand."""
    jobs = timers.start(JOBS)
    log.info("worker_started", streams=list(CONSUMERS), jobs=[job.name for job in JOBS])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(model_engine.warm_up(), name="model")
            for stream, handler in CONSUMERS.items():
                batch = BATCHES.get(stream, USUAL_BATCH)
                group.create_task(consume(stream, GROUP, handler, stop=stop, batch=batch), name=stream)
    finally:
        await jobs.stop()
        await delivery.finish()
        await outbox.finish()
        log.info("worker_stopped")
