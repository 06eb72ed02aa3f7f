"""per_day, per_hour, profile and exact counts that differ by day: the calls that each date gets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model.demand import accepted_per_day
from callsim.scenario.summary import calls_per_day

CENTRE = """\
calendar: {{start: 2026-03-02, days: 9, interval: 6 h{more}}}
queues:
  q:
    arrivals: {arrivals}
    talk: {{exponential: {{mean: 1 min}}}}
groups:
  desk: {{answers: {{q: {{}}}}, staff: 40}}
"""


def centre(tmp_path: Path, arrivals: str, more: str = "") -> Path:
    path = tmp_path / "centre.yaml"
    path.write_text(CENTRE.format(arrivals=arrivals, more=more))
    return path


def told(path: Path, engine: str = "kernel") -> object:
    found = dict(callsim.run(callsim.load(path), runs=2, seed=3, engine=engine).to_dict())
    return {key: value for key, value in found.items() if key not in ("fingerprint", "inputs")}


@pytest.mark.parametrize(
    "ways",
    [
        (
            "{per_hour: 100, weekdays: [1, 1, 1, 1, 1, 0.5, 0]}",
            "{per_hour: {mon-fri: 100, sat: 50, other: 0}}",
        ),
        (
            "{per_day: 2400, profile: [1, 3], weekdays: [1, 1, 1, 1, 1, 0.5, 0]}",
            "{per_day: {mon-fri: 2400, sat: 1200, sun: 0}, profile: [1, 3]}",
            "{per_day: {mon-fri: 2400, sat: 1200, sun: 0}, profile: {mon-wed: [1, 3], other: [2, 6]}}",
            "{per_day: {mon-fri: 2_400, 2026-03-07: 1200, other: 0}, profile: {other: profile.csv}}",
        ),
        ("{per_hour: 100}", "{per_hour: {other: 100}}", "{per_day: {mon: 2400, other: 2400}}"),
    ],
)
def test_one_demand_said_in_several_ways_is_one(tmp_path: Path, ways: tuple[str, ...]) -> None:
    (tmp_path / "profile.csv").write_text("interval_start,weight\n00:00,1\n12:00,3\n")
    results = [told(centre(tmp_path, way)) for way in ways]
    assert all(result == results[0] for result in results[1:])


def test_engines_agree(tmp_path: Path) -> None:
    path = centre(tmp_path, "{per_day: {mon-fri: 240, other: 60}, profile: {sat: [1], other: [0, 1, 2, 1]}}")
    fast, plain = told(path), told(path, "reference")
    assert fast | {"engine": ""} == plain | {"engine": ""}  # type: ignore[operator]


def test_each_date_gets_its_own_calls(tmp_path: Path) -> None:
    """Counted by hand: Saturday 7 March is special, Sunday follows `other`, then it is Monday again."""
    calls = "{mon: 400, tue-fri: 800, 2026-03-07: 120, other: 0}"
    arrivals = f"{{per_day: {calls}, profile: {{mon: [1, 0, 0, 1], other: [1]}}}}"
    path = centre(tmp_path, arrivals)
    scenario = callsim.load(path)
    result = callsim.run(scenario, runs=200, seed=5)
    calls = np.array([cell["offered"]["mean"] for cell in result.to_dict()["intervals"]]).reshape(9, 4)
    even = [800 / 4] * 4
    wanted = [[200, 0, 0, 200], even, even, even, even, [30] * 4, [0] * 4, [200, 0, 0, 200], even]
    np.testing.assert_allclose(calls, wanted, atol=4.5 * np.sqrt(200 / 200))
    mean = (2 * 400 + 5 * 800 + 120) / 9
    assert calls_per_day(scenario, scenario.queues["q"]) == pytest.approx(mean)
    assert accepted_per_day(scenario, scenario.queues["q"]) == pytest.approx((400 + 4 * 800 + 120) / 7)


def test_scales_and_holidays_reach_them(tmp_path: Path) -> None:
    path = centre(
        tmp_path, "{per_hour: {holiday: 1, mon-sun: 100}}", ", holidays: {country: CN, also: [2026-03-04]}"
    )
    changed = callsim.load(
        path, set={"queues.*.scale.volume": "50%", "queues.q.arrivals.per_hour": {"holiday": 2, "other": 8}}
    )
    usual = [
        changed.queues["q"].arrivals.on(day.date, changed.calendar) for day in changed.calendar.all_days()
    ]
    assert [one.calls for one in usual[:3]] == [96, 96, 24]


def test_exact_counts_by_day(tmp_path: Path) -> None:
    (tmp_path / "week.csv").write_text(
        "interval_start,offered\n" + "".join(f"{h:02}:00,{h}\n" for h in (0, 6, 12, 18))
    )
    (tmp_path / "end.csv").write_text(
        "interval_start,offered\n" + "".join(f"{h:02}:00,2\n" for h in (0, 6, 12, 18))
    )
    arrivals = "{counts: {mon-fri: {file: week.csv, exact: true}, other: {file: end.csv, exact: yes}}}"
    cells = callsim.run(callsim.load(centre(tmp_path, arrivals)), runs=2, seed=1).to_dict()["intervals"]
    assert [cell["offered"]["mean"] for cell in cells] == [0, 6, 12, 18] * 5 + [2] * 8 + [0, 6, 12, 18] * 2
    with pytest.raises(ScenarioError, match="other is not as mon-fri"):
        callsim.load(centre(tmp_path, arrivals.replace(", exact: yes", "")))
    with pytest.raises(ScenarioError, match="counts are exact on all days or on none"):
        callsim.load(centre(tmp_path, arrivals.replace("{file: end.csv, exact: yes}", "end.csv")))


@pytest.mark.parametrize(
    ("arrivals", "mistake"),
    [
        ("{per_day: {mon-fri: 3}}", "2026-03-07"),
        ("{per_day: {mon-fri: 3, sat: x, sun: 0}}", "at x,"),
        ("{per_day: {mon-fri: 3, weekend: 0}}", "weekend"),
        ("{per_hour: {mon-fri: 3, other: -1}}", "at -1"),
        ("{per_hour: {mon-fri: 3, holiday: 1, other: 1}}", "holiday"),
        (
            "{per_day: {other: 3}, weekdays: [1, 1, 1, 1, 1, 1, 1]}",
            "weekdays does not go with per_day",
        ),
        ("{per_day: 3, profile: {mon: [1], other: [0, 0]}}", "at [0, 0]"),
        ("{per_day: 3, profile: {mon: [1], other: none.csv}}", "none.csv"),
        ("{per_hour: 3, profile: {other: [1]}}", "profile"),
    ],
)
def test_mistakes_are_told_where_they_stand(tmp_path: Path, arrivals: str, mistake: str) -> None:
    with pytest.raises(ScenarioError) as error:
        callsim.load(centre(tmp_path, arrivals))
    if mistake.startswith("at "):
        column = len("    arrivals: ") + arrivals.index(mistake[3:]) + 1
        mistake = f"centre.yaml:4:{column}: "
    assert mistake in str(error.value)
