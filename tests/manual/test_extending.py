"""The supervisor of docs/extending.md is run, and everything that its tables name exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import callsim

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/extending.md").read_text("utf-8")


def test_the_supervisor_runs_and_changes_the_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    block = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert block
    names: dict[str, Any] = {}
    exec(block[1], names)
    before, after = (names[name].sums.work for name in ("before", "after"))
    hours = slice(34, 42)  # from 17:00 to 21:00
    assert (before[:, hours] != after[:, hours]).any()
    assert (before[:, : hours.start] == after[:, : hours.start]).all()


def test_all_that_the_tables_name_exists() -> None:
    named = set(re.findall(r"`(?:yield )?floor\.(\w+)", TEXT)) | {"busy", "on_duty"}
    public = {name for name in vars(callsim.Floor) if not name.startswith("_")}
    assert named == public
