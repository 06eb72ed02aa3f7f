"""One browser for all tests of a process: the machine's chromium, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; tests are skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no chromium here (Debian: apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a page, offline; whatever it says, asks for or runs against the rules fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(text: str, width: int = 1280, **options: Any) -> Page:
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(text, "utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()

        def asked(request: Request) -> None:
            if request.url != path.as_uri():
                complaints.append(f"asked for {request.url}")

        def spoke(dialog: Dialog) -> None:
            complaints.append(f"ran a script: {dialog.message}")
            dialog.dismiss()

        page.on("console", lambda message: complaints.append(f"wrote to the console: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"failed: {error}"))
        page.on("dialog", spoke)
        page.on("request", asked)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
