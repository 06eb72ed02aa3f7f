"""Files of events."""

import datetime
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import ScenarioError
from callsim.history.forecast.events import Event, read_events


def test_events_are_read(tmp_path: Path) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(
        "spring festival: {dates: 2027-02-05 to 2027-02-11, times: 0.62}\n"
        "launch: {dates: [2026-03-02, 2027-03-01..2027-03-03], queues: [sales, service]}\n"
    )
    festival, launch = read_events(file)
    assert festival == Event(
        "spring festival", ((datetime.date(2027, 2, 5), datetime.date(2027, 2, 11)),), 0.62
    )
    assert launch.times is None
    assert launch.queues == ("sales", "service")
    days = np.arange("2027-02-28", "2027-03-06", dtype="datetime64[D]")
    assert launch.on(days).tolist() == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {dats: 2026-01-01}", "1:5: unknown key dats; did you mean dates?"),
        ("a: {dates: 2026-02-30}", "1:12: 2026-02-30 is not in the calendar"),
        ("a: {dates: 2026-02-03 to 2026-02-01}", "ends before it begins"),
        ("a: {dates: soon}", "1:12: soon is no date"),
        ("a: {dates: 2026-01-01, times: many}", "1:31: many is no factor"),
        ("a: {dates: 2026-01-01, times: -1}", "is out of range"),
        ("a: {times: 2}", "dates are missing"),
        ("a: 2026-01-01", "write its dates"),
        ("- a", "events are wanted"),
        ("a: {dates: 2026-01-01, queues: [1]}", "1:33: 1 is no name of a queue"),
    ],
)
def test_mistakes_have_places(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(text + "\n")
    with pytest.raises(ScenarioError) as error:
        read_events(file)
    assert said in str(error.value)


def test_all_mistakes_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "events.yaml"
    file.write_text("a: {dates: soon}\nb: 3\nc: {dates: 2026-01-01, times: x}\n")
    with pytest.raises(ScenarioError) as error:
        read_events(file)
    assert [mistake.line for mistake in error.value.mistakes] == [1, 2, 3]
