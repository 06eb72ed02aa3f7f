"""Any command answers in another language, and what it says next in English again."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

import callsim
from callsim.cli import COMMANDS
from callsim.cli.spoken import CLICK
from callsim.errors import UserError
from callsim.history.days import in_file, in_words
from callsim.sentences import ENGLISH, LANGUAGE, of_commands

# Texts of click that only authors of commands see, or that no command of callsim brings about.
UNSEEN = re.compile(
    "eprecated|Warning|defined twice|Boolean option|Could not determine|No options defined|onfirm|format|"
    r"UUID|Arguments take|executable|Repeat|Do you want|Error:|len_type|Choice\(|prompt|two entered|"
    "hidden|start character|prog"
)

Typed = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "words", [("check", "none.yaml", "--language", "zh"), ("--language=zh", "check", "none.yaml")]
)
def test_mistakes_are_told_in_it(typed: Typed, words: tuple[str, ...]) -> None:
    code, _, err = typed(*words)
    assert (code, "没有这个文件" in err) == (2, True)
    assert "there is no such file" in typed("check", "none.yaml")[2]


def test_help_is_told_in_it(typed: Typed) -> None:
    assert "仿真次数" in typed("run", "--help", "--language", "zh")[1]
    assert "仿真次数" not in typed("run", "--help")[1]


def test_the_environment_names_it(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIM_LANGUAGE", "zh")
    assert "没有这个文件" in typed("check", "none.yaml")[2]
    assert "there is no such file" in typed("check", "none.yaml", "--language", "en")[2]
    monkeypatch.setenv("CALLSIM_LANGUAGE", "xx")
    code, _, err = typed("check", "none.yaml")
    assert (code, "there is no language xx" in err) == (2, True)


def test_days_of_files_stay_english() -> None:
    """Files that a fit writes are read again, in any language; what people read of them is in theirs."""
    days = np.array(["2026-01-05", "2026-01-06", "2026-01-09"], "datetime64[D]")
    try:
        callsim.language("zh")
        assert in_file(days) == ["2026-01-05 to 2026-01-06", "2026-01-09"]
        assert in_words(days) == "2026-01-05 至 2026-01-06, 2026-01-09"
    finally:
        callsim.language(ENGLISH)
    assert in_file(days) == in_words(days).split(", ")
    assert in_file(days[:0]) == []


def test_python_names_it() -> None:
    try:
        callsim.language("zh")
        with pytest.raises(UserError, match="没有语言 xx"):
            callsim.language("xx")
    finally:
        callsim.language(ENGLISH)
    assert LANGUAGE.get() == ENGLISH


def texts_of_click() -> set[str]:
    """What click has translated, as its sources show it."""
    found: set[str] = set()
    for name in CLICK:
        source = Path(str(import_module(f"click.{name}").__file__)).read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "ngettext"):
                texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
                found |= {text for text in texts if isinstance(text, str)}
    return found


def test_what_click_says_has_its_chinese() -> None:
    ours = of_commands("zh", "click")
    assert {text for text in texts_of_click() - ours.keys() if not UNSEEN.search(text)} == set()
    for english, chinese in ours.items():
        values = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, chinese)]
        assert values[0] == values[1], english


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_is_chinese(typed: Typed, name: str) -> None:
    """Paths, words to type and names of formats are English; three words in a row are a sentence."""
    told = typed(name, "--help", "--language", "zh")[1]
    said = told[: told.index("示例：")]
    assert not re.findall(r"(?<![-\w/.`|\[])[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}(?![-\w/.`|])", said)
    assert "Show this message" in typed(name, "--help")[1]
    assert "Examples:" in typed(name, "--help")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "x.yaml", "--runz", "3"), "没有选项"),
        (("run",), "缺少参数"),
        (("run", "x.yaml", "--runs", "0"), "不在范围"),
        (("run", "x.yaml", "--engine", "fast"), "不是其中之一"),
        (("runn",), "没有命令"),
        (("check", "x.yaml", "--language"), "需要一个值"),
    ],
)
def test_mistakes_of_a_command_line_are_chinese(typed: Typed, words: tuple[str, ...], says: str) -> None:
    code, _, err = typed("--language", "zh", *words)
    assert (code, says in err) == (2, True), err
    assert says not in typed(*words)[2]
