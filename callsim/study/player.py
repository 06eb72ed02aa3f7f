"""One run, played: the only place where a study meets the simulation."""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from callsim.model import Model, build
from callsim.model.blocks.cut import block_of
from callsim.model.supervisors.floor import Supervisor
from callsim.model.supervisors.stories import stories
from callsim.results import measures
from callsim.results.staffing.seats import lost_to_seats
from callsim.scenario import Scenario
from callsim.sim.centre import Clock
from callsim.sim.count.tally import Tally, of_called
from callsim.sim.engines.day import play as play_day
from callsim.sim.luck.presence import PRESENCE, come_and_go
from callsim.study import by_islands
from callsim.study.store.parts import Shelf
from callsim.study.store.store import Store

RECENT = 8  # models kept although nobody holds them

Also = Callable[[int, np.ndarray], None]  # run, RECORD [row]
_Records = Callable[[np.ndarray], None]  # RECORD [row]


@dataclass(frozen=True)
class Task:
    """A run to be played: all that its numbers depend on.

    It holds the scenario and never its model, so it stays small and can be played anywhere; `supervisors`,
    functions given from Python, can go no further than this process.
    """

    scenario: Scenario
    seed: int
    run: int
    engine: str = "kernel"
    luck_of: Mapping[int, int] = field(default_factory=dict)  # purpose → run whose luck it is (see draw)
    seats: bool = False  # whether to play it again without limits of seats, to see what they cost
    warm: bool = False  # whether to play its first interval after a longer warm-up, too (see runs.warm_up)
    supervisors: tuple[Supervisor, ...] = ()
    queues: frozenset[int] | None = None  # rows whose islands alone are played; None: the whole run
    block: int | None = None  # the block of a long run that alone is played, 0 is the first; None: all days


class Around(NamedTuple):
    """What a run meets where it is played; nothing of it changes a number."""

    spare: threading.Semaphore | None = None  # threads that may draw calls ahead
    stop: threading.Event | None = None
    progress: Callable[[float], None] | None = None  # 0 to 1
    also: Callable[[np.ndarray], None] | None = None  # gets RECORD [row]
    store: Store | None = None  # what has been played before


class Run:
    """What is kept of one run; its waits are reduced to percentiles and classes at once."""

    warm: np.ndarray | None = None  # int64 [queue, column], of the first interval after a longer warm-up
    seams: np.ndarray | None = None
    """Of a run in blocks, int64 [seam, 2, queue, SEAM_COLUMNS]: as the block before and the next saw it."""

    def __init__(self, tally: Tally, absent: np.ndarray, lost_to_seats: np.ndarray, is_block: bool = False):
        """`absent`: int64 [group] ms; `lost_to_seats`: float64 [site].

        A block keeps all its waits, which are reduced when the run is whole.
        """
        self.tally, self.absent, self.lost_to_seats = tally, absent, lost_to_seats
        if is_block:
            self.percentiles, self.waits, self.back_p90 = np.zeros(0), np.zeros(0, np.int64), np.zeros(0)
            return
        every = tally.waits.sum(axis=0, keepdims=True)
        self.percentiles = np.vstack([measures.percentiles(waits) for waits in (tally.waits, every)])
        self.waits = measures.wait_classes(tally.waits)
        self.back_p90 = measures.percentiles(tally.back_waits)[
            :, list(measures.PERCENTILES).index("wait_p90_s")
        ]
        tally.back_waits = tally.back_waits[:0].copy()
        tally.waits = tally.waits[:0].copy()  # a view would keep them all


def play(task: Task, around: Around = Around()) -> Run:  # noqa: B008
    """Play a run. The same task gives the same numbers, wherever and beside whatever it is played.

    Raises Interrupted where `around.stop` is set, and UserError where a supervisor fails.
    """
    whole = model_of(task.scenario, task.supervisors)
    model = whole if task.block is None else block_of(whole, task.block)
    also = around.also if task.block is None else _of_the_run(model.centre.clock, around.also)
    shelf = None
    if around.store is not None:
        shelf = Shelf(around.store, task.engine, task.seed, task.run, task.luck_of)

    def who_comes(model: Model, missed: np.ndarray | None = None) -> Iterator[np.ndarray]:
        return come_and_go(
            model.roster, model.centre, task.seed, task.luck_of.get(PRESENCE, task.run), missed
        )

    def alone(
        model: Model,
        missed: np.ndarray | None = None,
        **more: Any,  # Any: what `by_islands` passes on to `play_day`, which says its types
    ) -> Tally:
        return play_day(
            model.centre,
            model.demand,
            model.within,
            model.grid,
            seed=task.seed,
            run=task.run,
            engine=task.engine,
            roster=who_comes(model, missed),
            supervisors=stories(model),
            spare=around.spare,
            instead=task.luck_of,
            stop=around.stop,
            short=model.short,
            **more,
        )

    def once(
        model: Model,
        **more: Any,  # Any: what `by_islands.play` says the types of
    ) -> by_islands.Played:
        return by_islands.play(model, alone, around.spare, shelf=shelf, **more)

    if task.queues is None:
        tally, absent = once(model, also=also, on_progress=around.progress)
    else:
        tally, absent = by_islands.some(model, alone, task.queues, around.spare, shelf)
    lost = np.full(model.centre.sites, np.nan)
    if task.seats:
        lost = lost_to_seats(
            model.centre,
            tally,
            lambda centre: once(dataclasses.replace(model, centre=centre)).tally,
            lambda: who_comes(model),
        )
    by_group = np.zeros(model.centre.groups, np.int64)
    np.add.at(by_group, model.centre.crew_group, absent)
    if len(model.centre.campaigns):
        tally = of_called(tally, model.centre.called)
    played = Run(tally, by_group, lost, is_block=task.block is not None)
    if task.warm:
        played.warm = once(whole.warmer).tally.calls[0, : whole.centre.called]
    return played


def _of_the_run(clock: Clock, also: _Records | None) -> _Records | None:
    """What hands on the records of the calls that a block counts, with the times of the run."""
    if also is None:
        return None
    since = clock.opens if clock.first else 0  # what comes before day 1 is nobody else's

    def take(rows: np.ndarray) -> None:
        rows = rows[(rows["arrive"] >= since) & (rows["arrive"] < clock.counts_until)]
        rows["arrive"] += clock.before
        also(rows)

    return take


_models: WeakValueDictionary[tuple[int, tuple[Supervisor, ...]], Model] = WeakValueDictionary()
_recent: deque[Model] = deque(maxlen=RECENT)
_lock = threading.Lock()


def model_of(scenario: Scenario, supervisors: tuple[Supervisor, ...] = ()) -> Model:
    """The model of a scenario: made once, as long as somebody holds it or it is among the last few.

    So however many plans are compared, none is made anew for each of its runs.
    """
    name = id(scenario), supervisors  # the model holds its scenario, so no other has its place in memory
    with _lock:
        model = _models.get(name)
        if model is None:
            model = _models[name] = build(scenario, supervisors)
            _recent.append(model)
        return model
