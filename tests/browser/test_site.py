"""The site: every link leads somewhere, it is the same when built again, and opens without a network."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "docs" / "site"
NEEDED = ("sphinx", "furo", "myst_parser", "pandas")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]


def build(out: Path) -> Path:
    """Build the site in a process of its own. Fails with what Sphinx says, such as of a link to nowhere."""
    command = [sys.executable, str(SITE / "build.py"), str(out)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=500)
    assert told.returncode == 0, told.stderr[-3000:]
    assert not told.stderr, told.stderr[-3000:]
    return out


class Asks(HTMLParser):
    """What a page would ask for when it is opened."""

    def __init__(self, text: str):
        super().__init__()
        self.urls: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("src", "srcset") or (name == "href" and tag == "link"):
                self.urls.append(value or "")


@pytest.mark.skipif(bool(MISSING), reason=f"the extra `docs` is not installed: {', '.join(MISSING)}")
def test_the_site_is_whole_the_same_when_built_again_and_opens_offline(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site, again = build(tmp_path / "site"), build(tmp_path / "again")
    files = {path.relative_to(site): path for path in site.rglob("*") if path.is_file()}
    assert {path.relative_to(again) for path in again.rglob("*") if path.is_file()} == set(files)
    assert [
        str(name) for name, path in files.items() if path.read_bytes() != (again / name).read_bytes()
    ] == []
    pages = {name: path.read_text("utf-8") for name, path in files.items() if name.suffix == ".html"}
    sources = {path.stem for path in (ROOT / "docs" / "tutorials").glob("*.py")}
    assert sources <= {name.stem for name in pages}
    notebooks = {path.stem: json.loads(path.read_text("utf-8")) for path in site.rglob("*.ipynb")}
    assert notebooks.keys() == sources
    for name, notebook in notebooks.items():
        assert notebook["nbformat"] == 4
        shown = [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert any(shown), name
    for name, text in pages.items():
        assert not [url for url in Asks(text).urls if re.match(r"(https?:)?//", url)], name
        assert str(ROOT) not in text, name
        assert "Traceback" not in text or name.stem in ("CHANGELOG", "why"), name

    browser = request.getfixturevalue("browser")
    context = browser.new_context(offline=True)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(site.as_uri()) or complaints.append(asked.url))
    for name in sorted(set(pages) - {Path("genindex.html"), Path("search.html")}):
        page.goto((site / name).as_uri())
        assert page.locator("h1").first.inner_text(), name
    page.goto((site / "search.html").as_uri() + "?q=shrinkage")
    page.wait_for_selector("#search-results li a")
    context.close()
    assert complaints == []
