"""Studies with --state that are killed at any moment go on: the same bytes, and nothing is simulated twice.

`CALLSIM_KILLS=60` kills each study as many times, each at most 3 times before it ends.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest
import yaml

from callsim import cli
from callsim.study import player
from tests.makers.archipelago import archipelago
from tests.makers.plans import GROWING, TEXT

KILLS = int(os.environ.get("CALLSIM_KILLS", "3"))
AT_ONCE = 3  # kills before a study may end
STUDIES = {
    "run": ("two.yaml", "--runs", "20", "--why"),
    "compare": ("isles.yaml", "--vary", "groups.ash-x.staff=3,4", "--runs", "10"),
    "staff": ("two.yaml", "--runs", "2"),
    "stress": ("two.yaml", "--runs", "1"),
    "plan": ("plan.yaml", "--runs", "2"),
}
TWO = """
calendar: {interval: 6 h}
queues:
  a: {arrivals: {per_hour: 20}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
  b: {arrivals: {per_hour: 9}, talk: 3 min, patience: 2 min, goal: {answer: 80%, within: 20 s}}
groups: {x: {answers: {a: {}}, staff: 3}, y: {answers: {b: {}}, staff: 2}}
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks of POSIX")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "isles.yaml").write_text(yaml.safe_dump(archipelago(np.random.default_rng(1), short=False)))
    (tmp_path / "two.yaml").write_text(TWO)
    (tmp_path / "plan.yaml").write_text(TEXT + GROWING)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def begun(words: list[str]) -> BaseProcess:
    """A command in a process of its own, which has all that this one has read and compiled."""

    def quiet() -> None:
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (until it ends)
        os._exit(cli.main(words))

    process = multiprocessing.get_context("fork").Process(target=quiet)
    process.start()
    return process


def parts_of(state: Path) -> dict[str, tuple[int, int]]:
    """The parts that are kept, and which file holds each: another one if it was ever written again."""
    found = {path.name: path.stat() for path in state.glob("*.part")}
    return {name: (there.st_ino, there.st_mtime_ns) for name, there in found.items()}


def killed(words: list[str], state: Path, further: int, after: float) -> None:
    """Begin, and kill when so many parts more are kept and so many seconds have passed."""
    wanted, process = len(parts_of(state)) + further, begun(words)
    until = time.monotonic() + 60
    while len(parts_of(state)) < wanted and process.is_alive() and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(after)
    process.kill()
    process.join(60)


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_that_is_killed_goes_on(
    folder: Path, study: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [study, *STUDIES[study], "--format", "json", "--jobs", "2"]
    assert cli.main([*command, "--state", "whole"]) == 0
    right, every = capfd.readouterr().out, parts_of(folder / "whole").keys()
    plays: list[int] = []
    before = player.play_day
    monkeypatch.setattr(player, "play_day", lambda *of, **how: plays.append(1) or before(*of, **how))
    for number in range(-(-KILLS // AT_ONCE)):
        luck, state = random.Random(f"{study} {number}"), folder / f"state-{number}"
        words, kept = [*command, "--state", str(state)], {}
        for _ in range(AT_ONCE):
            killed(words, state, luck.randrange(len(every) // AT_ONCE), luck.random() / 100)
            now = parts_of(state)
            assert kept.items() <= now.items(), "nothing was lost, and nothing simulated again"
            kept = now
        plays.clear()
        assert cli.main(words) == 0
        out, err = capfd.readouterr()
        assert out == right
        assert "as it was written" not in err
        assert "as they were written" not in err
        assert len(plays) == len(every) - len(kept)
        now = parts_of(state)
        assert now.keys() == every
        assert kept.items() <= now.items()
        assert len(list(state.iterdir())) == len(every) + 1, "beside them only the mark"


def test_two_at_once_lose_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command = ["compare", *STUDIES["compare"], "--format", "json"]
    assert cli.main([*command, "--state", "whole"]) == 0
    right, every = capfd.readouterr().out, parts_of(folder / "whole").keys()
    words = [*command, "--state", "shared"]
    for _ in range(-(-KILLS // AT_ONCE)):
        others = [begun(words) for _ in range(2)]
        assert cli.main(words) == 0
        assert capfd.readouterr().out == right
        for other in others:
            other.join(60)
            assert other.exitcode == 0
    assert parts_of(folder / "shared").keys() == every
