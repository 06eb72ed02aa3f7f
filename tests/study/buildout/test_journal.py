"""What is kept survives being cut off anywhere, and is never mistaken for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.errors import UserError
from callsim.study.buildout.journal import Kept


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
