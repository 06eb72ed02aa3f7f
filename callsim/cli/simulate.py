"""Simulates for a command: says when it compiles, and shows how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.results.result import Result
    from callsim.scenario import Scenario
    from callsim.study.options import RunOptions
    from callsim.study.player import Also
    from callsim.study.runs.compare import Comparison
    from callsim.study.runs.why import Why


# Rows of a result (a queue in an interval) that are many; bytes of one, measured on 1,000 queues of a day
# and on two plans of 500.
MANY_ROWS = 100_000
IN_MEMORY, AS_JSON, AS_CSV = 27_000, 2_200, 280


def loaded(file: str, overrides: Sequence[str]) -> Scenario:
    """The scenario of a file; what it runs besides the simulation is said before it runs."""
    from callsim.scenario import load
    from callsim.scenario.summary import runs_python

    scenario = load(file, overrides)
    for said in runs_python(scenario):
        tell(said)
    return scenario


def foreseen(*plans: Scenario) -> str | None:
    """Returns the memory and disk that a result with very many rows needs, in words; None for others."""
    from callsim.model.size import machine_memory

    shapes = [_shape(plan) for plan in plans]
    rows = sum(queues * cells for queues, cells in shapes)
    if rows < MANY_ROWS:
        return None
    queues, cells = shapes[0]
    memory, as_json, as_csv = (f"{rows * each / 1e9:.1f} GB" for each in (IN_MEMORY, AS_JSON, AS_CSV))
    there = machine_memory()
    short = say("cli.more_than", there=there / 1e9) if rows * IN_MEMORY > there else ""
    size = say("cli.size", queues=queues, cells=cells)
    if len(plans) > 1:
        size, output = say("cli.of_plans", size=size, plans=len(plans)), say("cli.json", json=as_json)
    else:
        output = say("cli.json_or_csv", json=as_json, csv=as_csv)
    return say("cli.rows", size=size, rows=rows, memory=memory, short=short, output=output)


def _shape(scenario: Scenario) -> tuple[int, int]:
    """Returns the number of queues of a result, and of intervals."""
    calendar = scenario.calendar
    queues = sum(queue.copies for queue in scenario.queues.values())
    return queues, calendar.days * calendar.intervals if calendar.days <= 31 else calendar.days


def simulated(scenario: Scenario, options: RunOptions, also: Also | None = None) -> Result:
    """The result of some runs, as the options ask for them."""
    from callsim.report.kit.progress import bar

    if said := foreseen(scenario):
        tell(said)
    with bar() as progress:
        from callsim.study.runs.replicate import replicate  # takes a second, which the bar fills

        announce(options.engine)
        return replicate(scenario, options.but(progress=progress), also)


@contextmanager
def searched_part(
    scenario: Scenario, options: RunOptions, part: tuple[int, int] | None
) -> Iterator[RunOptions]:
    """Yields the options of a search, of which this is perhaps one part of several; then that is told."""
    from callsim.study.runs.part import refuse_unkept

    if part is None:
        yield options
        return
    refuse_unkept([scenario], options)
    yield options.but(part=part)
    assert options.store is not None
    found, folder = options.store.found, options.store.folder
    tell(say("cluster.part_search", n=found, part=part[0], of=part[1], folder=folder))


def played_part(
    plans: Sequence[Scenario],
    options: RunOptions,
    part: tuple[int, int],
    weigh: bool = False,
    why: bool = False,
) -> None:
    """Play the runs of one part of N, each Nth run, for the store, and tell which runs these are."""
    from callsim.report.kit.progress import bar
    from callsim.study.runs.part import play_part

    announce(options.engine)
    with bar() as progress:
        runs = play_part(plans, options.but(progress=progress), *part, weigh=weigh, why=why)
    folder = None if options.store is None else options.store.folder
    tell(say("cluster.part_done", n=len(runs), runs=options.runs, part=part[0], of=part[1], folder=folder))


def split(scenario: Scenario, options: RunOptions) -> Why:
    """Returns the kinds of luck that make one run unlike another."""
    from callsim.report.kit.progress import bar
    from callsim.study.runs.why import split

    with bar() as progress:
        return split(scenario, options.but(progress=progress))


def compared(plans: Mapping[str, Scenario], options: RunOptions) -> Comparison:
    """The comparison of some plans, named as reports shall call them."""
    from callsim.report.kit.progress import bar
    from callsim.study.runs.compare import compared

    if said := foreseen(*plans.values()):
        tell(said)
    announce(options.engine)
    with bar() as progress:
        return compared(list(plans.values()), options.but(progress=progress), list(plans))


def announce(engine: str) -> None:
    """Say beforehand that compiling takes a while, if it must be done."""
    from callsim.sim.jit import compiled_before

    if engine == "kernel" and not compiled_before():
        tell(say("cli.compiling"))
