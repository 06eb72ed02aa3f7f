"""Scenario files of a release load in every later one, and mean the same: see docs/releases.md.

`v0_1_0` holds the scenario files of 0.1.0, its template and the examples of its pages;
`understood_0_1_0.json` is what 0.1.0 itself read from them: every key with its value in seconds, shares and
milliseconds of the day.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import pytest

import callsim

HERE = Path(__file__).parent
FILES = HERE / "v0_1_0"
UNDERSTOOD: dict[str, dict[str, Any]] = json.loads((HERE / "understood_0_1_0.json").read_text("utf-8"))


def unlike(was: Any, now: Any, path: str = "") -> list[str]:
    """Keys that 0.1.0 understood otherwise; keys that came later say nothing."""
    if path.endswith(".breaks[]") and isinstance(was, list) and isinstance(now, dict):
        others = {key: value for key, value in now.items() if key != "at" and value is not None}
        return unlike(was, now["at"], f"{path}.at") + [f"{path}.{key}" for key in others]
    if isinstance(was, dict) and isinstance(now, dict):
        gone = [f"{path}.{key}" for key in was if key not in now]
        return gone + [it for key in was if key in now for it in unlike(was[key], now[key], f"{path}.{key}")]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return [it for one, other in zip(was, now, strict=True) for it in unlike(one, other, f"{path}[]")]
    if path.endswith(".file"):
        now = Path(now).name
    if type(was) in (int, float) and type(now) in (int, float):  # a truth value is no number
        return [] if math.isclose(was, now, rel_tol=1e-12) else [path]
    return [] if was == now and type(was) is type(now) else [path]


def understood(path: Path) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's, on values that are other than it expects
        return json.loads(json.dumps(callsim.load(path).model_dump(mode="json")))


def test_every_file_of_the_release_is_held() -> None:
    assert {path.name for path in FILES.glob("*.yaml")} == set(UNDERSTOOD)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_file_of_the_release_loads_and_means_the_same(name: str) -> None:
    assert unlike(UNDERSTOOD[name], understood(FILES / name)) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"queues.service.talk": {"lognormal": {"mean": "241 s", "cv": 1.0}}}, ".queues.service.talk"),
        ({"queues.service.goal.within": "21 s"}, ".queues.service.goal.within"),
        ({"groups.desk.staff": 12}, ".groups.desk.staff"),
    ],
)
def test_another_meaning_is_seen(change: dict[str, Any], path: str) -> None:
    scenario = callsim.load(FILES / "readme.yaml", change)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        now = json.loads(json.dumps(scenario.model_dump(mode="json")))
    assert any(it.startswith(path) for it in unlike(UNDERSTOOD["readme.yaml"], now))


def test_a_key_that_is_gone_is_seen() -> None:
    assert unlike({"a": 1, "b": 2}, {"a": 1, "c": 3}) == [".b"]
