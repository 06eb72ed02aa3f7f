"""Desks that open with nobody waiting: agents of the first hour, and those that a Markov chain asks for.

The lines are empty when a desk opens, so its first hour is kinder than a steady state. The chain of calls in
the desk (birth and death, M/M/n+M) is followed through the hour by matrix exponentials; what a caller who
finds k calls ahead may expect is a chain of its own. Callers of the hour's last seconds may have the agents
of the next hour, which the chain leaves out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import linalg

from callsim.study.staff.search import Found
from callsim.study.staff.subproblem import Options

STEP = 1 / 60  # of the hour, within which arrivals see the chain at its two ends
OPENS = 8  # o'clock


class Desk(NamedTuple):
    """A desk with the same calls every hour from eight to six."""

    load: float  # erlangs
    aht_s: float
    patience_s: float
    answer: float  # share, within 20 s

    @property
    def text(self) -> str:
        """The scenario."""
        return (
            "calendar: {start: 2026-03-02, interval: 1 h}\n"
            "queues: {q: {open: 08:00-18:00, "
            f"arrivals: {{per_hour: {self.load * 3600 / self.aht_s!r}}}, "
            f"talk: {{exponential: {{mean: {self.aht_s!r} s}}}}, "
            f"patience: {{exponential: {{mean: {self.patience_s!r} s}}}}, "
            f"goal: {{answer: {self.answer!r}, within: 20 s}}}}}}\n"
            "groups: {desk: {answers: {q: {}}, staff: 1}}\n"
        )

    def level(self, agents: int) -> float:
        """The share of the first hour's callers who are answered within 20 s, from an empty desk."""
        rate, done, gives_up = self.load / self.aht_s, 1 / self.aht_s, 1 / self.patience_s
        most = agents + 40 + int(4 * self.load)
        calls = np.arange(most + 1)
        leave = np.minimum(calls, agents) * done + np.maximum(calls - agents, 0) * gives_up
        chain = np.diag(np.r_[np.full(most, rate), 0.0][:-1], 1) + np.diag(leave[1:], -1)
        chain -= np.diag(chain.sum(axis=1))
        # Whoever comes k-th in line: k falls as agents get free and others ahead give up; 0 is answered.
        line = np.arange(1, most - agents + 2)
        ahead = agents * done + (line - 1) * gives_up
        wait = np.zeros((len(line) + 1, len(line) + 1))
        wait[line, line - 1] = ahead
        wait[line, line] = -ahead - gives_up
        answered = np.r_[np.ones(agents), linalg.expm(wait * 20.0)[1:, 0]]
        step = linalg.expm(chain * 3600 * STEP)
        state, seen = np.zeros(most + 1), []
        state[0] = 1.0
        for _ in range(round(1 / STEP) + 1):
            seen.append(float(state @ answered))
            state = state @ step
        return float(np.trapezoid(seen, dx=STEP))

    @property
    def exact(self) -> int:
        """The fewest agents that keep the goal in the first hour."""
        agents = 1
        while self.level(agents) < self.answer:
            agents += 1
        return agents


def desks(number: int) -> list[Desk]:
    """Random ones of half an erlang to 30 erlangs."""
    luck = random.Random(20261128)
    return [
        Desk(
            round(0.5 * 60 ** luck.random(), 2),
            luck.choice([60.0, 180.0, 400.0]),
            luck.choice([60.0, 180.0]),
            luck.choice([0.7, 0.8, 0.9, 0.95]),
        )
        for _ in range(number)
    ]


def openings(find: Callable[[str, Options], Found], number: int) -> None:
    """How far the agents of first hours lie from the chain's, and what more is lost where they are fewer."""
    apart: Counter[int] = Counter()
    worst = 0.0
    for desk in desks(number):
        agents = int(find(desk.text, Options()).staff[OPENS, 0])
        apart[agents - desk.exact] += 1
        worst = max(worst, (desk.answer - desk.level(agents)) / (1 - desk.answer))
    told = ", ".join(f"{off:+d}: {apart[off]}" for off in sorted(apart))
    print(f"first hours: {told} of {apart.total()}; where fewer, {worst:.1%} more is lost than may be")
