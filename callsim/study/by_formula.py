"""A first answer to how many agents: by formula alone, in seconds, with nothing simulated.

Each queue's requirement is that of Erlang A (C where callers never give up) on days that differ, as where the
search begins (`staff/formula.py`). Queues that share agents are counted each for itself, so the answer is
rather too high there; redials, further groups and what an hour leaves to the next are in no formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from callsim.arrays import Ints
from callsim.model.hours import ready_share
from callsim.results.schema import Mapped, mapped
from callsim.scenario import Scenario
from callsim.study.staff.answer import Asked, ByDay
from callsim.study.staff.day_kinds import Agents, Kind, agents_of, kinds_of_day, named
from callsim.study.staff.fresh.verdicts import copies_of
from callsim.study.staff.subproblem import Options, Question, check_wishes

LAST_DIGIT = 1e-6  # of an agent: no reason for one more


@dataclass(frozen=True, kw_only=True)
class GroupByFormula:
    """Agents of a group, of each copy."""

    copies: int  # of the group
    staff: ByDay[int]  # scheduled, by interval
    agent_hours: float  # a day


@dataclass(frozen=True, kw_only=True)
class FormulaAnswer(Asked):
    """Agents of each group and interval by formula: not simulated, so no goal is known to be kept."""

    kind: Literal["staff_by_formula"] = "staff_by_formula"  # which result this is
    simulated: Literal[False] = False  # so no goal is known to be kept
    agent_hours: float  # a day, of all groups and copies
    most_agents: int  # at once, of all groups and copies
    groups: dict[str, GroupByFormula]  # by name

    def to_dict(self) -> Mapped:
        """As in the JSON."""
        return mapped(self)


def by_formula(scenario: Scenario, options: Options | None = None) -> FormulaAnswer:
    """Returns the agents that formulas ask for, of each group and interval.

    `scenario`: with a goal for each queue; its staff is not looked at. `options`: wishes for occupancy and
    the seed of the search that may follow; a certainty is not looked at. Raises UserError for queues without
    a goal and for wishes out of range.
    """
    options = options or Options()
    check_wishes(scenario, options)
    kinds, days = kinds_of_day(scenario), scenario.calendar.days
    agents = agents_of(kinds, [_whole(kind, options) for kind in kinds], days)
    copies, hours = copies_of(scenario), scenario.calendar.interval / 3600
    groups = {
        name: GroupByFormula(
            copies=copies[name],
            staff=_told(scenario, of_days),
            agent_hours=float(np.mean([day.sum() for day in of_days]) * hours),
        )
        for name in scenario.groups
        if (of_days := agents.get(name)) is not None
    }
    return FormulaAnswer(
        **{**options.told(scenario), "certainty": None},
        agent_hours=sum(one.agent_hours * one.copies for one in groups.values()),
        most_agents=_at_once(agents, copies),
        groups=groups,
    )


def _whole(kind: Kind, options: Options) -> Ints:
    """Whole agents of one kind of day: int64 [interval, group]."""
    question = Question(kind.part, options)
    wanted = question.start.copy()
    each = question.direct / question.direct.sum(axis=1, keepdims=True)
    work = np.stack([need.load.workload for need in question.needs], axis=1) @ each
    groups = [kind.part.scenario.groups[name] for name in kind.part.groups]
    for g, most in question.capped:
        wanted[:, g] = np.maximum(wanted[:, g], work[:, g] / (most * ready_share(groups[g])))
    return np.ceil(wanted - LAST_DIGIT).astype(np.int64)


def _told(scenario: Scenario, days: list[Ints]) -> ByDay[int]:
    """A list where the staff is alike every day, or a list by day."""
    names = named(scenario.calendar, days)
    if isinstance(names, dict):
        return {name: of_day.tolist() for name, of_day in names.items()}
    told: list[int] = names.tolist()
    return told


def _at_once(agents: Agents, copies: dict[str, int]) -> int:
    """The most agents who are there in one interval."""
    together = np.sum([np.stack(days) * copies[name] for name, days in agents.items()], axis=0)
    return int(together.max())
