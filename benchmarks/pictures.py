"""The pictures of the README: parts of a page, as chromium shows them.

callsim run scenarios/zunyi-2015.yaml --runs 20 --out page.html
python -m benchmarks.pictures page.html docs/pictures
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH = 1000
GAP = 16  # dots of paper around a picture


def take(page_file: str, folder: str) -> None:
    """Write top.png, day.png and heat.png."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, offline=True)
        page.goto(Path(page_file).resolve().as_uri())
        page.add_style_tag(content="main { padding: 24px } details.figures, .chooser { display: none }")
        for name, first, last in (
            ("top", "h1", "h2:text('Goals') ~ .parts"),
            ("day", "figure.wide", "figure.time:nth-of-type(5)"),
            ("heat", "figure.heat", "figure.heat"),
        ):
            above, below = (page.locator(place).first.bounding_box() for place in (first, last))
            assert above is not None
            assert below is not None
            top = above["y"] - GAP
            clip = {"x": 0, "y": top, "width": WIDTH, "height": below["y"] + below["height"] + GAP - top}
            page.screenshot(path=Path(folder) / f"{name}.png", clip=clip, full_page=True)
        browser.close()


if __name__ == "__main__":
    take(*sys.argv[1:])
