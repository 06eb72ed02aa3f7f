"""A word or two of a report stands in English where it is used, and in `labels/` in every other language."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from callsim.report.kit.tables import Column, Page
from callsim.report.kit.terminal import fitted
from callsim.results.catalogue import PARTS
from callsim.sentences import ENGLISH, HERE, LANGUAGE, Own, dated, label, labels, languages, say

OTHERS = [language for language in languages() if language != ENGLISH]
HEADS = {
    "Column",
    "Shown",
    "Series",
    "Chart",
    "Section",
    "Tile",
    "tile",
    "title",
    "label",
    "Chooser",
    "Field",
}
WORDS = {"Word": slice(1, None), "Table": slice(0, 1), "Sheet": slice(0, 1)}  # arguments that are words


@pytest.fixture
def chinese() -> Iterator[None]:
    LANGUAGE.set("zh")
    yield
    LANGUAGE.set(ENGLISH)


def texts(node: ast.AST) -> Iterator[str]:
    """The texts that an argument may be: itself, one of two, or those of a list."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from texts(one)


def used() -> Iterator[tuple[str, str]]:
    """Where a word is told, and the word."""
    for file in sorted(HERE.parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            name, where = node.func.id, f"{file.relative_to(HERE.parent)}:{node.lineno}"
            parts = node.args[:1] if name in HEADS else node.args[WORDS[name]] if name in WORDS else []
            parts = [
                *parts,
                *(one.value for one in node.keywords if parts and one.arg in ("page", "x_title")),
            ]
            for part in parts:
                yield from ((where, text) for text in texts(part))
    for figures in PARTS.values():
        for one in figures.values():
            for text in (one.heading, one.page_heading, one.about):
                yield f"results/catalogue.py, {one.key}", text


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_is_in_every_language(language: str) -> None:
    known = labels(language)
    lack = {text: where for where, text in used() if text not in known}
    hint = "\n".join(
        f'add to callsim/sentences/labels/{language}.toml: "{text}" = …  # {where}'
        for text, where in lack.items()
    )
    assert not hint, f"words without a translation:\n{hint}"


@pytest.mark.usefixtures("chinese")
def test_names_of_users_are_no_labels() -> None:
    assert label("queue") == "队列"
    assert label(Own("queue")) == "queue"
    assert label("a name that nobody knows") == "a name that nobody knows"


@pytest.mark.usefixtures("chinese")
def test_weekdays_of_dates() -> None:
    monday = datetime.date(2026, 3, 2)
    assert [dated(monday + datetime.timedelta(days=k), "%a")[-1] for k in range(7)] == list("一二三四五六日")
    assert dated(datetime.datetime(2026, 3, 2, 8, 5), "%-m月%-d日 %A %H:%M") == "3月2日 周一 08:05"
    assert say("pages.moment_of_year", when=datetime.datetime(2026, 3, 7, 8, 0)) == "2026-03-07 周六 08:00"


def test_dates_in_english_are_those_of_strftime() -> None:
    assert dated(datetime.date(2026, 3, 2), "%a %d %b %Y") == "Mon 02 Mar 2026"


@pytest.mark.usefixtures("chinese")
def test_tables_are_even_where_letters_are_wide() -> None:
    """Every line of a table ends in the same column, whatever its letters are."""
    columns = [
        Column("queue", ["电信业务", "bank", "政务服务热线"], names=True),
        Column("service level", ["84.3 % ± 0.6", "9.1 %", "100.0 %"]),
        Column("abandoned", ["1 %", "无", "–"]),
    ]
    from callsim.report.kit.page import written

    lines = written(lambda page: [page.fitted("queues", columns)], 60, False).splitlines()
    assert {cell_len(line) for line in lines} == {cell_len(lines[1])}
    assert "服务水平" in lines[0]


@pytest.mark.usefixtures("chinese")
def test_what_found_no_room_is_named_in_the_language() -> None:
    page = Page(60)
    page.fitted(
        "queues", [Column("queue", ["a"], names=True), *(Column("calls", ["1" * 20], 3) for _ in range(4))]
    )
    assert page.left_out == ["队列: 呼叫, 呼叫"]


@pytest.mark.parametrize("width", [12, -12])
def test_fitted_counts_columns(width: int) -> None:
    for text in ("", "abandon", "放弃", "平均应答", "a放b弃"):
        assert cell_len(fitted(text, width)) == 12
        assert fitted(text, width).strip() == text
    assert fitted("长于四列", 4) == "长于四列"
