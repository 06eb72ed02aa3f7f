"""Flat textbook days: one queue with a constant rate all day, whose fewest agents Erlang's formulas know."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path
from typing import NamedTuple

import callsim
from callsim import erlang
from callsim.study.staff.components import parts
from callsim.study.staff.search import Found, Search
from callsim.study.staff.subproblem import Options


class Case(NamedTuple):
    """One flat day."""

    load: float  # erlangs
    aht_s: float
    patience_s: float | None
    answer: float | None  # share within `within_s`
    within_s: float
    abandon_at_most: float | None
    seed: int
    interval: str = "1 h"  # all are alike, so long ones tell the same with less work

    @property
    def per_hour(self) -> float:
        """Calls."""
        return self.load * 3600 / self.aht_s

    @property
    def text(self) -> str:
        """The scenario: it has been going on for ten handling times when it begins to count."""
        warm_up = max(1, math.ceil(10 * self.aht_s / 3600))
        patience = f"patience: {{exponential: {{mean: {self.patience_s!r} s}}}}, " if self.patience_s else ""
        goal = [] if self.answer is None else [f"answer: {self.answer!r}, within: {self.within_s!r} s"]
        goal += [] if self.abandon_at_most is None else [f"abandon_at_most: {self.abandon_at_most!r}"]
        return (
            f"calendar: {{start: 2026-03-02, interval: {self.interval}, warm_up: {warm_up} h}}\n"
            f"queues: {{q: {{arrivals: {{per_hour: {self.per_hour!r}}}, "
            f"talk: {{exponential: {{mean: {self.aht_s!r} s}}}}, {patience}goal: {{{', '.join(goal)}}}}}}}\n"
            "groups: {desk: {answers: {q: {}}, staff: 1}}\n"
        )

    def lost(self, agents: int) -> list[tuple[float, float]]:
        """Share that fares badly in steady state, and the share that may, of each promise."""
        if agents <= 0:
            return [(1.0, 0.0)]
        if self.patience_s is None:
            steady = erlang.erlang_c(agents, self.load, self.aht_s, self.within_s)
        else:
            steady = erlang.erlang_a(agents, self.load, self.aht_s, self.patience_s, self.within_s)
        found = []
        if self.answer is not None:
            found.append((1 - steady.service_level["offered"], 1 - self.answer))
        if self.abandon_at_most is not None:
            found.append((steady.p_abandon, self.abandon_at_most))
        return found

    @property
    def exact(self) -> int:
        """The fewest whole agents that keep every promise."""
        agents = max(1, int(self.load) - 2) if self.patience_s is None else 1
        stride = max(1, int(self.load) // 50)
        while not self.keeps(agents):
            agents += stride
        while agents > 1 and self.keeps(agents - 1):
            agents -= 1
        return agents

    def keeps(self, agents: int) -> bool:
        """Whether so many agents keep every promise."""
        return all(lost <= may for lost, may in self.lost(agents))

    def missed_by(self, agents: int) -> float:
        """By how much of the share that may be lost more than that is; 0 where every promise is kept."""
        return max(max(0.0, lost / may - 1) if may else 9.9 for lost, may in self.lost(agents))


def find(case: Case, folder: Path) -> Found:
    """What the search finds."""
    path = folder / "flat.yaml"
    path.write_text(case.text)
    (part,) = parts(callsim.load(path))
    return Search(part, Options(seed=case.seed, jobs=1)).find(lambda done: None)


def small(number: int, interval: str = "1 h") -> list[Case]:
    """1e-6 to 2 erlangs × goals of 50–99.9 % × handling of 5 s to an hour × seeds."""
    luck = random.Random(20261127)
    loads = [1e-6, 1e-4, 0.003, 0.02, 0.1, 0.3, 0.6, 1.0, 1.4, 2.0]
    goals = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999]
    times = [5.0, 20.0, 60.0, 180.0, 600.0, 3600.0]
    every = list(itertools.product(loads, goals, times, [None, 60.0, 300.0], [1, 2, 3, 4]))
    return [
        Case(load, aht, patience, goal, 20.0, None, seed, interval)
        for load, goal, aht, patience, seed in luck.sample(every, min(number, len(every)))
    ]


def any_goal(number: int, interval: str = "1 h") -> list[Case]:
    """95–99.9 % and 1–20 % abandoned at 1 to 1,000 erlangs."""
    luck = random.Random(20261128)
    loads = [1.0, 2.0, 5.0, 12.0, 30.0, 59.0, 100.0, 250.0, 400.0, 1000.0]
    goals: list[tuple[float | None, float | None]] = [(g, None) for g in (0.95, 0.98, 0.99, 0.995, 0.999)]
    goals += [(None, most) for most in (0.01, 0.02, 0.05, 0.1, 0.2)] + [(0.8, 0.03), (0.9, 0.01)]
    every = list(itertools.product(loads, goals, [60.0, 180.0, 400.0], [None, 60.0, 180.0], [1, 2, 3]))
    every = [case for case in every if case[3] or case[1][1] is None]
    return [
        Case(load, aht, patience, goal[0], 20.0, goal[1], seed, interval)
        for load, goal, aht, patience, seed in luck.sample(every, min(number, len(every)))
    ]
