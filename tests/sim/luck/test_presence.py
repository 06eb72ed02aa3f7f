"""Who comes: by distribution, by hand over midnight, and with the same luck in every plan."""

from __future__ import annotations

import datetime
from itertools import islice
from typing import Any

import numpy as np
import pytest
from scipy import stats

from callsim.sim.centre import Centre, Clock
from callsim.sim.luck import roster
from callsim.sim.luck.crews import Crew, Roster, Wave
from callsim.sim.luck.presence import come_and_go
from callsim.units import DAY_MS

H = 3_600_000
MONDAY = datetime.date(2017, 6, 5).toordinal()
ALL = frozenset(range(7))


def centre(days: int = 1, warm_up: int = 0, staff: np.ndarray | None = None) -> Centre:
    staff = np.zeros((24, 1), np.int64) if staff is None else staff
    none = np.zeros(0, np.int32)
    return Centre(
        Clock(H, warm_up, warm_up + days * DAY_MS),
        none, none, (), none, none, none.reshape(0, 2), np.full(1, -1, np.int32),
        np.arange(staff.shape[1], dtype=np.int32), staff,
    )  # fmt: skip


def shift(hours: list[int], agents: int, **more: Any) -> Crew:
    times = np.array(hours, np.int64) * H
    breaks = np.array([False, *[True] * (len(hours) - 2), False])
    fields = {"key": 7, "weekdays": ALL, "whole": True} | more
    return Crew(times=times, agents=np.resize([agents, 0], len(times)), breaks=breaks, **fields)


def curve(agents: list[int], **more: Any) -> Crew:
    width = DAY_MS // len(agents)
    times = np.arange(0, DAY_MS + 1, width)
    fields = {"key": 7, "weekdays": ALL, "whole": False, "breaks": np.zeros(len(times), np.bool_)} | more
    return Crew(times=times, agents=np.array([*agents, 0], np.int64), **fields)


def changes(crews: list[Crew], days: int, place: Centre | None = None, run: int = 0) -> list[tuple[Any, ...]]:
    """(hour, crew, agents, break) of the first days."""
    place = centre() if place is None else place
    found = islice(come_and_go(Roster(tuple(crews), MONDAY), place, 1, run), days)
    return [(row[0] / H, *row[1:]) for rows in found for row in rows.tolist()]


def test_a_shift_with_a_break_comes_goes_and_comes_again() -> None:
    assert changes([shift([7, 9, 10, 16], 5)], 1) == [
        (7, 0, 5, False), (9, 0, -5, True), (10, 0, 5, True), (16, 0, -5, False),
    ]  # fmt: skip


def test_last_evenings_shift_is_there_when_the_run_begins() -> None:
    night = shift([22, 26, 27, 30], 3)
    first = [(0, 0, 3, False), (2, 0, -3, True), (3, 0, 3, True), (6, 0, -3, False), (22, 0, 3, False)]
    assert changes([night], 2) == [
        *first, (26, 0, -3, True), (27, 0, 3, True), (30, 0, -3, False), (46, 0, 3, False),
    ]  # fmt: skip


def test_who_is_on_a_break_when_the_run_begins_comes_back_from_it() -> None:
    # The warm-up begins at 02:30, in the break of a shift from 22:00 to 06:00.
    place = centre(warm_up=DAY_MS - int(2.5 * H))
    found = changes([shift([22, 26, 27, 30], 3)], 1, place)
    assert found == [(0.5, 0, 3, True), (3.5, 0, -3, False), (19.5, 0, 3, False)]


def test_a_warm_up_begins_with_who_is_there() -> None:
    found = changes([shift([7, 16], 5)], 2, centre(warm_up=H))
    assert found == [(8, 0, 5, False), (17, 0, -5, False)]
    found = changes([shift([20, 24], 5)], 1, centre(warm_up=H))
    assert found == [(0, 0, 5, False)]


def test_days_of_the_week() -> None:
    found = changes([shift([22, 30], 3, weekdays=frozenset({0, 6}))], 8)  # Sunday and Monday
    assert [hour for hour, *_ in found] == [0, 6, 22, 30, 6 * 24 + 22, 7 * 24 + 6, 7 * 24 + 22]


def test_hours_that_follow_each_other_end_and_begin() -> None:
    anew = [(24, 0, -3, False), (24, 0, 3, False)]
    assert changes([shift([0, 24], 3)], 2) == [(0, 0, 3, False), *anew]


@pytest.mark.parametrize("warm_up", [0, 5 * H, 30 * H])
def test_without_luck_a_curve_is_what_the_roster_plans(warm_up: int) -> None:
    rng = np.random.default_rng(1)
    staff = rng.integers(0, 4, (24, 3))
    place = centre(3, warm_up, staff)
    crews = Roster(tuple(curve(column.tolist()) for column in staff.T), MONDAY)
    for one, other in zip(
        islice(come_and_go(crews, place, 1, 0), 6), islice(roster.planned(place), 6), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def present(crew: Crew, runs: int, days: int = 1) -> np.ndarray:
    """How many come to the first shift of each day: int64 [run, day]."""
    found = np.zeros((runs, days), np.int64)
    place = centre()
    for run in range(runs):
        for day, rows in enumerate(islice(come_and_go(Roster((crew,), MONDAY), place, 1, run), days)):
            found[run, day] = rows["agents"][rows["agents"] > 0].sum()
    return found


def test_independent_absence_is_binomial() -> None:
    """Chi-square over all runs and days; p from the exact law. Bins with fewer than 5 expected are joined."""
    n, p = 40, 0.1
    found = present(shift([7, 16], n, absent=p), runs=400, days=5).ravel()
    expected = stats.binom(n, 1 - p).pmf(np.arange(n + 1)) * len(found)
    often = expected >= 5
    seen = np.bincount(found, minlength=n + 1)
    observed = np.append(seen[often], seen[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum())
    assert stats.chisquare(observed, wanted).pvalue > 0.001


@pytest.mark.parametrize(("n", "p", "rho"), [(40, 0.1, 0.05), (200, 0.25, 0.3), (2, 0.5, 0.9)])
def test_correlated_absence_is_beta_binomial(n: int, p: float, rho: float) -> None:
    """Mean n p and variance n p (1 - p)(1 + (n - 1) ρ), each by its own standard error, |z| ≤ 4."""
    absent = n - present(shift([7, 16], n, absent=p, correlation=rho), runs=500, days=4).ravel().astype(float)
    law = stats.betabinom(n, p * (1 / rho - 1), (1 - p) * (1 / rho - 1))
    variance = n * p * (1 - p) * (1 + (n - 1) * rho)
    assert law.var() == pytest.approx(variance)
    assert abs(absent.mean() - n * p) / np.sqrt(variance / len(absent)) < 4
    fourth = float(law.stats("k")) + 3
    deviation = variance * np.sqrt((fourth - 1) / len(absent))
    assert abs(((absent - n * p) ** 2).mean() - variance) / deviation < 4


def test_shrinkage_is_rounded_by_drawing() -> None:
    """Of 7 agents 20 % fewer are 5.6: five or six, on the mean 5.6."""
    found = present(shift([7, 16], 7, on_phone=0.8), runs=500, days=4).ravel()
    assert set(found.tolist()) == {5, 6}
    assert abs(found.mean() - 5.6) / np.sqrt(0.6 * 0.4 / len(found)) < 4


def test_who_is_absent_is_absent_all_day() -> None:
    found = changes([shift([7, 9, 10, 16], 50, absent=0.3)], 1)
    (came,) = {abs(agents) for _, _, agents, _ in found}
    assert came < 50
    up_and_down = curve([10, 40, 10, 40], absent=0.3)
    levels = np.cumsum([agents for _, _, agents, _ in changes([up_and_down], 1)])
    assert levels[0] == levels[2] < 10
    assert levels[1] == levels[3] < 40


def test_more_absence_takes_more_of_the_same_and_more_agents_do_not_change_the_others() -> None:
    def came(n: int, p: float, run: int) -> int:
        return int(changes([shift([7, 16], n, absent=p, correlation=0.1)], 1, run=run)[0][2])

    for run in range(30):
        assert came(40, 0.1, run) >= came(40, 0.2, run) >= came(40, 0.4, run)
        assert came(40, 0.2, run) <= came(41, 0.2, run) <= came(40, 0.2, run) + 1
    assert len({came(40, 0.2, run) for run in range(30)}) > 5


def test_luck_is_named_by_crew_and_date() -> None:
    def came(key: int, place: Centre, day: int) -> int:
        found = list(
            islice(come_and_go(Roster((shift([7, 16], 99, key=key, absent=0.3),), MONDAY), place, 1, 0), 9)
        )
        return int(found[day]["agents"].max())

    week = [came(7, centre(), day) for day in range(7)]
    assert len(set(week)) > 3
    assert [came(7, centre(warm_up=2 * DAY_MS), day + 2) for day in range(7)] == week
    assert [came(8, centre(), day) for day in range(7)] != week


def test_a_wave_of_absence_takes_shifts_that_begin_in_it_and_a_curve_at_once() -> None:
    wave = Wave(8 * H, 32 * H, 0.9)
    long = changes([shift([7, 16], 100, waves=(wave,))], 2)
    assert long[0][2] == 100
    assert 0 < long[2][2] < 30
    steps = changes([curve([100] * 24, waves=(wave,))], 2)
    assert [hour for hour, *_ in steps] == [0, 8, 24, 24, 32]  # at midnight a day ends and one begins
    assert steps[0][2] == 100
    assert steps[1][2] < -70
    assert sum(agents for _, _, agents, _ in steps) == 100


def test_a_wave_never_lowers_absence() -> None:
    both = shift([7, 16], 100, absent=0.5, waves=(Wave(0, DAY_MS, 0.1),))
    assert changes([both], 1) == changes([shift([7, 16], 100, absent=0.5)], 1)
