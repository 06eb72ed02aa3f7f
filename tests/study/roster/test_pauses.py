"""Breaks that are chosen with the shifts, families of shifts, and whose rules of work are kept."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import callsim
from benchmarks.centre import CALLS, PROFILE, centre_text
from callsim.errors import ScenarioError
from callsim.report.staff.tables import how
from callsim.study.roster.cover import Cover, Requirement, Roster
from callsim.study.roster.law import Law
from callsim.study.roster.pauses import settled
from callsim.study.roster.tours import days_to_cover, tours, with_members
from callsim.study.staff.cut import Cuts
from tests.makers.centres import centre
from tests.makers.rosters import found_and_written, runs_as_checked

DESK = """
calendar: {{start: 2024-01-01, days: {days}, interval: 30 min}}
queues:
  line: {{arrivals: {{per_hour: 60}}, talk: 3 min, goal: {{answer: 80%, within: 20 s}}}}
groups:
  desk: {{answers: {{line: {{}}}}, staff: 5}}
{labour}
shifts:
{shifts}
"""
HALF_HOURS = 48


def solve(
    folder: Path, shifts: str, wanted: np.ndarray, labour: str = "", days: int = 1
) -> tuple[Roster, Cover]:
    scenario = centre(folder, DESK.format(shifts=shifts, labour=labour, days=days))
    law = Law.of_labour(scenario.labour)
    allowed, _ = tours(scenario, law)
    dates = days_to_cover(scenario)
    cover = Cover(with_members(scenario), allowed, dates, law, {"desk": 1})
    need = Requirement(["desk"], Cuts(np.ones((HALF_HOURS, 1, 1)), wanted[:, None]))
    return cover.solve([[need]] * len(dates), 20), cover


def test_breaks_and_shifts_together_cost_least(tmp_path: Path) -> None:
    """Against every number of people on two shifts and every time of their breaks."""
    stream = np.random.default_rng(5)
    shifts = """\
  early: {from: 08:00, to: 11:00, breaks: {length: 30 min, between: 09:00-10:30}}
  late: {from: 09:00, to: 12:00, breaks: {length: 30 min, between: 10:00-11:00}}"""
    for _ in range(6):
        wanted = np.zeros(HALF_HOURS)
        wanted[16:24] = stream.integers(0, 4, 8)
        found, _ = solve(tmp_path, shifts, wanted)
        assert not found.shortages
        assert found.places @ np.array([2.5, 2.5]) == pytest.approx(found.hours)
        best = min(
            2.5 * (early + late)
            for early, late in itertools.product(range(9), repeat=2)
            if any(
                covers(wanted, early, late, first, second)
                for first in split(early, 3)
                for second in split(late, 2)
            )
        )
        assert found.hours == pytest.approx(best)


def split(people: int, ways: int) -> list[tuple[int, ...]]:
    return [some for some in itertools.product(range(people + 1), repeat=ways) if sum(some) == people]


def covers(
    wanted: np.ndarray, early: int, late: int, first: tuple[int, ...], second: tuple[int, ...]
) -> bool:
    there = np.zeros(HALF_HOURS)
    there[16:22] += early
    there[18:24] += late
    there[18:21] -= first
    there[20:22] -= second
    return bool((there >= wanted).all())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tea", ["08:30-10:00", "08:30-12:00"])
def test_everybody_has_every_break_once_and_apart(tmp_path: Path, seed: int, tea: str) -> None:
    """Whatever numbers the programme has chosen for each time: nobody twice at a time; where windows do not
    meet, as many are away as was chosen."""
    luck = np.random.default_rng(seed)
    shifts = (
        "  day: {from: 08:00, to: 17:00, breaks: [{length: 60 min, between: 11:00-14:00}, 10:00-10:10,"
        f" {{length: 15 min, between: '{tea}'}}, {{length: 15 min, between: 14:00-16:00, paid: no}}]}}"
    )
    _, cover = solve(tmp_path, shifts, np.zeros(HALF_HOURS))
    people = int(luck.integers(1, 60))
    taken = np.zeros(len(cover.pauses), np.int64)
    for b in range(3):
        mine = [k for k, pause in enumerate(cover.pauses) if pause.movable == b]
        taken[mine] = luck.multinomial(people, luck.dirichlet(np.ones(len(mine))))
    done = settled(cover.scenario, cover.tours, cover.pauses, np.array([people]), taken)
    assert done.places.sum() == people
    seen: Counter[tuple[int, int]] = Counter()
    for tour, many in zip(done.tours, done.places.tolist(), strict=True):
        shift = done.scenario.shifts[tour.shift]
        assert not shift.movable
        assert len(shift.fixed) == 4
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(shift.fixed))
        assert shift.paid_ms == cover.scenario.shifts["day"].paid_ms
        seen.update(dict.fromkeys(shift.fixed, many))
    asked = Counter({(36_000_000, 36_600_000): people})
    for pause, many in zip(cover.pauses, taken.tolist(), strict=True):
        asked[pause.begin, pause.end] += many
    assert sum(asked.values()) == sum(seen.values())
    if tea == "08:30-10:00":
        assert seen == +asked


def test_breaks_that_move_take_fewer_hours_than_copies_by_hand(tmp_path: Path) -> None:
    """A peak at midday: some of all shifts must be there when the others have lunch."""
    wanted = np.zeros(HALF_HOURS)
    wanted[16:36] = [4, 5, 6, 7, 8, 9, 10, 10, 10, 9, 9, 8, 8, 7, 7, 6, 6, 5, 4, 4]
    early, late = "{from: 07:30, to: 16:00, breaks: [", "{from: 09:30, to: 18:00, breaks: ["
    tea, lunch = "{length: 15 min, between: 09:30-11:00}", "{length: 30 min, between: 11:00-14:00}"
    moving, _ = solve(tmp_path, f"  a: {early}{tea}, {lunch}]}}\n  b: {late}{lunch}]}}", wanted)
    by_hand, _ = solve(
        tmp_path,
        f"  a: {early}09:30-09:45, 11:30-12:00]}}\n  b: {early}10:00-10:15, 12:30-13:00]}}\n"
        f"  c: {late}12:00-12:30]}}\n  d: {late}13:00-13:30]}}",
        wanted,
    )
    assert not moving.shortages
    assert not by_hand.shortages
    assert moving.hours < by_hand.hours
    assert moving.bound is not None
    assert moving.hours < 1.01 * moving.bound


CENTRE = """
name: Two early shifts, one lunch
calendar: {start: 2024-01-01, days: 7, interval: 30 min, warm_up: 1 h}
queues:
  sales:
    open: 08:00-18:00
    arrivals: {per_hour: 90, weekdays: [1.2, 1, 1, 1, 1, 0.5, 0.4]}
    talk: {exponential: {mean: 4 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
groups:
  desk: {answers: {sales: {}}, SHIFTS, shrinkage: 10%}
shifts:
  early: {from: 07:30, to: 16:00, breaks: [LUNCH, {length: 15 min, between: 09:00-10:30}]}
  second: {from: 09:45, to: 18:15, breaks: [LUNCH, {length: 15 min, between: 15:00-17:00}]}
"""
LUNCH = "{length: 30 min, between: 11:00-14:00}"


def test_the_file_has_plain_shifts_and_runs(tmp_path: Path) -> None:
    """Two early shifts and one lunch window: the file holds what was promised, and runs as it was checked."""
    text = CENTRE.replace("LUNCH", LUNCH).replace("SHIFTS", "shifts: {early: 5, second: 5}")
    found, told, over = found_and_written(tmp_path, text)
    assert not told["verdicts"]
    runs_as_checked(found, over)
    shifts = {name for name, agents in told["groups"]["desk"]["shifts"].items() if agents}
    assert len(shifts) > 4
    assert all(name.split()[0] in ("early", "second") for name in shifts)
    assert told["labour"] == "CN"


def test_a_week_of_500_agents_is_near_the_bound(tmp_path: Path) -> None:
    """Five groups, four shifts of which each has two breaks that move, days off: within 1 % of the best."""
    (tmp_path / "centre.yaml").write_text(centre_text())
    scenario = callsim.load(tmp_path / "centre.yaml")
    days, law = days_to_cover(scenario), Law()
    cover = Cover(scenario, tours(scenario, law)[0], days, law, dict.fromkeys(scenario.groups, 1))
    profile = np.repeat(PROFILE, 2) / (2 * sum(PROFILE))
    wanted = []
    for weekday in (1.15, 1.05, 1, 1, 0.95, 0.5, 0.35):
        loads = {name: calls * weekday * profile * 300 / 1800 for name, calls in CALLS.items()}
        wanted.append(
            [
                Requirement(
                    [f"{name}-desk"], Cuts(np.ones((48, 1, 1)), (load + 0.6 * np.sqrt(load))[:, None])
                )
                for name, load in loads.items()
            ]
        )
    assert 480 < sum(one.cuts.least.max() for one in wanted[0]) / 0.88 < 520
    found = cover.solve(wanted, 10)
    assert not found.shortages
    assert found.gap is not None
    assert found.gap < 0.01
    done = settled(cover.scenario, cover.tours, cover.pauses, found.places, found.taken)
    apart = Cover(done.scenario, done.tours, days, law, cover.copies)
    assert not apart.pauses
    assert apart.cost @ done.places == pytest.approx(found.hours)
    columns = np.concatenate([found.places, found.taken])
    before = np.einsum("k,kdm->dm", columns * cover.sign, cover.there)
    assert set(apart.moments) <= set(cover.moments)
    at = [k for k, moment in enumerate(cover.moments) if moment in apart.moments]
    assert np.array_equal(np.einsum("k,kdm->dm", done.places, apart.there), before[:, at])


def test_families_of_shifts_are_written_as_plain_ones(tmp_path: Path) -> None:
    family = (
        "  flexible: {starts: {from: 07:30, to: 12:30, every: 60 min}, lengths: [6 h, 8h30m],"
        " breaks: {length: 30 min, between: 2 h-5 h, paid: yes}}\n"
    )
    text = CENTRE.replace("LUNCH", "12:00-12:30").replace("SHIFTS", "shifts: {early: 5, second: 5}") + family
    found, told, over = found_and_written(tmp_path, text)
    runs_as_checked(found, over)
    worked = [name for name, agents in told["groups"]["desk"]["shifts"].items() if agents]
    assert any(name.startswith(("flexible-0730-6h ", "flexible-0830-8h30m ")) for name in worked)
    assert "paid: true" in over.read_text("utf-8")
    # What an answer before has written is no new shift.
    law, days = Law(), days_to_cover(found.rostered)
    cover = Cover(with_members(found.rostered), tours(found.rostered, law)[0], days, law, {"desk": 1})
    again = settled(cover.scenario, cover.tours, cover.pauses, *_all(cover))
    assert not [name for name in again.scenario.shifts if name.endswith("(2)")]


def _all(cover: Cover) -> tuple[np.ndarray, np.ndarray]:
    """One person on each tour for every time of its first break."""
    of_tour = Counter(pause.tour for pause in cover.pauses if pause.movable == 0)
    places = np.array([of_tour[k] for k in range(len(cover.tours))])
    return places, np.array([int(pause.movable == 0) for pause in cover.pauses])


def test_whose_rules_of_work_are_kept(tmp_path: Path) -> None:
    shifts = "  long: {from: 07:00, to: 18:00, breaks: {length: 1 h, between: 3 h-8 h}}"
    wanted = np.zeros(HALF_HOURS)
    wanted[18:20] = 2
    for labour, allowed in (("", 0), ("labour: none", 1), ("labour: {hours_a_day: 10 h, rest: 11 h}", 1)):
        scenario = centre(tmp_path, DESK.format(shifts=shifts, labour=labour, days=1))
        found, refused = tours(scenario, Law.of_labour(scenario.labour))
        assert len(found) == allowed
        assert len(refused) == 1 - allowed
    found, _ = solve(tmp_path, shifts, wanted, "labour: none", days=7)
    assert found.hours == 2 * 10 * 7
    found, cover = solve(
        tmp_path, shifts, wanted, "labour: {hours_a_day: 10 h, hours_a_week: 30 h, days_a_week: 5}", days=7
    )
    assert {len(tour.days) for tour in cover.tours} == {3}
    with pytest.raises(ScenarioError, match="DE is not known"):
        centre(tmp_path, DESK.format(shifts=shifts, labour="labour: DE", days=1))


def test_the_result_names_them(tmp_path: Path) -> None:
    text = DESK.format(
        shifts="  day: {from: 00:00, to: 24:00, breaks: {length: 30 min, between: 11:00-14:00}}",
        labour="labour: none",
        days=1,
    )
    found, told, _ = found_and_written(tmp_path, text)
    assert told["labour"] == "none"
    assert "Labour: no rules (labour: none)." in how(found.answer)
    assert callsim.load(tmp_path / "roster.yaml").labour == "none"
