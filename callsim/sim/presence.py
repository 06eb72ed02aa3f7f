"""Who really comes: the planned crews, thinned by shrinkage and by absence that is drawn for each day.

The luck of a crew on a day has a stream of its own, named by seed, run, crew and date. From it come, in
this order: one number that rounds what shrinkage leaves, one that says how bad a day it is, and one for each
agent. So a plan with more agents, or with more absence, meets the same luck: who stays away at 4 % also
stays away at 8 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from scipy.special import betaincinv

from .centre import DAY, Centre
from .roster import CHANGE, day_starts, in_order

PRESENCE = 100  # names this luck among the purposes of draw


class Wave(NamedTuple):
    """A time in which more agents than usual stay away."""

    begins: int  # ms since the run began
    ends: int
    share: float


class Crew(NamedTuple):
    """What is planned for the agents of one group with the same hours, and what luck may do to it."""

    key: int  # names its luck
    times: np.ndarray  # int64 [step] ms since midnight of the day on which its hours begin
    agents: np.ndarray  # int64 [step]  so many from then until the next step; the last is 0, the end
    breaks: np.ndarray  # bool [step]  the step begins or ends a break
    weekdays: frozenset[int]  # on which it comes; 0 is Monday
    whole: bool  # its hours are a shift: who is absent when it begins does not come at all
    on_phone: float = 1.0  # the share that shrinkage leaves
    absent: float = 0.0  # the mean share that is absent …
    correlation: float = 0.0  # … and how much colleagues are absent together
    waves: tuple[Wave, ...] = ()


class Roster(NamedTuple):
    """All crews of a centre, in the order of `Centre.crew_group`."""

    crews: tuple[Crew, ...]
    day_one: int  # the date of day 1, counted in days (datetime.date.toordinal)


def come_and_go(
    roster: Roster, centre: Centre, seed: int, run: int, absent: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Who comes and goes in a run: CHANGE [row] of each day, for ever (see roster.planned).

    `absent`: int64 [crew] ms; to it is added what absence takes from the days that are reported.
    """
    first = centre.clock.day(0)
    missed = np.zeros(len(roster.crews), np.int64) if absent is None else absent
    # The evening before may pass midnight.
    later = _begun(roster, centre, first - 1, (seed, run), missed)
    for day, start in zip(count(first), day_starts(centre), strict=False):
        rows = np.concatenate([later, _begun(roster, centre, day, (seed, run), missed)])
        if day == first:
            rows = _from_the_start(rows)
        today = rows["time"] < start + DAY
        yield in_order(rows[today])
        later = rows[~today]


def _begun(roster: Roster, centre: Centre, day: int, name: tuple[int, int], missed: np.ndarray) -> np.ndarray:
    """The changes of all hours that begin on a day, also those after midnight: CHANGE [row]."""
    clock, date = centre.clock, roster.day_one + day
    start = clock.opens + day * DAY
    here = [
        (row, crew)
        for row, crew in enumerate(roster.crews)
        if (date - 1) % 7 in crew.weekdays and start + crew.times[-1] > 0
    ]
    if not here:
        return np.zeros(0, CHANGE)
    drawn = [_present(crew, start, (*name, date)) for _, crew in here]
    planned, present = (np.concatenate(agents) for agents in zip(*drawn, strict=True))
    rows = np.zeros(len(present), CHANGE)
    rows["time"] = start + np.concatenate([crew.times for _, crew in here])
    rows["crew"] = np.repeat([row for row, _ in here], [len(crew.times) for _, crew in here])
    rows["breaks"] = np.concatenate([crew.breaks for _, crew in here])
    # Every crew ends with nobody, so nothing runs over from one to the next.
    rows["agents"] = np.diff(present, prepend=0)
    lasts = np.diff(np.clip(rows["time"], clock.opens, clock.ends), append=0)
    np.add.at(missed, rows["crew"], (planned - present) * lasts)
    return np.asarray(rows[rows["agents"] != 0])


def _from_the_start(rows: np.ndarray) -> np.ndarray:
    """The same from 0 on, when those come who are there by then."""
    over = rows["time"] <= 0
    there = np.bincount(rows["crew"][over], rows["agents"][over])
    crews = np.flatnonzero(there)
    come = np.zeros(len(crews), CHANGE)
    come["crew"], come["agents"] = crews, there[crews]
    return np.concatenate([come, rows[~over]])


def _present(crew: Crew, start: int, name: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """How many of a crew are there from each step on, before and after absence: int64 [step], both.

    `start`: ms, midnight of the day on which its hours begin; `name`: seed, run and date.
    """
    if crew.on_phone == 1 and not crew.absent and not crew.waves:
        return crew.agents, crew.agents
    seed, run, date = name
    luck = Generator(PCG64(SeedSequence(seed, spawn_key=(run, crew.key, date))))
    rounding, badness = luck.random(2).tolist()
    planned: np.ndarray = (crew.agents * crew.on_phone + rounding).astype(np.int64)
    fates = luck.random(int(planned.max()))
    if crew.whole:
        share = _on_such_a_day(_share(crew, start + int(crew.times[0])), crew.correlation, badness)
        return planned, np.where(planned > 0, np.count_nonzero(fates >= share), 0)
    shares = [_share(crew, moment) for moment in (start + crew.times).tolist()]
    present = np.zeros(len(planned), np.int64)
    for share in sorted(set(shares)):
        comes = fates >= _on_such_a_day(share, crew.correlation, badness)
        at = np.array(shares) == share
        present[at] = np.concatenate([[0], np.cumsum(comes)])[planned[at]]
    return planned, present


def _share(crew: Crew, moment: int) -> float:
    """The mean share of absence at a moment."""
    return max([crew.absent, *(wave.share for wave in crew.waves if wave.begins <= moment < wave.ends)])


def _on_such_a_day(share: float, correlation: float, badness: float) -> float:
    """The share of absence on this very day: beta with that mean, by inversion.

    The number absent is then beta-binomial: its variance is n p (1 - p) (1 + (n - 1) ρ), with ρ the
    correlation between any two agents (Skellam 1948, J. R. Stat. Soc. B 10, 257-261).
    """
    if not share or not correlation:
        return share
    weight = 1 / correlation - 1  # the sum of both parameters
    return float(betaincinv(share * weight, (1 - share) * weight, badness))
