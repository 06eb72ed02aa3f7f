"""`callsim history`: what is understood of a phone system's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from callsim.cli import history as shared
from callsim.cli import option
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.history.read.how import How


@option.examples(
    "history report.csv --zone Europe/Berlin",
    "history queue_log --zone Asia/Shanghai --out clean.csv",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@shared.columns
@click.option("--queue", metavar="NAME", help=say("help.fit_queue"))
@option.result
def history(
    files: tuple[str, ...], columns: How, queue: str | None, form: str | None, out: str | None
) -> None:
    """Tell what is understood of the history in FILE..., and what is not: system, grid, clock, holes, sums.

    --out clean.csv writes it as one clean table, without names, numbers and addresses of people, that fit,
    forecast and validate read. text: what was understood. json: everything. csv: the clean table.
    """
    from callsim.history.clean import clean
    from callsim.history.understood.question import history as study
    from callsim.report.deliver import deliver, form_of
    from callsim.report.history.text import report
    from callsim.report.kit.file import show, write_parts

    for file in files:
        form = form_of(form, out, not_over=file)
    found, table = study(files, columns, queue)
    if form != "csv":
        assert form is not None
        deliver(found, (), report, form, out)
        return
    if out is None:
        for part in clean(table):
            show(part, data=True)
        return
    write_parts(out, clean(table))
    deliver(found, (), report, "text", None)
    tell(say("files.wrote", path=out))
