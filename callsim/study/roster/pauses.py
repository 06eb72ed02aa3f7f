"""When the people of a roster take the breaks that move.

The programme counts for each tour how many take each of its breaks at each time (implicit breaks:
Bechtold and Jacobs 1990, Management Science 36, 1339-1351; Aykin 1996, Management Science 42, 591-602): at
every moment as many are there as the tour has people, less those on a break. Who takes which breaks is
settled afterwards, so that nobody has two at a time; the file then has plain shifts with fixed breaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from callsim.scenario import Scenario, Shift
from callsim.scenario.words.breaks import Break
from callsim.scenario.words.spread import choices
from callsim.study.roster.tours import Tour, named_after
from callsim.units import MINUTE_MS

LEAST_STEP = 15 * MINUTE_MS  # between two times of a break …
OVERLAP = 1e6  # the price of two breaks at a time, beside a place further in the row
AT_ONCE = 500  # people among whom the times of a break are exchanged


class Pause(NamedTuple):
    """A break of a tour at one of its times."""

    tour: int
    movable: int  # which of the movable breaks of its shift
    begin: int  # ms since midnight of the day on which the shift begins
    end: int


class Settled(NamedTuple):
    """A roster of shifts without breaks that move."""

    scenario: Scenario  # with these shifts, too
    tours: list[Tour]
    places: np.ndarray  # int64 [tour]  a day


def pauses_of(scenario: Scenario, tours: Sequence[Tour]) -> list[Pause]:
    """Every break that moves, of every tour, at every time at which it may begin."""
    most = round(scenario.calendar.interval * 1000)
    found = []
    for k, tour in enumerate(tours):
        shift = scenario.shifts[tour.shift]
        for b, one in enumerate(shift.movable):
            for at in choices(one, shift.fixed, LEAST_STEP, most):
                found.append(Pause(k, b, at, at + one.length))
    return found


def settled(
    scenario: Scenario, tours: Sequence[Tour], pauses: Sequence[Pause], places: np.ndarray, taken: np.ndarray
) -> Settled:
    """The people of a roster on plain shifts. `places`: int64 [tour]; `taken`: int64 [pause], people."""
    of_tour: dict[int, list[int]] = {}
    for number, pause in enumerate(pauses):
        of_tour.setdefault(pause.tour, []).append(number)
    shifts = dict(scenario.shifts)
    named: dict[tuple[str, str], str] = {}
    found: list[Tour] = []
    many: list[int] = []
    for k, tour in enumerate(tours):
        shift = scenario.shifts[tour.shift]
        if k not in of_tour:
            shifts.setdefault(tour.name, shift.model_copy(update={"days": tour.days}))
            found.append(tour)
            many.append(int(places[k]))
            continue
        mine = [(pauses[number], int(taken[number])) for number in of_tour[k]]
        for begins, people in _shared_out(shift, mine, int(places[k])).items():
            told = " ".join(_clock(at) for at in sorted(begins))
            plain = shift.model_copy(update={"days": tour.days, "breaks": _fixed(shift, begins)})
            name = " ".join(word for word in (tour.shift, told, tour.told) if word)
            if scenario.shifts.get(name) != plain:  # not in the file, from an answer before
                name = named_after(scenario.shifts, named, tour.shift, told, tour.told)
            shifts[name] = plain
            found.append(tour._replace(shift=name, name=name))
            many.append(people)
    return Settled(scenario.model_copy(update={"shifts": shifts}), found, np.array(many, np.int64))


def _shared_out(shift: Shift, mine: list[tuple[Pause, int]], people: int) -> Counter[tuple[int, ...]]:
    """Returns the number of people for each set of break times, one time for each break that moves."""
    columns = []
    for b in range(len(shift.movable)):
        times = {pause.begin: taken for pause, taken in mine if pause.movable == b}
        columns.append(_exactly(times, people))
    rows = [[at] for at in columns[0]]
    for b, column in enumerate(columns[1:], 1):
        for first in range(0, people, AT_ONCE):
            some = slice(first, first + AT_ONCE)
            _add(shift, b, rows[some], column[some])
    return Counter(tuple(row) for row in rows)


def _add(shift: Shift, b: int, rows: list[list[int]], column: list[int]) -> None:
    """Give a further break to people: the i-th earliest to the i-th, unless one lies within another."""
    at, length = np.array(column), shift.movable[b].length
    price = np.abs(np.arange(len(rows))[:, None] - np.arange(len(rows))) / len(rows)
    for row, before in enumerate(rows):
        for other, begin in enumerate(before):
            end = begin + shift.movable[other].length
            price[row] += OVERLAP * ((at < end) & (at + length > begin))
    _, places = linear_sum_assignment(price)
    for row, place in enumerate(places.tolist()):
        rows[row].append(_beside(shift, b, rows[row], column[place]))


def _exactly(times: dict[int, int], people: int) -> list[int]:
    """As many times as there are people, in their order; where there are more or fewer, evenly."""
    found = [at for at in sorted(times) for _ in range(times[at])]
    if not found:
        found = sorted(times)
    return [found[k * len(found) // people] for k in range(people)]


def _beside(shift: Shift, b: int, taken: list[int], wanted: int) -> int:
    """A time for a break at which none of those taken lies: the wanted one, or the nearest."""
    one = shift.movable[b]

    def free(at: int) -> bool:
        lengths = [other.length for other in shift.movable]
        return all(at >= begin + lengths[k] or at + one.length <= begin for k, begin in enumerate(taken))

    every = sorted(choices(one, shift.fixed), key=lambda at: (abs(at - wanted), at))
    return next(filter(free, [wanted, *every]), wanted)


def _fixed(shift: Shift, begins: tuple[int, ...]) -> tuple[Break, ...]:
    """The breaks of a shift, those that move at some times."""
    at = iter(begins)
    found = []
    for one in shift.breaks:
        if one.between is not None:
            begin = next(at)
            one = Break.model_construct(at=(begin, begin + one.ms), length=None, between=None, paid=one.paid)
        found.append(one)
    return tuple(sorted(found, key=lambda one: one.at or (0, 0)))


def _clock(ms: int) -> str:
    minutes = ms // MINUTE_MS
    return f"{minutes // 60 % 24:02d}{minutes % 60:02d}"
