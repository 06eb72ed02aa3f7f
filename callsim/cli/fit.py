"""`callsim fit`: a scenario from history."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from callsim.cli import history, option
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.history.fit.result import FitResult
    from callsim.history.read.how import How


@option.examples(
    "fit calls.csv --out centre.yaml",
    "fit report.csv --column offered=Calls --out fit.html",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--use",
    metavar="DATES",
    multiple=True,
    help=say("help.use"),
)
@click.option("--exclude", metavar="DATES", multiple=True, help=say("help.exclude"))
@history.columns
@click.option("--queue", metavar="NAME", help=say("help.fit_queue"))
@option.result_or_page
@option.bom
def fit(
    files: tuple[str, ...],
    use: tuple[str, ...],
    exclude: tuple[str, ...],
    columns: How,
    queue: str | None,
    form: str | None,
    out: str | None,
    bom: bool,
) -> None:
    """Fit a scenario to the history in FILE...: logs of calls, or reports by interval.

    --out plan.yaml writes the scenario, beside it CSV files of its arrivals; run it with `callsim run
    plan.yaml`. text: how well it fits, and what could not be known. json: every figure. csv: a row per
    figure. html: a page with pictures.
    """
    from callsim.history.fit.question import fit as study
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.file import writable
    from callsim.report.kit.progress import bar

    to_run = history.is_scenario(out, form)
    if to_run:
        assert out is not None
        for file in files:
            writable(out, not_over=file)
    else:
        for file in files:
            form = form_of(form, out, not_over=file, page=True)
    with bar("queue") as progress:
        found = study(
            files, use, exclude, columns, queue, lambda done, many: progress(done / many, done, many)
        )
    if to_run:
        assert out is not None
        _write(found, out, files)
        form, out = "text", None
    assert form is not None
    told = found.told()
    from callsim.report.fit.rows import rows

    deliver(told, rows(told), None, form, out, bom)


def _write(found: FitResult, out: str, read: tuple[str, ...]) -> None:
    """The scenario and its CSV files; nothing is written that could not be run."""
    folder, name = os.path.split(out)
    texts = found.to_scenario(os.path.splitext(name)[0])
    history.refuse_what_cannot_be_run(out, texts)
    scenario, *tables = texts
    paths = {out: texts[scenario], **{os.path.join(folder, table): texts[table] for table in tables}}
    history.write_all(paths, read, "fit")
    more = say("cli.beside", tables=history.named_few(tables)) if tables else ""
    tell(say("cli.wrote_fit", out=out, tables=more, command=shlex.quote(out)))
