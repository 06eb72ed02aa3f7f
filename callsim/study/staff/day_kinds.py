"""Kinds of days: where a part of the centre expects the same on several days, one of them is searched."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from callsim.errors import UserError
from callsim.model import Model, build
from callsim.model.islands import menus_of
from callsim.model.outbound.amount import on_date
from callsim.scenario import Calendar, Campaign, Scenario
from callsim.scenario.words.by_day import HOLIDAY, WEEKDAYS, Day, in_ranges
from callsim.sentences import say
from callsim.study.staff.components import Hours, Part, bare, parts
from callsim.study.staff.search import Found, Search
from callsim.study.staff.subproblem import Options
from callsim.units import DAY_MS, DAY_S

MOST_DAYS = 31
WARM_UP = 3600.0  # s, at least: a day among others does not begin empty
HANDLED = 4  # … and at least this many handling times: then it hardly matters how the day began …
AFTER, LONGEST = 3, 14  # … and this many times until a client calls again, on the mean; at most so many days

Tell = Callable[[float], None]
Agents = dict[str, list[np.ndarray]]  # group of the file → int64 [interval] of each day of the calendar


class Kind(NamedTuple):
    """Days that are alike for one part of the centre."""

    part: Part  # on one such day
    days: tuple[int, ...]  # of the calendar, from 0


def kinds_of_day(scenario: Scenario) -> list[Kind]:
    """Every part of a centre, once for each kind of day. Raises UserError for more than a month."""
    calendar = scenario.calendar
    if calendar.days > MOST_DAYS:
        raise UserError(say("staffing.too_many_days", most=MOST_DAYS))
    model = build(bare(scenario))
    rows = {copy.original: row for row, copy in reversed(list(enumerate(model.queues)))}
    handled, found = _longest_handling(model), []
    for number, part in enumerate(parts(scenario)):
        days: dict[bytes, list[int]] = {}
        again = _until_next(model, part)
        for day in range(calendar.days):
            key = expected_calls(model, [rows[queue] for queue in part.queues], day, part.scenario.campaigns)
            days.setdefault(key, []).append(day)
        for alike in days.values():
            # Where clients call again days later, the last day gets most of these calls.
            number_of_day = alike[-1 if again else 0]
            date = calendar.start + datetime.timedelta(days=number_of_day)
            before = min(calendar.warm_up + number_of_day * DAY_S, AFTER * again, LONGEST * DAY_S)
            found.append(Kind(parts(one_day(scenario, date, handled, before))[number], tuple(alike)))
    return found


def expected_calls(
    model: Model, rows: Sequence[int], day: int, campaigns: Mapping[str, Campaign] | None = None
) -> bytes:
    """A key of a day of the calendar, from 0: equal where the same calls of some queues are expected, dialled
    or through menus, in the same open hours and with the same means of what they bring.

    `campaigns`: beside which they are, by name; these are dialled alike on such days.
    """
    clock = model.centre.clock
    at = day - clock.day(0)
    found = []
    for row in rows:
        queue = model.demand.queues[row].on(at, DAY_MS // clock.width)
        found.append(np.round(queue.expected[queue.pattern[at]] * queue.times_day[at], 9).tobytes())
        found.append(repr(model.centre.hours(row, day)).encode())
        found += [one.mean.tobytes() for one in (queue.talk, queue.wrap, queue.patience) if one is not None]
    for number in menus_of(model.demand, np.array(rows)).tolist():
        dialled = model.demand.menus[number].calls.on(at, DAY_MS // clock.width)
        found.append(np.round(dialled.expected[dialled.pattern[at]] * dialled.times_day[at], 9).tobytes())
        found.append(dialled.talk.mean.tobytes())
    calendar = model.scenario.calendar
    date = calendar.start + datetime.timedelta(days=day)
    found += [repr(on_date(one, date, calendar)).encode() for one in (campaigns or {}).values()]
    return b"".join(found)


def _until_next(model: Model, part: Part) -> float:
    """The longest mean time until a client of a part calls again, or is rung the last time, s."""
    rows = zip(model.centre.follows["queue"].tolist(), model.demand.follows, strict=True)
    found = [(queue, float(after.mean.max())) for queue, (after, _) in rows]
    found += [(row["queue"], float(row["every"] * (row["attempts"] - 1))) for row in model.centre.callbacks]
    mine = [time for queue, time in found if model.queues[queue].original in part.queues]
    return max(mine, default=0.0) / 1000


def _longest_handling(model: Model) -> float:
    """The longest mean handling time of a call, and the longest mean times in all menus before it, s."""
    in_menus = math.fsum(float(menu.calls.talk.mean.max()) for menu in model.demand.menus)
    means = [
        float(queue.talk.mean.max()) + (0.0 if queue.wrap is None else float(queue.wrap.mean.max()))
        for queue in model.demand.queues
    ]
    return (max(means, default=0.0) + in_menus) / 1000


def one_day(scenario: Scenario, date: datetime.date, handled: float = 0.0, before: float = 0.0) -> Scenario:
    """The scenario on one date only, after a warm-up. `handled`: s, the longest mean handling time; `before`:
    s, in which clients of the day may have called before.
    """
    calendar = scenario.calendar
    warm_up = max(calendar.warm_up, WARM_UP, min(HANDLED * handled, DAY_S), before)
    one = {"start": date, "days": 1, "warm_up": warm_up}
    return scenario.model_copy(update={"calendar": calendar.model_copy(update=one)})


def search(kinds: list[Kind], options: Options, tell: Callable[[float, int, int], None]) -> list[Found]:
    """Each kind's search, with its share of the effort."""
    own = options.but(effort=options.effort / len(kinds))
    found = []
    for number, kind in enumerate(kinds):

        def part(done: float, number: int = number) -> None:
            tell((number + done) / len(kinds), number, len(kinds))

        found.append(Search(kind.part, own).find(part))
    return found


def by_day(kinds: list[Kind], found: list[Found], days: int) -> list[list[Found]]:
    """The searches of each day of the calendar, part by part."""
    each: list[list[Found]] = [[] for _ in range(days)]
    for kind, one in zip(kinds, found, strict=True):
        for day in kind.days:
            each[day].append(one)
    return each


def named(calendar: Calendar, days: list[np.ndarray]) -> dict[str, np.ndarray] | np.ndarray:
    """Values of each day of a calendar under names of days, all of equal shape.

    One for all where no day differs, by weekday and holidays where those are alike, or else by date.
    """
    if all(np.array_equal(days[0], one) for one in days[1:]):
        return days[0]
    names = [name_of(day) for day in calendar.all_days()]
    week: dict[str, np.ndarray] = {}
    for name, one in zip(names, days, strict=True):
        if not np.array_equal(week.setdefault(name, one), one):
            return {day.date.isoformat(): one for day, one in zip(calendar.all_days(), days, strict=True)}
    return {name: week[name] for name in (*WEEKDAYS, HOLIDAY) if name in week}


def name_of(day: Day) -> str:
    """The weekday that a day follows, or that it is a holiday."""
    return HOLIDAY if day.holiday else WEEKDAYS[day.weekday]


def agents_of(kinds: list[Kind], plans: list[np.ndarray], days: int) -> Agents:
    """Agents by group and day. `plans`: int64 [interval, group] of each kind of day."""
    found: Agents = {}
    for kind, plan in zip(kinds, plans, strict=True):
        for g, name in enumerate(kind.part.groups):
            mine = found.setdefault(name, [plan[:, g]] * days)
            for day in kind.days:
                mine[day] = plan[:, g]
    return found


def as_lists(scenario: Scenario, agents: Agents) -> dict[str, Hours | Mapping[str, Hours]]:
    """The groups' staff as a scenario file has it: a list, or lists by day."""
    found: dict[str, Hours | Mapping[str, Hours]] = {}
    for name, days in agents.items():
        names = named(scenario.calendar, days)
        if isinstance(names, dict):
            found[name] = in_ranges({key: one.tolist() for key, one in names.items()})
        else:
            found[name] = names.tolist()
    return found
