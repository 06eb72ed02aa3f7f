"""What shifts, seats and a supervisor cost per call: `python -m benchmarks.people [scenario]`.

The staff of a scenario is cut into shifts that begin whenever it rises and end, first come first gone,
whenever it falls; each has a break of 15 minutes in its middle, off the grid, for which others come. Every
site has as many seats as its plan ever needs, so at hand-overs some wait. A supervisor wakes every minute,
reads every queue and moves agents. Same calls and as many agents at any time, turn by
turn, seconds of work.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import race
from callsim import load
from callsim.model import Model, build
from callsim.sim.centre import UNLIMITED, Centre
from callsim.sim.count.columns import N_ANSWERED, N_WAITED
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.engines.day import Day
from callsim.sim.engines.supervision import Desk, Supervisor
from callsim.sim.luck.draw import draw
from callsim.sim.luck.roster import CHANGE, day_starts, in_order
from callsim.units import DAY_MS

BIG = Path(__file__).parent.parent / "scenarios/zunyi-2017.yaml"
BREAK = 15 * 60_000  # ms

Shift = tuple[int, int, int, int]  # group, begins, ends (interval), agents


def shifts_of(staff: np.ndarray) -> list[Shift]:
    """The staff, [interval, group], as shifts that together are as many."""
    found = []
    for group in range(staff.shape[1]):
        there: deque[list[int]] = deque()
        for interval, change in enumerate(np.diff(staff[:, group], prepend=0, append=0).tolist()):
            if change > 0:
                there.append([interval, change])
            while change < 0:
                gone = min(there[0][1], -change)
                found.append((group, there[0][0], interval, gone))
                there[0][1] -= gone
                change += gone
                if there[0][1] == 0:
                    there.popleft()
    return found


def by_interval(centre: Centre) -> Centre:
    """The same centre with one crew per group, as many as its crews are together."""
    staff = np.zeros((len(centre.staff), centre.groups), np.int64)
    np.add.at(staff.T, centre.crew_group, centre.staff.T)
    return centre._replace(crew_group=np.arange(centre.groups, dtype=np.int32), staff=staff)


def with_shifts(centre: Centre, seats: bool) -> tuple[Centre, np.ndarray]:
    """The same centre with a crew per shift, and the changes of a day."""
    width, shifts = centre.clock.width, shifts_of(centre.staff)
    rows, named = [], [group for group, *_ in shifts]
    for crew, (group, begins, ends, agents) in enumerate(shifts):
        pause = (begins + ends) * width // 2 + crew % 15 * 60_000
        rows += [(begins * width, crew, agents, False), (ends * width, crew, -agents, False)]
        if (ends - begins) * width > 16 * BREAK:
            rows += [(pause, crew, -agents, True), (pause + BREAK, crew, agents, True)]
            rows += [(pause, len(named), agents, False), (pause + BREAK, len(named), -agents, False)]
            named.append(group)
    changes = in_order(np.array(rows, CHANGE))
    totals = np.zeros((len(centre.staff), centre.sites), np.int64)
    np.add.at(totals.T, centre.site, centre.staff.T)
    shifted = centre._replace(
        crew_group=np.array(named, np.int32), staff=np.zeros((len(centre.staff), len(named)), np.int64)
    )
    return (shifted._replace(seats=totals.max(axis=0)) if seats else shifted), changes


def every_day(centre: Centre, changes: np.ndarray) -> Iterator[np.ndarray]:
    """The same changes day after day; what ends at midnight ends on the next day."""
    later = changes[:0]
    for start in day_starts(centre):
        rows = changes.copy()
        rows["time"] += start
        rows = np.concatenate([later, rows])
        rows["time"] = np.maximum(rows["time"], 0)  # who came before comes when the run begins
        today = rows["time"] < start + DAY_MS
        yield in_order(rows[today])
        later = rows[~today]


def busybody(desk: Desk) -> Generator[Any, Any, None]:
    """Each minute look at every queue; the home group of the worst gets idle agents of the next group."""
    queues = len({queue for queue, _ in desk.pairs})
    while True:
        yield desk.wait(60_000)
        waits = [desk.longest_wait(queue) for queue in range(queues)]
        worst = waits.index(max(waits))
        helper = (worst + 1) % queues
        if desk.service_level(worst, 900_000) < 0.8 and desk.idle(helper) > 5:
            desk.move(5, helper, worst)


def cases(model: Model, traces: list[np.ndarray]) -> dict[str, Callable[[], Tally]]:
    """A day of these calls as planned, with shifts, with seats too, and with a supervisor too."""

    def day(centre: Centre, changes: np.ndarray | None, *supervisors: Supervisor) -> Tally:
        return Day(
            centre,
            iter(traces),
            roster=None if changes is None else every_day(centre, changes),
            supervisors=supervisors,
            calls_per_ms=model.demand.calls_per_ms,
            slice_ms=model.demand.slice_ms,
        ).play(Tallier(centre, model.within, model.grid))

    plain = by_interval(model.centre)
    plain = plain._replace(seats=np.full_like(plain.seats, UNLIMITED))
    shifts, seats = with_shifts(plain, False), with_shifts(plain, True)
    return {
        "plain": lambda: day(plain, None),
        "shifts": lambda: day(*shifts),
        "seats": lambda: day(*seats),
        "supervisor": lambda: day(*seats, busybody),
    }


def main(path: Path) -> None:
    """Print ns per call of each step up."""
    model = build(load(path))
    traces = [trace.copy() for trace in draw(model.demand, 1, 0)]
    calls = sum(map(len, traces))
    runners = cases(model, traces)
    for name, runner in runners.items():
        sums = runner().calls.sum(axis=(0, 1))
        print(f"{name:<12}{sums[N_ANSWERED]:12,} answered {sums[N_WAITED]:12,} waited")
    took = race(runners, long=60)
    for name, seconds in took.items():
        print(f"{name:<12}{seconds / calls * 1e9:8.0f} ns per call {seconds / took['plain']:8.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else BIG)
