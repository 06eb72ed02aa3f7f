"""Small centres whose groups help each other out: agents that `staff` finds, and the fewest of all mixes.

The fewest are found by a simulation of their own, which shares no code with callsim: constant rates,
exponential times, each mix of each total from few to many, on the same calls. A total is enough if some mix
keeps every goal but for what rounding may cost.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np

from callsim.scenario import Scenario
from callsim.study.staff.search import SHARP
from callsim.study.staff.staffing import staff
from callsim.study.staff.subproblem import Options

NEVER = 1e18
FIRST, CALLS, CHECK = 12_000, 150_000, 200_000  # calls of a first look, of a mix, and of the answer
ROUGHLY = 0.3  # of what may be lost, by which the first look may be wrong
WARM = 0.02  # of the time, not counted
ROOM = 4000  # calls that wait: more are a collapse
ARRIVAL, END, HANG_UP, HELP = range(4)


class Centre(NamedTuple):
    """Seconds and calls a second; [queue], [queue, group] or [queue, next queue]."""

    rate: np.ndarray
    talk: np.ndarray
    patience: np.ndarray  # 0: for ever
    goal: np.ndarray
    within: np.ndarray
    rank: np.ndarray  # 0: does not answer
    after: np.ndarray
    follow: np.ndarray  # share of answered calls that are handed on

    @property
    def text(self) -> str:
        """The scenario."""
        lines = ["calendar: {days: 1, warm_up: 6 h, interval: 6 h}", "queues:"]
        for q, rate in enumerate(self.rate.tolist()):
            lines.append(f"  q{q}:")
            lines += [f"    arrivals: {{per_hour: {rate * 3600:.6f}}}"] if rate else []
            lines.append(f"    talk: {{exponential: {{mean: {self.talk[q]:g} s}}}}")
            lines += (
                [f"    patience: {{exponential: {{mean: {self.patience[q]:g} s}}}}"]
                if self.patience[q]
                else []
            )
            lines.append(f"    goal: {{answer: {self.goal[q] * 100:g}%, within: {self.within[q]:g} s}}")
            rows = [
                f"      - {{outcome: answered, share: {share * 100:g}%, to: q{to}, transfer: cold}}"
                for to, share in enumerate(self.follow[q].tolist())
                if share
            ]
            lines += ["    follow_ups:", *rows] if rows else []
        lines.append("groups:")
        for g in range(self.rank.shape[1]):
            answers = ", ".join(
                f"q{q}: {{rank: {self.rank[q, g]}, after: {self.after[q, g]:g} s}}"
                for q in np.flatnonzero(self.rank[:, g])
            )
            lines.append(f"  g{g}: {{staff: 5, answers: {{{answers}}}}}")
        return "\n".join(lines) + "\n"

    def levels(self, agents: tuple[int, ...], calls: int) -> np.ndarray:
        """The share of each queue's calls that are answered in time: float64 [queue]."""
        mix = np.array(agents, np.int64)
        offered, good = _played(1, *self._replace(goal=mix), calls / float(self.rate.sum()))
        return np.asarray(good / np.maximum(offered, 1.0))

    def short(self, agents: tuple[int, ...], calls: int) -> float:
        """What is lost beyond what may be, as a part of that."""
        return float(((self.goal - self.levels(agents, calls)) / (1 - self.goal)).max())

    def fewest(self, most: int) -> int | None:
        """The fewest agents of all mixes, up to a number; None if all are too few."""
        queues, groups = self.rank.shape
        busy = float((np.linalg.solve(np.eye(queues) - self.follow.T, self.rate) * self.talk).sum())
        for total in range(max(1, int(busy / 2)), most + 1):
            for few in itertools.product(range(total + 1), repeat=groups - 1):
                mix = (*few, total - sum(few))
                if (
                    mix[-1] >= 0
                    and ((self.rank > 0) @ np.array(mix) > 0).all()
                    and self.short(mix, FIRST) < SHARP + ROUGHLY
                    and self.short(mix, CALLS) < SHARP
                ):
                    return total
        return None


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _played(  # type: ignore[no-untyped-def]
    seed, rate, talk, patience, agents, within, rank, after, follow, until
):
    """Calls offered and answered in time: float64 [queue], both."""
    np.random.seed(seed)
    queues, groups = rank.shape
    group = np.repeat(np.arange(groups), agents)
    ends, idle = np.full(len(group), NEVER), np.zeros(len(group))
    serves, comes = np.zeros(len(group), np.int64), np.full(queues, NEVER)
    for q in range(queues):
        if rate[q] > 0:
            comes[q] = np.random.exponential(1 / rate[q])
    of, since, gives_up, waiting = np.zeros(ROOM, np.int64), np.zeros(ROOM), np.zeros(ROOM), 0
    offered, good, now = np.zeros(queues), np.zeros(queues), 0.0
    while now < until:
        then, what, which = NEVER, -1, -1
        for q in range(queues):
            if comes[q] < then:
                then, what, which = comes[q], ARRIVAL, q
        for a in range(len(group)):
            if ends[a] < then:
                then, what, which = ends[a], END, a
        for w in range(waiting):
            if gives_up[w] < then:
                then, what, which = gives_up[w], HANG_UP, w
            for g in range(groups):
                helps = since[w] + after[of[w], g]
                if rank[of[w], g] > 0 and after[of[w], g] > 0 and now < helps < then:
                    then, what, which = helps, HELP, w
        now = then
        counts = now > WARM * until
        new, taken, agent = -1, -1, -1
        if what == ARRIVAL:
            new = which
            comes[new] = now + np.random.exponential(1 / rate[new])
        elif what == END:
            agent = which
            ends[agent], idle[agent] = NEVER, now
            luck = np.random.random()
            for q in range(queues):
                luck -= follow[serves[agent], q]
                if luck < 0:
                    new = q
                    break
            for w in range(waiting):
                its = rank[of[w], group[agent]]
                if its > 0 and now - since[w] >= after[of[w], group[agent]] - 1e-9:
                    best = rank[of[taken], group[agent]] if taken >= 0 else 99
                    if its < best or (its == best and since[w] < since[taken]):
                        taken = w
        elif what == HANG_UP:
            taken = which
        else:
            taken = which
            agent = _free(rank[of[which]], after[of[which]], now - since[which] + 1e-9, group, ends, idle)
        if taken >= 0 and (what != HELP or agent >= 0):
            if what != HANG_UP:
                q = of[taken]
                serves[agent], ends[agent] = q, now + np.random.exponential(talk[q])
                good[q] += counts and now - since[taken] <= within[q]
            waiting -= 1
            for w in range(taken, waiting):
                of[w], since[w], gives_up[w] = of[w + 1], since[w + 1], gives_up[w + 1]
        if new >= 0:
            offered[new] += counts
            agent = _free(rank[new], after[new], 0.0, group, ends, idle)
            if agent >= 0:
                serves[agent], ends[agent] = new, now + np.random.exponential(talk[new])
                good[new] += counts
            elif waiting == ROOM - 1:
                return np.ones(queues), np.zeros(queues)
            else:
                of[waiting], since[waiting], gives_up[waiting] = new, now, NEVER
                if patience[new] > 0:
                    gives_up[waiting] = now + np.random.exponential(patience[new])
                waiting += 1
    return offered, good


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _free(rank, after, waited, group, ends, idle):  # type: ignore[no-untyped-def]
    """Of the best rank the agent who is idle the longest and may answer after this wait; -1 if nobody may."""
    best = -1
    for a in range(len(group)):
        its = rank[group[a]]
        if ends[a] == NEVER and its > 0 and after[group[a]] <= waited:
            was = rank[group[best]] if best >= 0 else 99
            if its < was or (its == was and idle[a] < idle[best]):
                best = a
    return best


def centre(seed: int) -> Centre:
    """A random one of one to three queues and one to four groups."""
    luck = random.Random(seed)
    queues = luck.randint(1, 3)
    groups = luck.randint(max(1, queues - 1), min(4, queues + 1))
    rate, talk, patience, goal, within = np.zeros((5, queues))
    rank, after = np.zeros((queues, groups), np.int64), np.zeros((queues, groups))
    follow = np.zeros((queues, queues))
    for q in range(queues):
        talk[q] = luck.choice([120, 180, 240, 300])
        busy = luck.choice([0.7, 1.5, 3, 5] if queues > 1 else [1, 3, 6, 10])
        rate[q] = round(busy / talk[q] * 3600) / 3600
        patience[q], goal[q] = luck.choice([0, 120, 240, 480]), luck.choice([0.7, 0.8, 0.9])
        within[q] = luck.choice([20, 20, 60])
    for q in range(queues):
        rank[q, q if q < groups else luck.randrange(groups)] = 1
    for g in range(groups):
        if g >= queues:
            for q in luck.sample(range(queues), luck.randint(1, queues)):
                rank[q, g], after[q, g] = luck.choice([1, 2, 2]), luck.choice([0, 0, 10, 30, 60])
        elif luck.random() < 0.6 and queues > 1:
            q = luck.choice([other for other in range(queues) if other != g])
            if not rank[q, g]:
                rank[q, g], after[q, g] = luck.choice([1, 2, 2, 2]), luck.choice([0, 10, 10, 30, 60])
    if luck.random() < 0.4 and queues > 1:
        for q in range(queues - 1):
            follow[q, q + 1] = luck.choice([0.1, 0.2, 0.3])
        if luck.random() < 0.5:
            rate[queues - 1] = 0
    return Centre(rate, talk, patience, goal, within, rank, after, follow)


def overflow(scenario: Callable[[str], Scenario], number: int) -> None:
    """How many agents more than the fewest are found, and what is lost beyond what may be."""
    apart, short = list[int](), list[float]()
    for seed in range(number):
        one = centre(seed)
        found = staff(scenario(one.text), Options()).staff
        mix = tuple(
            int(np.max(found[f"g{g}"][0])) if f"g{g}" in found else 0 for g in range(one.rank.shape[1])
        )
        fewest = one.fewest(sum(mix))
        apart.append(0 if fewest is None else sum(mix) - fewest)
        short.append(max(one.short(mix, CHECK), 0.0))
        print(
            f"centre {seed}: {mix}, {sum(mix)} agents; of all mixes {fewest}; {short[-1]:.1%} too much lost"
        )
    print(f"{number} centres: at most {max(apart)} agents more than the fewest, {sum(map(bool, apart))} off")
    print(f"at most {max(short):.1%} more is lost than may be")
