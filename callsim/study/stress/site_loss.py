"""Each site lost in turn (N-1), in its busiest four hours: which goals fail, how soon all is well again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from callsim.scenario import Incident, Scenario
from callsim.scenario.words.by_day import WEEKDAYS
from callsim.study.buildout.days import DayFigures
from callsim.study.stress.answer import SiteLost
from callsim.units import DAY_MS, show_clock

LOST_MS = 4 * 3_600_000  # the four hours of a cut fibre
MIDDAY_MS = 10 * 3_600_000  # when a loss begins on a day that is as busy all day long
AS_BUSY = 0.95  # of the busiest hours: luck alone makes such a difference
LOOKED_AT = 28  # days of a long calendar among which those of a loss are chosen

Figures = Callable[[Scenario, bool], DayFigures]  # of the whole run, or (True) of its last day


@dataclass(frozen=True)
class Loss:
    """When a site is lost: the day is 0 on day 1; begin and end are ms of that day."""

    day: int
    begins: int
    ends: int


def site_losses(scenario: Scenario, figures: Figures) -> list[SiteLost]:
    """Days on which a site cannot be used in its busiest four hours, for each site that has agents.

    Where days differ, each weekday that differs has a row, lost on the busiest such day; all else is of that
    day alone, played as it is and with the loss.
    """
    with_agents = [
        site for site in scenario.sites if any(group.site == site for group in scenario.groups.values())
    ]
    usual = figures(_until(scenario, LOOKED_AT), False)
    rows = []
    for site in with_agents:
        for loss in losses(scenario, usual.sites[site].busy_h):
            short = _until(scenario, loss.day + 1)
            several = short.calendar.days > 1
            before, left = figures(short, several), figures(_without(short, site, loss), several)
            rows.append(_row(scenario, site, loss, before, left))
    return rows


def losses(scenario: Scenario, busy: list[float]) -> Iterator[Loss]:
    """The busiest four hours of the busiest day of each kind of day, in the order of the days.

    Of hours as busy as these, those nearest to 10:00. `busy`: hours of talk and wrap at the site, by cell of
    the report.
    """
    days = min(scenario.calendar.days, LOOKED_AT)
    by_day = np.array(busy).reshape(days, -1)
    grid = DAY_MS // by_day.shape[1]
    size = max(1, min(-(-LOST_MS // grid), by_day.shape[1]))
    work = np.lib.stride_tricks.sliding_window_view(by_day, size, axis=1).sum(axis=2)  # [day, first cell]
    kinds: dict[str, list[int]] = {}
    for day in range(days):
        kinds.setdefault(_kind(scenario, day), []).append(day)
    chosen = sorted(max(alike, key=lambda day: (work[day].max(), -day)) for alike in kinds.values())
    for day in chosen:
        if work[day].max() > 0:
            # Where a cell of the report is longer than the loss, its middle.
            starts = np.flatnonzero(work[day] >= AS_BUSY * work[day].max()) * grid
            starts = np.minimum(starts + max(0, (size * grid - LOST_MS) // 2), DAY_MS - LOST_MS)
            begins = int(starts[np.abs(starts - MIDDAY_MS).argmin()])
            yield Loss(day, begins, begins + LOST_MS)


def _kind(scenario: Scenario, day: int) -> str:
    """Equal for days, 0 is day 1, with the same calls and the same roster, as far as the file says."""
    date = scenario.calendar.start + datetime.timedelta(days=day)
    weekday = scenario.calendar.day(date).weekday
    calls = [
        (
            weekday if arrivals.rows else (arrivals.weekdays or (1.0,) * 7)[weekday],
            [surge.days is None or day + 1 in surge.days for surge in arrivals.surges],
        )
        for arrivals in (
            *(queue.arrivals for queue in scenario.queues.values()),
            *(menu.arrivals for menu in scenario.menus.values()),
        )
    ]
    dials = [
        (one.open_on(date, scenario.calendar), one.reached_on(date, scenario.calendar))
        for one in scenario.campaigns.values()
    ]
    at_work = [
        group.staff_of(date, scenario.calendar)
        if group.shifts is None
        else [name for name in group.shifts if scenario.shifts[name].works(scenario.calendar.day(date))]
        for group in scenario.groups.values()
    ]
    return repr((calls, dials, at_work))


def _until(scenario: Scenario, days: int) -> Scenario:
    """Returns the scenario with at most this number of days."""
    if scenario.calendar.days <= days:
        return scenario
    return scenario.model_copy(update={"calendar": scenario.calendar.model_copy(update={"days": days})})


def _without(scenario: Scenario, site: str, loss: Loss) -> Scenario:
    """The site loses all seats, calls in progress are cut off, and agents there wait until it is back."""
    lost = Incident.model_construct(
        name=f"{site} is lost",
        from_=loss.day * DAY_MS + loss.begins,
        to=loss.day * DAY_MS + loss.ends,
        site=site,
        seats_lost=1.0,
        calls_in_progress="dropped",
    )
    return scenario.model_copy(update={"incidents": (*scenario.incidents, lost)})


def _row(scenario: Scenario, site: str, loss: Loss, before: DayFigures, left: DayFigures) -> SiteLost:
    goals, recovery = left.goals, left.recovery or {}
    date = scenario.calendar.start + datetime.timedelta(days=loss.day)
    return SiteLost(
        site=site,
        date=date.isoformat(),
        weekday=WEEKDAYS[date.weekday()],
        from_=show_clock(loss.begins),
        to=show_clock(loss.ends),
        missed=[name for name in goals if left.queues[name].misses],
        missed_before=[name for name in goals if before.queues[name].misses],
        goals=len(goals),
        dropped=left.total.figures["dropped"],
        service_level=left.level,
        abandoned_share=left.total.figures["abandoned_share"],
        recovery_s={name: recovery[name].recovery_s.mean for name in goals},
        recovered={name: recovery[name].recovered.mean for name in goals},
        queues={name: left.level_of(name) for name in left.queues},
    )
