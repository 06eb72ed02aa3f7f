"""Simulates for a command: says when it compiles, and shows how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callsim.cli.say import say

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.compare import Comparison
    from callsim.study.replicate import Also
    from callsim.study.result import Result
    from callsim.study.why import Why


def simulated(
    scenario: Scenario,
    runs: int | None,
    seed: int,
    jobs: int | None,
    engine: str,
    also: Also | None = None,
) -> Result:
    """The result of some runs, as the options ask for them."""
    from callsim.report.progress import bar
    from callsim.study.replicate import run as simulate

    announce(engine)
    with bar() as on_progress:
        return simulate(scenario, runs, seed, engine, jobs, on_progress, also=also)


def split(scenario: Scenario, runs: int, seed: int, jobs: int | None, engine: str) -> Why:
    """What makes one run unlike another."""
    from callsim.report.progress import bar
    from callsim.study.why import why

    with bar() as on_progress:
        return why(scenario, runs, seed, engine, jobs, on_progress)


def compared(
    plans: Mapping[str, Scenario], runs: int | None, seed: int, jobs: int | None, engine: str
) -> Comparison:
    """The comparison of some plans, named as reports shall call them."""
    from callsim.report.progress import bar
    from callsim.study.compare import compare

    announce(engine)
    with bar() as on_progress:
        return compare(list(plans.values()), runs, seed, engine, jobs, list(plans), on_progress)


def announce(engine: str) -> None:
    """Say beforehand that compiling takes a while, if it must be done."""
    from callsim.sim.jit import compiled_before

    if engine == "kernel" and not compiled_before():
        say("compiling the simulation, once; this takes about 20 seconds")
