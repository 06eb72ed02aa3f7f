"""Breaks that move, recounted minute by minute from who comes and goes in a run."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import Model, build
from callsim.scenario import Shift
from callsim.sim.luck.presence import come_and_go

DAY, MINUTE = 24 * 60, 60_000  # minutes, ms


def model(folder: Path, shifts: str, groups: str, days: int = 2) -> Model:
    """Groups a, b, … that answer the same queue, and `else`, which answers another one alone."""
    (folder / "a.yaml").write_text(
        f"""\
calendar: {{start: 2024-01-01, days: {days}}}
queues:
  line: {{arrivals: {{per_hour: 1}}, talk: 1 min}}
  apart: {{arrivals: {{per_hour: 1}}, talk: 1 min}}
shifts:
{shifts}
groups:
  else: {{answers: {{apart: {{}}}}, staff: 1}}
{groups}
""",
        "utf-8",
    )
    return build(callsim.load(folder / "a.yaml"))


def by_minute(model: Model, run: int = 0) -> dict[str, np.ndarray]:
    """How many of each group are on duty in each minute of the calendar."""
    days = model.scenario.calendar.days
    found = {copy.name: np.zeros(days * DAY, np.int64) for copy in model.groups}
    changes = come_and_go(model.roster, model.centre, 1, run)
    for row in np.concatenate(list(itertools.islice(changes, days))):
        name = model.groups[model.centre.crew_group[row["crew"]]].name
        assert row["time"] % MINUTE == 0
        found[name][row["time"] // MINUTE :] += row["agents"]
    return found


def at(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


@pytest.mark.parametrize("agents", [1, 2, 3, 4, 5, 7, 12, 60])
@pytest.mark.parametrize(
    ("length", "window"),
    [(60, "11:00-14:00"), (30, "11:00-14:00"), (60, "11:00-13:30"), (45, "10:30-14:35"), (7, "09:00-09:30")],
)
def test_of_one_break_as_few_as_can_be_are_away_together(
    tmp_path: Path, agents: int, length: int, window: str
) -> None:
    shifts = f"  day: {{from: 08:00, to: 17:00, breaks: {{length: {length} min, between: {window}}}}}"
    there = by_minute(
        model(tmp_path, shifts, f"  desk: {{answers: {{line: {{}}}}, shifts: {{day: {agents}}}}}")
    )
    begin, end = (at(clock) for clock in window.split("-"))
    for day in range(2):
        of_day = there["desk"][day * DAY : (day + 1) * DAY]
        assert not of_day[: at("08:00")].any()
        assert not of_day[at("17:00") :].any()
        away = agents - of_day[at("08:00") : at("17:00")]
        outside = [*away[: begin - 480], *away[end - 480 :]]
        assert not any(outside)
        assert away.sum() == agents * length
        # Each break covers exactly one of the moments that lie a length apart: not fewer can be away.
        beside = (end - begin) // length
        assert away.max() == math.ceil(agents / beside)
        if (end - begin) % length == 0:
            inside = away[begin - 480 : end - 480]
            assert inside.max() - inside.min() <= 1


def test_groups_that_share_callers_share_the_breaks(tmp_path: Path) -> None:
    """1 + 2 + 5 agents of three groups are two in each of four places; those of others begin anew."""
    groups = """\
  a: {answers: {line: {}}, shifts: {day: 1}}
  b: {answers: {line: {}}, shifts: {day: 2}}
  c: {answers: {line: {}}, shifts: {day: 5}}
  d: {answers: {apart: {}}, shifts: {day: 1}}"""
    shifts = "  day: {from: 08:00, to: 17:00, breaks: {length: 30 min, between: 11:00-13:00}}"
    there = by_minute(model(tmp_path, shifts, groups))
    window = slice(at("11:00"), at("13:00"))
    assert set((8 - there["a"] - there["b"] - there["c"])[window].tolist()) == {2}
    assert (5 - there["c"])[window].max() == 2
    assert not there["d"][at("11:00") : at("11:30")].any(), "nobody else's agents stand before d's"
    more = by_minute(model(tmp_path, shifts, groups.replace("day: 5", "day: 6")))
    assert all(np.array_equal(more[name], there[name]) for name in "abd")


def test_past_midnight(tmp_path: Path) -> None:
    shifts = (
        "  night: {from: '22:00', to: '06:00', breaks: [{length: 30 min, between: 23:00-02:00}, 04:00-04:15]}"
    )
    there = by_minute(model(tmp_path, shifts, "  desk: {answers: {line: {}}, shifts: {night: 12}}"))["desk"]
    assert set(there[DAY - 60 : DAY + 120].tolist()) == {10}
    assert set(there[:120].tolist()) == {10}, "of the evening before the run"
    assert set(there[at("04:00") : at("04:15")].tolist()) == {0}
    assert set(there[DAY + 120 : DAY + 240].tolist()) == {12}


@pytest.mark.parametrize("seed", range(60))
def test_nobody_has_two_breaks_at_a_time(seed: int) -> None:
    """Some breaks in windows that overlap, beside fixed ones: each agent has all of hers, apart."""
    luck = np.random.default_rng(seed)
    spans = [("06:00", "15:00"), ("22:30", "07:00"), ("13:05", "21:35")]
    begin, to = spans[luck.integers(3)]
    start = at(begin)
    breaks: list[object] = []
    for _ in range(luck.integers(1, 4)):
        length = int(luck.choice([7, 10, 15, 30, 45]))
        first = start + int(luck.integers(0, 60)) * 5
        last = min(first + length + int(luck.integers(6, 40)) * 5, start + 505)
        breaks.append({"length": f"{length} min", "between": f"{clock(first)}-{clock(last)}"})
    if luck.random() < 0.5:
        fixed = start + 200
        breaks.append(f"{clock(fixed)}-{clock(fixed + 20)}")
    shift = Shift.model_validate({"from": begin, "to": to, "breaks": tuple(breaks)})
    agents = int(luck.integers(1, 40))
    begins, ends = shift.away(agents)
    for mine in range(agents):
        taken = sorted([*zip(begins[mine].tolist(), ends[mine].tolist(), strict=True), *shift.fixed])
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(taken))
        assert sum(end - begin for begin, end in taken) == sum(one.ms for one in shift.breaks)
        assert shift.rostered[0][0] <= taken[0][0]
        assert taken[-1][1] <= shift.rostered[-1][1]
    fewer = shift.away(agents // 2)[0]
    assert np.array_equal(fewer, begins[: agents // 2]), "one agent more changes nobody else's breaks"


def clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def test_large_rows_stay_even() -> None:
    shift = Shift.model_validate(
        {"from": "08:00", "to": "17:00", "breaks": {"length": "60 min", "between": "11:00-14:00"}}
    )
    lunch = {there for begin, end, there in shift.on_duty(10_000) if 39_600_000 <= begin < 50_400_000}
    assert lunch == {6666, 6667}


@pytest.mark.parametrize("run", range(6))
def test_who_comes_takes_her_breaks_and_who_is_absent_none(tmp_path: Path, run: int) -> None:
    """Shrinkage takes the last of the row, absence anybody: all others are away for just their breaks."""
    shifts = (
        "  day: {from: 08:00, to: 17:00, breaks: [{length: 30 min, between: 11:00-13:00}, "
        "{length: 10 min, between: 11:30-15:00}]}"
    )
    shrunk = "  desk: {answers: {line: {}}, shifts: {day: 23}, shrinkage: 20%}"
    there = by_minute(model(tmp_path, shifts, shrunk), run)["desk"]
    here = there[at("09:00")]
    assert here in (18, 19)
    lunch = here - there[at("11:00") : at("11:30")]
    assert set(lunch.tolist()) <= {4, 5}, "even without those who do not come"
    absent = "  desk: {answers: {line: {}}, shifts: {day: 23}, shrinkage: 20%, absence: {share: 20%}}"
    there = by_minute(model(tmp_path, shifts, absent), run)["desk"][DAY:]
    here = there[at("09:00")]
    assert (here - there[at("08:00") : at("17:00")]).sum() == here * 40
    assert (here - there[at("08:00") : at("17:00")]).max() <= 7
