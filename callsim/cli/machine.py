"""`callsim bench` and `callsim doctor`: how fast this machine is, and whether it has what callsim needs."""

from __future__ import annotations

import click

from callsim.cli import option
from callsim.sentences import say


@option.examples(
    "bench",
    "bench --seats 1000",
)
@click.command()
@click.option(
    "--seats",
    type=click.IntRange(10, 1_000_000),
    metavar="N",
    multiple=True,
    help=say("help.bench_size"),
)
@click.option(
    "--engine",
    type=click.Choice(("kernel", "reference")),
    multiple=True,
    help=say("help.bench_engine"),
)
@option.result
def bench(seats: tuple[int, ...], engine: tuple[str, ...], form: str | None, out: str | None) -> None:
    """Speed and memory on this machine, from 1,000 to 200,000 agents."""
    from callsim.report.bench import as_text
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.progress import bar
    from callsim.study.runs.bench import ENGINES, SEATS
    from callsim.study.runs.bench import bench as measure

    form = form_of(form, out)
    with bar("case") as progress:
        found = measure(seats or SEATS, engine or ENGINES, progress)
    cases = found.to_dict()["cases"]
    deliver(found, cases, lambda found, width, colour: as_text(found, width), form, out)


@option.examples("doctor")
@click.command()
def doctor() -> None:
    """What callsim finds on this machine, and what to do where something is missing.

    Versions, memory, where compiled code is kept, the browser, extras, the terminal.
    """
    from callsim.report.doctor import as_text, found
    from callsim.report.kit.file import show
    from callsim.report.kit.terminal import columns

    show(as_text(found(), columns()))
