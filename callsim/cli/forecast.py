"""`callsim forecast`: what the next weeks will be like, from a history."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import click

from callsim.cli import option
from callsim.cli.say import say
from callsim.errors import UserError


def _columns(context: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in value:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise click.BadParameter(f"{pair!r} names no column; write one such as offered=Anrufe.")
        found[ours.strip()] = theirs.strip()
    return found


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--from", "start", metavar="DATE", required=True, help="The first day that is forecast.")
@click.option(
    "--horizon",
    metavar="LENGTH",
    default="8 weeks",
    help="How far, such as '8 weeks' or '10 days'. Default 8 weeks.",
)
@click.option("--holidays", metavar="COUNTRY", help="Whose public holidays there are: CN, FR, DE-BY …")
@click.option(
    "--events",
    metavar="FILE",
    help="What only you know, a YAML file such as `launch: {dates: 2027-02-05 to 2027-02-11, times: 1.3}`.",
)
@click.option("--queue", metavar="NAME", help="Forecast this queue only.")
@click.option(
    "--column",
    "columns",
    metavar="OURS=THEIRS",
    multiple=True,
    callback=_columns,
    help="A column that the files call otherwise, such as offered=Anrufe; may be given again.",
)
@click.option(
    "--scenario",
    "overlay",
    metavar="PATH",
    help="Write a file to lay over a scenario: counts of each queue, and how far off they may be.",
)
@click.option("--extends", metavar="FILE", help="The scenario that --scenario is laid over.")
@option.result_or_page
@option.bom
def forecast(
    files: tuple[str, ...],
    start: str,
    horizon: str,
    holidays: str | None,
    events: str | None,
    queue: str | None,
    columns: Mapping[str, str],
    overlay: str | None,
    extends: str | None,
    form: str | None,
    out: str | None,
    bom: bool,
) -> None:
    """Forecast what each queue of a history (FILE...: tables of intervals or calls) is offered day by day.

    text: how far off it is, beside what planners do by hand. json: everything. csv: one row per interval and
    queue, with bands; that of one queue can be the counts of a scenario.
    """
    from callsim.history.forecast.overlay import files_of
    from callsim.history.forecast.question import forecast as question
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.file import writable, write

    form = form_of(form, out, page=True)
    if extends is not None and overlay is None:
        raise click.UsageError("--extends goes with --scenario")
    for path in (out, overlay):
        if path is not None:
            _spare(path, (*files, *filter(None, (events, extends))))
    if overlay is not None:
        writable(overlay)
    made = question(files, start, horizon, holidays, events or (), queue, columns)
    for warning in made.warnings:
        say(f"warning: {warning}")
    if overlay is not None:
        base = None if extends is None else os.path.relpath(extends, os.path.dirname(overlay) or ".")
        for path, content in files_of(made, overlay, base).items():
            _spare(path, files)
            write(writable(path), content)
            say(f"wrote {path}")
    found = made.to_dict()
    deliver(found, made.rows(), _as_text, form, out, bom)


def _spare(path: str, files: Iterable[str]) -> None:
    """Refuses to write over a file that is read."""
    for file in files:
        if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
            raise UserError(f"cannot write {path}: it is read for this forecast; name another file")


def _as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
    from callsim.report.forecast.text import report

    return report(found, width, colour)
