"""The plan with delays: sites that open late and classes that end late leave fewer seats and people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from callsim.arrays import Floats
from callsim.model.buildout import Years, open_seats
from callsim.model.demand import key_of
from callsim.study.buildout.head_count import flow, schools_of
from callsim.units import DAY_S, WEEK_S

FUTURES = 40
ENDS = (0.05, 0.95)  # between which nine futures in ten lie


@dataclass(frozen=True)
class Slips:
    """Seats and agents in many futures; the plan's own hires go on as planned."""

    seats: Floats  # float64 [low, median, high; column]
    present: Floats  # float64 [low, median, high; column]


def slipped(years: Years, seed: int) -> Slips | None:
    """Futures in which openings and classes are late; None where nothing can be.

    Every delay has a stream of its own, named by seed, future, and what is late: adding a site changes
    nobody else's luck.
    """
    plan = years.plan
    if not plan.opening_slips and not any(school.slips for school in plan.people.schools.values()):
        return None
    seats, present = [], []
    planned = flow(years).classes
    for future in range(FUTURES):
        late = {
            (number, site): plan.opening_slips / DAY_S * _luck(seed, future, f"opening {phase.name} {site}")
            for number, phase in enumerate(plan.phases)
            for site in phase.seats
        }
        dates = [*years.weeks, *years.between]
        seats.append(open_seats(years.scenario, dates, late).sum(axis=0))
        present.append(flow(years, late=_classes(years, seed, future), planned=planned).present.sum(axis=0))
    return Slips(*(_ends(np.array(each)) for each in (seats, present)))


def _ends(values: Floats) -> Floats:
    """float64 [low, median, high; week] of values [future, week]."""
    return np.asarray(np.quantile(values, (ENDS[0], 0.5, ENDS[1]), axis=0))


def _luck(seed: int, future: int, what: str) -> float:
    """An exponential delay of mean 1."""
    name = SeedSequence(seed, spawn_key=(future, key_of(what)))
    return float(Generator(PCG64(name)).standard_exponential())


def _classes(years: Years, seed: int, future: int):  # type: ignore[no-untyped-def]
    """Weeks by which each class is late, rounded to whole weeks."""
    schools = schools_of(years.plan)

    def late(school: int, week: int) -> int:
        name, words = schools[school]
        mean = words.slips / WEEK_S
        return round(mean * _luck(seed, future, f"class {name} {week}")) if mean else 0

    return late
