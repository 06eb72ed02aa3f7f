"""The agents who come: planned crews, less shrinkage and less absence, which is drawn for each day.

The luck of a crew on a day has a stream of its own, named by seed, run, crew and date. Its numbers are, in
this order: one that rounds what shrinkage leaves, one that tells how bad a day it is, and one for each agent.
So plans with more agents, or with more absence, meet the same luck: an agent who is absent at 4 % is also
absent at 8 %. All crews of a day are drawn at once.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np
from scipy.special import betaincinv

from callsim.sim.centre import Centre, Clock
from callsim.sim.jit import rule, words_wrap
from callsim.sim.luck.crews import Roster, Rows
from callsim.sim.luck.random import begin, uniform, word
from callsim.sim.luck.roster import CHANGE, day_starts, in_order
from callsim.sim.luck.streams import root_of_run
from callsim.units import DAY_MS

PRESENCE = 100  # names this luck among the purposes of draw
ROUNDING, BADNESS, FATES = range(3)  # the first numbers of a stream


def come_and_go(
    roster: Roster, centre: Centre, seed: int, run: int, absent: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Yields the changes of each day of a run, CHANGE [row], without an end (see roster.planned).

    `absent`, int64 [crew's number] ms, is raised by the time of absent agents on days that are reported.
    """
    first = centre.clock.day(0)
    missed = np.zeros(len(roster.crews), np.int64)
    root = root_of_run(seed, run)
    # The evening before may pass midnight.
    later = _begun(roster, centre, first - 1, root, missed)
    for day, start in zip(count(first), day_starts(centre), strict=False):
        rows = np.concatenate([later, _begun(roster, centre, day, root, missed)])
        if day == first:
            rows = _from_the_start(rows)
        if absent is not None:
            np.add.at(absent, roster.rows.numbers, missed)
            missed[:] = 0
        today = rows["time"] < start + DAY_MS
        yield in_order(rows[today])
        later = rows[~today]


def comings(roster: Roster, clock: Clock, grid: int) -> np.ndarray:
    """int64 [moment] ms, by time: when agents may come by the roster, and when cells of the report begin.

    For as long as a run may last, and for any luck. `grid`: the width of a cell, ms.
    """
    starts = np.arange(clock.opens % DAY_MS - 2 * DAY_MS, clock.ends + 2 * DAY_MS, DAY_MS)
    of_day = np.unique(roster.rows.steps["time"])
    cells = np.arange(clock.opens, clock.ends + 1, grid)
    return np.unique(np.concatenate([np.add.outer(starts, of_day).ravel(), cells, [0]]))


def _begun(roster: Roster, centre: Centre, day: int, root: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """CHANGE [row]: the changes of all shifts that begin on a day, also their changes after midnight.

    `root`: uint64 [WORDS], of seed and run; adds to `missed` (see thin).
    """
    rows, clock, date = roster.rows, centre.clock, roster.day_one + day
    crews, steps, start = rows.crews, rows.steps, clock.start_of(day)
    here = rows.comes(date) & (start + rows.ends > 0)
    if not here.any():
        return np.zeros(0, CHANGE)
    luck, present = np.zeros((len(crews), FATES)), np.zeros(len(steps), np.int64)
    fates = np.empty(FATES + steps["agents"].max(initial=0))
    own = crews, here, root, np.uint64(date)
    with words_wrap():
        draw_days(*own, luck)
        shares = _shares(rows, start, here, luck[:, BADNESS])
        reported = clock.opens - start, clock.ends - start
        thin(
            *own, steps, rows.away, shares, *reported, fates, np.empty(len(fates), np.int64), present, missed
        )
    # The last step of each crew has 0 agents, so np.diff over all crews never mixes two of them.
    changes = np.diff(present, prepend=0)
    at = np.flatnonzero(changes)
    found = np.zeros(len(at), CHANGE)
    found["time"], found["agents"] = start + steps["time"][at], changes[at]
    found["crew"], found["breaks"] = rows.numbers[steps["crew"][at]], steps["breaks"][at]
    return found


def _from_the_start(rows: np.ndarray) -> np.ndarray:
    """Returns the changes from time 0 on; agents who came before are there from 0 on."""
    over = rows["time"] <= 0
    there = np.bincount(rows["crew"][over], rows["agents"][over])
    crews = np.flatnonzero(there)
    come = np.zeros(len(crews), CHANGE)
    come["crew"], come["agents"] = crews, there[crews]
    return np.concatenate([come, rows[~over]])


def _shares(rows: Rows, start: int, here: np.ndarray, badness: np.ndarray) -> np.ndarray:
    """The share of absence on this very day from each step on: float64 [step].

    Beta with the mean share, by inversion. The number absent is then beta-binomial: its variance is
    n p (1 - p) (1 + (n - 1) ρ), with ρ the correlation between any two agents (Skellam 1948, J. R. Stat.
    Soc. B 10, 257-261).

    `start`: ms, midnight of the day; `here`: bool [crew], whether the crew works on it; `badness`: float64
    [crew].
    """
    crew, shares = rows.steps["crew"], rows.steps["absent"]
    heads = rows.crews["steps_from"]  # the first step of those in a row with one share
    for wave, steps in rows.waves.items():
        moments = start + rows.steps["asked"][steps]
        hit = steps[(wave.begins <= moments) & (moments < wave.ends)]
        if len(hit):
            shares = shares.copy()
            shares[hit] = np.maximum(shares[hit], wave.share)
            heads = np.flatnonzero((np.diff(crew, prepend=-1) != 0) | (np.diff(shares, prepend=-1) != 0))
    # Inverting costs microseconds: once for all steps in a row.
    of, found = crew[heads], shares[heads]
    weight = rows.crews["weight"][of]
    varies = here[of] & (found > 0) & np.isfinite(weight)
    mean, weight = found[varies], weight[varies]
    found[varies] = betaincinv(mean * weight, (1 - mean) * weight, badness[of[varies]])
    return np.repeat(found, np.diff(heads, append=len(shares)))


@rule
def _luck_of(crew, root, date):
    """The stream of a crew's luck on a date."""
    stream = begin(root, crew["key"])
    a, stream = word(stream)
    b, stream = word(stream)
    c, stream = word(stream)
    return begin((a, b, c), date)


@rule
def draw_days(crews, here, root, date, luck):
    """Writes the first numbers of the stream of each crew that works on the date to `luck`, float64 [crew,
    FATES].
    """
    for c in range(len(crews)):
        if here[c] and crews[c]["lucky"]:
            stream = _luck_of(crews[c], root, date)
            for k in range(FATES):
                luck[c, k], stream = uniform(stream)


@rule
def thin(crews, here, root, date, steps, away, shares, begins, ends, fates, came, present, missed):
    """Writes how many agents are there from each step on to `present`, int64 [step].

    Adds to `missed`, int64 [crew] ms, the time of absent agents between `begins` and `ends`, ms since the
    day began. `away`: int32 [row], agents on a break of their own; `shares`: float64 [step], the share that
    is absent; `fates`, float64 [FATES + agent], and `came`, int64 [1 + agent]: for scratch.
    """
    for c in range(len(crews)):
        crew = crews[c]
        first, last = crew["steps_from"], crew["steps_to"]
        if not here[c]:
            continue
        if not crew["lucky"]:
            for s in range(first, last):
                present[s] = steps[s]["agents"] - (steps[s]["away_to"] - steps[s]["away_from"])
            continue
        most = 0
        for s in range(first, last):
            most = max(most, steps[s]["agents"])
        stream = _luck_of(crew, root, date)
        for k in range(FATES + most):
            fates[k], stream = uniform(stream)
        before = 0  # absent since the step before
        for s in range(first, last):
            if s == first or shares[s] != shares[s - 1]:
                came[0] = 0
                for k in range(most):
                    came[k + 1] = came[k] + (fates[FATES + k] >= shares[s])
            if s > first:
                lasted = min(max(steps[s]["time"], begins), ends) - min(
                    max(steps[s - 1]["time"], begins), ends
                )
                missed[c] += before * lasted
            planned = planned_here = np.int64(steps[s]["agents"] * crew["on_phone"] + fates[ROUNDING])
            present[s] = came[planned]
            for row in range(steps[s]["away_from"], steps[s]["away_to"]):
                agent = away[row]
                if agent < planned:
                    planned_here -= 1
                    present[s] -= fates[FATES + agent] >= shares[s]
            before = planned_here - present[s]
