"""Pages to test, and what is embedded in them, read back without a browser."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import callsim
from callsim.report import html
from callsim.results.run import RunResult
from callsim.results.schema import read

TRICKS = ("<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "客服 & <b>热线</b>")
GROUP = "'\"><svg onload=alert(3)>"
NASTY = r"""
name: "</title><script>alert(0)</script> 遵义"
calendar: {start: 2017-06-05}
sites: {"<i>新蒲</i>": {seats: 40}}
queues:
  "<script>alert(1)</script>":
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}
  "</script><img src=x onerror=alert(2)>":
    open: 09:00-17:30
    arrivals: {per_hour: 40}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 99.99%, within: 1 s}
  "客服 & <b>热线</b>":
    arrivals: {per_hour: 20}
    talk: {exponential: {mean: 3 min}}
  line:
    copies: 3
    arrivals: {per_hour: 30}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 70%, within: 30 s}
groups:
  "'\"><svg onload=alert(3)>":
    site: "<i>新蒲</i>"
    answers: {"<script>alert(1)</script>": {}, "客服 & <b>热线</b>": {}}
    staff: 7
  second: {answers: {"</script><img src=x onerror=alert(2)>": {}}, staff: 3}
  line-desk: {answers: {line: {}}, staff: 3}
"""


def page(found: dict[str, Any]) -> str:
    """The page of a run, of its JSON."""
    return html.page(read(RunResult, found))


@cache
def nasty() -> tuple[dict[str, Any], str]:
    """A result whose names try to be HTML, and its page."""
    found = run(NASTY, 3)
    return found, page(found)


def run(text: str, runs: int) -> dict[str, Any]:
    """The result of a scenario that is written here."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(text, "utf-8")
        return callsim.run(callsim.load(path), runs=runs, jobs=1).to_dict()


def data_of(text: str) -> dict[str, Any]:
    """What a page draws."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found
    return json.loads(found[1])


class Reader(HTMLParser):
    """All tags, and the rows of all tables as their words."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def table(self, *head: str) -> list[list[str]]:
        """The rows of the first table that begins with this head."""
        return next(rows[1:] for rows in self.tables if tuple(rows[0][: len(head)]) == head)
