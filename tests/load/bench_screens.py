"""The screens in Chromium: first paint of the checkout on a slow phone, and the live page under a busy show."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page

from livestream_sell.commands.seed import EMAIL, PASSWORD
from livestream_sell.sandbox.show import run_show
from livestream_sell.ui.build import BUILT
from tests.load.figures import Figure, percentile, scaled
from tests.load.program import Program, running_program
from tests.support.browsing import DESKTOP, PHONE, chromium, window
from tests.support.waiting import until

# Chrome's "slow 4G" and a processor four times slower than this machine's.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
LOADS = 5
BUYER = "9901"
RATE = 1000
MARKS = 60
# When each marked comment has come into the page, by the clock that the sender reads too.
WATCH = """() => {
  window.seen = {};
  new MutationObserver(changes => {
    for (const change of changes) for (const node of change.addedNodes) {
      const mark = /marca-(\\d+)/.exec(node.textContent || "");
      if (mark && !(mark[1] in window.seen)) window.seen[mark[1]] = Date.now();
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime || 0"
SCRIPTS = "performance.getEntriesByType('resource').map(e => new URL(e.name).pathname).filter(n => n.endsWith('.js'))"


async def measure() -> list[Figure]:
    async with running_program() as program, chromium() as browser:
        checkout = await checkout_figures(program, browser)
        return [*checkout, *await live_figures(program, browser)]


async def checkout_figures(program: Program, browser: Browser) -> list[Figure]:
    link = await checkout_link(program)
    async with httpx.AsyncClient(trust_env=False) as client:
        page = program.url + (await client.get(link)).headers["location"]
    await load_checkout(browser, page)  # the first load after a start is the server's, not the page's
    loads = [await load_checkout(browser, page) for _ in range(LOADS)]
    by_link = [await load_checkout(browser, link) for _ in range(LOADS)]
    paint, ready, paint_by_link = (
        statistics.median(each) / 1000
        for each in ([one.paint for one in loads], [one.ready for one in loads], [one.paint for one in by_link])
    )
    how = f"median of {LOADS}, 1.6 Mbit/s, 150 ms, {SLOWER} x slower processor, empty cache"
    return [
        Figure("checkout: first paint on slow 4G", paint, "s", 1, less_is_better=True, how=how),
        Figure("checkout: first paint from the link in the message", paint_by_link, "s", how="with its redirect"),
        Figure("checkout: the ways to pay can be tapped", ready, "s", how="the loads of the first row"),
        Figure("checkout: JavaScript, gzipped", loads[0].scripts, "kB", 165, less_is_better=True, how="first load"),
    ]


async def checkout_link(program: Program) -> str:
    """Comment as a buyer and return the link of the private message."""
    play = program.sandbox["play"]
    async with httpx.AsyncClient(base_url=play, trust_env=False) as client:
        body = {"page_id": "1001", "post_id": "1001_5550001", "buyer": {"id": BUYER, "name": "Ana"}, "text": "A12 x2"}
        (await client.post("/_sandbox/comments", json=body)).raise_for_status()

        async def written() -> list[Any]:
            thread = (await client.get(f"/_sandbox/threads/{BUYER}", params={"page_id": "1001"})).json()
            return [message for message in thread["messages"] if message["from"] == "page"]

        message = (await until(written))[0]
    buttons = message["attachment"]["payload"]["buttons"]
    return next(str(button["url"]) for button in buttons if button["type"] == "web_url")


@dataclass(frozen=True)
class Load:
    """One load of a page: milliseconds to the first paint and to the ways to pay, kB of scripts."""

    paint: float
    ready: float
    scripts: float


async def load_checkout(browser: Browser, address: str) -> Load:
    async with window(browser, [], **PHONE) as page:
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        await devtools.send("Network.emulateNetworkConditions", SLOW_4G)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        await page.goto(address, wait_until="commit")
        await page.get_by_role("button", name="Mercado Pago").wait_for()
        ready = float(await page.evaluate("performance.now()"))
        paint = float(await page.evaluate(FIRST_PAINT))
        return Load(paint, ready, gzipped(await page.evaluate(SCRIPTS)))


def gzipped(paths: list[str]) -> float:
    """Return the kB of the built scripts as a server without brotli sends them."""
    return sum(Path(f"{BUILT}{path}.gz").stat().st_size for path in set(paths)) / 1000


async def live_figures(program: Program, browser: Browser) -> list[Figure]:
    seconds = scaled(60, 600)
    async with window(browser, [], **DESKTOP) as page:
        await page.goto(program.url)
        await page.locator("input[name=email]").fill(EMAIL)
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.locator("button[type=submit]").first.click()
        await page.wait_for_url("**/dashboard/live*")
        playing = asyncio.create_task(
            run_show(program.sandbox_config, rate=RATE, minutes=seconds / 60, tell=lambda _: None)
        )
        await page.evaluate(WATCH)
        marking = asyncio.create_task(mark(program, seconds))
        samples = []
        while not playing.done():
            await asyncio.wait([playing], timeout=max(5, seconds / 20))
            samples.append(await heap(page))
        said, sent = playing.result(), await marking
        seen = await page.evaluate("window.seen")
    delays = [(seen[number] / 1000 - moment) for number, moment in sent.items() if number in seen]
    third = max(1, len(samples) // 3)
    # In the first third the feed fills up to the rows that it keeps.
    early, late = statistics.mean(samples[third : 2 * third]), statistics.mean(samples[-third:])
    how = f"heap after collection, last third against the middle one, {seconds} s at {RATE}/min"
    shown = f"{len(delays)} of {len(sent)} marked comments among {RATE}/min, from the sandbox's own webhook on"
    return [
        Figure("comment -> in the browser of an open dashboard, P95", percentile(delays, 95), "s", 0.5,
               less_is_better=True, how=shown),
        Figure("live page: memory, end against middle", late / early, "x", 1.25, less_is_better=True, how=how),
        Figure("live page: memory at the end", late, "MB", how=f"{said['private_replies']} private replies meanwhile"),
    ]  # fmt: skip


async def mark(program: Program, seconds: float) -> dict[str, float]:
    """Say something recognisable now and then while the show plays; return when each was said."""
    sent: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=program.sandbox["play"], trust_env=False) as client:
        for number in range(MARKS):
            await asyncio.sleep(seconds * 0.8 / MARKS)
            buyer = {"id": f"88{number:04}", "name": "Marca"}
            body = {"page_id": "1001", "post_id": "1001_5550001", "buyer": buyer, "text": f"hola marca-{number}"}
            sent[str(number)] = time.time()
            (await client.post("/_sandbox/comments", json=body)).raise_for_status()
    return sent


async def heap(page: Page) -> float:
    """Return the megabytes that the page's scripts hold, after a collection."""
    devtools = await page.context.new_cdp_session(page)
    try:
        await devtools.send("HeapProfiler.enable")
        await devtools.send("HeapProfiler.collectGarbage")
        return float(await page.evaluate("performance.memory.usedJSHeapSize")) / 1e6
    finally:
        await devtools.detach()
