"""Pages of the site that nothing else reads: both glossaries, the list of tutorials."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.py"))


def words(page: str) -> list[str]:
    """First columns of the tables of a glossary."""
    text = (DOCS / page).read_text("utf-8")
    return [row[1] for row in re.finditer(r"^\| ([^|]+?) \|", text, re.MULTILINE) if row[1] != "word"]


def test_the_chinese_glossary_has_every_word_in_the_same_order() -> None:
    assert words("glossary-zh.md") == words("glossary.md")


def test_each_word_has_its_own_chinese() -> None:
    text = (DOCS / "glossary-zh.md").read_text("utf-8")
    told = re.findall(r"^\| [^|]+ \| ([^|]+?) \| ([^|]+?) \|$", text, re.MULTILINE)[1:]
    assert len(told) == len(words("glossary-zh.md"))
    assert all(re.search(r"[\u4e00-\u9fff]", cell) for row in told for cell in row)
    assert len({name for name, _ in told}) == len(told)


@pytest.mark.parametrize("source", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_named_on_the_first_page_and_begins_with_its_title(source: Path) -> None:
    assert f"docs/tutorials/{source.stem}\n" in (DOCS / "site" / "index.md").read_text("utf-8")
    text = source.read_text("utf-8")
    assert text.startswith("# %% [markdown]\n# # ")
    ast.parse(text)
