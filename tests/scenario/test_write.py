"""Text that is written is read back equal, whatever names it holds."""

# ruff: noqa: E501

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsim.errors import UserError
from callsim.scenario.document import parse
from callsim.scenario.reading.write import block, flow, text
from callsim.scenario.words.quantities import _name

ODD = [
    "true", "null", "Null", "~", "yes", "off", "1e3", "0x1f", "012", "1_000", ".5", "2026-03-04", "07:00", "mon",
    "mon-fri", "other", "a: b", "a:", "#x", "a #b", "早班", "客服组", "a\"b'", "*a", "&b", "!c", "%d", "@e", "`x",
    "-", "- a", "?", "? a", "|", ">", "a-", "x,y", "{a}", "[b]", "a\\b", "é", "x\u200b", "=", "...", "---", "%YAML",
    "extends", "a\u00a0b",
]  # fmt: skip


def usable(name: str) -> bool:
    try:
        return _name(name) == name and name != "<<"
    except ValueError:
        return False


def read_back(tree: dict[str, object]) -> object:
    root, mistakes = parse(block(tree), "written.yaml")
    assert mistakes == []
    return root.plain()


def names() -> st.SearchStrategy[str]:
    return (st.sampled_from(ODD) | st.text(min_size=1, max_size=100)).filter(usable)


@settings(max_examples=150, deadline=None)
@given(st.lists(names(), min_size=3, max_size=6, unique=True), st.integers(0, 9))
def test_any_name_comes_back_equal(several: list[str], agents: int) -> None:
    one, two, *more = several
    tree: dict[str, object] = {
        "shifts": {one: {"from": "07:00", "to": "15:00", "days": ["mon"]}, two: {"hours": ["22:00-06:00"]}},
        "groups": {
            one: {"shifts": dict.fromkeys(several, agents)},
            two: {"staff": agents, one: None},
            more[0]: {"staff": {"mon-fri": (agents,) * 48, "2026-03-04": agents}, "site": one},
        },
    }
    found = read_back(tree)
    assert found == tree | {
        "shifts": {
            one: {"from": "07:00", "to": "15:00", "days": ("mon",)},
            two: {"hours": ("22:00-06:00",)},
        }
    }
    assert list(found["groups"]) == [one, two, more[0]]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_quoted_and_plain_ones_are_not(name: str) -> None:
    assert read_back({name: {name: name}}) == {name: {name: name}}
    assert text("early") == "early"
    assert text("early mon-fri") == '"early mon-fri"'
    assert text("早班") == "早班"


def test_values_of_all_kinds() -> None:
    tree = {
        "a": [1, 2.5, None, True, "x"],
        "b": {},
        "c": [],
        "d": {"e": {}, "f": 0},
        "g": -3,
        "h": ["a"] * 40,
    }
    found = read_back(tree)
    assert found == tree | {"a": (1, 2.5, None, "true", "x"), "c": (), "h": ("a",) * 40}
    assert flow(tree["a"]) == "[1, 2.5, null, true, x]"


def test_a_day_of_half_hours_is_three_rows() -> None:
    lines = block({"groups": {"g": {"staff": {"mon": list(range(48)), "sat-sun": 3}}}}).splitlines()
    assert lines[:3] == ["groups:", "  g:", "    staff:"]
    assert lines[3].startswith("      mon: [0, 1, 2,")
    assert lines[3].endswith(" 15,")
    assert lines[6] == "      sat-sun: 3"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UserError, match="cannot be written"):
        text("a\udc80")
