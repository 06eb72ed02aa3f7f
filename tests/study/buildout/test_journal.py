"""What is kept survives being cut off anywhere, and is never mistaken for something else."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import callsim
from callsim.errors import UserError
from callsim.results.schema import mapped
from callsim.study.buildout.day_figures import kept_of
from callsim.study.buildout.journal import Kept
from callsim.study.stress.stress import as_written
from tests.makers.plans import loaded


def test_values_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.state"
    kept = Kept(path)
    values = {"a": {"x": 0.1 + 0.2, "y": None}, "b": [1, 2.5e-300], "中": "文"}
    for name, value in values.items():
        kept.keep(name, value)
    back = Kept(path)
    assert len(back) == 3
    assert {name: back[name] for name in values} == values
    back.discard()
    assert not path.exists()


def test_cut_off_anywhere_it_forgets_at_most_the_last(tmp_path: Path) -> None:
    path = tmp_path / "a.state"
    kept = Kept(path)
    ends = []
    for k in range(3):
        kept.keep(f"day {k}", {"k": k})
        ends.append(path.stat().st_size)
    whole = path.read_bytes()
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        back = Kept(path)
        assert len(back) == sum(end <= size for end in ends)
        assert bool(back.damaged) == (size not in (0, whole.index(b"\n") + 1, *ends))
        back.keep("more", 1)
        again = Kept(path)
        assert (again["more"], len(again), again.damaged) == (1, len(back), 0)


def test_another_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n")
    with pytest.raises(UserError, match="not what callsim"):
        Kept(path)
    assert path.read_text() == "my notes\n"
    with pytest.raises(UserError, match="cannot keep"):
        Kept(tmp_path)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in what JSON holds, one of each list."""
    if path:
        yield path
    inside = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, inner in inside:
        yield from places(inner, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with something else at a place."""
    changed = copy.deepcopy(value)
    there = changed
    for key in path[:-1]:
        there = there[key]
    there[path[-1]] = new
    return changed


def test_a_day_comes_back_as_it_was_and_nothing_else_is_a_day(tmp_path: Path) -> None:
    day = as_written(loaded(tmp_path, ""), None)
    whole = kept_of(day, callsim.run(day.scenario, runs=2))
    kept = Kept(tmp_path / "a.state")
    assert kept.keep_day("whole", whole) == whole
    assert Kept(tmp_path / "a.state").day("whole") == whole
    assert kept.day("never kept") is None
    # With a right checksum, and yet no day: what is there is simulated again, without a traceback.
    told, memory = mapped(whole), Kept()
    for path in places(told):
        memory.keep(str(path), put(told, path, {"no": ["day"]}))
        assert memory.day(str(path)) is None, path
