"""Lines that tell how long work will take, where no terminal shows a bar."""

from __future__ import annotations

import pytest

from callsim.report.kit.progress import lines


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
