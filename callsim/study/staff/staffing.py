"""How many agents, in every group and interval: the whole centre, part by part, checked on fresh days.

The check plays the file that holds the answer, on days that the search never saw: a plan that fits its own
days too well shows it there. Where a goal is missed, agents are added where calls fared worst, and the new
plan is checked on other fresh days. A plan with one agent in a hundred less is simulated beside it, to show
how much lower the answer could be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from callsim.results.result import Result
from callsim.results.schema import Mapped
from callsim.scenario import Scenario
from callsim.scenario.reading.load import changes_of, laid_over
from callsim.scenario.reading.staffed_file import staffed_file
from callsim.scenario.words import by_day as keys
from callsim.study.options import Progress, Tell
from callsim.study.player import Run
from callsim.study.runs.replicate import replicate
from callsim.study.staff.answer import (
    ByDay,
    GroupStaffed,
    Lower,
    SearchDone,
    StaffAnswer,
    check_done,
    queues_checked,
    queues_kept,
)
from callsim.study.staff.components import Part, bare, only, staffed
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
from callsim.study.staff.holdout import (
    CHECKED,
    FEWEST_CHECKED,
    SHOWN,
    Kept,
    calls_of,
    on_fresh_days,
    runs_to_check,
    runs_to_decide,
)
from callsim.study.staff.occupancy import Occupancy, occupancies
from callsim.study.staff.repair import assured, raised, relieved, short_of_days
from callsim.study.staff.search import Found
from callsim.study.staff.staircase import Step, staircase
from callsim.study.staff.subproblem import Options, check_wishes
from callsim.study.staff.verdicts import Verdict, blocks, copies_of, too_few_lines, too_few_seats, unreachable

FRESH = 1_000_003  # added to the seed for the check, and again for the next one
LESS = 0.01  # of the agents, and at least one, are taken away to see how much lower the answer could be
APART = 0.25  # of the calls of a check, where parts of the centre are checked alone
THINNER = 0.5  # of the days, for the plan with one agent in a hundred less
REPAIRS, CLOSE_REPAIRS = 8, 2  # where a goal is missed; where it is close
ASSURED = 4  # times, at most, that a few agents are added so that a check shows every goal met
HALVINGS = 5  # of the way to agents in plenty, where lines are shared

T = TypeVar("T", int, float)


@dataclass(frozen=True)
class Staffing:
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
        fewer = on_fresh_days(self.lower, self.by_day)
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


def staff(scenario: Scenario, options: Options | None = None, on_progress: Tell | None = None) -> Staffing:
    """Find the fewest agents of each group and interval that meet all goals, and check them on fresh days.

    Args:
        scenario: with a goal for each queue; its staff is not looked at.
        options: how the search is done. Default: on the mean of all days.
        on_progress: hears the share of the work that is done.

    Returns the Staffing. Raises UserError for queues without a goal and for wishes out of range.
    """
    options = (options or Options()).told_to(on_progress)
    check_wishes(scenario, options)
    tell = options.progress
    kinds = kinds_of_day(scenario)
    found = search(kinds, options, tell.part(0.0, 0.6))
    checks = _Checks(scenario, options, kinds, found, tell.part(0.6, 0.2))
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
        more = checks.mended(plans, check, kept, close=number < CLOSE_REPAIRS)
        if more is None:
            break
        plans = checks.apart(plans, more, check)
        check, kept = checks.play(plans, decide=True)
    if not missed(kept):
        plans, check = checks.assured(plans, check)
        kept = on_fresh_days(check, checks.days)
    days = scenario.calendar.days
    agents, fewer = (agents_of(kinds, some, days) for some in (plans, [less(plan) for plan in plans]))
    same = options.but(seed=check.seed)
    # Nobody writes this plan to a file, and a file could not hold one without anybody.
    thinner = staffed(bare(scenario), as_lists(scenario, fewer))
    fewer_runs = max(FEWEST_CHECKED, min(math.ceil(check.runs * THINNER), checks.affordable))
    lower = simulate(thinner, min(check.runs, fewer_runs), same, tell.part(0.8, 0.2), weigh=False)
    blocked = plenty if missed(kept) else None
    return Staffing(scenario, options, kinds, found, agents, checks.repairs, check, lower, blocked)


def missed(kept: Mapping[str, Kept]) -> bool:
    """Whether a goal was surely missed."""
    return any(one.met is False for one in kept.values())


class _Checks:
    """Plans played as they would be read from their file, each on fresh days of its own."""

    def __init__(
        self, scenario: Scenario, options: Options, kinds: list[Kind], found: list[Found], tell: Progress
    ):
        self.scenario, self.options, self.tell = scenario, options, tell
        self.kinds, self.found = kinds, found
        self.days = by_day(kinds, found, scenario.calendar.days)
        self.runs = runs_to_check(kinds, found, options)
        self.affordable = int(CHECKED / calls_of(kinds, found))
        self.played = self.repairs = 0

    def play(
        self, plans: list[np.ndarray], decide: bool = False, some: Collection[Part] = ()
    ) -> tuple[Result, dict[str, Kept]]:
        """A plan on other days than all before: int64 [interval, group] of each kind of day.

        `decide`: on as many as it takes, within reason, for verdicts that are not close; `some`: only these
        parts of the centre, if any are named, and of their copies one.
        """
        self.played += 1
        same = self.options.but(seed=self.options.seed + FRESH * self.played)
        plan = as_written(self.scenario, agents_of(self.kinds, plans, self.scenario.calendar.days))
        calls = CHECKED
        if some:
            plan, calls = only(plan, some), CHECKED * APART
        done: list[Run] = []
        check = simulate(plan, self.runs, same, self.tell, weigh=not some, done=done)
        while decide and (more := runs_to_decide(check, self.options, calls)) > check.runs:
            check = simulate(plan, more, same, self.tell, weigh=not some, done=done)
        return check, on_fresh_days(check, self.days)

    def assured(self, plans: list[np.ndarray], check: Result) -> tuple[list[np.ndarray], Result]:
        """A plan, and a check on the days of `check` of which `run` says that every goal is met.

        More days come first, as many as are played soon; what they leave too close to call gets a few agents
        more. It is the same days that are played again: other ones would be chosen by their luck. Where the
        number of days was asked for, it adds nobody.
        """
        first, done = plans, list[Run]()

        def play(runs: int) -> Result:
            plan = as_written(self.scenario, agents_of(self.kinds, plans, self.scenario.calendar.days))
            return simulate(plan, runs, self.options.but(seed=check.seed), self.tell, done=done)

        while (more := runs_to_decide(check, self.options, SHOWN)) > check.runs:
            check = play(more)
        for _ in range(ASSURED if self.options.runs is None else 0):
            few_more = assured(self.kinds, self.found, plans, first, check)
            if few_more is None:
                break
            plans, done = few_more, []
            check = play(check.runs)
            self.repairs += 1
        return plans, check

    def mended(
        self, plans: list[np.ndarray], check: Result, kept: dict[str, Kept], close: bool
    ) -> list[np.ndarray] | None:
        """More agents where a check has shown too few, or None. `close`: also where it leaves that open."""
        more = raised(self.kinds, self.found, plans, kept, close)
        if more is None and self.options.certainty is not None:
            more = short_of_days(self.kinds, self.found, plans, check, kept, self.options.certainty)
        more = relieved(self.kinds, self.found, plans, check) if more is None else more
        self.repairs += more is not None
        return more

    def apart(self, plans: list[np.ndarray], more: list[np.ndarray], check: Result) -> list[np.ndarray]:
        """A plan whose parts that got more agents than before are right, too, where they are played alone.

        The whole centre costs many times what they do; it is played when they need no more. `check`: of the
        whole with `plans`; where it has shown that shared lines are too few, nothing is played alone.
        """
        each = zip(self.kinds, plans, more, strict=True)
        some = _first_of([kind for kind, one, other in each if not np.array_equal(one, other)])
        if blocks(check) or (len(some) == len(_first_of(self.kinds)) and not self._with_copies):
            return more
        return self._mended_alone(more, some, close=True)

    def of_copies(self, plans: list[np.ndarray]) -> list[np.ndarray]:
        """A plan that is right where one of all copies is played alone, before all of them are."""
        if not self._with_copies:
            return plans
        return self._mended_alone(plans, _first_of(self.kinds), close=False)

    def _mended_alone(self, plans: list[np.ndarray], some: list[Part], close: bool) -> list[np.ndarray]:
        for _ in range(CLOSE_REPAIRS):
            again = self.mended(plans, *self.play(plans, decide=True, some=some), close)
            if again is None:
                break
            plans = again
        return plans

    @property
    def _with_copies(self) -> bool:
        return any(kind.part.alike > 1 for kind in self.kinds)

    def between(self, few: list[np.ndarray], many: list[np.ndarray]) -> list[np.ndarray]:
        """About the fewest between too few and plenty: more agents everywhere, so that calls leave lines that
        queues share soon enough.
        """

        def some(part: float) -> list[np.ndarray]:
            both = zip(few, many, strict=True)
            return [np.ceil(one + (most - one) * part).astype(np.int64) for one, most in both]

        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if missed(self.play(some(middle))[1]) else (low, middle)
        return some(high)


def _first_of(kinds: Sequence[Kind]) -> list[Part]:
    """Each part once, whatever kinds of day it has."""
    return list({tuple(kind.part.queues): kind.part for kind in reversed(kinds)}.values())


def as_written(scenario: Scenario, agents: Agents) -> Scenario:
    """The scenario that is read from the file that holds the agents, on usual days."""
    lists = as_lists(scenario, agents)
    groups = {name: {"staff": staff} for name, staff in lists.items()}
    changes = changes_of(scenario, groups)
    if changes is None:  # the scenario is not that of a file
        return bare(staffed(scenario, lists))
    return bare(laid_over(scenario, staffed_file(scenario.path, changes, groups, {})))


def simulate(
    scenario: Scenario,
    runs: int,
    options: Options,
    tell: Progress | None = None,
    weigh: bool = True,
    done: list[Run] | None = None,
) -> Result:
    """Some runs of a plan. Without `weigh` none is played again for its seats and its warm-up.

    `done`: see replicate.
    """
    return replicate(scenario, options.but(runs=runs, progress=tell or Progress()), weigh=weigh, done=done)


def less(agents: np.ndarray) -> np.ndarray:
    """One agent in a hundred less, at least one, never below nobody."""
    return np.asarray(np.maximum(agents - np.maximum(1, np.floor(agents * LESS)), 0).astype(np.int64))
