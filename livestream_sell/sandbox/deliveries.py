"""Sends webhooks to the product: retried with growing delay, and disturbed by the switches."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass

import httpx

from livestream_sell.sandbox.request_log import RequestLog
from livestream_sell.sandbox.switches import SwitchBoard

GIVE_UP_AFTER_SECONDS = 36 * 3600
OUT_OF_ORDER_DELAY_SECONDS = 0.6
TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One signed POST, byte for byte."""

    service: str
    url: str
    content: bytes
    headers: dict[str, str]
    kind: str


class Deliveries:
    """Owns the HTTP client and the retrying tasks; attempts are logged under `webhooks`."""

    def __init__(self, log: RequestLog, switches: SwitchBoard, retry_seconds: tuple[float, ...]) -> None:
        self._log = log
        self._switches = switches
        self._retry_seconds = retry_seconds
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent = 0
        self.last_problem = ""

    async def deliver(self, delivery: Delivery) -> None:
        """Try once here; duplicates, delays and retries go on in the background."""
        switches = self._switches.of(delivery.service)
        self._sent += 1
        if switches.drop_webhooks:
            self._note(delivery, 0, "dropped")
            return
        delay = switches.delay_webhooks_seconds
        if switches.out_of_order_webhooks and self._sent % 2:
            delay += OUT_OF_ORDER_DELAY_SECONDS
        for _ in range(switches.duplicate_webhooks):
            self.spawn(self._try_until_accepted(delivery, delay))
        if delay or not await self._attempt(delivery):
            self.spawn(self._try_until_accepted(delivery, delay or self._retry_seconds[0]))

    def deliver_soon(self, delivery: Delivery) -> None:
        self.spawn(self.deliver(delivery))

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _try_until_accepted(self, delivery: Delivery, first_delay: float) -> None:
        waited = first_delay
        await asyncio.sleep(first_delay)
        attempt = 0
        while not await self._attempt(delivery) and waited < GIVE_UP_AFTER_SECONDS:
            delay = self._retry_seconds[min(attempt, len(self._retry_seconds) - 1)]
            await asyncio.sleep(delay)
            waited += delay
            attempt += 1

    async def _attempt(self, delivery: Delivery) -> bool:
        try:
            answer = await self._client.post(delivery.url, content=delivery.content, headers=delivery.headers)
        except httpx.HTTPError as error:
            self._note(delivery, 0, type(error).__name__)
            self.last_problem = f"{delivery.url.partition('?')[0]}: {type(error).__name__}"
            return False
        self._note(delivery, answer.status_code, "")
        is_accepted = answer.is_success or answer.is_redirect
        self.last_problem = "" if is_accepted else f"{delivery.url.partition('?')[0]}: HTTP {answer.status_code}"
        return is_accepted

    def _note(self, delivery: Delivery, status: int, fault: str) -> None:
        body = delivery.content.decode("utf-8", "replace")
        entry = self._log.add("webhooks", "POST", delivery.url, {}, delivery.headers, body)
        entry.status = status
        entry.fault = fault
        entry.query = {"service": delivery.service, "kind": delivery.kind}

    async def forget_pending(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def aclose(self) -> None:
        await self.forget_pending()
        await self._client.aclose()
