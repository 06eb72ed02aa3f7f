"""What is too much is said before it is begun: rows of a result, plans of a comparison, steps of a path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from callsim import load
from callsim.cli.simulate import foreseen

Typed = Callable[..., tuple[int, str, str]]
COPIES = """
calendar: {start: 2024-01-08, days: %d, interval: %s}
queues: {q: {copies: %d, arrivals: {per_hour: 1}, talk: 1 min}}
groups: {g: {answers: {q: {}}, staff: 1}}
"""


@pytest.mark.parametrize(
    ("days", "interval", "copies", "says"),
    [
        (
            1,
            "30 min",
            10_000,
            "10,000 queues in 48 intervals make 480,000 rows: about 13.0 GB of memory, 1.1 GB of",
        ),
        (1, "30 min", 2_000, None),
        (31, "30 min", 100, "100 queues in 1,488 intervals"),
        (365, "30 min", 200, None),  # reported by day
        (1, "15 min", 2_000, "2,000 queues in 96 intervals"),
    ],
)
def test_many_rows_are_foreseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, interval: str, copies: int, says: str | None
) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(COPIES % (days, interval, copies))
    monkeypatch.setattr("callsim.model.size.machine_memory", lambda: 10**14)
    found = foreseen(load(path))
    assert (found is None) == (says is None)
    assert found is None or says in found  # type: ignore[operator]


def test_rows_of_all_plans_are_foreseen_and_too_little_memory_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.yaml"
    path.write_text(COPIES % (1, "30 min", 1_500))
    scenario = load(path)
    monkeypatch.setattr("callsim.model.size.machine_memory", lambda: 5 * 10**9)
    assert foreseen(scenario) is None
    said = foreseen(scenario, scenario, scenario)
    assert said is not None
    assert (
        "1,500 queues in 48 intervals of 3 plans make 216,000 rows: about 5.8 GB of memory, more than" in said
    )
    assert "the 5.0 GB that are there" in said


@pytest.mark.parametrize("folders", [False, True])
def test_very_many_plans_are_refused_before_any_is_read(typed: Typed, tmp_path: Path, folders: bool) -> None:
    plans = [tmp_path / f"p{number}" for number in range(500)]
    for plan in plans:
        plan.mkdir() if folders else plan.write_text("nonsense")
    code, out, err = typed("compare", *map(str, plans))
    assert (code, out) == (2, "")
    assert "500 plans make 124,750 pairs; compare at most 50 at once" in err


@pytest.mark.parametrize(
    "path", ["a." * 9_999 + "a", "queues.phone." + "a." * 5_000 + "a", "groups" + "[0]" * 9_999]
)
def test_a_path_of_very_many_steps_is_a_mistake(typed: Typed, small: str, path: str) -> None:
    code, out, err = typed("check", small, "--set", f"{path}=1")
    assert (code, out) == (2, "")
    assert "steps leads nowhere" in err
    assert len(err) < 500
