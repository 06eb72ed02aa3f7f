"""`callsim run`: simulate a scenario and report."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.cli.codes import MISSED
from callsim.errors import UserError
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.results.result import Result
    from callsim.results.run import RunResult
    from callsim.scenario import Scenario
    from callsim.study.options import RunOptions


@option.examples(
    "run centre.yaml",
    "run centre.yaml --runs 20 --set groups.desk.staff=14 --out page.html",
    'run centre.yaml --set "queues.*.scale.volume=110%" --out result.json',
)
@click.command()
@click.argument("file")
@option.how_to_run
@option.overrides
@option.result_in_any_form
@option.state
@option.part
@option.bom
@click.option(
    "--calls",
    metavar="SHARE",
    callback=option.share,
    help=say("help.calls"),
)
@click.option(
    "--why",
    is_flag=True,
    help=say("help.why"),
)
@click.option(
    "--intervals",
    type=click.BOOL,
    default=True,
    metavar="yes|no",
    help=say("help.intervals"),
)
@click.option("--strict", is_flag=True, help=say("help.run_strict"))
def run(
    file: str,
    options: RunOptions,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    state: str | None,
    part: tuple[int, int] | None,
    bom: bool,
    calls: float | None,
    why: bool,
    intervals: bool,
    strict: bool,
) -> int:
    """Simulate FILE and report whether its goals are met.

    text: verdicts and tables to read. json: every figure with its 95 % interval. csv: the intervals, one row
    per interval and queue, with the agents of its pool beside those required. html: one page with charts, to
    pass on, open without a network and print. xlsx: a workbook of all that is told. parquet: a folder of
    tables (docs/results.md), which `callsim compare` reads.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.report.run.rows import by_interval, by_queue

    form = form_of(form, out, not_over=file, page=True, book=True, tables=True)
    if calls is not None and form != "parquet":
        raise UserError(say("cli.calls_need_folder"))
    brief = not intervals
    if brief and form not in ("text", "json", "csv"):
        raise UserError(say("cli.no_intervals", form=form))
    scenario = simulate.loaded(file, overrides)

    def told(result: Result) -> RunResult:
        for warning in result.warnings:
            tell(say("cli.warning", warning=warning))
        split = simulate.split(scenario, options.but(runs=result.runs)).told() if why else None
        found = replace(result.told(pages=form != "text" and not brief), why=split)
        if form == "html" and found.inputs is not None:
            found = replace(
                found, inputs=replace(found.inputs, command=shlex.join(["callsim", *sys.argv[1:]]))
            )
        return found

    if part is not None and calls is not None:
        raise UserError(say("cluster.part_calls"))
    with option.stored(options, state, scenario) as options:
        if part is not None:
            simulate.played_part([scenario], options, part, weigh=True, why=why)
            return 0
        if form == "parquet" and out is not None:
            found = _saved(scenario, options, out, calls, told)
        else:
            found = told(simulate.simulated(scenario, options))
    if form != "parquet" or out is None:
        rows = by_interval(found)
        if brief and form != "text":
            found = replace(found, intervals=None, pools=None, group_intervals=None)
            rows = by_queue(found)
        deliver(found, rows, None, form, out, bom)
    missed = any(not goal.met for _, goal in found.judged)
    return MISSED if strict and missed else 0


def _saved(
    scenario: Scenario,
    options: RunOptions,
    out: str,
    share: float | None,
    told: Callable[[Result], RunResult],
) -> RunResult:
    """Simulate, and write the result into a folder of tables."""
    from callsim.model import build
    from callsim.report.kit.folder import fill, new_folder, scratch
    from callsim.results.saved.sample import Sample

    with new_folder(out) as there, scratch(there) as folder:
        sample = None if share is None else Sample(build(scenario), share, folder)
        result = simulate.simulated(scenario, options, sample)
        found = told(result)
        fill(there, result, found, None if sample is None else sample.tables(result.runs))
    tell(say("cli.wrote", file=out))
    return found
