"""`callsim run`: simulate a scenario and report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from callsim.cli import option, simulate
from callsim.cli.say import MISSED, say
from callsim.errors import UserError

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.result import Result


@click.command()
@click.argument("file")
@option.runs
@option.seed
@option.jobs
@option.engine
@option.overrides
@option.result_page_or_tables
@option.bom
@click.option(
    "--calls",
    metavar="SHARE",
    callback=option.share,
    help="With --format parquet: also a table of single calls, such as 1% of them.",
)
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
    bom: bool,
    calls: float | None,
    strict: bool,
) -> int:
    """Simulate FILE and report whether its goals are met.

    text: verdicts and tables to read. json: every figure with its 95 % interval. csv: the intervals, one row
    per interval and queue. html: one page with charts, to pass on, open without a network and print. parquet:
    a folder of tables (docs/results.md), which `callsim compare` reads.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.scenario import load

    form = form_of(form, out, not_over=file, page=True, tables=True)
    if calls is not None and form != "parquet":
        raise UserError("--calls needs a folder of tables: --format parquet --out FOLDER")
    scenario = load(file, overrides)
    if form == "parquet" and out is not None:
        found = _saved(scenario, runs, seed, jobs, engine, out, calls)
    else:
        found = _told(simulate.simulated(scenario, runs, seed, jobs, engine))
        deliver(found, found["intervals"], _as_text, form, out, bom)
    missed = any(not queue.get("goal", {}).get("met", True) for queue in found["queues"].values())
    return MISSED if strict and missed else 0


def _told(result: Result) -> dict[str, Any]:
    """The result as JSON has it, its warnings said."""
    for warning in result.warnings:
        say(f"warning: {warning}")
    return result.to_dict()


def _saved(
    scenario: Scenario,
    runs: int | None,
    seed: int,
    jobs: int | None,
    engine: str,
    out: str,
    share: float | None,
) -> dict[str, Any]:
    """The same, written into a folder of tables."""
    from callsim.build import build
    from callsim.report.folder import fill, new_folder, scratch
    from callsim.study.sample import Sample

    with new_folder(out) as there, scratch(there) as folder:
        sample = None if share is None else Sample(build(scenario), share, folder)
        result = simulate.simulated(scenario, runs, seed, jobs, engine, sample)
        found = _told(result)
        fill(there, result, found, None if sample is None else sample.tables(result.runs))
    say(f"wrote {out}")
    return found


def _as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
    from callsim.report.text import report

    return report(found, width, colour)
