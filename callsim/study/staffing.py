"""How many agents, in every group and interval: the whole centre, part by part, checked on fresh days.

The check never uses the days of the search: a plan that fits its own days too well shows it there. A plan
with one agent in a hundred less is simulated beside it, to show how much lower the answer could be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from callsim import __version__
from callsim.errors import UserError
from callsim.scenario import Scenario
from callsim.study.fresh import Kept, on_fresh_days
from callsim.study.parts import Part, bare, parts, staffed
from callsim.study.question import Options
from callsim.study.replicate import run
from callsim.study.result import Result
from callsim.study.search import Found, Search
from callsim.study.staircase import Step, staircase
from callsim.study.verdicts import Verdict, copies_of, too_few_lines, too_few_seats, unreachable

FRESH = 1_000_003  # added to the seed for the check
LESS = 0.01  # of the agents, and at least one, are taken away to see how much lower the answer could be
CHECKED = 2e7  # calls to check with, about …
FEWEST_CHECKED, MOST_CHECKED = 10, 200  # … and runs

Progress = Callable[[float, int, int], None]


@dataclass(frozen=True)
class Staffing:
    """The answer to `callsim staff`."""

    scenario: Scenario
    options: Options
    found: list[Found]
    check: Result  # fresh days
    lower: Result  # the same with one agent in a hundred less

    @cached_property
    def staff(self) -> dict[str, np.ndarray]:
        """Agents of each interval of the day, by group of the file: int64 [interval]."""
        return {name: found.staff[:, g] for found in self.found for g, name in enumerate(found.part.groups)}

    @cached_property
    def copies(self) -> dict[str, int]:
        """How often each group of the file stands in the centre."""
        return copies_of(self.scenario)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What stands in the way; nothing if all goals can be met."""
        return [
            *too_few_seats(self.scenario, self.staff),
            *unreachable(self.scenario, self.found),
            *too_few_lines(self.check, self.kept),
        ]

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """How each queue's goal was kept on fresh days."""
        return on_fresh_days(self.check, [self.found])

    @property
    def steps(self) -> list[Step]:
        """Why so many."""
        return staircase(self.scenario, self.found)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the results."""
        checked = self.check.to_dict()
        fresh, fewer = self.kept, on_fresh_days(self.lower, [self.found])
        return {
            "scenario": self.scenario.name,
            "seed": self.options.seed,
            "certainty": self.options.certainty,
            "version": __version__,
            "counted": self.scenario.goals.counted,
            "start": self.scenario.calendar.start.isoformat(),
            "interval_s": self.scenario.calendar.interval,
            "days": self.scenario.calendar.days,
            "groups": {name: self._group(name) for name in self.scenario.groups if name in self.staff},
            "queues": {name: figures | fresh[name].to_dict() for name, figures in checked["queues"].items()},
            "staircase": [step.to_dict() for step in self.steps],
            "verdicts": [verdict.to_dict() for verdict in self.verdicts],
            "search": {
                "calls": sum(found.calls for found in self.found),
                "runs": {", ".join(found.part.queues): found.runs for found in self.found},
            },
            "check": {"seed": self.check.seed, "runs": self.check.runs, "warnings": self.check.warnings},
            "lower": {
                "less": LESS,
                "missed": [name for name, kept in fewer.items() if kept.met is False],
                "intervals_missed": sum(kept.missed for kept in fewer.values()),
                "queues": {name: kept.to_dict() for name, kept in fewer.items()},
            },
        }

    def _group(self, name: str) -> dict[str, Any]:
        found = next(found for found in self.found if name in found.part.groups)
        g = found.part.groups.index(name)
        hours = self.scenario.calendar.interval / 3600
        return {
            "copies": self.copies[name],
            "staff": found.staff[:, g].tolist(),
            "required": np.round(found.wanted[:, g], 3).tolist(),
            "standard_error": np.round(found.doubt[:, g], 3).tolist(),
            "agent_hours": float(found.staff[:, g].sum() * hours),
        }


def staff(
    scenario: Scenario, options: Options | None = None, on_progress: Progress | None = None
) -> Staffing:
    """The fewest agents per group and interval that meet all goals, with their check."""
    options = options or Options()
    check_wishes(scenario, options)
    kinds = parts(scenario)
    found = list(search(kinds, options, _portion(on_progress, 0.0, 0.7)))
    lists = {name: one.staff[:, g] for one in found for g, name in enumerate(one.part.groups)}
    checked = staffed(bare(scenario), lists)
    fewer = {name: less(agents) for name, agents in lists.items()}
    runs = runs_to_check(found, options)
    fresh = options._replace(seed=options.seed + FRESH)
    check = simulate(checked, runs, fresh, _portion(on_progress, 0.7, 0.15))
    lower = simulate(staffed(checked, fewer), runs, fresh, _portion(on_progress, 0.85, 0.15))
    return Staffing(scenario, options, found, check, lower)


def check_wishes(scenario: Scenario, options: Options) -> None:
    """Refuse what cannot be asked, all of it together."""
    missing = [name for name, queue in scenario.queues.items() if queue.goal is None]
    if missing:
        raise UserError(
            f"no goal, no staff: {', '.join(missing)}; write such as goal: {{answer: 80%, within: 20 s}} "
            "or goal: {abandon_at_most: 10%}"
        )
    if options.certainty is not None and not 0.5 <= options.certainty <= 0.99:
        raise UserError(f"a certainty of {options.certainty:.0%} is out of range; write 50% to 99%")
    for group, cap in options.occupancy.items():
        if not 0.1 <= cap <= 1:
            raise UserError(f"an occupancy of {cap:.0%} for {group} is out of range; write 10% to 100%")


def search(kinds: list[Part], options: Options, on_progress: Progress | None) -> Iterator[Found]:
    """Each kind's search, with its share of the effort."""
    own = options._replace(effort=options.effort / len(kinds))
    for number, part in enumerate(kinds):

        def tell(done: float, number: int = number) -> None:
            if on_progress is not None:
                on_progress((number + done) / len(kinds), number, len(kinds))

        yield Search(part, own).find(tell)


def simulate(scenario: Scenario, runs: int, options: Options, on_progress: Progress | None) -> Result:
    """Some runs of a plan."""
    return run(scenario, runs, options.seed, jobs=options.jobs, on_progress=on_progress, stop=options.stop)


def runs_to_check(found: list[Found], options: Options) -> int:
    """How many fresh runs."""
    if options.runs is not None:
        return max(FEWEST_CHECKED, options.runs)
    a_run = sum(float(need.load.calls.sum()) * one.part.alike for one in found for need in one.needs)
    days = found[0].part.scenario.calendar.days
    return max(FEWEST_CHECKED, min(MOST_CHECKED, int(CHECKED / max(a_run * days, 1))))


def less(agents: np.ndarray) -> np.ndarray:
    """One agent in a hundred less, at least one, never below nobody."""
    return np.asarray(np.maximum(agents - np.maximum(1, np.floor(agents * LESS)), 0).astype(np.int64))


def _portion(on_progress: Progress | None, begin: float, share: float) -> Progress | None:
    """Tell a part of the work as a part of the whole."""
    if on_progress is None:
        return None
    return lambda done, number, of: on_progress(begin + share * done, number, of)
