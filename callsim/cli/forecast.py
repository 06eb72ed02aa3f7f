"""`callsim forecast`: what the next weeks will be like, from a history."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from callsim.cli import history, option
from callsim.errors import UserError
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.history.forecast.result import ForecastResult
    from callsim.history.read.how import How


@option.examples(
    "forecast report.csv --from 2027-02-01 --holidays CN",
    "forecast report.csv --from 2027-02-01 --extends a.yaml --out b.yaml",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--from", "start", metavar="DATE", required=True, help=say("help.first_day"))
@click.option(
    "--horizon",
    metavar="LENGTH",
    default="8 weeks",
    help=say("help.horizon"),
)
@click.option("--holidays", metavar="COUNTRY", help=say("help.holidays"))
@click.option(
    "--events",
    metavar="FILE",
    help=say("help.events"),
)
@click.option("--queue", metavar="NAME", help=say("help.forecast_queue"))
@history.columns
@click.option("--extends", metavar="FILE", help=say("help.forecast_extends"))
@option.result_or_page
@option.bom
def forecast(
    files: tuple[str, ...],
    start: str,
    horizon: str,
    holidays: str | None,
    events: str | None,
    queue: str | None,
    columns: How,
    extends: str | None,
    form: str | None,
    out: str | None,
    bom: bool,
) -> None:
    """Forecast what each queue of a history is offered, from FILE...: reports by interval, or logs of calls.

    --out plan.yaml writes a file to lay over a scenario, beside it the counts of each queue. text: how far
    off it is, beside what planners do by hand. json: everything. csv: one row per interval and queue, with
    bands. html: a page with pictures.
    """
    from callsim.history.forecast.question import forecast as question
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.file import writable
    from callsim.report.kit.progress import bar

    to_run = history.is_scenario(out, form)
    if extends is not None and not to_run:
        raise UserError(say("cli.extends_and_out"))
    if out is not None:
        history.spare(out, (*files, *filter(None, (events, extends))), "forecast")
    if to_run:
        assert out is not None
        writable(out)
    else:
        form = form_of(form, out, page=True)
    with bar("queue") as progress:

        def told(done: int, many: int) -> None:
            progress(done / many, done, many)

        made = question(files, start, horizon, holidays, events or (), queue, columns, told)
    for warning in made.warnings:
        tell(say("cli.warning", warning=warning))
    if to_run:
        assert out is not None
        _write(made, out, extends, (*files, *filter(None, (events, extends))))
        form, out = "text", None
    assert form is not None
    deliver(made.told(), made.rows(), None, form, out, bom)


def _write(made: ForecastResult, out: str, extends: str | None, read: Iterable[str]) -> None:
    """The file to lay over a scenario, and the counts that it names; with --extends it is read before."""
    from callsim.history.forecast.overlay import files_of

    if extends is not None:
        history.refuse_what_cannot_be_run(
            out, files_of(made, os.path.basename(out), os.path.abspath(extends))
        )
    base = None if extends is None else os.path.relpath(extends, os.path.dirname(out) or ".")
    texts = files_of(made, out, base)
    history.write_all(texts, read, "forecast")
    tell(say("cli.wrote_forecast", out=out, tables=history.named_few(list(texts)[1:])))
