"""Any command answers in another language, and what it says next in English again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import callsim
from callsim.errors import UserError
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


def test_python_names_it() -> None:
    try:
        callsim.language("zh")
        with pytest.raises(UserError, match="没有语言 xx"):
            callsim.language("xx")
    finally:
        callsim.language(ENGLISH)
    assert LANGUAGE.get() == ENGLISH
