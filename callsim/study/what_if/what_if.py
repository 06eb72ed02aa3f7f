"""A plan, and what if: looks at changes of it, of which each plays only the islands that differ."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Generator, Iterable
from typing import Unpack

from callsim.errors import Interrupted, UserError
from callsim.model import Model
from callsim.model.islands import Island, calls_of, islands
from callsim.model.names import in_order
from callsim.results.result import Result
from callsim.results.sums import Runs
from callsim.scenario import Given, Scenario, scenario_of
from callsim.scenario.reading.reader import reader
from callsim.sentences import say
from callsim.study.hands import Threads, cores, in_turn
from callsim.study.options import How, RunOptions, Tell, with_options
from callsim.study.player import Run, Task, model_of
from callsim.study.runs.replicate import sums_of
from callsim.study.store.store import Store
from callsim.study.what_if.more import More, more
from callsim.study.what_if.people import Changes
from callsim.study.what_if.seen import Seen

FIRST = 1.2e6  # calls of the first look, about: two cores simulate them in a tenth of a second
IN_MEMORY = 512 << 20  # bytes: the days of a plan of 100,000 seats, and some values of each slider


@with_options
def what_if(scenario: Given, **how: Unpack[How]) -> WhatIf:
    """A plan to be changed again and again: `what_if(plan).look({"groups.desk.scale.staff": 0.98})`.

    Takes the arguments of `callsim.run`; `runs`, 1 unless given, is the number of days that a look ends with.
    Returns the WhatIf. Raises UserError for options that make no sense.
    """
    scenario = scenario_of(scenario)
    return WhatIf(scenario, RunOptions.of(how))


class WhatIf:
    """Looks at changes of one plan. What was simulated for one look is known to all that follow."""

    def __init__(self, scenario: Scenario, options: RunOptions):
        """Raises UserError where the scenario stands in no file, so that its keys cannot be set."""
        if not scenario.path:
            raise UserError(say("what_if.no_file"))
        self.scenario, self.options = scenario, options.but(store=options.store or Store(in_memory=IN_MEMORY))
        self._read = reader(scenario)
        self._latest: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self._plan: list[Run] = []  # the plan as it is, run by run
        self._playing_plan = threading.Lock()

    def changed(self, changes: Changes) -> Scenario:
        """Returns the scenario with these `changes` in force. Raises ScenarioError with all mistakes."""
        return self._read(changes) if changes else self.scenario

    @property
    def together(self) -> list[list[str]]:
        """Returns lines of the file whose calls the same agents may answer, or that are tied otherwise.

        Each list has at least two, in the order of the file; none has all of them.
        """
        model, order = model_of(self.scenario), list(self.scenario.queues)
        kinds = dict.fromkeys(_kind(model, island)[0] & {*order} for island in islands(model))
        return [sorted(lines, key=order.index) for lines in kinds if 1 < len(lines) < len(order)]

    def result(self, changes: Changes) -> Result:
        """Returns what the last look at `changes` shows: figures of `callsim.run` of as many runs.

        Raises what `look` raises.
        """
        *_, last = self.look(changes)
        assert last.result is not None
        return last.result

    def look(
        self,
        changes: Changes,
        *,
        runs: int | None = None,
        stop: threading.Event | None = None,
        asker: str = "",
    ) -> Generator[Seen, None, None]:
        """Returns looks at the plan with these keys set, beside the plan as it is on the same days.

        Args:
            changes: keys and values as after `--set`.
            runs: days of the last look; default: those of the options, or 1.
            stop: an event that ends it early.
            asker: a new look ends the one before of the same name at once, and frees its threads.

        Yields approximate looks first: of the largest islands where there is much to simulate, and of one of
        each kind where islands that differ alike may stand for others. Then one look after each day. Raises
        ScenarioError for mistakes in the changes, Interrupted where it was stopped or is no longer the
        latest, and what `callsim.run` raises.
        """
        ends = self._begin(asker, stop)
        self._model = before = model_of(self.scenario)  # held: made once for all looks
        after = model_of(self.changed(changes))
        if ends.is_set():
            raise Interrupted
        differ = _differ(before, after)
        for sample in _samples(after, differ):
            yield self._approximate(before, after, differ, sample, ends)
        done: list[Run] = []
        for run in range(runs or self.options.runs or 1):
            plan = self._as_it_is(before, run + 1, ends)
            done.append(self._play(Task(after.scenario, self.options.seed, run, self.options.engine), ends))
            yield self._exact(before, after, plan, done, len(differ))

    def more(
        self,
        queue: str,
        share: float | None = None,
        changes: Changes | None = None,
        *,
        stop: threading.Event | None = None,
        asker: str = "more",
        on_progress: Tell | None = None,
    ) -> More:
        """How many people more the changed plan needs for a queue to answer a share of its calls in time.

        Args:
            queue: of the file, with a goal of calls answered in time.
            share: that shall be answered in time. Default: that of the goal.
            changes: of the plan, to which people are added; keys and values as after `--set`.
            stop: an event that ends it early.
            asker: a new question ends the one before of the same name at once.
            on_progress: hears the share of the work that is done.

        Returns More: `look(more.changes)` is the plan with the people. Raises UserError where the question
        has no answer, ScenarioError for mistakes in the changes, Interrupted where it was stopped.
        """
        ends = self._begin(asker, stop)
        return more(
            self.changed, changes or {}, queue, share, self.options.but(stop=ends).told_to(on_progress)
        )

    def stop(self, asker: str = "") -> None:
        """End the look of this `asker`, if there is one. Returns nothing."""
        with self._lock:
            if asker in self._latest:
                self._latest.pop(asker).set()

    def close(self) -> None:
        """End every look. Returns nothing."""
        with self._lock:
            for ends in self._latest.values():
                ends.set()
            self._latest.clear()

    def _begin(self, asker: str, stop: threading.Event | None) -> threading.Event:
        ends = _Ends(stop, self.options.stop)
        with self._lock:
            if asker in self._latest:
                self._latest[asker].set()
            self._latest[asker] = ends
        return ends

    def _play(self, task: Task, ends: threading.Event) -> Run:
        hands = Threads(self.options.jobs or cores(), ends, at_once=1, store=self.options.store)
        (run,) = in_turn(hands, [task])
        return run

    def _as_it_is(self, model: Model, runs: int, ends: threading.Event) -> list[Run]:
        """The first runs of the plan as it is: each is played once."""
        while not self._playing_plan.acquire(timeout=0.05):
            if ends.is_set():
                raise Interrupted
        try:
            for run in range(len(self._plan), runs):
                task = Task(model.scenario, self.options.seed, run, self.options.engine)
                self._plan.append(self._play(task, ends))
            return self._plan[:runs]
        finally:
            self._playing_plan.release()

    def _approximate(
        self, before: Model, after: Model, differ: list[Island], sample: list[Island], ends: threading.Event
    ) -> Seen:
        plan = sums_of(self._as_it_is(before, 1, ends))
        sampled, waiting = _rows(sample), _rows(one for one in differ if one not in sample)
        task = Task(
            after.scenario, self.options.seed, 0, self.options.engine, queues=frozenset(sampled.queues)
        )
        some = sums_of([self._play(task, ends)])
        calls, work = plan.calls.copy(), plan.work.copy()
        called = [row for row in sampled.queues if row < len(after.queues)]
        calls[:, :, called] = some.calls[:, :, called]
        work[:, :, sampled.groups] = some.work[:, :, sampled.groups]
        return Seen(
            model=after,
            islands=len(islands(after)),
            changed=len(differ),
            simulated=len(sample),
            before=plan,
            after=dataclasses.replace(plan, calls=calls, work=work),
            sampled=sampled,
            waiting=waiting,
            result=None,
            plan=self._told(before, plan),
        )

    def _exact(self, before: Model, after: Model, plan: list[Run], done: list[Run], differ: int) -> Seen:
        was, now = sums_of(plan), sums_of(done)
        return Seen(
            model=after,
            islands=len(islands(after)),
            changed=differ,
            simulated=differ,
            before=was,
            after=now,
            sampled=_rows(()),
            waiting=_rows(()),
            result=self._told(after, now),
            plan=self._told(before, was),
        )

    def _told(self, model: Model, sums: Runs) -> Result:
        return Result(model, self.options.seed, self.options.engine, sums)


class _Ends(threading.Event):
    """Set when a look shall end: by itself, or with any of the events that others hold."""

    def __init__(self, *others: threading.Event | None):
        super().__init__()
        self._others = [other for other in others if other is not None]

    def is_set(self) -> bool:
        return super().is_set() or any(other.is_set() for other in self._others)


def _differ(before: Model, after: Model) -> list[Island]:
    """The islands of `after` whose words are not those of `before`; all, where anything else differs."""
    if _rest(before.scenario) != _rest(after.scenario):
        return list(islands(after))
    old, new = before.scenario, after.scenario
    queues = {name for name, queue in new.queues.items() if queue != old.queues.get(name)}
    queues |= {name for name, one in new.campaigns.items() if one != old.campaigns.get(name)}
    groups = {name for name, group in new.groups.items() if group != old.groups.get(name)}
    return [
        island
        for island in islands(after)
        if not queues.isdisjoint(_lines(after, island))
        or any(after.groups[row].original in groups for row in island.groups)
    ]


def _rows(some: Iterable[Island]) -> Island:
    """All rows of some islands as one."""
    return Island((), ()).join(some)


def _rest(scenario: Scenario) -> dict[str, object]:
    """All words but queues, campaigns, groups and the scales, which are in force in these already."""
    return {key: words for key, words in scenario if key not in ("queues", "campaigns", "groups", "scale")}


def _samples(model: Model, differ: list[Island]) -> list[list[Island]]:
    """Islands of which there is an approximate look: the largest of each kind, then one of each kind.

    They are the same on every machine. Nothing where all islands that differ are simulated at once.
    """
    kinds = _one_of_each_kind(model, differ)
    sizes = {island: calls_of(model, island) for island in kinds}
    first, calls = kinds[:0], 0.0
    for island in sorted(kinds, key=sizes.__getitem__, reverse=True):
        calls += sizes[island]
        if first and calls > FIRST:
            break
        first.append(island)
    return [sample for sample in ([first] * (len(first) < len(kinds)) + [kinds]) if len(sample) < len(differ)]


def _one_of_each_kind(model: Model, some: list[Island]) -> list[Island]:
    """The first of all islands that are copies of the same queues and groups of the file."""
    first: dict[tuple[frozenset[str], frozenset[str]], Island] = {}
    for island in some:  # in the order of their first queues
        first.setdefault(_kind(model, island), island)
    return list(first.values())


def _kind(model: Model, island: Island) -> tuple[frozenset[str], frozenset[str]]:
    return _lines(model, island), frozenset(model.groups[row].original for row in island.groups)


def _lines(model: Model, island: Island) -> frozenset[str]:
    """Its queues and campaigns, by their names in the file."""
    names = [*(copy.original for copy in model.queues), *in_order(model.scenario.campaigns)]
    return frozenset(names[row] for row in island.queues)
