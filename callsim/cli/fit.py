"""`callsim fit`: a scenario from history."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from callsim.cli import option
from callsim.cli.say import say
from callsim.errors import UserError

if TYPE_CHECKING:
    from callsim.history.fit.result import FitResult

SCENARIOS = (".yaml", ".yml")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--use",
    metavar="DATES",
    multiple=True,
    help="Only these days: 2026-02-14, '2026-02-01 to 2026-02-28', sun-thu, or a list of such with commas.",
)
@click.option("--exclude", metavar="DATES", multiple=True, help="Not these days: holidays, outages, strikes.")
@click.option(
    "--column",
    "columns",
    metavar="OURS=THEIRS",
    multiple=True,
    help="What the files call a column, such as offered=Anrufe or queue=skill; may be given again.",
)
@click.option("--queue", metavar="NAME", help="Only this queue.")
@option.result_or_page
@option.bom
def fit(
    files: tuple[str, ...],
    use: tuple[str, ...],
    exclude: tuple[str, ...],
    columns: tuple[str, ...],
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

    to_run = out is not None and form is None and os.path.splitext(out)[1].lower() in SCENARIOS
    if to_run:
        assert out is not None
        for file in files:
            writable(out, not_over=file)
    else:
        for file in files:
            form = form_of(form, out, not_over=file, page=True)
    with bar("queue") as on_progress:
        told = None if on_progress is None else lambda done, many: on_progress(done / many, done, many)
        found = study(files, use, exclude, _named(columns), queue, told)
    if to_run:
        assert out is not None
        _write(found, out)
        form, out = "text", None
    assert form is not None
    plain = found.to_dict()
    from callsim.report.fit.rows import rows

    deliver(plain, rows(plain), _as_text, form, out, bom)


def _named(columns: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for word in columns:
        ours, equals, theirs = word.partition("=")
        if not equals or not theirs.strip():
            raise UserError(f"--column {word}: write our name = theirs, such as offered=Anrufe")
        found[ours.strip()] = theirs.strip()
    return found


def _write(found: FitResult, out: str) -> None:
    """The scenario and its CSV files; nothing is written that could not be run."""
    import tempfile

    from callsim.report.kit.file import write
    from callsim.scenario import load

    folder, name = os.path.split(out)
    texts = found.to_scenario(os.path.splitext(name)[0])
    scenario, *tables = texts
    with tempfile.TemporaryDirectory(prefix="callsim-") as aside:
        for file, text in texts.items():
            with open(os.path.join(aside, file), "w", encoding="utf-8", newline="") as there:
                there.write(text)
        load(os.path.join(aside, scenario))
    for table in tables:
        write(os.path.join(folder, table), texts[table])
    write(out, texts[scenario])
    more = f", and {', '.join(tables[:3])}{' …' * (len(tables) > 3)} beside it" if tables else ""
    say(f"wrote {out}{more}; next: callsim run {shlex.quote(out)}")


def _as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
    from callsim.report.fit.text import report

    return report(found, width, colour)
