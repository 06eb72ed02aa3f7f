"""Lines that tell how long work will take, where no terminal shows a bar."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import callsim
from callsim.report.kit.progress import lines, verdicts
from callsim.results.judgement import Judgement
from callsim.study.options import Progress, RunOptions
from callsim.study.runs.replicate import replicate


def test_lines_come_at_their_time_and_tell_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    tell = lines(lambda: now)
    for second in range(201):
        now = float(second)
        tell(second / 200, second, 200)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "5% done in 10 s, about 3 min 10 s left",
        "15% done in 30 s, about 2 min 50 s left",
        "30% done in 1 min, about 2 min 20 s left",
        "60% done in 2 min, about 1 min 20 s left",
        "90% done in 3 min, about 20 s left",
    ]


def test_short_work_and_work_not_begun_tell_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    tell = lines(lambda: now)
    for now in (1.0, 9.9):
        tell(now / 10, 0, 1)
    now = 500.0
    tell(0.0, 0, 1)
    assert capsys.readouterr().err == ""


def test_time_before_anything_is_done_tells_nothing_of_how_fast_it_goes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0.0
    tell = lines(lambda: now)
    tell(0.0, 0, 10)
    for second in range(12, 32):  # the simulation was compiled for 12 s
        now = float(second)
        tell((second - 11) / 100, 0, 10)
    assert capsys.readouterr().err.splitlines() == [
        "3% done in 10 s, about 1 min 40 s left",
        "19% done in 30 s, about 1 min 20 s left",
    ]


ONE_QUEUE = """
calendar: {start: 2026-03-02, days: 1, interval: 1 h}
queues: {calls: {open: 08:00-12:00, arrivals: {per_hour: 60}, talk: 3 min, goal: {answer: 80%, within: 20 s}}}
groups: {desk: {answers: {calls: {}}, staff: 12}}
"""


def test_somebody_who_waits_hears_of_verdicts_after_a_few_runs(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text(ONE_QUEUE, "utf-8")
    heard: list[tuple[int, str]] = []
    progress = Progress(None, lambda runs, goals: heard.append((runs, verdicts(runs, goals))))
    found = replicate(callsim.load(file), RunOptions(runs=11, engine="reference", progress=progress))
    assert [runs for runs, _ in heard] == [2, 5, 10]
    assert heard[-1][1].startswith("≈ after 10 runs: of 1 goals 1 met, 0 missed, 0 too close to call")
    untold = replicate(callsim.load(file), RunOptions(runs=11, engine="reference"))
    assert found.to_dict() == untold.to_dict()


def test_verdicts_so_far_call_no_goal_met_that_may_turn() -> None:
    def goal(met: bool | None, decided: bool | None) -> Judgement:
        return cast(Judgement, SimpleNamespace(met=met, decided=decided))

    of_each = [goal(True, True), goal(True, False), goal(False, False), goal(False, True), goal(None, None)]
    assert "of 4 goals 1 met, 1 missed, 2 too close" in verdicts(5, of_each)
    assert verdicts(2, [goal(None, None)]) == ""


SCREEN = {"TERM": "xterm", "COLUMNS": "110", "LINES": "30"}
WAITS = """
import time
from types import SimpleNamespace
from callsim.report.kit.progress import bar

with bar() as progress:
    time.sleep(0.8)
    progress(0.5, 1, 2)
    progress.so_far(2, [SimpleNamespace(met=True, decided=True)])
print("The answer")
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals of this kind")
def test_a_terminal_shows_early_that_work_is_done_then_the_verdict_so_far_and_clears_both() -> None:
    ours, theirs = os.openpty()
    words = [sys.executable, "-c", WAITS]
    child = subprocess.Popen(words, stdout=theirs, stderr=theirs, env=os.environ | SCREEN)
    os.close(theirs)
    told = b""
    with contextlib.suppress(OSError):  # how Linux says that the other side is closed
        while piece := os.read(ours, 65536):
            told += piece
    os.close(ours)
    assert child.wait() == 0
    early, final = told.decode().split("The answer")
    assert early.index("getting ready") < early.index("run 2 of 2") < early.index("≈ after 2 runs")
    assert early.rindex("\x1b[2K") > early.rindex("≈")  # the lines are cleared before the answer comes
    assert "≈" not in final
