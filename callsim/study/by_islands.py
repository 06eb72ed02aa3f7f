"""A run played island by island: none disturbs another, unless somebody waits for what they share.

Islands are played apart. Then what they share is looked at: would somebody have waited for a seat, or found
no line? Those that share it are played once more, together, until nothing is short that several parts share.
So what is played together depends on the scenario, the seed and the run alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import NamedTuple, Protocol

import numpy as np
from scipy.cluster.hierarchy import DisjointSet

from callsim.model import Model
from callsim.model.islands import Island, calls_of, islands, menus_of, part_of, rows_of
from callsim.sim.centre import NOBODY, UNLIMITED, Centre, Clock
from callsim.sim.count.lines import LineUse
from callsim.sim.count.seats import SeatTimeline, SeatUse
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.luck.presence import comings
from callsim.study.store.parts import Shelf
from callsim.units import DAY_MS, HOUR_MS, MINUTE_MS

STAYS = 4 * HOUR_MS  # parts that share seats go on so long after the last day: seldom does one need longer

Also = Callable[[np.ndarray], None]  # RECORD [row]


class Alone(Protocol):
    """Plays a model, or a part of it, as a whole."""

    def __call__(
        self,
        model: Model,
        missed: np.ndarray | None = None,
        *,
        also: Also | None = None,
        on_progress: Callable[[float], None] | None = None,
        seats: SeatTimeline | None = None,
        stays: int = 0,
    ) -> Tally:
        """The sums; `missed`: see come_and_go, all others: see Day and Tallier."""


class Played(NamedTuple):
    """A run."""

    tally: Tally
    absent: np.ndarray  # int64 [crew] ms


def play(
    model: Model,
    alone: Alone,
    spare: threading.Semaphore | None = None,
    also: Also | None = None,
    on_progress: Callable[[float], None] | None = None,
    shelf: Shelf | None = None,
) -> Played:
    """Play a run with `alone`, island by island; threads that are to `spare` help.

    What is on the `shelf` is not played; records are on none, so it is not asked where `also` wants them.
    `also` gets all records, RECORD [row], those of one island or of several played together after those of
    another, in the order of their first queues.
    """
    apart = islands(model)
    if len(apart) == 1:
        return _whole(model, alone, also, on_progress, shelf)
    parts = [_Part(model, island) for island in apart]
    if also is None or _can_run_out(model.centre, _shared(parts)):
        run = _Run(model, alone, spare, shelf=shelf if also is None else None)
        parts = run.settled(parts, on_progress)
        if also is not None:
            run.hand_on(parts, also)  # only now, for records cannot be taken back
    else:  # nothing joins parts, so each is played for good, one after another for the order of the records
        run = _Run(model, alone, None, also)
        parts = run.settled(parts, on_progress)
    return run.played(parts)


def some(
    model: Model,
    alone: Alone,
    queues: frozenset[int],
    spare: threading.Semaphore | None = None,
    shelf: Shelf | None = None,
) -> Played:
    """Play the islands of these queues as if nothing ran out that they share with others.

    The sums of all others are 0. What is put on the `shelf` is what `play` looks for there.
    """
    parts = [_Part(model, island) for island in islands(model)]
    run = _Run(model, alone, spare, shelf=shelf)
    wanted = [part for part in parts if not queues.isdisjoint(part.island.queues)]
    run.play_all(wanted, _shared(parts), _Progress(parts, None))
    return Played(run.tally, run.absent)


def _whole(
    model: Model,
    alone: Alone,
    also: Also | None,
    on_progress: Callable[[float], None] | None,
    shelf: Shelf | None,
) -> Played:
    """A run of one island."""
    absent = np.zeros(model.roster.number, np.int64)

    def play() -> Tally:
        return alone(model, absent, also=also, on_progress=on_progress)

    tally = None if shelf is None or also is not None else shelf.tally(model, play, absent)
    return Played(play() if tally is None else tally, absent)


class _Part:
    """Islands that are played together, and what they used of what others share with them."""

    def __init__(self, whole: Model, island: Island, stays: int = STAYS):
        self.whole, self.island, self.stays = whole, island, stays
        self.calls = calls_of(whole, island)
        self.sites = set(whole.centre.site[list(island.groups)].tolist()) - {NOBODY}
        held = whole.centre.holds
        self.trunks = set(held[np.isin(held[:, 0], island.queues), 1].tolist())
        self.seats: SeatTimeline | None = None
        self.lines: LineUse | None = None
        self.tally: Tally | None = None  # of its sites alone

    @cached_property
    def model(self) -> Model:
        """The model of the part; nobody makes it who does not play the part."""
        return part_of(self.whole, self.island)

    @property
    def takes_lines(self) -> Also | None:
        """What counts the lines that records held, where others share them."""
        return None if self.lines is None else self.lines.take


class _Run:
    """One run: its sums are filled part by part."""

    def __init__(
        self,
        model: Model,
        alone: Alone,
        spare: threading.Semaphore | None,
        also: Also | None = None,
        shelf: Shelf | None = None,
    ):
        """`also` gets the records of each part while it is played; parts on the `shelf` are not played."""
        self.model, self.alone, self.spare, self.also, self.shelf = model, alone, spare, also, shelf
        self.tally = Tallier(model.centre, model.within, model.grid, menus=len(model.demand.menus)).tally
        self.tally.cut_off = np.zeros(len(model.centre.losses), np.int64)
        self.tally.called_in = np.zeros(model.centre.groups, np.int64)
        self.absent = np.zeros(model.roster.number, np.int64)
        # A supervisor may have agents take a seat at any moment.
        supervised = model.supervisors or model.scenario.supervisors
        self.comings = None if supervised else comings(model.roster, model.centre.clock, model.grid)
        if self.comings is not None and shelf is not None:
            self.comings = _regular(self.comings, model.centre.clock)
        self.uses: dict[int, SeatUse] = {}  # of each site that parts share, when all were played last

    def settled(self, parts: list[_Part], on_progress: Callable[[float], None] | None) -> list[_Part]:
        """Play these parts, and join those that share what is short: the parts that remain."""
        waiting, progress = parts, _Progress(parts, on_progress)
        while waiting:
            shared = _shared(parts)
            self.play_all(waiting, shared, progress)
            waiting = self._anew(parts, shared)
            again = {row for part in waiting for row in part.island.queues}
            parts = [part for part in parts if part.island.queues[0] not in again] + waiting
            progress = _Progress(waiting, None)
        return sorted(parts, key=lambda part: part.island)

    def play_all(self, parts: Sequence[_Part], shared: _Shared, progress: _Progress) -> None:
        """The largest first, so that nobody waits long for the last one; records keep the order of queues."""
        parts = sorted(parts, key=lambda part: -part.calls) if self.also is None else parts
        _abreast([partial(self._play, part, shared, progress) for part in parts], self.spare)

    def hand_on(self, parts: Iterable[_Part], also: Also) -> None:
        """Give `also` the records of parts, one after another, with the rows of the whole."""
        for part in parts:
            self.alone(part.model, also=_of_the_whole(part.island, also))

    def played(self, parts: Sequence[_Part]) -> Played:
        """The run, all of whose parts have been played."""
        tally, clock = self.tally, self.model.centre.clock
        own = [part.tally for part in parts if part.tally is not None]
        tally.cut_short = sum(one.cut_short for one in own)
        tally.sites = np.sum([one.sites for one in own], axis=0)
        tally.seats_peak = np.max([one.seats_peak for one in own], axis=0)
        for site in _shared(parts).sites:
            tally.seats_peak[:, site] = self.uses[site].peaks(clock, self.model.grid)
        return Played(tally, self.absent)

    def _play(self, part: _Part, shared: _Shared, progress: _Progress, wait: bool) -> bool:
        """Returns False where another run plays this very part just now, and `wait` is not."""
        whole, island, centre = self.tally, part.island, self.model.centre
        rows = rows_of(centre, island)
        absent = np.zeros(len(rows.crews), np.int64)
        trunks = sorted(part.trunks & shared.trunks.keys())
        part.seats = SeatTimeline(self.comings) if part.sites & shared.sites.keys() else None
        part.lines = LineUse(centre, island.queues, trunks) if trunks else None
        note, stays = progress.of(part), part.stays if part.seats is not None else 0

        def play() -> Tally:
            return self.alone(
                part.model,
                absent,
                also=_of_the_whole(island, self.also) if self.also is not None else part.takes_lines,
                on_progress=note,
                seats=part.seats,
                stays=stays,
            )

        if self.shelf is None:
            tally = play()
        else:
            known = self.shelf.tally(part.model, play, absent, part.seats, stays, part.lines, wait)
            if known is None:
                return False
            tally = known
            if note is not None:
                note(1.0)
        whole.calls[:, rows.queues], whole.longest[:, rows.queues] = tally.calls, tally.longest
        whole.waits[rows.queues], whole.work[:, rows.groups] = tally.waits, tally.work
        whole.cut_off[rows.losses], whole.in_hand[rows.groups] = tally.cut_off, tally.in_hand
        whole.called_in[rows.groups], whole.held[rows.groups] = tally.called_in, tally.held
        whole.menus[:, menus_of(self.model.demand, rows.queues)] = tally.menus
        for name in ("backlog", "told", "clients", "dialled"):
            if len(own := getattr(tally, name)):
                getattr(whole, name)[:, rows.queues] = own
        whole.seams[:, rows.queues] = tally.seams
        if len(tally.back_waits):
            whole.back_waits[rows.queues] = tally.back_waits
        self.absent[rows.crews] = absent
        tally.calls = tally.longest = tally.waits = tally.work = tally.clients = np.zeros(0, np.int64)
        part.tally = tally
        return True

    def _anew(self, parts: Sequence[_Part], shared: _Shared) -> list[_Part]:
        """What is to be played again: parts that something short joins, and parts that ended too early."""
        centre = self.model.centre
        together = DisjointSet(range(len(parts)))
        number = {id(part): k for k, part in enumerate(parts)}
        longer: dict[int, int] = {}
        for site, sharing in shared.sites.items():
            timelines = [part.seats for part in sharing if part.seats is not None]
            self.uses[site] = SeatUse(site, timelines)
            if centre.seats_of(site) >= UNLIMITED:
                continue
            if self.uses[site].is_short(centre.seats_of(site)):
                _join(together, [number[id(part)] for part in sharing])
                continue
            last = max(timeline.until for timeline in timelines)
            for part, timeline in zip(sharing, timelines, strict=True):
                if timeline.until < last:
                    at = number[id(part)]
                    longer[at] = max(longer.get(at, 0), last - centre.clock.ends)
        for trunk, sharing in shared.trunks.items():
            if LineUse.is_short(centre, trunk, [part.lines for part in sharing if part.lines is not None]):
                _join(together, [number[id(part)] for part in sharing])
        anew = []
        for joined in together.subsets():
            members = [parts[k] for k in sorted(joined)]
            stays = max([part.stays for part in members] + [longer.get(k, 0) for k in joined])
            if len(members) > 1:
                anew.append(_Part(self.model, members[0].island.join(m.island for m in members[1:]), stays))
            elif stays > members[0].stays:
                anew.append(_Part(self.model, members[0].island, stays))
        return anew


class _Shared(NamedTuple):
    """What several parts use: rows of sites and of trunk groups, and which parts."""

    sites: dict[int, list[_Part]]
    trunks: dict[int, list[_Part]]


def _shared(parts: Sequence[_Part]) -> _Shared:
    sites: dict[int, list[_Part]] = {}
    trunks: dict[int, list[_Part]] = {}
    for part in parts:
        for site in part.sites:
            sites.setdefault(site, []).append(part)
        for trunk in part.trunks:
            trunks.setdefault(trunk, []).append(part)
    return _Shared(*({row: who for row, who in of.items() if len(who) > 1} for of in (sites, trunks)))


def _can_run_out(centre: Centre, shared: _Shared) -> bool:
    """Whether there are lines or seats for which parts may have to be played together."""
    return bool(shared.trunks) or any(centre.seats_of(site) < UNLIMITED for site in shared.sites)


def _of_the_whole(island: Island, also: Also) -> Also:
    """What hands `also` the records of an island with the rows of the whole."""
    queues, groups = np.array(island.queues), np.array([*island.groups, NOBODY])

    def take(rows: np.ndarray) -> None:
        rows = rows.copy()
        rows["queue"], rows["group"] = queues[rows["queue"]], groups[rows["group"]]
        also(rows)

    return take


def _join(together: DisjointSet, numbers: Sequence[int]) -> None:
    for other in numbers[1:]:
        together.merge(numbers[0], other)


class _Progress:
    """How far a run is, whose parts are played one after another or abreast."""

    def __init__(self, parts: Sequence[_Part], tell: Callable[[float], None] | None):
        self._tell, self._lock = tell, threading.Lock()
        self._done: dict[int, float] = {}
        self._calls = sum(part.calls for part in parts) or 1.0

    def of(self, part: _Part) -> Callable[[float], None] | None:
        """What hears how far a part is, 0 to 1."""
        tell = self._tell
        if tell is None:
            return None

        def note(done: float) -> None:
            with self._lock:
                self._done[id(part)] = done * part.calls
                tell(min(sum(self._done.values()) / self._calls, 1.0))

        return note


def _regular(moments: np.ndarray, clock: Clock) -> np.ndarray:
    """Moments at an equal distance with all of these among them, where there is such a distance.

    To note seats at more moments changes nothing; and so what a part notes does not depend on whose shifts
    others have: a part that is known stays known when others change.
    """
    for step in (30 * MINUTE_MS, 15 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS):
        if not (moments % step).any():
            return np.arange(-3 * DAY_MS, clock.ends + 6 * DAY_MS, step)
    return moments


def _abreast(tasks: Iterable[Callable[[bool], bool]], spare: threading.Semaphore | None) -> None:
    """Do all of it, in this thread and in those to spare. The first failure ends it, and is raised.
    A task hears whether to wait for what others do; one that would have to wait returns False, and its turn
    comes again after those that need not.
    """
    waiting = deque(tasks)

    def next_done(put_off: int) -> int:
        """Do the next task. Returns how many tasks have been put off since one was done."""
        try:
            task = waiting.popleft()
        except IndexError:  # another thread was quicker
            return 0
        if task(put_off >= len(waiting)):
            return 0
        waiting.append(task)
        return put_off + 1

    def go_on() -> None:
        try:
            put_off = 0
            while waiting:
                put_off = next_done(put_off)
        except BaseException:
            waiting.clear()
            raise

    def help_out(spare: threading.Semaphore) -> None:
        try:
            go_on()
        finally:
            spare.release()

    helpers = []
    with ThreadPoolExecutor(max_workers=max(len(waiting), 1)) as pool:
        put_off = 0
        while waiting:
            while len(waiting) > 1 and spare is not None and spare.acquire(blocking=False):
                helpers.append(pool.submit(help_out, spare))
            try:
                put_off = next_done(put_off)
            except BaseException:
                waiting.clear()
                raise
    for helper in helpers:
        helper.result()
