"""`--state DIR`: what was simulated is not simulated again, and the answer is the same to the last byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from callsim.study import player
from tests.makers.archipelago import archipelago

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def isles(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("isles") / "isles.yaml"
    file.write_text(yaml.safe_dump(archipelago(np.random.default_rng(1), short=False)))
    return str(file)


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows whenever a part of a run is simulated."""
    found: list[int] = []
    before = player.play_day
    monkeypatch.setattr(player, "play_day", lambda *of, **how: found.append(1) or before(*of, **how))
    return found


def test_any_jobs_and_any_state_give_equal_bytes(
    typed: Typed, isles: str, tmp_path: Path, plays: list[int]
) -> None:
    words = ("run", isles, "--runs", "3", "--why", "--format", "json")
    plain = typed(*words)[1]
    whole = len(plays)
    for number, jobs in enumerate((1, 2, 3)):
        code, out, err = typed(*words, "--jobs", str(jobs), "--state", str(tmp_path / "state"))
        assert (code, out) == (0, plain)
        assert number == 0 or "not simulated again" in err
    assert len(plays) <= 2 * whole, "twice more nothing was simulated"
    more = typed(*words[:3], "4", *words[4:], "--state", str(tmp_path / "state"))
    assert more[1] == typed(*words[:3], "4", *words[4:])[1]


@pytest.mark.parametrize(
    "words", [("compare", "--vary", "groups.ash-x.staff=3,4"), ("staff",), ("stress", "--copies-played", "1")]
)
def test_every_study_goes_on(
    typed: Typed, isles: str, tmp_path: Path, plays: list[int], words: tuple[str, ...]
) -> None:
    goal = ("--set", "queues.*.goal={answer: 50%, within: 60 s}")
    command = (words[0], isles, *words[1:], *goal, "--runs", "2", "--format", "json")
    plain = typed(*command)
    assert plain[0] == 0, plain[2]
    state = ("--state", str(tmp_path / "state"))
    for _ in range(2):
        plays.clear()
        code, out, err = typed(*command, *state)
        assert (code, out) == plain[:2], err
    assert plays == []


def test_what_cannot_be_kept_is_said(typed: Typed, isles: str, tmp_path: Path) -> None:
    (tmp_path / "idle.py").write_text('def idle(floor):\n    yield floor.wait("1 h")\n')
    file = tmp_path / "s.yaml"
    file.write_text(Path(isles).read_text() + "supervisors: [idle.py:idle]\n")
    words = ("run", str(file), "--runs", "1", "--format", "json")
    plain = typed(*words)
    for _ in range(2):
        code, out, err = typed(*words, "--state", str(tmp_path / "state"))
        assert (code, out) == (0, plain[1])
        assert err.count("does not say what it touches, so its runs are simulated each time") == 1
        assert "not simulated again" not in err


def test_results_in_folders_have_no_state(typed: Typed, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    code, _, err = typed("compare", str(tmp_path / "a"), str(tmp_path / "b"), "--state", str(tmp_path / "c"))
    assert code == 2
    assert "--state" in err
    assert not (tmp_path / "c").exists()
