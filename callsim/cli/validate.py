"""`callsim validate`: simulated against actual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from callsim.cli import history, option, simulate
from callsim.cli.codes import MISSED
from callsim.report.kit.terminal import tell

if TYPE_CHECKING:
    from callsim.study.options import RunOptions


@option.examples(
    "validate centre.yaml --against calls.csv",
    "validate centre.yaml --against calls.csv --day '2026-03-02 to 2026-03-06' --out validation.html",
)
@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--against",
    "files",
    metavar="HISTORY",
    multiple=True,
    required=True,
    help="A log of calls, or a report by interval; may be given again. Of both: the calls of the log, "
    "and of the report who was logged in (staffed_s).",
)
@click.option(
    "--day",
    "days",
    metavar="DATES",
    multiple=True,
    help="Judge these days: 2026-02-14, '2026-02-01 to 2026-02-28', mon-fri, or a list of such with commas "
    "(default: all but those that the scenario was fitted to).",
)
@click.option(
    "--inferred",
    is_flag=True,
    help="The staffing that HISTORY tells was inferred from the waits of these days, not logged.",
)
@history.columns
@option.how_to_run
@option.overrides
@click.option("--strict", is_flag=True, help="Exit with 3 where the scenario is not valid or not consistent.")
@option.result_or_page
@option.bom
def validate(
    file: str,
    files: tuple[str, ...],
    days: tuple[str, ...],
    inferred: bool,
    columns: Mapping[str, str],
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
    from callsim.report.validate.text import report

    for read in (file, *files):
        form = form_of(form, out, not_over=read, page=True)
    scenario = simulate.loaded(file, overrides)
    simulate.announce(options.engine)
    with bar("day") as progress:
        found = study(scenario, list(files), days, columns, options.but(progress=progress), inferred=inferred)
    for one in found.refused:
        tell(f"{one.date} is not judged: {one.why}")
    assert form is not None
    deliver(found, csv_rows(found), report, form, out, bom)
    return MISSED if strict and found.verdict.word in ("not valid", "not consistent") else 0
