"""Sure purchases while the model's provider is well, down, slow, talks nonsense or refuses: one run, in turns.

The program as `livestream-sell run` starts it, its second opinion on and pointed at the sandbox, a process of its own.
One comment in five is unsure, each in words of its own so that no answer is kept for it. Clocked are only the others:
from the moment a sure purchase is due to the Graph API being called with its answer.

A tenth is less than a shared machine moves by itself within a minute. So the windows of one behaviour lie all over the
run and are judged together, what the host's other guests disturbed is left out, and the healthy windows are compared
with each other as well: no difference below that one was seen.
"""

import asyncio
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

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
from tests.load.bench_latency import fill_shelves, first_calls, send
from tests.load.figures import Figure, percentile, scaled
from tests.load.host import Host, watched_host
from tests.load.load_generator import http_request
from tests.load.program import NO_LIMITS, Program, running_program
from tests.support.waiting import until
from tests.support.whole import webhook_body

NAME = "sure purchase -> Graph API called"
# The slowest twentieth may take so many times what it takes with a provider that is well.
GOAL = 1.1
FEWEST = 200  # undisturbed purchases
RATE = 1000
UNSURE_SHARE = 0.2
# An open breaker closes 30 s later at the earliest: a shorter window only makes the next one wait.
WINDOW_SECONDS = 25
# The files of the program's servers, where there is such a folder: waits for a disk that is shared with strangers are
# longer than all the rest, and no provider has a part in them.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
DRAWS = 1000
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
class Wait:
    """How long one sure purchase waited for its answer."""

    seconds: float
    is_disturbed: bool


@dataclass(frozen=True)
class Window:
    """One stretch of comments under one behaviour of the provider."""

    behaviour: str
    waits: list[Wait]  # of the sure purchases
    unsure: int
    calls: int  # that reached the provider
    questions: Counter[str]  # what came of each, in the product's own words
    outcomes: Counter[str]  # of the unsure comments
    breaker_open: bool
    busy: float  # share of one core that the program took
    load: float  # average of the machine at the end

    @property
    def all(self) -> list[float]:
        return [wait.seconds for wait in self.waits]

    @property
    def undisturbed(self) -> list[float]:
        return [wait.seconds for wait in self.waits if not wait.is_disturbed]


async def measure() -> list[Figure]:
    if not is_installed():
        return [Figure.skipped(NAME, "the model's client is not installed: make model")]
    async with (
        running_program(in_folder=MEMORY, **SETTINGS) as program,
        httpx.AsyncClient(base_url=program.sandbox["play"], trust_env=False, timeout=60) as play,
        watched_host() as host,
    ):
        await fill_shelves(program)
        bench = Bench(program, play, host)
        await bench.warm_up()
        windows = [await bench.window(behaviour) for behaviour in turns(scaled(2, 6))]
    return figures(windows)


def turns(rounds: int) -> list[str]:
    """Two healthy windows and one of each fault a round, shuffled; every second round is the one before it backwards.

    So what drifts in the course of the run meets all of them alike.
    """
    random, order = Random(1), [HEALTHY, HEALTHY, *FAULTS]
    told: list[str] = []
    for number in range(rounds):
        if number % 2 == 0:
            random.shuffle(order)
        told += order if number % 2 == 0 else reversed(order)
    return told


def figures(windows: Sequence[Window]) -> list[Figure]:
    of = {behaviour: [each for each in windows if each.behaviour == behaviour] for behaviour in (HEALTHY, *FAULTS)}
    healthy = of[HEALTHY]
    p95 = percentile(list(chain(*(window.undisturbed for window in healthy))), 95)
    return [
        Figure(f"{NAME}, model healthy, P95", 1000 * p95, "ms", how=f"at {RATE}/min; {told(healthy)}"),
        Figure(f"{NAME}, every second healthy window against the others", ratio(healthy[::2], healthy[1::2]), "",
               how=f"what this machine resolves: {compared(healthy[::2], healthy[1::2])}"),
        *(against_healthy(fault, of[fault], healthy) for fault in FAULTS),
    ]  # fmt: skip


def against_healthy(fault: str, windows: Sequence[Window], healthy: Sequence[Window]) -> Figure:
    """The figure of one fault; none where too few purchases were undisturbed to tell their slowest twentieth."""
    name = f"{NAME}, model {fault}: P95 against healthy"
    left = min(sum(len(window.undisturbed) for window in each) for each in (windows, healthy))
    if left < FEWEST:
        return Figure.skipped(name, f"the host disturbed all but {left} purchases")
    return Figure(
        name, ratio(windows, healthy), "", GOAL, less_is_better=True,
        how=f"{compared(windows, healthy)}; {told(windows)}",
    )  # fmt: skip


def ratio(windows: Sequence[Window], others: Sequence[Window]) -> float:
    """Return the P95 of all undisturbed purchases of some windows over that of the others."""
    return _ratio([window.undisturbed for window in windows], [window.undisturbed for window in others])


def compared(windows: Sequence[Window], others: Sequence[Window]) -> str:
    """How sure the ratio is, from windows drawn again and again, and what it would be with the disturbed purchases."""
    random = Random(1)
    # Drawn are windows with anything in them, else a draw may hold nothing.
    ours, theirs = ([window.undisturbed for window in each if window.undisturbed] for each in (windows, others))
    drawn = sorted(
        _ratio(random.choices(ours, k=len(ours)), random.choices(theirs, k=len(theirs))) for _ in range(DRAWS)
    )
    disturbed_too = _ratio([window.all for window in windows], [window.all for window in others])
    return (
        f"{percentile(drawn, 5):.2f} to {percentile(drawn, 95):.2f} in nine of ten draws of the windows, "
        f"{disturbed_too:.2f} with the disturbed"
    )


def _ratio(ours: list[list[float]], theirs: list[list[float]]) -> float:
    return percentile(list(chain(*ours)), 95) / percentile(list(chain(*theirs)), 95)


class Bench:
    """The comments of one run, and what came of them."""

    def __init__(self, program: Program, play: httpx.AsyncClient, host: Host) -> None:
        self.program = program
        self.play = play
        self.host = host
        self.port = int(program.url.rsplit(":", 1)[1])
        self._random = Random(1)
        self._sure, self._unsure = sure_words(self._random), unsure_words(self._random)
        self._number = 0
        self._logged = 0  # what the sandbox had heard when the window began

    async def warm_up(self) -> None:
        """Until the client of the model is loaded and connections are open."""
        await until(self._is_asked, seconds=LOADED_SECONDS)
        said = [self._say(number % 5 > 0) for number in range(50)]
        await self._play(said, 5)
        await self._outcomes(said)

    async def window(self, behaviour: str) -> Window:
        """Send for so long while the provider behaves so, and wait until every comment is decided and answered."""
        await self._recover()
        await self._switch(FAULTS.get(behaviour, {}))
        await self._begin_log()
        said = [self._say(self._random.random() >= UNSURE_SHARE) for _ in range(RATE * WINDOW_SECONDS // 60)]
        before, began, busy = await self._questions(), time.time(), self.program.busy_seconds()
        due = await self._play(said, WINDOW_SECONDS)
        busy = (self.program.busy_seconds() - busy) / (time.time() - began)
        breaker_open = await self._is_breaker_open()
        outcomes = await self._outcomes(said)
        assert all(outcomes[one.comment_id] == "reserved" for one in said if one.is_sure), Counter(outcomes.values())
        called = await self._called(said)
        unsure = [one.comment_id for one in said if not one.is_sure]
        questions = await self._questions() - before
        # Else the words above no longer leave the local engine unsure.
        assert questions.total() == len(unsure), (questions, len(unsure))
        return Window(
            behaviour=behaviour,
            waits=[
                Wait(called[one.comment_id] - at, self.host.has_disturbed(at))
                for one, at in zip(said, due, strict=True) if one.is_sure
            ],
            unsure=len(unsure), calls=await self._calls(), questions=questions,
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
        await self._play([self._say(False)], 0)
        await asyncio.sleep(1)
        return await self._calls() > 0

    async def _begin_log(self) -> None:
        """Read the sandbox's log from here on: whole it takes seconds of its processor."""
        heard = [entry["seq"] for service in ("graph", "model") for entry in await self._log(service)]
        self._logged = max(heard, default=self._logged)

    async def _log(self, service: str) -> list[dict[str, Any]]:
        answer = await self.play.get(f"/_sandbox/log/{service}", params={"since": self._logged})
        requests: list[dict[str, Any]] = answer.json()["requests"]
        return requests

    async def _called(self, said: list[Said]) -> dict[str, float]:
        """Wait until every sure purchase is answered; when the Graph API was first called about each."""

        async def answered() -> dict[str, float] | None:
            called = await first_calls(self.play, since=self._logged)
            await asyncio.sleep(0.5)
            return called if all(one.comment_id in called for one in said if one.is_sure) else None

        called: dict[str, float] = await until(answered, seconds=DECIDED_SECONDS)
        return called

    async def _calls(self) -> int:
        return len(await self._log("model"))

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
    undisturbed = list(chain(*(window.undisturbed for window in windows)))
    p50, p95 = (1000 * percentile(undisturbed, percent) for percent in (50, 95))
    p95s = "/".join(f"{1000 * percentile(window.undisturbed, 95):.0f}" for window in windows)
    is_open = sum(window.breaker_open for window in windows)
    return "; ".join(
        [
            f"P95 {p95:.0f} ms, P50 {p50:.0f} ms of {len(undisturbed)} undisturbed of {sure} sure",
            f"windows of {WINDOW_SECONDS} s: {p95s} ms",
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
