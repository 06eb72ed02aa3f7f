"""`callsim run`: simulate a scenario and report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from callsim.cli import option, simulate
from callsim.cli.say import MISSED, say


@click.command()
@click.argument("file")
@option.runs
@option.seed
@option.jobs
@option.engine
@option.overrides
@option.result_or_page
@click.option("--strict", is_flag=True, help="Exit with 3 when a goal is missed or cannot be judged.")
def run(
    file: str,
    runs: int | None,
    seed: int,
    jobs: int | None,
    engine: str,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    strict: bool,
) -> int:
    """Simulate FILE and report whether its goals are met.

    text: verdicts and tables to read. json: every figure with its 95 % interval. csv: the intervals, one row
    per interval and queue. html: one page with charts, to pass on, open without a network and print.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.scenario import load

    form = form_of(form, out, not_over=file, page=True)

    result = simulate.simulated(load(file, overrides), runs, seed, jobs, engine)
    for warning in result.warnings:
        say(f"warning: {warning}")
    found = result.to_dict()
    deliver(found, found["intervals"], _as_text, form, out)
    missed = any(not queue.get("goal", {}).get("met", True) for queue in found["queues"].values())
    return MISSED if strict and missed else 0


def _as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
    from callsim.report.text import report

    return report(found, width, colour)
