"""How good is this plan: independent runs until the answer is sharp enough."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Unpack

import numpy as np

from callsim.arrays import Ints
from callsim.errors import UserError
from callsim.model import Model
from callsim.model.blocks.clears import refuse_what_lasts
from callsim.model.blocks.cut import number_of
from callsim.model.size import machine_memory, size, too_many_calls
from callsim.model.supervisors.floor import Supervisor
from callsim.results import seams
from callsim.results.judgement import Judgement, judge, judge_group
from callsim.results.result import Result
from callsim.results.sums import Runs
from callsim.results.warned import Warned, amount, names, sentence
from callsim.scenario import Given, Scenario, scenario_of
from callsim.sentences import pieces, say
from callsim.sim.count.columns import N_ANSWERED
from callsim.study.hands import Hands, Threads, Watch, cores, in_turn
from callsim.study.options import How, Progress, RunOptions, with_options
from callsim.study.player import Also, Run, Task, model_of
from callsim.study.runs import overload, unmanned, warm_up

SHARP = 0.01  # a goal's 95 % interval is at most this to either side
SHARP_WAIT = 0.05  # of a mean wait that is promised: as sharp as `SHARP` is of a share
FEWEST, MOST = 10, 100  # runs, where their number is left to callsim …
LOOKS = 5  # runs between two looks at the answer: looking more often stops too early
FIRST_LOOKS = (2, 5, 10, 20, 40, 80)  # runs after which somebody who waits hears what they show so far


@with_options
def run(
    scenario: Given,
    *,
    also: Also | None = None,
    supervisors: Sequence[Supervisor] = (),
    weigh: bool = True,
    **how: Unpack[How],
) -> Result:
    """Simulate a scenario several times, each run with luck of its own.

    Args:
        scenario: a Scenario, or the path of its file.
        runs: replications. By default as many as it takes to know every goal to ±1 point (a mean wait to
            ±5 % of the longest that is promised), at most 100; where a goal is then too close to call and
            some more runs would decide it, these are played, too.
            Intervals are then nominal: a rule that stops when they look narrow makes them cover a little
            less than 95 %.
        seed: 0 or more; another number is other luck. Default 1.
        engine: `kernel` (default) or `reference`, the readable one; both give the same numbers.
        jobs: threads that work at once, a run each; those to spare draw calls ahead. Default: the machine's
            cores. Any number gives the same numbers.
        on_progress: hears the share of the work that is done, the number of runs that are done, and of how
            many.
        stop: an event that ends the simulation early.
        client: a Dask client (distributed.Client), whose workers play the runs; the numbers are the same.
        also: gets the records of each run that is played, perhaps of some more than are needed.
        supervisors: generator functions of a callsim.Floor, besides those that the scenario names.
        weigh: without it no run is played again, so that the result does not tell what seats cost, nor
            whether the warm-up is long enough.

    Returns the Result. Raises ScenarioError for mistakes in its file; UserError for options that make no
    sense, for what this machine cannot hold, and where a supervisor fails; Interrupted once `stop` is set.
    """
    return replicate(scenario_of(scenario), RunOptions.of(how), also, supervisors, weigh)


def replicate(
    scenario: Scenario,
    options: RunOptions,
    also: Also | None = None,
    supervisors: Sequence[Supervisor] = (),
    weigh: bool = True,
    done: list[Run] | None = None,
) -> Result:
    """Returns what `run` returns, and raises the same, with the options in one object.

    `done`: its first runs, where they have been played; those that are played now are added.
    """
    model, runs = model_of(scenario, tuple(supervisors)), options.runs
    done = [] if done is None else done
    watch, last = Watch(options.progress, (runs or FEWEST) - len(done)), None
    for (one,) in in_order([model], options, runs or MOST, watch, also=also, weigh=weigh, begin=len(done)):
        done.append(one)
        if options.progress.so_far is not None and len(done) in FIRST_LOOKS:
            options.progress.so_far(len(done), list(_goals(model, done)))
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
    return result(model, options, done)


def result(model: Model, options: RunOptions, done: list[Run]) -> Result:
    """What runs of a model have shown."""
    return Result(model, options.seed, options.engine, sums_of(done), _warnings(model, done))


def sums_of(done: list[Run]) -> Runs:
    """Returns the sums of some runs side by side."""
    return Runs(
        calls=np.stack([one.tally.calls for one in done]),
        longest=np.stack([one.tally.longest for one in done]),
        work=np.stack([one.tally.work for one in done]),
        absent=np.stack([one.absent for one in done]),
        called_in=np.stack([one.tally.called_in for one in done]),
        sites=np.stack([one.tally.sites for one in done]),
        seats_peak=np.stack([one.tally.seats_peak for one in done]),
        cut_off=np.stack([one.tally.cut_off for one in done]),
        lost_to_seats=np.stack([one.lost_to_seats for one in done]),
        percentiles=np.stack([one.percentiles for one in done]),
        clients=np.stack([one.tally.clients for one in done]),
        in_hand=np.stack([one.tally.in_hand for one in done]),
        held=np.stack([one.tally.held for one in done]),
        menus=np.stack([one.tally.menus for one in done]),
        told=np.stack([one.tally.told for one in done]),
        dialled=np.stack([one.tally.dialled for one in done]),
        back_p90=np.stack([one.back_p90 for one in done]),
        backlog=np.stack([one.tally.backlog for one in done]),
        waits=np.stack([one.waits for one in done]),
        seams=_seams(done),
    )


def _seams(done: list[Run]) -> Ints | None:
    found = [one.seams for one in done if one.seams is not None]
    return np.stack(found) if found else None


def _fits(models: Sequence[Model], runs: int, jobs: int) -> None:
    """Refuse what this machine cannot hold, before anything starts."""
    needs = [size(model) for model in models]
    largest = max(needs, key=lambda need: need.one_run)._replace(kept=sum(need.kept for need in needs))
    needed, have = largest.needed(runs, jobs), machine_memory()
    if stuck := [need for need in needs if too_many_calls(need)]:
        raise UserError(say("runs.too_many_calls", calls=stuck[0].in_building))
    if needed > have:
        raise UserError(
            say("runs.memory", needed=needed / 1000000000.0, have=have / 1000000000.0, runs=runs, jobs=jobs)
        )


def in_order(
    models: Sequence[Model],
    options: RunOptions,
    most: int,
    watch: Watch,
    luck_of: Sequence[Mapping[int, int]] | None = None,
    also: Also | None = None,
    weigh: bool = False,
    begin: int = 0,
    only: Sequence[int] | None = None,
) -> Iterator[tuple[Run, ...]]:
    """Runs 0, 1, 2 … in this order, or from `begin` on, each of every model, below `most`; or `only` some of
    them, in their order. Where the options name a part, its own runs are played first, then those that no
    other part has put into the store by then.

    No more threads than the options' `jobs` work at once; where fewer runs are left, their calls are drawn
    ahead. All models meet the same luck in the same run, but for streams that `luck_of` names, per model:
    purpose -> how many runs further on it is taken from (see draw). `also` gets each run's records.
    `weigh`: play a run again to see what it cost that agents waited for a seat, and what a longer warm-up
    would change.
    """
    pieces = len(models) if also is not None else sum(map(number_of, models))
    runs = range(begin, most) if only is None else only
    if options.part is not None and only is None:
        for own, share in zip((True, *[False] * most), options.in_turns(runs), strict=False):
            untold = watch if own else Watch(Progress(), 1)
            for _ in in_order(models, options, most, untold, luck_of, weigh=weigh, only=share):
                pass
    number = max(len(runs), 1) * pieces
    watch.abreast += pieces - len(models)  # further tasks of each run
    for model in models:
        if number_of(model) > 1:
            refuse_what_lasts(model)
    hands = _hands(models, options, most, number, watch, also)
    further = luck_of or [{}] * len(models)
    warm = [weigh and warm_up.tells(model, most) for model in models]

    def tasks() -> Iterator[Task]:
        for run in runs:
            for model, more, tells in zip(models, further, warm, strict=True):
                yield Task(
                    model.scenario,
                    options.seed,
                    run,
                    options.engine,
                    {purpose: run + away for purpose, away in more.items()},
                    seats=weigh,
                    warm=tells and run < warm_up.MOST,
                    supervisors=model.supervisors,
                )

    played = in_turn(hands, tasks())
    try:
        yield from zip(*[played] * len(models), strict=True)
    finally:
        played.close()


def _hands(
    models: Sequence[Model], options: RunOptions, most: int, number: int, watch: Watch, also: Also | None
) -> Hands:
    """What plays the tasks, `number` at most. Raises UserError where there is too little memory."""
    if options.client is None:
        jobs = options.jobs or cores()
        _fits(models, most, min(jobs, number))
        return Threads(jobs, options.stop, watch.note, also, number, options.store)
    from callsim.study.cluster.dask import Workers, cluster_of  # only here: it imports Dask

    if also is not None:
        raise UserError(say("cluster.records"))
    cluster = cluster_of(options.client)
    cluster.refuse_too_large(models)
    _fits(models, most, 0)
    return Workers(cluster, number, options.stop, watch.note, options.store)


def _widest(model: Model, done: list[Run]) -> float:
    """The widest half interval of any figure that a goal bounds, in shares; that of a mean wait as the share
    that is as sharp.
    """
    widest = 0.0
    for goal in _goals(model, done):
        for bound, known in zip(goal.bounds, goal.reached, strict=True):
            if known.mean is not None and known.low is not None:
                # Half the width would be too kind where the interval is cut at 0 or 1.
                assert known.high is not None
                half = max(known.high - known.mean, known.mean - known.low)
                widest = max(
                    widest, half if bound.formula.most == 1 else half / bound.bound * SHARP / SHARP_WAIT
                )
    return widest


def _deciding(model: Model, done: list[Run]) -> int:
    """Returns the number of runs that would decide the goals that are too close to call.

    Half as many again as it seems from the distance between figure and promise, which luck makes larger
    or smaller.
    """
    wanted = 0
    for goal in _goals(model, done):
        runs = goal.runs_to_decide * 1.5
        wanted = max(wanted, math.ceil(runs / LOOKS) * LOOKS if runs <= MOST else 0)
    return wanted


def _goals(model: Model, done: list[Run]) -> Iterator[Judgement]:
    """What is known of every goal so far."""
    calls = np.stack([one.tally.calls for one in done])
    for row, copy in enumerate(model.queues):
        if copy.queue.goal is not None:
            yield judge(model, calls[:, :, row], copy.queue.goal)
    if any(copy.group.occupancy_at_most is not None for copy in model.groups):
        work = np.stack([one.tally.work for one in done])
        for row, group in enumerate(model.groups):
            if group.group.occupancy_at_most is not None:
                yield judge_group(model, work[:, :, row], group.group)


def _warnings(model: Model, done: list[Run]) -> list[Warned]:
    """What every study says of its runs, whoever asked for them."""
    found = []
    cut_short = sum(one.tally.cut_short for one in done)
    if cut_short:
        calls_cut, runs = amount(cut_short, ",.0f"), amount(len(done), ".0f")
        told = sentence(pieces("warned.never_served", calls=calls_cut, runs=runs))
        found.append(Warned(what="never served", pieces=told))
    calls = np.sum([one.tally.calls.sum(axis=0) for one in done], axis=0)
    silent = [
        copy.name for row, copy in enumerate(model.queues) if calls[row].any() and not calls[row, N_ANSWERED]
    ]
    if silent:
        told = sentence(pieces("warned.never_answered", queues=names(silent)))
        found.append(Warned(what="never answered", queues=silent, pieces=told))
    every, work = (np.sum([getattr(one.tally, what) for one in done], axis=0) for what in ("calls", "work"))
    weighed = [(one.tally.calls[0], one.warm) for one in done if one.warm is not None]
    longest = np.max([one.tally.longest for one in done], axis=0)
    offered, there = unmanned.offered_in(every), unmanned.there_in(work)
    for text in model.scenario.calendar.undecreed:
        found.append(Warned(what="holidays", pieces=sentence([text])))
    found += unmanned.nobody_on_duty(model, offered, there)
    found += unmanned.through_the_night(model, offered, longest, there)
    found += unmanned.breaks_together(model, unmanned.missed_in(model, every))
    found += seams.warn(model, _seams(done))
    found += overload.warn(model, every, work) or warm_up.warn(model, weighed)
    return found
