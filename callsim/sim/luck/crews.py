"""The plan for people: crews (the agents of one group with the same hours), and their absence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

CREW = np.dtype(
    [
        ("key", np.uint64),
        ("steps_from", np.int64),  # rows of its steps: from here …
        ("steps_to", np.int64),  # … to before here
        ("on_phone", np.float64),
        ("weight", np.float64),  # 1 / correlation - 1; infinite without
        ("lucky", np.bool_),  # whether shrinkage or absence changes the number of agents
    ],
    align=True,
)
STEP = np.dtype(
    [
        ("time", np.int64),  # ms since midnight of the day on which its hours begin
        ("asked", np.int64),  # ms likewise: when it is asked how many are absent
        ("agents", np.int64),
        ("away_from", np.int64),  # rows of `Rows.away`, who is on a break: from here …
        ("away_to", np.int64),  # … to before here
        ("absent", np.float64),
        ("crew", np.int32),
        ("breaks", np.bool_),
    ],
    align=True,
)


NOBODY = np.zeros(0, np.int32)
NOT_KEPT = -1


class Wave(NamedTuple):
    """A time in which more agents than usual stay away."""

    begins: int  # ms since the run began
    ends: int
    share: float


class Crew(NamedTuple):
    """The plan for the agents of one group with the same hours, and their shrinkage and absence."""

    key: int  # names its luck
    times: np.ndarray  # int64 [step] ms since midnight of the day on which its hours begin
    agents: (
        np.ndarray
    )  # int64 [step]  agents from this step until the next; the last is 0, the end; of these …
    breaks: np.ndarray  # bool [step]  the step begins or ends a break
    weekdays: frozenset[int]  # on which it comes; 0 is Monday
    whole: bool  # its hours are a shift: agents who are absent when it begins are absent to its end
    dates: frozenset[int] = frozenset()  # on which it comes whatever the weekday (datetime.date.toordinal) …
    but: frozenset[int] = frozenset()  # … and does not come
    on_phone: float = 1.0  # the share that shrinkage leaves
    absent: float = 0.0  # the mean share that is absent …
    correlation: float = 0.0  # … and how much colleagues are absent together
    waves: tuple[Wave, ...] = ()
    away: tuple[
        np.ndarray, ...
    ] = ()  # int32 [agent] of each step: … those on a break of their own; or nobody


class Rows(NamedTuple):
    """The hours of all crews as arrays for compiled code; `crew` is a row of `crews`."""

    crews: np.ndarray  # CREW [crew]
    numbers: np.ndarray  # int32 [crew]  its number, a row of `Centre.crew_group`
    steps: np.ndarray  # STEP [step], crew after crew
    away: np.ndarray  # int32 [row], agents of a crew, step after step
    weekdays: np.ndarray  # bool [weekday, crew]  0 is Monday
    dates: dict[int, np.ndarray]  # bool [crew]  crews that work on a date that is unlike its weekday
    ends: np.ndarray  # int64 [crew] ms  its last step
    waves: dict[Wave, np.ndarray]  # int64 [row of a step whose crew it takes agents from]

    @property
    def planned(self) -> np.ndarray:
        """int64 [step]: agents on duty from each step on if all come, less those on a break of their own."""
        return np.asarray(self.steps["agents"] - (self.steps["away_to"] - self.steps["away_from"]))

    def comes(self, date: int) -> np.ndarray:
        """bool [crew]: whether each crew works on a date (as datetime.date.toordinal counts it)."""
        return self.dates[date] if date in self.dates else self.weekdays[(date - 1) % 7]


@dataclass(frozen=True)
class Roster:
    """All crews of a centre; a crew whose hours differ by day stands in it several times."""

    crews: tuple[Crew, ...]
    day_one: int  # the date of day 1, counted in days (datetime.date.toordinal)
    numbers: tuple[int, ...] | None = None
    """The row of each crew in `Centre.crew_group`; None where no hours differ by day: crew k has row k."""

    @cached_property
    def number(self) -> int:
        """How many crews there are in the centre."""
        return len(self.crews) if self.numbers is None else max(self.numbers, default=-1) + 1

    def of(self, numbers: np.ndarray) -> Roster:
        """Returns the roster of some crews alone, numbered from 0 in this order. `numbers`: int64, sorted."""
        rows, place = self.rows, np.full(self.number, NOT_KEPT)
        place[numbers] = np.arange(len(numbers))
        kept = np.flatnonzero(place[rows.numbers] != NOT_KEPT)
        new = place[rows.numbers[kept]]
        few = Roster(tuple(self.crews[row] for row in kept.tolist()), self.day_one, tuple(new.tolist()))
        few.__dict__["rows"] = _of(rows, kept, new)  # the cached property: cheaper than made anew
        return few

    @cached_property
    def rows(self) -> Rows:
        """The crews as rows, made once for all runs."""
        every = self.crews
        sizes = [len(crew.times) for crew in every]
        crews, steps = np.zeros(len(sizes), CREW), np.zeros(sum(sizes), STEP)
        crews["steps_to"] = np.cumsum(sizes, dtype=np.int64)
        crews["steps_from"] = crews["steps_to"] - sizes
        crews["key"] = [crew.key for crew in every]
        crews["on_phone"] = [crew.on_phone for crew in every]
        crews["weight"] = [1 / crew.correlation - 1 if crew.correlation else np.inf for crew in every]
        crews["lucky"] = [bool(crew.on_phone != 1 or crew.absent or crew.waves) for crew in every]
        for name, column in (("time", "times"), ("agents", "agents"), ("breaks", "breaks")):
            steps[name] = np.concatenate([np.zeros(0, np.int64), *(getattr(crew, column) for crew in every)])
        away = [ones for crew in every for ones in crew.away or (NOBODY,) * len(crew.times)]
        steps["away_to"] = np.cumsum([len(ones) for ones in away], dtype=np.int64)
        steps["away_from"] = steps["away_to"] - [len(ones) for ones in away]
        of = steps["crew"] = np.repeat(np.arange(len(sizes)), sizes)
        steps["absent"] = np.array([crew.absent for crew in every])[of]
        whole = np.array([crew.whole for crew in every], np.bool_)
        steps["asked"] = np.where(whole[of], steps["time"][crews["steps_from"][of]], steps["time"])
        waves: dict[Wave, list[np.ndarray]] = {}
        for crew, first, last in zip(every, crews["steps_from"], crews["steps_to"], strict=True):
            for wave in crew.waves:
                waves.setdefault(wave, []).append(np.arange(first, last))
        weekdays = np.array([[day in crew.weekdays for crew in every] for day in range(7)], np.bool_)
        special = sorted(frozenset().union(*(crew.dates | crew.but for crew in every)))
        return Rows(
            crews,
            np.array(range(len(every)) if self.numbers is None else self.numbers, np.int32),
            steps,
            np.concatenate([NOBODY, *away]),
            weekdays,
            {
                date: np.array(
                    [
                        date in crew.dates or (date not in crew.but and bool(weekdays[(date - 1) % 7, c]))
                        for c, crew in enumerate(every)
                    ],
                    np.bool_,
                )
                for date in special
            },
            np.array([crew.times[-1] for crew in every], np.int64),
            {wave: np.concatenate(rows) for wave, rows in waves.items()},
        )


def _of(whole: Rows, kept: np.ndarray, numbers: np.ndarray) -> Rows:
    """The rows of some crews. `kept`: int64 [crew kept], rows of the whole; `numbers`: likewise, new ones."""
    crews, first = whole.crews[kept], whole.crews["steps_from"][kept]
    sizes = whole.crews["steps_to"][kept] - first
    crews["steps_to"] = np.cumsum(sizes)
    crews["steps_from"] = crews["steps_to"] - sizes
    of_step = _stretches(first, sizes)
    steps = whole.steps[of_step]
    away_from = steps["away_from"].copy()
    away = steps["away_to"] - away_from
    steps["away_to"] = np.cumsum(away)
    steps["away_from"] = steps["away_to"] - away
    steps["crew"] = np.repeat(np.arange(len(kept)), sizes)
    waves = {}
    if whole.waves:
        place = np.full(len(whole.steps), NOT_KEPT)
        place[of_step] = np.arange(len(of_step))
        found = {wave: place[rows] for wave, rows in whole.waves.items()}
        waves = {wave: rows[rows != NOT_KEPT] for wave, rows in found.items()}
    return Rows(
        crews,
        numbers.astype(np.int32),
        steps,
        whole.away[_stretches(away_from, away)],
        np.ascontiguousarray(whole.weekdays[:, kept]),
        _unlike(whole.dates, whole.weekdays, kept),
        whole.ends[kept],
        {wave: rows for wave, rows in waves.items() if len(rows)},
    )


def _unlike(dates: dict[int, np.ndarray], weekdays: np.ndarray, kept: np.ndarray) -> dict[int, np.ndarray]:
    """Who of some crews works on each date on which one of them does otherwise than on its weekday."""
    found = {date: comes[kept] for date, comes in dates.items()}
    return {date: comes for date, comes in found.items() if (comes != weekdays[(date - 1) % 7, kept]).any()}


def _stretches(first: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Runs of whole numbers one after another, each from a `first` on and of a length in `sizes`: int64."""
    ends = np.cumsum(sizes)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - (ends - sizes), sizes))
