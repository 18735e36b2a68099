"""A real browser: the system's Chromium, else Playwright's own."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
    "locale": "es-CL",
}  # fmt: skip
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "locale": "es-CL"}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a browser; skip the test on a machine without one."""
    async with async_playwright() as playwright:
        if not (CHROMIUM or os.path.isfile(playwright.chromium.executable_path)):  # noqa: ASYNC240 (once, at the start)
            pytest.skip("no Chromium on this machine")
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def window(browser: Browser, problems: list[str], **options: Any) -> AsyncIterator[Page]:
    """Yield a page in a fresh context (its own cookies); what its scripts complain about goes to `problems`."""
    context: BrowserContext = await browser.new_context(**options)
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    # A script or style that the content policy stops says so here only.
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page
    finally:
        await context.close()
