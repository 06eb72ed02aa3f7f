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
    found = [np.zeros(0, CHANGE)]
    for row, crew in enumerate(roster.crews):
        if (date - 1) % 7 not in crew.weekdays:
            continue
        times = clock.opens + day * DAY + crew.times
        planned, present = _present(crew, times, (*name, date))
        if present is not planned:
            lasts = np.diff(np.clip(times, clock.opens, clock.ends))
            missed[row] += int(((planned - present)[:-1] * lasts).sum())
        rows = np.zeros(len(times), CHANGE)
        rows["time"], rows["crew"], rows["breaks"] = times, row, crew.breaks
        rows["agents"] = np.diff(present, prepend=0)
        found.append(rows[rows["agents"] != 0])
    return np.concatenate(found)


def _from_the_start(rows: np.ndarray) -> np.ndarray:
    """The same from 0 on, when those come who are there by then."""
    over = rows["time"] <= 0
    there = np.bincount(rows["crew"][over], rows["agents"][over])
    crews = np.flatnonzero(there)
    come = np.zeros(len(crews), CHANGE)
    come["crew"], come["agents"] = crews, there[crews]
    return np.concatenate([come, rows[~over]])


def _present(crew: Crew, times: np.ndarray, name: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """How many of a crew are there from each step on, before and after absence: int64 [step], both.

    `times`: int64 [step] ms since the run began; `name`: seed, run and date.
    """
    if crew.on_phone == 1 and not crew.absent and not crew.waves:
        return crew.agents, crew.agents
    seed, run, date = name
    luck = Generator(PCG64(SeedSequence(seed, spawn_key=(run, crew.key, date))))
    rounding, badness = luck.random(2)
    agents: np.ndarray = np.floor(crew.agents * crew.on_phone + rounding).astype(np.int64)
    shares = np.broadcast_to(_shares(crew, times[:1] if crew.whole else times), len(agents))
    if not shares.any():
        return agents, agents
    fates = luck.random(agents.max())
    present = np.zeros(len(agents), np.int64)
    for share in np.unique(shares):
        comes = fates >= _on_such_a_day(share, crew.correlation, badness)
        at = shares == share
        present[at] = np.concatenate([[0], np.cumsum(comes)])[agents[at]]
    return agents, present


def _shares(crew: Crew, moments: np.ndarray) -> np.ndarray:
    """The mean share of absence at some moments: float64 [moment]."""
    shares = np.full(len(moments), crew.absent)
    for wave in crew.waves:
        meanwhile = (wave.begins <= moments) & (moments < wave.ends)
        shares[meanwhile] = np.maximum(shares[meanwhile], wave.share)
    return shares


def _on_such_a_day(share: float, correlation: float, badness: float) -> float:
    """The share of absence on this very day: beta with that mean, by inversion.

    The number absent is then beta-binomial: its variance is n p (1 - p) (1 + (n - 1) ρ), with ρ the
    correlation between any two agents (Skellam 1948, J. R. Stat. Soc. B 10, 257-261).
    """
    if not share or not correlation:
        return share
    weight = 1 / correlation - 1  # the sum of both parameters
    return float(betaincinv(share * weight, (1 - share) * weight, badness))
