"""How many agents, in every group and interval: the whole centre, part by part, checked on fresh days.

The check plays the file that holds the answer, on days that the search never saw: a plan that fits its own
days too well shows it there. Where a goal is missed, agents are added where calls fared worst, and the new
plan is checked on other fresh days. A plan with one agent in a hundred less is simulated beside it, to show
how much lower the answer could be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from callsim.results.result import Result
from callsim.results.schema import Mapped
from callsim.scenario import Given, Scenario, scenario_of
from callsim.scenario.words import by_day as keys
from callsim.shown import Shown
from callsim.study.options import Tell
from callsim.study.staff.answer import (
    ByDay,
    ForCertainty,
    GroupStaffed,
    Lower,
    SearchDone,
    StaffAnswer,
    check_done,
    queues_checked,
    queues_kept,
)
from callsim.study.staff.components import bare, only, staffed
from callsim.study.staff.day_kinds import (
    Agents,
    Kind,
    agents_of,
    as_lists,
    by_day,
    kinds_of_day,
    name_of,
    named,
    search,
)
from callsim.study.staff.feasibility import in_plenty
from callsim.study.staff.fresh.checks import Checks, first_of, missed, simulate
from callsim.study.staff.fresh.holdout import (
    FEWEST_CHECKED,
    Kept,
    on_fresh_days,
)
from callsim.study.staff.fresh.verdicts import (
    Verdict,
    blocks,
    copies_of,
    too_few_lines,
    too_few_seats,
    unreachable,
)
from callsim.study.staff.occupancy import Occupancy, occupancies
from callsim.study.staff.search import Found
from callsim.study.staff.staircase import Step, staircase
from callsim.study.staff.subproblem import Options, check_wishes

LESS = 0.01  # of the agents, and at least one, are taken away to see how much lower the answer could be
THINNER = 0.5  # of the days, for the plan with one agent in a hundred less
REPAIRS = 8  # where a goal is missed

T = TypeVar("T", int, float)


class Surcharge(NamedTuple):
    """Agents for certainty: without them goals are met, too, but the days of the check do not show it."""

    without: Agents  # the plan without them
    days: float  # about, that would show it; infinite if nothing is left between goal and expectation
    tight: list[str]  # queues of which that holds


@dataclass(frozen=True, repr=False)
class Staffing(Shown):
    """The answer to `callsim staff`."""

    scenario: Scenario
    options: Options
    kinds: list[Kind]
    found: list[Found]  # [kind]
    staff: Agents
    repairs: int
    check: Result  # fresh days
    lower: Result  # the same with one agent in a hundred less
    plenty: Result | None  # with agents in plenty, where calls are blocked and a goal is missed
    surcharge: Surcharge | None = None  # agents who are there for the verdicts of the check

    def for_reports(self) -> StaffAnswer:
        """Returns it as reports take it."""
        return self.answer

    def in_short(self) -> dict[str, object]:
        """Returns what its `repr` says."""
        return {"scenario": self.scenario.name, "groups": list(self.staff), "runs": self.check.runs}

    @cached_property
    def copies(self) -> dict[str, int]:
        """How often each group of the file stands in the centre."""
        return copies_of(self.scenario)

    @cached_property
    def by_day(self) -> list[list[Found]]:
        """The searches of each day of the calendar."""
        return by_day(self.kinds, self.found, self.scenario.calendar.days)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What stands in the way; nothing if all goals can be met."""
        lines: list[Verdict] = []
        if self.plenty is not None:
            lines = too_few_lines(self.plenty, on_fresh_days(self.plenty, self.by_day))
        return [
            *too_few_seats(self.scenario, self.staff),
            *unreachable(self.scenario, self.found, [kind.days[0] for kind in self.kinds]),
            *lines,
        ]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """How each queue's goal was kept on fresh days."""
        return on_fresh_days(self.check, self.by_day)

    @property
    def steps(self) -> list[Step]:
        """Why this many agents: the steps, and what each adds."""
        return staircase(self.scenario, self.by_day, staff=self.staff)

    @cached_property
    def occupancy(self) -> dict[str, Occupancy]:
        """How busy the groups were for which there is a wish."""
        return occupancies(self.check, self.options.occupancy, self.by_day, self.staff)

    @cached_property
    def answer(self) -> StaffAnswer:
        """What reports and JSON tell of it."""
        of_originals = {kept.original: kept for kept in on_fresh_days(self.lower, self.by_day).values()}
        fewer = {name: of_originals[kept.original] for name, kept in self.kept.items()}
        return StaffAnswer(
            **self.options.told(self.scenario),
            groups={name: self._group(name) for name in self.scenario.groups if name in self.staff},
            queues=queues_checked(self.check, self.kept),
            staircase=self.steps,
            verdicts=self.verdicts,
            search=SearchDone(
                calls=sum(found.calls for found in self.found), runs=self._runs(), repairs=self.repairs
            ),
            check=check_done(self.check),
            certain=self._certain(),
            lower=Lower(
                less=LESS,
                missed=[name for name, kept in fewer.items() if kept.met is False],
                intervals_missed=sum(kept.missed for kept in fewer.values()),
                queues=queues_kept(self.lower, fewer),
            ),
        )

    def to_dict(self) -> Mapped:
        """The JSON of the results."""
        return self.answer.to_dict()

    def _runs(self) -> dict[str, int]:
        """Days of the last round, by queues; of days that differ the most."""
        runs: dict[str, int] = {}
        for found in self.found:
            name = ", ".join(found.part.queues)
            runs[name] = max(runs.get(name, 0), found.runs)
        return runs

    def _certain(self) -> ForCertainty | None:
        """What the days of the check cost."""
        if self.surcharge is None:
            return None
        hours = self.scenario.calendar.interval / 3600
        more = [
            (np.stack(self.staff[name]) - np.stack(without)).sum(axis=1).mean() * self.copies[name] * hours
            for name, without in self.surcharge.without.items()
        ]
        days = self.surcharge.days
        return ForCertainty(
            agent_hours=float(np.sum(more)),
            days_instead=math.ceil(days) if math.isfinite(days) else None,
            nothing_to_spare=self.surcharge.tight,
        )

    def _group(self, name: str) -> GroupStaffed:
        hours = self.scenario.calendar.interval / 3600
        days = self.staff[name]
        return GroupStaffed(
            copies=self.copies[name],
            staff=self._told(name, lambda day: days[day]),
            required=self._told(name, lambda day: np.round(_of(self.by_day[day], name, "wanted"), 3)),
            standard_error=self._told(name, lambda day: np.round(_of(self.by_day[day], name, "doubt"), 3)),
            agent_hours=float(np.mean([day.sum() for day in days]) * hours),
            occupancy=self.occupancy.get(name),
        )

    def _told(self, name: str, of_day: Callable[[int], np.ndarray]) -> ByDay[T]:
        """A list where the group's staff is alike every day, or a list by day."""
        names = named(self.scenario.calendar, self.staff[name])
        if not isinstance(names, dict):
            everyday: list[T] = of_day(0).tolist()
            return everyday
        return {key: of_day(_first(self.scenario, key)).tolist() for key in names}


def _first(scenario: Scenario, key: str) -> int:
    """The first day of the calendar that follows a key of `named`, from 0."""
    date = keys.date_of(key)
    if date is not None:
        return (date - scenario.calendar.start).days
    return [name_of(day) for day in scenario.calendar.all_days()].index(key)


def _of(day: list[Found], group: str, what: str) -> np.ndarray:
    for found in day:
        if group in found.part.groups:
            values: np.ndarray = getattr(found, what)[:, found.part.groups.index(group)]
            return values
    raise AssertionError(group)


def staff(scenario: Given, options: Options | None = None, on_progress: Tell | None = None) -> Staffing:
    """Find the fewest agents of each group and interval that meet all goals, and check them on fresh days.

    Args:
        scenario: a Scenario or the path of its file, with a goal for each queue; its staff is not looked at.
        options: how the search is done. Default: on the mean of all days.
        on_progress: hears the share of the work that is done.

    Returns the Staffing. Raises UserError for queues without a goal and for wishes out of range.
    """
    scenario, options = scenario_of(scenario), (options or Options()).told_to(on_progress)
    check_wishes(scenario, options)
    tell = options.progress
    kinds = kinds_of_day(scenario)
    found = search(kinds, options, tell.part(0.0, 0.6))
    checks = Checks(scenario, options, kinds, found, tell.part(0.6, 0.2))
    plans, plenty = checks.of_copies([one.staff for one in found]), None
    check, kept = checks.play(plans, decide=True)
    for number in range(REPAIRS):
        if plenty is None and missed(kept) and blocks(check):
            many = [in_plenty(kind.part, options, plan) for kind, plan in zip(kinds, plans, strict=True)]
            plenty, with_plenty = checks.play(many)
            if not missed(with_plenty):
                plans, plenty = checks.between(plans, many), None
                check, kept = checks.play(plans)
                checks.repairs += 1
                continue
        more = checks.mended(plans, check, kept, close=number < checks.close_repairs)
        if more is None:
            break
        plans = checks.apart(plans, more, check)
        # Of many copies every check costs much. What few of them missed is seen on the same days.
        check, kept = checks.play(plans, decide=True, like=check if checks.with_copies else None)
    first, sure = plans, None
    if not missed(kept):
        plans, sure = checks.assured(plans, check, kept)
        check, kept = sure.check, sure.kept
    days = scenario.calendar.days
    agents, fewer = (agents_of(kinds, some, days) for some in (plans, [less(plan) for plan in plans]))
    same = options.but(seed=check.seed)
    # Nobody writes this plan to a file, and a file could not hold one without anybody.
    thinner = staffed(bare(scenario), as_lists(scenario, fewer))
    if checks.with_copies:
        thinner = only(thinner, first_of(kinds))
    fewer_runs = max(FEWEST_CHECKED, min(math.ceil(check.runs * THINNER), checks.affordable))
    lower = simulate(thinner, min(check.runs, fewer_runs), same, tell.part(0.8, 0.2), weigh=False)
    blocked = plenty if missed(kept) else None
    surcharge = None
    if sure is not None and sure.more:
        surcharge = Surcharge(agents_of(kinds, first, days), sure.instead * days, sure.tight)
    return Staffing(scenario, options, kinds, found, agents, checks.repairs, check, lower, blocked, surcharge)


def less(agents: np.ndarray) -> np.ndarray:
    """One agent in a hundred less, at least one, never below nobody."""
    return np.asarray(np.maximum(agents - np.maximum(1, np.floor(agents * LESS)), 0).astype(np.int64))
