"""`callsim validate`: simulated against actual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from callsim.cli import history, option, simulate
from callsim.cli.codes import MISSED
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.history.read.how import How
    from callsim.study.options import RunOptions


@option.examples(
    "validate centre.yaml --against calls.csv",
    "validate centre.yaml --against log.csv --day 2026-03-02 --out a.html",
)
@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--against",
    "files",
    metavar="HISTORY",
    multiple=True,
    required=True,
    help=say("help.against"),
)
@click.option(
    "--day",
    "days",
    metavar="DATES",
    multiple=True,
    help=say("help.validate_days"),
)
@click.option(
    "--inferred",
    is_flag=True,
    help=say("help.inferred"),
)
@history.columns
@option.how_to_run
@option.overrides
@click.option("--strict", is_flag=True, help=say("help.validate_strict"))
@option.result_or_page
@option.bom
def validate(
    file: str,
    files: tuple[str, ...],
    days: tuple[str, ...],
    inferred: bool,
    columns: How,
    options: RunOptions,
    overrides: tuple[str, ...],
    strict: bool,
    form: str | None,
    out: str | None,
    bom: bool,
) -> int:
    """Compare the scenario in FILE with real days: a verdict, how sure it is, and which part is wrong.

    Each day is simulated 200 times (--runs), and again with calls, talk, patience and staffing as they were,
    one at a time. text: the figures and the ladder. json: everything. csv: a row per day and figure. html: a
    page with pictures.
    """
    from callsim.history.validate.question import validate as study
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.progress import bar
    from callsim.report.validate.tables import csv_rows

    for read in (file, *files):
        form = form_of(form, out, not_over=read, page=True)
    scenario = simulate.loaded(file, overrides)
    simulate.announce(options.engine)
    with bar("day") as progress:
        found = study(scenario, list(files), days, columns, options.but(progress=progress), inferred=inferred)
    for one in found.refused:
        tell(say("binding.not_judged", name=one.date, why=one.why))
    assert form is not None
    deliver(found, csv_rows(found), None, form, out, bom)
    return MISSED if strict and found.verdict.word in ("not valid", "not consistent") else 0
