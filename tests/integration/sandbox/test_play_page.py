"""The page that plays the public, in a real browser: comment, private reply, tap, answer."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect

from livestream_sell.sandbox.server import SandboxServers

pytestmark = [pytest.mark.anyio, pytest.mark.e2e]

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@pytest.fixture
async def page(sandbox: SandboxServers) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        if not (CHROMIUM or _is_file(playwright.chromium.executable_path)):
            pytest.skip("no Chromium on this machine")
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = await browser.new_page()
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        await opened.goto(sandbox.urls["play"])
        await expect(opened.get_by_text("connected")).to_be_visible()
        yield opened
        await browser.close()
    assert problems == []


def _is_file(path: str) -> bool:
    return Path(path).is_file()


async def test_a_whole_conversation(page: Page, play: httpx.AsyncClient, graph: httpx.AsyncClient) -> None:
    await page.get_by_role("radio", name="Rosa").click()
    await page.get_by_placeholder("Comment…").fill("quiero <b>A1</b>")
    await page.keyboard.press("Enter")
    feed = page.get_by_role("log", name="Comments")
    await expect(feed.get_by_text("quiero <b>A1</b>")).to_be_visible()

    (comment,) = (await play.get("/_sandbox/lives/1001_5550001")).json()["comments"]
    await graph.post(f"/{comment['id']}/comments", data={"message": "¡Apartado, Rosa!"})
    await expect(feed.get_by_text("¡Apartado, Rosa!")).to_be_visible()
    buttons = [
        {"type": "web_url", "url": "http://shop.test/checkout/abc", "title": "Pagar ahora"},
        {"type": "postback", "title": "Confirmar", "payload": "CONFIRM:1"},
    ]
    payload = {"template_type": "button", "text": "Tienes 1 × A1", "buttons": buttons}
    message = {"attachment": {"type": "template", "payload": payload}}
    await graph.post("/1001/messages", json={"recipient": {"comment_id": comment["id"]}, "message": message})
    link = page.get_by_role("link", name="Pagar ahora")
    await expect(link).to_have_attribute("href", "http://shop.test/checkout/abc")
    await expect(link).to_have_attribute("target", "_blank")

    await page.get_by_role("button", name="Confirmar").click()
    await expect(page.get_by_text("The page may write for 24 h more")).to_be_visible()
    thread = (await play.get(f"/_sandbox/threads/{comment['from']['id']}")).json()
    assert thread["messages"][1]["postback"] == {"title": "Confirmar", "payload": "CONFIRM:1"}


async def test_a_new_buyer_edits_and_deletes_a_comment(page: Page) -> None:
    await page.get_by_role("button", name="+ buyer").click()
    await page.get_by_label("Name of the buyer").fill("Paz Ríos")
    await page.keyboard.press("Enter")
    await page.get_by_placeholder("Comment…").fill("A3")
    await page.get_by_role("button", name="Comment", exact=True).click()
    feed = page.get_by_role("log", name="Comments")
    await expect(feed.get_by_text("Paz Ríos")).to_be_visible()

    await feed.get_by_role("button", name="Edit").click()
    await page.get_by_label("Change the comment").fill("A3 x2")
    await page.get_by_role("button", name="OK").click()
    await expect(feed.get_by_text("A3 x2")).to_be_visible()
    await expect(feed.get_by_text("edited")).to_be_visible()

    await feed.get_by_role("button", name="Delete").click()
    await expect(feed.locator(".comment.removed")).to_have_count(1)


async def test_it_tells_when_the_product_refuses_webhooks(page: Page, product: Any, say_comment: Any) -> None:
    product.statuses = [403] * 1000

    await say_comment("A1")

    await expect(page.get_by_text("HTTP 403")).to_be_visible()


async def test_trouble_is_one_tap_away(page: Page, play: httpx.AsyncClient) -> None:
    await page.get_by_label("Down (503)").first.check()
    await expect(page.locator("#service-graph .state")).to_have_text("Down (503)")
    assert (await play.get("/_sandbox/switches/graph")).json()["down"] is True

    await page.get_by_role("button", name="All well").click()
    await expect(page.locator("#service-graph .state")).to_have_text("well")
    assert (await play.get("/_sandbox/switches/graph")).json()["down"] is False
