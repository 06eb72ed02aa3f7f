"""Any command answers in another language, and what it says next in English again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import callsim
from callsim.errors import UserError
from callsim.history.days import in_file, in_words
from callsim.sentences import ENGLISH, LANGUAGE

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
