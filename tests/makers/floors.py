"""Small floors and hand-made traces, and what both engines make of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from callsim.sim.centre import CUT, LOSS, NEVER, NOBODY, PACE_ONE, PAIR, Centre, Clock
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.engines.day import Day
from callsim.sim.engines.supervision import Supervisor
from callsim.sim.floor.records import RECORD
from callsim.sim.floor.state import Floor
from callsim.sim.luck.later import Later
from callsim.sim.luck.numbers import Numbers
from callsim.sim.luck.roster import CHANGE, day_starts, in_order
from callsim.sim.luck.trace import TRACE
from callsim.units import DAY_MS

HOUR = 3_600_000
WHOLE_DAY = ((0, DAY_MS),)


def centre(
    *,
    pairs: list[tuple[int, int, int, int, float]],
    staff: list[list[int]],
    priority: list[int] | None = None,
    open_: list[tuple[tuple[int, int], ...]] | None = None,
    disconnects: list[bool] | None = None,
    lines: list[int] | None = None,
    holds: list[tuple[int, int]] | None = None,
    warm_up: int = 0,
    days: int = 1,
    site: list[int] | None = None,
    seats: list[int] | None = None,
    losses: list[tuple[int, bool, int, int, int]] | None = None,
    cuts: list[tuple[int, int, int, int]] | None = None,
    crew_group: list[int] | None = None,
    prefers: list[int] | None = None,
) -> Centre:
    """A centre, of one-crew groups unless crews are told.

    `pairs`: (queue, group, rank, after, pace), `prefers`: of each pair, 0 or less; `staff`: [interval][crew];
    `losses`: (site, drops, seats, begins, ends); `cuts`: (trunks, lines, begins, ends).
    """
    queues = 1 + max(pair[0] for pair in pairs)
    crews = range(1 + max(crew_group)) if crew_group else range(len(staff[0]))
    rows = np.array([(q, g, r, a, round(p * PACE_ONE), 0) for q, g, r, a, p in pairs], PAIR)
    rows["prefers"] = 0 if prefers is None else prefers
    return Centre(
        clock=Clock(DAY_MS // len(staff), warm_up, warm_up + days * DAY_MS),
        priority=np.array(priority or [1] * queues, np.int32),
        disconnects=np.array(disconnects or [False] * queues),
        open=tuple(open_ or [WHOLE_DAY] * queues),
        pairs=rows,
        lines=np.array(lines or [], np.int64),
        holds=np.array(holds or [], np.int32).reshape(-1, 2),
        site=np.array(site or [0] * len(crews), np.int32),
        crew_group=np.array(crew_group or crews, np.int32),
        staff=np.array(staff, np.int64),
        seats=np.array(seats or [], np.int64),
        losses=np.array(losses or [], LOSS),
        cuts=np.array(cuts or [], CUT),
    )


def roster(centre: Centre, *rows: tuple[int, int, int] | tuple[int, int, int, bool]) -> Iterator[np.ndarray]:
    """A roster from rows of (time, crew, agents who come or go, whether for a break), handed over by day."""
    changes = in_order(np.array([(*row, False)[:4] for row in rows], CHANGE))
    for start in day_starts(centre):
        yield changes[(start <= changes["time"]) & (changes["time"] < start + DAY_MS)]


def calls(*rows: dict[str, int]) -> np.ndarray:
    """A trace from rows of {arrive, queue, talk, wrap, patience, again_after, redials, balks}, ms."""
    trace = np.zeros(len(rows), TRACE)
    trace["patience"] = NEVER
    for k, row in enumerate(rows):
        for name, value in row.items():
            trace[k][name] = value
    return trace[np.argsort(trace["arrive"], kind="stable")]


@dataclass
class Played:
    """What an engine made of a trace."""

    records: np.ndarray
    tally: Tally
    floor: Floor


def play(
    centre: Centre,
    trace: np.ndarray,
    engine: str,
    within: float = 20_000,
    calls_per_ms: float = 1.0,
    roster: Iterator[np.ndarray] | None = None,
    supervisors: Sequence[Supervisor] = (),
    luck: Later | None = None,
    numbers: Numbers | None = None,
) -> Played:
    """Play a whole trace, cut into intervals as the product does.

    `calls_per_ms` changes the kernel's speed and no result: the default makes buckets so narrow that
    moments hang in them for rounds, which suits tests but not an uncompiled kernel.
    """
    width = centre.clock.width
    edges = np.searchsorted(trace["arrive"], np.arange(0, centre.clock.ends + 1, width))
    slices = (trace[a:b] for a, b in itertools.pairwise(edges))
    day = Day(
        centre,
        slices,
        engine,
        roster=roster,
        supervisors=supervisors,
        calls_per_ms=calls_per_ms,
        luck=luck,
        numbers=numbers,
    )
    tallier = Tallier(centre, np.full(centre.queues, within), width)
    sheets: list[np.ndarray] = []
    count = tallier.take

    def take(rows: np.ndarray) -> None:
        sheets.append(rows.copy())
        count(rows)

    tallier.take = take  # type: ignore[method-assign]
    tally = day.play(tallier)
    return Played(np.concatenate(sheets) if sheets else np.zeros(0, RECORD), tally, day.engine.floor)


def same(a: Played, b: Played) -> None:
    """Both engines wrote the same records in the same order, and left the same floor."""
    np.testing.assert_array_equal(a.records, b.records)
    for name in (
        "calls",
        "longest",
        "waits",
        "work",
        "sites",
        "seats_peak",
        "cut_off",
        "clients",
        "held",
        "dialled",
    ):
        np.testing.assert_array_equal(getattr(a.tally, name), getattr(b.tally, name), err_msg=name)
    assert a.tally.cut_short == b.tally.cut_short
    for name in ("queues", "groups", "crews", "sites", "orders", "pairs", "picks", "free_lines"):
        np.testing.assert_array_equal(getattr(a.floor, name), getattr(b.floor, name), err_msg=name)
    if a.floor.conditions is not None and b.floor.conditions is not None:  # floors of people always have some
        for mine, its in zip(a.floor.conditions, b.floor.conditions, strict=True):
            np.testing.assert_array_equal(mine, its)
    if a.floor.people is not None and b.floor.people is not None:
        for name in ("groups", "agents", "lists"):
            np.testing.assert_array_equal(
                getattr(a.floor.people, name), getattr(b.floor.people, name), err_msg=name
            )
    if a.floor.dialler is not None and b.floor.dialler is not None:
        for name in ("lists", "kept", "kept_sum"):
            np.testing.assert_array_equal(getattr(a.floor.dialler, name), getattr(b.floor.dialler, name))


def without_rings(played: Played) -> Played:
    """The same without where its agents stand, which those who are rows do elsewhere."""
    groups = played.floor.groups.copy()
    groups["oldest"] = 0
    return Played(played.records, played.tally, played.floor._replace(groups=groups, people=None))


__all__ = ["HOUR", "NOBODY", "Played", "calls", "centre", "play", "roster", "same", "without_rings"]
