"""Sure purchases while the model's provider is well, down, slow, talks nonsense or refuses: one run, in turns.

The program as `livestream-sell run` starts it, its second opinion on and pointed at the sandbox, a process of its own.
One comment in five is unsure, each in words of its own so that no answer is kept for it. Clocked are only the others:
from the moment a sure purchase is due to the Graph API being called with its answer.
"""

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import asyncpg
import httpx
from prometheus_client.parser import text_string_to_metric_families

from livestream_sell.commands.demo_products import FEATURED_SKU, demo_products
from livestream_sell.core.embedded import read_running
from livestream_sell.core.ids import uuid7
from livestream_sell.intent.engine import understand
from livestream_sell.intent.model_engine import is_unsure
from livestream_sell.intent.providers.litellm_router import is_installed
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Intent
from livestream_sell.sales.recording import THINKING
from livestream_sell.sandbox.show_script import FIRST_NAMES, LAST_NAMES
from tests.load.bench_latency import fill_shelves, first_calls, send, until_quiet
from tests.load.figures import Figure, percentile, scaled
from tests.load.load_generator import http_request
from tests.load.program import NO_LIMITS, Program, running_program
from tests.support.waiting import until
from tests.support.whole import webhook_body

NAME = "sure purchase -> Graph API called"
# The slowest twentieth may take so many times what it takes with a provider that is well.
GOAL = 1.1
RATE = 1000
UNSURE_SHARE = 0.2
HEALTHY = "healthy"
# What the sandbox's switches make of its model.
FAULTS: dict[str, dict[str, object]] = {
    "down": {"down": True},
    "30 s slow": {"slow_seconds": 30.0},
    "nonsense": {"mode": "nonsense"},
    "refusing": {"mode": "refuse"},
}
SURE = (
    "quiero A3", "yo B7 x2", "mine A12", "me llevo D5", "sold A3", "eu quero A12", "B7", "quiero 2 A3", "+1",
)  # fmt: skip
UNSURE = (
    "quiero la blusa para {who}", "dame jeans para {who}", "una chaqueta quiza para {who}",
    "B7 si queda para {who}", "guárdame A3 si puedes para {who}", "reservame quizas B7 para {who}",
)  # fmt: skip
SETTINGS = NO_LIMITS | {
    "LLM_MODEL": "openai/sandbox-model",
    "OPENAI_API_KEY": "bench",
    "LLM_DAILY_TOKEN_BUDGET": "1000000000",
    "LLM_STORE_DAILY_TOKEN_BUDGET": "1000000000",
}
LOADED_SECONDS = 120
DECIDED_SECONDS = 90


@dataclass(frozen=True)
class Said:
    comment_id: str
    buyer: str
    text: str
    is_sure: bool


@dataclass(frozen=True)
class Window:
    """One stretch of comments under one behaviour of the provider."""

    waits: list[float]  # of the sure purchases
    unsure: int
    calls: int  # that reached the provider
    questions: Counter[str]  # what came of each, in the product's own words
    outcomes: Counter[str]  # of the unsure comments
    breaker_open: bool
    busy: float  # share of one core that the program took
    load: float  # average of the machine at the end

    @property
    def p95(self) -> float:
        return percentile(self.waits, 95)


async def measure() -> list[Figure]:
    if not is_installed():
        return [Figure.skipped(NAME, "the model's client is not installed: make model")]
    rounds, seconds = scaled(1, 3), 30
    async with (
        running_program(**SETTINGS) as program,
        httpx.AsyncClient(base_url=program.sandbox["play"], trust_env=False, timeout=60) as play,
    ):
        await fill_shelves(program)
        bench = Bench(program, play)
        await bench.warm_up()
        healthy = [await bench.window(HEALTHY, seconds)]
        faulty: dict[str, list[Window]] = {fault: [] for fault in FAULTS}
        ratios: dict[str, list[float]] = {fault: [] for fault in FAULTS}
        for fault in list(FAULTS) * rounds:
            faulty[fault].append(await bench.window(fault, seconds))
            healthy.append(await bench.window(HEALTHY, seconds))
            # Against the healthy windows before and after, since the machine is not the same all the time.
            around = statistics.median(window.p95 for window in healthy[-2:])
            ratios[fault].append(faulty[fault][-1].p95 / around)
    return [
        Figure(f"{NAME}, model healthy, P95", 1000 * statistics.median(window.p95 for window in healthy), "ms",
               how=f"windows of {seconds} s at {RATE}/min: {told(healthy)}"),
        *(Figure(f"{NAME}, model {fault}: P95 against healthy", statistics.median(ratios[fault]), "", GOAL,
                 less_is_better=True, how=f"{'/'.join(f'{ratio:.2f}' for ratio in ratios[fault])}: {told(windows)}")
          for fault, windows in faulty.items()),
    ]  # fmt: skip


class Bench:
    """The comments of one run, and what came of them."""

    def __init__(self, program: Program, play: httpx.AsyncClient) -> None:
        self.program = program
        self.play = play
        self.port = int(program.url.rsplit(":", 1)[1])
        self._random = Random(1)
        self._sure, self._unsure = sure_words(self._random), unsure_words(self._random)
        self._number = 0

    async def warm_up(self) -> None:
        """Until the client of the model is loaded and connections are open."""
        await until(self._is_asked, seconds=LOADED_SECONDS)
        said = [self._say(number % 5 > 0) for number in range(50)]
        await self._play(said, 5)
        await self._outcomes(said)

    async def window(self, behaviour: str, seconds: int) -> Window:
        """Send for so long while the provider behaves so, and wait until every comment is decided."""
        await self._recover()
        await self._switch(FAULTS.get(behaviour, {}))
        said = [self._say(self._random.random() >= UNSURE_SHARE) for _ in range(RATE * seconds // 60)]
        before, began, busy = await self._questions(), time.time(), self.program.busy_seconds()
        due = await self._play(said, seconds)
        busy = (self.program.busy_seconds() - busy) / (time.time() - began)
        breaker_open = await self._is_breaker_open()
        outcomes = await self._outcomes(said)
        await until_quiet(self.play)
        called = await first_calls(self.play)
        assert all(outcomes[one.comment_id] == "reserved" for one in said if one.is_sure), Counter(outcomes.values())
        unsure = [one.comment_id for one in said if not one.is_sure]
        questions = await self._questions() - before
        # Else the words above no longer leave the local engine unsure.
        assert questions.total() == len(unsure), (questions, len(unsure))
        return Window(
            waits=[called[one.comment_id] - at for one, at in zip(said, due, strict=True) if one.is_sure],
            unsure=len(unsure), calls=await self._calls(began), questions=questions,
            outcomes=Counter(outcomes[comment_id] for comment_id in unsure), breaker_open=breaker_open, busy=busy,
            load=os.getloadavg()[0],
        )  # fmt: skip

    def _say(self, is_sure: bool) -> Said:
        self._number += 1
        text = next(self._sure if is_sure else self._unsure)
        return Said(f"5550001_7{self._number:07d}", f"66{self._number:07d}", text, is_sure)

    async def _play(self, said: list[Said], seconds: float) -> list[float]:
        bodies = [webhook_body([(one.comment_id, one.buyer, one.text)]) for one in said]
        due, _ = await send([http_request(body, self.port) for body in bodies], self.port, seconds)
        return due

    async def _outcomes(self, said: list[Said]) -> dict[str, str]:
        """Wait until every comment is decided; what became of each."""
        servers = read_running(self.program.data)
        assert servers is not None
        connection = await asyncpg.connect(servers.database_url)
        ids = [one.comment_id for one in said]

        async def decided() -> dict[str, str] | None:
            rows = await connection.fetch(
                "SELECT fb_comment_id, outcome FROM comments WHERE fb_comment_id = ANY($1::text[])"
                " AND outcome IS NOT NULL AND outcome <> $2", ids, THINKING,
            )  # fmt: skip
            await asyncio.sleep(0.5)
            return {row["fb_comment_id"]: row["outcome"] for row in rows} if len(rows) == len(ids) else None

        try:
            outcomes: dict[str, str] = await until(decided, seconds=DECIDED_SECONDS)
        finally:
            await connection.close()
        return outcomes

    async def _switch(self, switches: dict[str, object]) -> None:
        (await self.play.put("/_sandbox/switches/model", json=switches)).raise_for_status()

    async def _recover(self) -> None:
        """Let the provider be well until the breaker has found that out."""
        await self._switch({})
        while await self._is_breaker_open():
            probe = [self._say(False)]
            await self._play(probe, 0)
            await self._outcomes(probe)

    async def _is_asked(self) -> bool:
        began = time.time()
        await self._play([self._say(False)], 0)
        await asyncio.sleep(1)
        return await self._calls(began) > 0

    async def _calls(self, since: float) -> int:
        logged = (await self.play.get("/_sandbox/log/model")).json()["requests"]
        return sum(entry["at"] >= since for entry in logged)

    async def _is_breaker_open(self) -> bool:
        return (await self._metric("circuit_open", "service"))["model"] > 0

    async def _questions(self) -> Counter[str]:
        return await self._metric("model_questions_total", "result")

    async def _metric(self, name: str, label: str) -> Counter[str]:
        async with httpx.AsyncClient(base_url=self.program.url, trust_env=False, timeout=30) as client:
            told = (await client.get("/metrics")).text
        samples = [sample for family in text_string_to_metric_families(told) for sample in family.samples]
        return Counter({each.labels[label]: int(each.value) for each in samples if each.name == name})


def told(windows: list[Window]) -> str:
    """What shows that the model was really asked, and that nothing was lost."""
    sure, unsure = sum(len(window.waits) for window in windows), sum(window.unsure for window in windows)
    questions = sum((window.questions for window in windows), Counter())
    outcomes = sum((window.outcomes for window in windows), Counter())
    p50 = percentile([wait for window in windows for wait in window.waits], 50)
    p95s = "/".join(f"{1000 * window.p95:.0f}" for window in windows)
    is_open = sum(window.breaker_open for window in windows)
    return "; ".join(
        [
            f"{p95s} ms, P50 {1000 * p50:.0f} ms, {sure} sure",
            f"{sum(window.calls for window in windows)} calls for {unsure} unsure ({listed(questions)})",
            f"decided {listed(outcomes)}",
            f"breaker open at the end of {is_open} of {len(windows)}",
            f"program {statistics.mean(window.busy for window in windows):.0%} of a core, "
            f"load {'/'.join(f'{window.load:.1f}' for window in windows)}",
        ]
    )


def listed(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())


def sure_words(random: Random) -> Iterator[str]:
    assert all(not unsure and buys for unsure, buys in map(judged, SURE)), "The local engine must be sure of these."
    while True:
        yield random.choice(SURE)


def unsure_words(random: Random) -> Iterator[str]:
    """Words that the local engine is unsure of, never the same twice."""
    said: set[str] = set()
    while True:
        names = [f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}" for _ in range(2)]
        text = random.choice(UNSURE).format(who=" y ".join(names))
        if text not in said and judged(text)[0]:
            said.add(text)
            yield text


def judged(text: str) -> tuple[bool, bool]:
    """Whether the local engine is unsure of this in the demo shop, and whether it reads a purchase."""
    [understood] = understand([Comment("1", text, FEATURED_SKU, "es-CL")], CATALOGUE)
    return is_unsure(understood), understood.intent is Intent.purchase


CATALOGUE = Catalogue.build(
    [
        CatalogueProduct(p.sku, p.name, p.price, p.stock, p.category, p.variant, tuple(p.keywords))
        for p in demo_products(uuid7())
    ],
    "es-CL",
    "CLP",
)
