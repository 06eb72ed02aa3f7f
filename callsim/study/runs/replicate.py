"""How good is this plan: independent runs until the answer is sharp enough."""

from __future__ import annotations

import dataclasses
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from callsim.errors import UserError
from callsim.model import Model, build
from callsim.model.size import machine_memory, size, too_many_calls
from callsim.model.supervision import Supervisor, stories
from callsim.results import measures
from callsim.results.judgement import judge
from callsim.results.result import Result
from callsim.results.seats import lost_to_seats
from callsim.results.sums import Runs
from callsim.results.warned import Warned, amount, names, sentence
from callsim.scenario import Scenario
from callsim.sim.count.tally import N_ANSWERED, Tally
from callsim.sim.engines.day import play
from callsim.sim.luck.presence import PRESENCE, come_and_go
from callsim.study.runs import overload, unmanned, warm_up

ENGINES = ("kernel", "reference")
SHARP = 0.01  # a goal's 95 % interval is at most this to either side
FEWEST, MOST = 10, 100  # runs, where their number is left to callsim …
LOOKS = 5  # … which looks at the answer after every so many: looking more often stops too early

Progress = Callable[[float, int, int], None]  # done (0..1), runs done, runs expected
Also = Callable[[int, np.ndarray], None]  # run, RECORD [row]


def run(
    scenario: Scenario,
    runs: int | None = None,
    seed: int = 1,
    engine: str = "kernel",
    jobs: int | None = None,
    on_progress: Progress | None = None,
    stop: threading.Event | None = None,
    also: Also | None = None,
    supervisors: Sequence[Supervisor] = (),
    weigh: bool = True,
) -> Result:
    """Simulate a scenario: `runs` replications, or until every goal is known to ±1 point.

    Where a goal is then too close to call and some more runs would decide it, these are played, too.
    Any number of `jobs` gives the same numbers: so many threads work at once (default: the machine's cores),
    a run each; those to spare draw calls ahead. `stop` ends it early with Interrupted. `also` gets the
    records of every run that was played, perhaps of some more than were needed. Where the number of runs is
    left open, intervals are nominal: a rule that stops when they look narrow makes them cover a little less
    than 95 %. `supervisors`: generator functions of a callsim.Floor, besides those that the scenario names.
    Without `weigh` no run is played again: what seats cost, and whether the warm-up is long enough, is then
    not told.
    """
    refuse_nonsense(runs, seed, engine)
    model = build(scenario, supervisors)
    done: list[Run] = []
    watch, last = Watch(on_progress, runs or FEWEST), None
    for (one,) in in_order([model], seed, engine, jobs, runs or MOST, watch, stop, also=also, weigh=weigh):
        done.append(one)
        if runs is None and len(done) >= FEWEST and len(done) % LOOKS == 0:
            half = _widest(model, done)
            if half <= SHARP and last is None:
                # One more look, at a number of runs set now: many looks would find a verdict by luck.
                last = max(len(done), _deciding(model, done))
            if last is not None and len(done) >= last:
                break
            # The width falls with the root of the number of runs.
            sharp = round(len(done) * (half / SHARP) ** 2)
            watch.expected = last or min(MOST, max(len(done) + 1, sharp))
    return result(model, seed, engine, done)


def refuse_nonsense(runs: int | None, seed: int, engine: str) -> None:
    """What no study of runs can do, in a planner's words."""
    if engine not in ENGINES:
        raise UserError(f"engine {engine!r} is unknown; write kernel or reference")
    if runs is not None and runs < 1:
        raise UserError(f"{runs} runs are too few; write 1 or more")
    if seed < 0:
        raise UserError(f"seed {seed} is negative; write 0 or more")


def result(model: Model, seed: int, engine: str, done: list[Run]) -> Result:
    """What runs of a plan have shown."""
    sums = Runs(
        calls=np.stack([one.tally.calls for one in done]),
        longest=np.stack([one.tally.longest for one in done]),
        work=np.stack([one.tally.work for one in done]),
        absent=np.stack([one.absent for one in done]),
        sites=np.stack([one.tally.sites for one in done]),
        seats_peak=np.stack([one.tally.seats_peak for one in done]),
        cut_off=np.stack([one.tally.cut_off for one in done]),
        lost_to_seats=np.stack([one.lost_to_seats for one in done]),
        percentiles=np.stack([one.percentiles for one in done]),
        waits=np.stack([one.waits for one in done]),
    )
    return Result(model, seed, engine, sums, _warnings(model, done))


def _fits(models: Sequence[Model], runs: int, jobs: int) -> None:
    """Refuse what this machine cannot hold, before anything starts."""
    needs = [size(model) for model in models]
    largest = max(needs, key=lambda need: need.one_run)._replace(kept=sum(need.kept for need in needs))
    needed, have = largest.needed(runs, jobs), machine_memory()
    if stuck := [need for need in needs if too_many_calls(need)]:
        raise UserError(
            f"about {stuck[0].in_building:,} calls would be in the building at once, more than fit: "
            "some queue has too few agents for callers who never hang up; give it patience or staff"
        )
    if needed > have:
        raise UserError(
            f"this needs about {needed / 1e9:.1f} GB of memory and the machine has {have / 1e9:.1f} GB; "
            f"write fewer days, fewer --runs or a longer interval ({runs} runs, {jobs} at a time)"
        )


class Run:
    """What is kept of one run; its waits are reduced to percentiles and classes at once."""

    warm: np.ndarray | None = None  # int64 [queue, column], of the first interval after a longer warm-up

    def __init__(self, tally: Tally, absent: np.ndarray, lost_to_seats: np.ndarray):
        """`absent`: int64 [group] ms; `lost_to_seats`: float64 [site]."""
        self.tally, self.absent, self.lost_to_seats = tally, absent, lost_to_seats
        self.percentiles = measures.percentiles(np.vstack([tally.waits, tally.waits.sum(axis=0)]))
        self.waits = measures.wait_classes(tally.waits)
        tally.waits = tally.waits[:0].copy()  # a view would keep them all


class _Halt(threading.Event):
    """Set by whoever wants the runs to end, or by the caller's own event."""

    def __init__(self, outer: threading.Event | None):
        super().__init__()
        self.outer = outer

    def is_set(self) -> bool:
        return super().is_set() or (self.outer is not None and self.outer.is_set())


class Watch:
    """Adds up the progress of runs that go side by side."""

    def __init__(self, on_progress: Progress | None, expected: int, models: int = 1):
        self.on_progress, self.expected, self.models = on_progress, expected, models
        self.parts: dict[int, float] = {}
        self.lock = threading.Lock()

    def note(self, number: int, part: float) -> None:
        if self.on_progress is None:
            return
        with self.lock:
            self.parts[number] = part
            done = sum(self.parts.values()) / self.models
            finished = sum(part >= 1 for part in self.parts.values()) // self.models
            self.on_progress(min(done / self.expected, 1.0), finished, self.expected)


def in_order(
    models: Sequence[Model],
    seed: int,
    engine: str,
    jobs: int | None,
    most: int,
    watch: Watch,
    stop: threading.Event | None = None,
    others: Sequence[Mapping[int, int]] | None = None,
    also: Also | None = None,
    weigh: bool = False,
) -> Iterator[tuple[Run, ...]]:
    """Runs 0, 1, 2 … in this order, each of every plan, up to `jobs` plays at a time.

    No more threads than `jobs` work at once; where fewer plays are left, their calls are drawn ahead.

    All plans meet the same luck in the same run, but for streams that `others` names, per plan:
    purpose -> how many runs further on it is taken from (see draw). `also` gets each run's records.
    `weigh`: play a run again to see what it cost that agents waited for a seat, and what a longer warm-up
    would change.
    """
    tasks = most * len(models)
    jobs = jobs or os.cpu_count() or 1
    _fits(models, most, min(jobs, tasks))
    halt, hands = _Halt(stop), threading.Semaphore(jobs)
    longer = [warm_up.longer(model, most) if weigh else None for model in models]

    def one(task: int) -> Run:
        number, row = divmod(task, len(models))
        model, further = models[row], others[row] if others else {}
        instead = {purpose: number + runs for purpose, runs in further.items()}
        absent = np.zeros(model.roster.number, np.int64)

        def who_comes(model: Model, missed: np.ndarray | None) -> Iterator[np.ndarray]:
            return come_and_go(model.roster, model.centre, seed, instead.get(PRESENCE, number), missed)

        def once(model: Model, missed: np.ndarray | None = None, **more: Any) -> Tally:
            return play(
                model.centre,
                model.demand,
                model.within,
                model.grid,
                seed=seed,
                run=number,
                engine=engine,
                roster=who_comes(model, missed),
                supervisors=stories(model),
                spare=hands,
                instead=instead,
                stop=halt,
                **more,
            )

        tally = once(
            model,
            absent,
            also=None if also is None else partial(also, number),
            on_progress=lambda part: watch.note(task, part),
        )
        lost = np.full(model.centre.sites, np.nan)
        if weigh:
            lost = lost_to_seats(
                model.centre,
                tally,
                lambda centre: once(dataclasses.replace(model, centre=centre)),
                lambda: who_comes(model, None),
            )
        by_group = np.zeros(model.centre.groups, np.int64)
        np.add.at(by_group, model.centre.crew_group, absent)
        played = Run(tally, by_group, lost)
        warmer = longer[row]
        if warmer is not None and number < warm_up.MOST:
            played.warm = once(warmer).calls[0]
        watch.note(task, 1.0)
        return played

    def in_turn(task: int) -> Run:
        with hands:
            return one(task)

    played = _side_by_side(in_turn, tasks, min(jobs, tasks), halt)
    try:
        yield from zip(*[played] * len(models), strict=True)
    finally:
        played.close()


def _side_by_side(
    one: Callable[[int], Run], tasks: int, jobs: int, halt: threading.Event
) -> Generator[Run, None, None]:
    """Tasks 0, 1, 2 … done in threads; whoever has seen enough closes this."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting: deque[Future[Run]] = deque()
        try:
            for task in range(tasks):
                waiting.append(pool.submit(one, task))
                # More than are played, so that no thread waits for a slow one; but one job is one thread.
                if len(waiting) >= 2 * jobs - 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            halt.set()
            for future in waiting:
                future.cancel()


def _widest(model: Model, done: list[Run]) -> float:
    """The widest half interval of any goal's service level or abandoned share."""
    widest = 0.0
    runs = np.stack([one.tally.calls.sum(axis=0) for one in done])
    for row, copy in enumerate(model.queues):
        goal = copy.queue.goal
        if goal is None:
            continue
        for wanted, formula in (
            (goal.answer, measures.SERVICE_LEVEL[model.scenario.goals.counted]),
            (goal.abandon_at_most, measures.RATIOS["abandoned_share"]),
        ):
            known = measures.figure(runs[:, row], formula)
            if wanted is not None and known.mean is not None and known.low is not None:
                # Half the width would be too kind where the interval is cut at 0 or 1.
                assert known.high is not None
                widest = max(widest, known.high - known.mean, known.mean - known.low)
    return widest


def _deciding(model: Model, done: list[Run]) -> int:
    """How many runs would decide the goals that are too close to call; those that too few would not.

    Half as many again as it seems from the distance between figure and promise, which luck makes larger
    or smaller.
    """
    calls = np.stack([one.tally.calls for one in done])
    wanted = 0
    for row, copy in enumerate(model.queues):
        if copy.queue.goal is not None:
            runs = judge(model, calls[:, :, row], copy.queue.goal).runs_to_decide * 1.5
            wanted = max(wanted, math.ceil(runs / LOOKS) * LOOKS if runs <= MOST else 0)
    return wanted


def _warnings(model: Model, done: list[Run]) -> list[Warned]:
    """What every study says of its runs, whoever asked for them."""
    found = []
    cut_short = sum(one.tally.cut_short for one in done)
    if cut_short:
        calls_cut, runs = amount(cut_short, ",.0f"), amount(len(done), ".0f")
        said = (
            " runs still waited a day after the last day and count as abandoned: a queue has too few agents "
        )
        told = sentence(calls_cut, " calls in ", runs, said, "for callers who never hang up")
        found.append(Warned(what="never served", pieces=told))
    calls = np.sum([one.tally.calls.sum(axis=0) for one in done], axis=0)
    silent = [
        copy.name for row, copy in enumerate(model.queues) if calls[row].any() and not calls[row, N_ANSWERED]
    ]
    if silent:
        told = sentence("no call of ", *names(silent), " was ever answered")
        found.append(Warned(what="never answered", queues=silent, pieces=told))
    every, work = (np.sum([getattr(one.tally, what) for one in done], axis=0) for what in ("calls", "work"))
    weighed = [(one.tally.calls[0], one.warm) for one in done if one.warm is not None]
    longest = np.max([one.tally.longest for one in done], axis=0)
    found += unmanned.nobody_on_duty(model, every, work)
    found += unmanned.through_the_night(model, every, longest, work)
    found += unmanned.breaks_together(model, every)
    found += overload.warn(model, every, work) or warm_up.warn(model, weighed)
    return found
