"""How much memory a plan's runs need, estimated before the first of them starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from callsim.model.handling import of_agent
from callsim.model.model import Model
from callsim.sim.campaigns.sums import DIAL_COLUMNS
from callsim.sim.centre import NEVER, NOBODY, NOT_DUE
from callsim.sim.count.backlog import BACKLOG_COLUMNS
from callsim.sim.count.columns import BINS, CALL_COLUMNS, WORK_COLUMNS
from callsim.sim.floor.client_sums import CLIENT_COLUMNS
from callsim.sim.floor.people.table import AGENT, WORK
from callsim.sim.floor.records import ANSWERED
from callsim.sim.floor.state import CALL, PLACES
from callsim.sim.floor.story import STORY
from callsim.sim.luck.demand import Demand, QueueDemand
from callsim.sim.luck.trace import DIALLED, TRACE
from callsim.units import DAY_MS

PER_PLACE = CALL.itemsize + 26  # with its moment in the agenda
PER_CALL_DRAWN = 4 * TRACE.itemsize + 16  # as drawn and in up to three traces at a time; keys, twice
ENDLESS = 1 << 50  # bytes
STEPS = 30  # of a chain of calls that follow each other; later ones are few
LOST = 0.5  # of the calls may be lost and followed by others, where nobody knows before the run
PEAK = 3.0  # times the mean: how many calls come in the busiest hours
PROGRAM = 200_000_000  # bytes of Python, NumPy, SciPy and compiled rules, measured


class Size(NamedTuple):
    """The memory that the runs of a plan need."""

    in_building: int  # calls at once, at most, in one run
    one_run: int  # bytes while it is played
    kept: int  # bytes of its sums, twice: while they are stacked there are two of them

    def needed(self, runs: int, jobs: int) -> int:
        """Bytes for `runs` runs, `jobs` of them at a time."""
        return PROGRAM + self.one_run * min(jobs, runs) + self.kept * runs


def size(model: Model) -> Size:
    """Estimate from expected calls; where callers never give up, from how far the queue would grow."""
    demand, centre = model.demand, model.centre
    staff = int(centre.staff.sum(axis=1).max()) * max(1, int(centre.in_rows["slots"].max(initial=1)))
    later = _later(model)
    waiting = sum(_most_waiting(model, row, queue, later[row]) for row, queue in enumerate(demand.queues))
    waiting += _to_call_later(model, later) + _to_dial_again(model)
    followed = len(centre.follows) or len(centre.announced) or centre.menus_with_lines
    place = PER_PLACE + (STORY.itemsize if followed else 0)
    place += WORK.itemsize + 16 + AGENT.itemsize if len(centre.in_rows) else 0
    drawn = demand.calls_per_ms * model.centre.clock.width
    if centre.menus_with_lines:  # places are held, and long rows drawn, from the menu on
        place += DIALLED.itemsize
        drawn *= 1 + DIALLED.itemsize / TRACE.itemsize
        waiting += (
            demand.calls_per_ms * PEAK * sum(float(menu.calls.talk.mean.max()) for menu in demand.menus)
        )
    cells = (centre.clock.ends - centre.clock.opens) // model.grid
    in_building = round(staff + waiting)
    of_clients = CLIENT_COLUMNS if centre.tells_clients else 0
    of_backlog = BACKLOG_COLUMNS if (centre.due < NOT_DUE).any() else 0
    of_queue = CALL_COLUMNS + 1 + of_clients + of_backlog + DIAL_COLUMNS * (len(centre.campaigns) > 0)
    sums = 8 * cells * (centre.queues * of_queue + centre.groups * WORK_COLUMNS)
    return Size(
        in_building,
        round(2 * in_building * place + drawn * PER_CALL_DRAWN + sums + 8 * centre.queues * BINS),
        2 * sums,
    )


def _later(model: Model) -> np.ndarray:
    """Calls that follow others or come through menus, as a share of all that are dialled: float64 [queue].

    As if all calls were answered, each group's share of them alike, and the others followed at once.
    """
    rows = model.centre.follows
    later = _through_menus(model.demand)
    if not len(rows):
        return later / max(model.demand.calls, 1.0)
    helpers = np.maximum(np.bincount(model.centre.called_pairs["queue"], minlength=model.centre.called), 1)
    of = np.where(rows["outcome"] == ANSWERED, 1.0, LOST)
    shares = rows["share"] * of / np.where(rows["group"] == NOBODY, 1, helpers[rows["queue"]])
    coming = later + [float(q.expected[q.pattern, -1] @ q.times_day) for q in model.demand.queues]
    first = max(model.demand.calls, 1.0)
    for _ in range(STEPS):
        coming = np.bincount(rows["to"], coming[rows["queue"]] * shares, model.centre.called)
        later += coming
    return later / first


def _through_menus(demand: Demand) -> np.ndarray:
    """Calls that come through menus: float64 [queue]."""
    queues = len(demand.queues)
    calls = np.array([float(one.expected[one.pattern, -1] @ one.times_day) for one in demand.dialled.queues])
    through, coming = np.zeros(len(calls)), np.concatenate([np.zeros(queues), calls[queues:]])
    while coming.any():
        on = np.zeros(len(calls))
        for row, menu in enumerate(demand.menus, queues):
            for way in menu.ways:
                on[way.to] += coming[row] * (1 - menu.abandon - menu.contained) * way.share
        through, coming = through + on, np.concatenate([np.zeros(queues), on[queues:]])
    return through[:queues]


def _to_call_later(model: Model, later: np.ndarray) -> float:
    """Clients who will call again and hold a place until then, at most."""
    demand, clock = model.demand, model.centre.clock
    first = np.array([float(q.expected[q.pattern, -1] @ q.times_day) for q in demand.queues])
    per_ms = (first + later * demand.calls) / clock.ends
    return PEAK * sum(
        float(per_ms[row["queue"]] * row["share"]) * min(float(after.mean.max()), clock.ends)
        for row, (after, _) in zip(model.centre.follows, demand.follows, strict=True)
    )


def _to_dial_again(model: Model) -> float:
    """Contacts who are to be dialled again, and hold a place until then, at most: all who may be, of two
    lists.
    """
    rows = model.centre.campaigns
    return float((np.where(rows["redials"] > 0, 2 - rows["once"], 0) * rows["contacts"]).sum())


def _most_waiting(model: Model, row: int, queue: QueueDemand, later: float) -> float:
    """Calls of a queue that wait at once or have hung up and still hold a place, at most.

    With patience: as many as arrive in three mean patiences. Without: the fluid queue that grows
    while more work comes than all groups that may answer can do. `later`: see _later; these come as first
    calls of all queues do.
    """
    clock, centre = model.centre.clock, model.centre
    per_day = DAY_MS // clock.width
    arriving = np.diff(queue.expected[:, np.searchsorted(queue.times, np.arange(0, DAY_MS + 1, clock.width))])
    all_calls = float((queue.expected[queue.pattern, -1] * queue.times_day).sum())
    follows = later * model.demand.calls / clock.ends  # calls a ms
    all_calls += follows * clock.ends
    if queue.patience is not None and queue.patience.mean.max() < NEVER:
        busiest = float(arriving.max() * queue.times_day.max()) / clock.width + PEAK * follows
        return min(busiest * 3 * float(queue.patience.mean.max()), all_calls)
    share = of_agent(centre, row)
    handling = queue.talk.mean.mean() * share.talk
    handling += 0 if queue.wrap is None else queue.wrap.mean.mean() * share.wrap
    groups = np.unique(centre.pairs["group"][centre.pairs["queue"] == row])
    served = centre.staff[:, np.isin(centre.crew_group, groups)].sum(axis=1) * clock.width / handling
    backlog = most = 0.0
    for day in range(len(queue.pattern)):
        calls = arriving[queue.pattern[day]] * queue.times_day[day] + follows * clock.width
        for k in range(per_day):
            backlog = max(0.0, backlog + calls[k] - served[k])
            most = max(most, backlog)
    return most


def machine_memory(root: str = "/") -> int:
    """Bytes of memory that this process may use: of the machine, or fewer where its container has a limit.

    `root`: where /proc and /sys are. Returns as many as anyone has where nothing says.
    """
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        machine = ENDLESS
    return min([machine, *_limits(Path(root))])


def _limits(root: Path) -> Iterator[int]:
    """Yields the memory limits of this process's control group and of all above it, version 2 and 1."""
    groups = Path(root, "sys/fs/cgroup")
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, own = (*line.split(":", 2), "", "")[:3]
        for base, name, mine in (
            (groups, "memory.max", number == "0" and not controllers),
            (groups / "memory", "memory.limit_in_bytes", "memory" in controllers.split(",")),
        ):
            if mine:
                inside = Path(own.lstrip("/"))
                for part in (inside, *inside.parents):
                    limit = _text(base / part / name).strip()
                    if limit.isascii() and limit.isdigit():
                        yield int(limit)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


def too_many_calls(size: Size) -> bool:
    """Whether more calls would be in the building than moments can name."""
    return size.in_building > PLACES // 2
