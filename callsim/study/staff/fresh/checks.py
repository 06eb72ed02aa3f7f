"""Plans played as they would be read from their file, on fresh days; and whom these days ask for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from callsim.results.result import Result
from callsim.scenario import Scenario
from callsim.scenario.reading.load import changes_of, laid_over
from callsim.scenario.reading.staffed_file import staffed_file
from callsim.study.options import Progress
from callsim.study.player import Run
from callsim.study.runs.replicate import replicate
from callsim.study.staff.components import Part, bare, only, staffed
from callsim.study.staff.day_kinds import Agents, Kind, agents_of, as_lists, by_day
from callsim.study.staff.fresh.assurance import Shown, assured, shown
from callsim.study.staff.fresh.holdout import (
    CHECKED,
    Kept,
    calls_of,
    on_fresh_days,
    runs_to_check,
    runs_to_decide,
)
from callsim.study.staff.fresh.repair import raised, relieved, short_of_days
from callsim.study.staff.fresh.verdicts import blocks
from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import Options
from callsim.study.store.store import Store

FRESH = 1_000_003  # added to the seed for the check, and again for the next one
APART = 0.25  # of the calls of a check, where parts of the centre are checked alone
CLOSE_REPAIRS, DIALLING_REPAIRS = 2, 6  # where a goal is close; where one agent more also dials
HALVINGS = 5  # of the way to agents in plenty, where lines are shared
KEPT_PARTS = 1 << 30  # bytes of parts that are kept while agents are added: 80 runs of 100,000 seats


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


def missed(kept: Mapping[str, Kept]) -> bool:
    """Whether a goal was surely missed."""
    return any(one.met is False for one in kept.values())


class Checks:
    """Plans played as they would be read from their file, each on fresh days of its own."""

    def __init__(
        self, scenario: Scenario, options: Options, kinds: list[Kind], found: list[Found], tell: Progress
    ):
        self.scenario, self.options, self.tell = scenario, options, tell
        self.kinds, self.found = kinds, found
        self.days = by_day(kinds, found, scenario.calendar.days)
        self.runs = runs_to_check(kinds, found, options)
        once = [one._replace(part=one.part._replace(alike=1)) for one in found]
        self.runs_alone = runs_to_check(kinds, once, options)  # of parts alone, of their copies one
        self.affordable = int(CHECKED / calls_of(kinds, found))
        # Parts that get nobody are not played again on the same days.
        self.store = options.store
        if self.store is None and len(first_of(kinds)) > 1:
            self.store = Store(in_memory=KEPT_PARTS)
        self.played = self.repairs = 0
        self._done: list[Run] = []  # of the last check

    def play(
        self,
        plans: list[np.ndarray],
        decide: bool = False,
        some: Collection[Part] = (),
        like: Result | None = None,
    ) -> tuple[Result, dict[str, Kept]]:
        """A plan on other days than all before: int64 [interval, group] of each kind of day.

        `decide`: on as many as it takes, within reason, for verdicts that are not close; `some`: only these
        parts of the centre, if any are named, and of their copies one; `like`: on the days of this check,
        of which only the parts that got agents are played.
        """
        self.played += like is None
        seed = self.options.seed + FRESH * self.played if like is None else like.seed
        same = self.options.but(seed=seed, store=self.options.store if some else self.store)
        plan = as_written(self.scenario, agents_of(self.kinds, plans, self.scenario.calendar.days))
        runs, calls = self.runs, CHECKED
        if some:
            plan, runs, calls = only(plan, some), self.runs_alone, CHECKED * APART
        done: list[Run] = []
        check = simulate(plan, runs, same, self.tell, weigh=not some, done=done)
        while decide and (more := runs_to_decide(check, self.options, calls)) > check.runs:
            check = simulate(plan, more, same, self.tell, weigh=not some, done=done)
        self._done = done
        return check, on_fresh_days(check, self.days)

    def assured(
        self, plans: list[np.ndarray], check: Result, kept: dict[str, Kept]
    ) -> tuple[list[np.ndarray], Shown]:
        """A plan, and a check of which `run` says that every goal is met: see `shown`."""
        first, own = plans, self.options.but(seed=check.seed, store=self.store)

        def add(check: Result, kept: dict[str, Kept], runs: int) -> bool:
            nonlocal plans
            more = assured(self.kinds, self.found, plans, first, check, kept, runs)
            if more is not None:
                plans, self._done = more, []
            return more is not None

        def play(runs: int) -> tuple[Result, dict[str, Kept]]:
            plan = as_written(self.scenario, agents_of(self.kinds, plans, self.scenario.calendar.days))
            check = simulate(plan, runs, own, self.tell, done=self._done)
            return check, on_fresh_days(check, self.days)

        sure = shown(check, kept, self.options, add, play)
        self.repairs += sure.more
        return plans, sure

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
        some = first_of([kind for kind, one, other in each if not np.array_equal(one, other)])
        if blocks(check) or (len(some) == len(first_of(self.kinds)) and not self.with_copies):
            return more
        return self._mended_alone(more, some, close=True)

    def of_copies(self, plans: list[np.ndarray]) -> list[np.ndarray]:
        """A plan that is right where one of all copies is played alone, before all of them are."""
        if not self.with_copies:
            return plans
        return self._mended_alone(plans, first_of(self.kinds), close=False)

    def _mended_alone(self, plans: list[np.ndarray], some: list[Part], close: bool) -> list[np.ndarray]:
        for _ in range(CLOSE_REPAIRS):
            again = self.mended(plans, *self.play(plans, decide=True, some=some), close)
            if again is None:
                break
            plans = again
        return plans

    @property
    def close_repairs(self) -> int:
        """How often agents are added where a goal is close: one agent who also dials is worth little."""
        if self.with_copies:
            return 0
        return DIALLING_REPAIRS if self.scenario.campaigns else CLOSE_REPAIRS

    @property
    def with_copies(self) -> bool:
        """Whether parts of the centre are copies of each other."""
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


def first_of(kinds: Sequence[Kind]) -> list[Part]:
    """Each part once, whatever kinds of day it has."""
    return list({tuple(kind.part.queues): kind.part for kind in reversed(kinds)}.values())
