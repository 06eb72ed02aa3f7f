"""What differs by day of a queue: its hours, its times, its calls; recounted from the words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.results.measures import COUNTS
from callsim.sim.count.columns import G_BUSY
from callsim.study.runs.replicate import run
from callsim.study.staff.day_kinds import kinds_of_day

H = 3_600_000
CENTRE = """\
calendar: {start: 2026-03-02, days: 7, interval: 6 h}
queues:
  q: {arrivals: ARRIVALS, talk: TALK, GOAL, open: OPEN}
groups:
  desk: {answers: {q: {}}, staff: 30}
"""


def centre(
    tmp_path: Path,
    opens: str = "00:00-24:00",
    talk: str = "{constant: {mean: 10 s}}",
    arrivals: str = "{per_hour: 60}",
    goal: str = "priority: 1",
) -> Path:
    path = tmp_path / "centre.yaml"
    words = {"OPEN": opens, "TALK": talk, "ARRIVALS": arrivals, "GOAL": goal}
    text = CENTRE
    for name, word in words.items():
        text = text.replace(name, word)
    path.write_text(text)
    return path


def counted(path: Path, figure: str, engine: str = "kernel") -> np.ndarray:
    """Calls of each interval of each day of one run: int64 [day, interval]."""
    calls = run(callsim.load(path), runs=1, engine=engine).sums.calls[0, :, 0]
    return np.asarray(calls @ COUNTS[figure].over).reshape(7, -1)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_calls_are_offered_in_the_hours_of_their_day(tmp_path: Path, engine: str) -> None:
    opens = (
        "{mon-fri: 06:00-18:00, wed: [00:00-06:00, 18:00-24:00], 2026-03-06: 12:00-24:00, sun: closed, "
        "other: 00:00-06:00}"
    )
    wanted = [[0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0] * 4]
    path = centre(tmp_path, opens)
    assert ((counted(path, "offered", engine) > 0) == np.array(wanted)).all()
    assert ((counted(path, "closed", engine) > 0) == (np.array(wanted) == 0)).all()


def test_one_value_by_day_is_that_value(tmp_path: Path) -> None:
    talk = "{lognormal: {mean: VALUE, cv: 0.8}}"
    plain = centre(tmp_path, "08:00-20:00", talk.replace("VALUE", "3 min"))
    one = run(callsim.load(plain), runs=1)
    by_day = centre(
        tmp_path,
        "{mon-fri: 08:00-20:00, other: 08:00-20:00}",
        talk.replace("VALUE", "{mon: 3 min, other: [3 min, 3 min, 3 min, 3 min]}"),
    )
    other = run(callsim.load(by_day), runs=1)
    np.testing.assert_array_equal(one.sums.calls, other.sums.calls)
    np.testing.assert_array_equal(one.sums.work, other.sums.work)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_call_takes_what_calls_of_its_day_and_hour_take(tmp_path: Path, engine: str) -> None:
    mean = "{mon-wed: 2 s, tue: [1 s, 2 s, 3 s, 4 s], 2026-03-07: 7 s, other: 5 s}"
    seconds = [[2] * 4, [1, 2, 3, 4], [2] * 4, [5] * 4, [5] * 4, [7] * 4, [5] * 4]
    path = centre(tmp_path, talk=f"{{constant: {{mean: {mean}}}}}")
    result = run(callsim.load(path), runs=1, engine=engine)
    answered = np.asarray(result.sums.calls[0, :, 0] @ COUNTS["answered"].over).reshape(7, 4)
    busy = result.sums.work[0, :, 0, G_BUSY].reshape(7, 4)
    # A call at the end of an interval is at work in the next one.
    assert (abs(busy - answered * np.array(seconds) * 1000) <= 2 * 7000).all()
    slower = run(callsim.load(path, {"queues.q.scale.aht": 2}), runs=1, engine=engine)
    assert slower.sums.work[0, :, 0, G_BUSY].sum() == 2 * busy.sum()


@pytest.mark.parametrize("warm_up", ["0 s", "30 h"])
def test_calls_by_day_come_from_the_table_of_their_day(tmp_path: Path, warm_up: str) -> None:
    for name, calls in (("work", [0, 5, 9, 2]), ("sat", [1, 1, 0, 0]), ("sun", [0, 3, 0, 0])):
        rows = [f"{6 * k:02d}:00,{n}" for k, n in enumerate(calls)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["interval_start,offered", *rows]))
    counts = "{mon-fri: work.csv, sat: {file: sat.csv}, other: sun.csv}"
    path = centre(tmp_path, arrivals=f"{{counts: {counts}}}")
    scenario = callsim.load(path, {"calendar.warm_up": warm_up})
    rows = {(date, at): calls for date, at, calls in scenario.queues["q"].arrivals.rows}
    by_day = [[rows[date, at * H] for at in (0, 6, 12, 18)] for date in sorted({date for date, _ in rows})]
    assert by_day == [[0, 5, 9, 2]] * 5 + [[1, 1, 0, 0], [0, 3, 0, 0]]


def test_handling_times_come_from_the_file_of_the_calls(tmp_path: Path) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    rows = [
        f"{day};{6 * k:02d}:00;{10 * k};0:0{d % 3 + 1}:0{k}" for d, day in enumerate(days) for k in range(4)
    ]
    (tmp_path / "week.csv").write_text("\n".join(["Wochentag;Zeit;Anrufe;AHT", *rows]))
    talk = "{lognormal: {mean: {file: week.csv, column: AHT}, cv: 1}}"
    path = centre(tmp_path, talk=talk, arrivals="{counts: week.csv}")
    scenario = callsim.load(path)
    mean = scenario.queues["q"].talk.mean
    assert mean == {day: tuple(60 * (d % 3 + 1) + k for k in range(4)) for d, day in enumerate(days)}
    assert scenario.queues["q"].arrivals.rows[1][2] == 10


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("3:45", "can be read in two ways"),
        ("0", "missing: interpolate"),
        ("3,500", "can be read in two ways"),
    ],
)
def test_a_handling_time_that_is_none_is_told_at_its_cell(tmp_path: Path, cell: str, text: str) -> None:
    (tmp_path / "aht.csv").write_text(f"time;aht\n00:00;100\n06:00;{cell}\n12:00;120\n18:00;2 min\n")
    with pytest.raises(ScenarioError, match=text) as told:
        callsim.load(centre(tmp_path, talk="{constant: {mean: aht.csv}}"))
    assert [(mistake.line, mistake.column) for mistake in told.value.mistakes] == [(3, 7)]


def test_a_handling_time_may_have_a_decimal_comma(tmp_path: Path) -> None:
    (tmp_path / "aht.csv").write_text("time;aht\n00:00;100,5\n06:00;0,0\n12:00;120\n18:00;1.200,25\n")
    talk = "{constant: {mean: {file: aht.csv, missing: interpolate}}}"
    assert callsim.load(centre(tmp_path, talk=talk)).queues["q"].talk.mean == (100.5, 110.25, 120, 1200.25)


def test_hours_without_calls_have_the_handling_time_between_their_neighbours(tmp_path: Path) -> None:
    (tmp_path / "aht.csv").write_text("time;aht\n00:00;100\n06:00;0\n12:00;\n18:00;130\n")
    talk = "{constant: {mean: {file: aht.csv, missing: interpolate}}}"
    assert callsim.load(centre(tmp_path, talk=talk)).queues["q"].talk.mean == (100, 110, 120, 130)


def test_calls_of_shorter_intervals_are_added_up(tmp_path: Path) -> None:
    rows = [f"{k // 4:02d}:{k % 4 * 15:02d},{k}" for k in range(96)]
    (tmp_path / "quarters.csv").write_text("\n".join(["interval_start,offered", *rows]))
    scenario = callsim.load(centre(tmp_path, arrivals="{counts: quarters.csv}"))
    assert [calls for _, _, calls in scenario.queues["q"].arrivals.rows] == [
        sum(range(24 * k, 24 * k + 24)) for k in range(4)
    ]
    assert any("15 min rows are added up" in note for note in scenario.notes)
    (tmp_path / "quarters.csv").write_text("\n".join(["interval_start,offered", *rows[:50], *rows[51:]]))
    with pytest.raises(ScenarioError, match="12:30"):
        callsim.load(centre(tmp_path, arrivals="{counts: quarters.csv}"))


def test_days_that_differ_in_hours_or_times_are_days_of_their_own(tmp_path: Path) -> None:
    goal = "goal: {answer: 80%, within: 20 s}"
    for opens, mean, kinds in (
        ("00:00-24:00", "3 min", [7]),
        ("{mon-fri: 08:00-20:00, other: closed}", "3 min", [5, 2]),
        ("00:00-24:00", "{mon: 3 min, sun: 3 min, other: 4 min}", [2, 5]),
        ("{sat-sun: 10:00-14:00, other: 08:00-20:00}", "{mon: 3 min, other: 4 min}", [1, 4, 2]),
    ):
        path = centre(tmp_path, opens, f"{{exponential: {{mean: {mean}}}}}", goal=goal)
        assert [len(kind.days) for kind in kinds_of_day(callsim.load(path))] == kinds


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("opens", "{mon-fri: 08:00-20:00}", "no key covers Saturday"),
        ("opens", "{mon-fri: 08:00-20:00, other: open}", "not a range"),
        ("opens", "closed", "never open"),
        ("opens", "{mon-fri: closed, other: closed}", "never open"),
        ("opens", "{mon-fri: 08:00-20:00, weekend: closed}", "is no day"),
        ("opens", "{holiday: closed, other: 08:00-20:00}", "no holidays"),
        ("talk", "{constant: {mean: {mon: 3 min}}}", "no key covers Tuesday"),
        ("talk", "{constant: {mean: {mon: 3, other: 2 min}}}", "has no unit"),
        ("talk", "{constant: {mean: {mon: [1 s, 2 s], other: 2 min}}}", "a list of 2 does not fit"),
        ("arrivals", "{counts: {mon: a.csv}}", "no key covers Tuesday"),
        ("arrivals", "{counts: {mon: a.csv, file: a.csv}}", "is no day"),
    ],
)
def test_mistakes_of_days_are_told(tmp_path: Path, key: str, value: str, text: str) -> None:
    (tmp_path / "a.csv").write_text("interval_start,offered\n00:00,1\n06:00,1\n12:00,1\n18:00,1\n")
    with pytest.raises(ScenarioError, match=text) as told:
        callsim.load(centre(tmp_path, **{key: value}))
    assert all(mistake.line == 3 for mistake in told.value.mistakes), told.value


def test_one_day_is_set(tmp_path: Path) -> None:
    path = centre(tmp_path, "{mon-fri: 08:00-20:00, other: closed}")
    queue = callsim.load(path, ["queues.q.open.mon=09:00-12:00"]).queues["q"]
    assert queue.open == {"mon-fri": ((8 * H, 20 * H),), "other": (), "mon": ((9 * H, 12 * H),)}


def test_who_waits_at_midnight_is_served_on_where_the_next_day_begins_open(tmp_path: Path) -> None:
    """Hours to 24:00 and from 00:00 on of another day's list are no closing time."""
    for tuesday, cut in (("00:00-24:00", False), ("06:00-12:00", True)):
        path = centre(
            tmp_path,
            f"{{mon: 18:00-24:00, tue: {tuesday}, other: closed}}",
            "{constant: {mean: 1 h}}",
            goal="at_close: disconnect",
        )
        given_up = [counted(path, "abandoned", engine)[0].sum() for engine in ("kernel", "reference")]
        assert given_up[0] == given_up[1]
        assert (given_up[0] > 0) == cut, given_up
