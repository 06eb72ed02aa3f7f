"""`callsim check`, `new` and `schema`: scenario files, before anything is simulated."""

from __future__ import annotations

import click

from callsim.cli import option
from callsim.cli.codes import MISSED, MISTAKE
from callsim.errors import ScenarioError
from callsim.report.kinds import KINDS, class_of
from callsim.report.kit.terminal import columns, tell
from callsim.sentences import say


@option.examples(
    "check centre.yaml",
    "check centre.yaml --strict --set groups.desk.staff=20",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@option.overrides
@click.option("--strict", is_flag=True, help=say("help.check_strict"))
def check(files: tuple[str, ...], overrides: tuple[str, ...], strict: bool) -> int:
    """Read and check each FILE, say what was understood, and what of it is hardly meant.

    Notes are no mistakes: handling times of hours, more work than agents can do, hours without anybody,
    breaks that all take together, calls while a queue is closed, breaks that are taken off twice. What cannot
    be played in blocks (calendar.blocks) is a mistake.
    """
    from callsim.report.check import lines
    from callsim.report.kit.file import show
    from callsim.report.kit.wrapping import wrapped
    from callsim.scenario import describe, load
    from callsim.scenario.reading.load import places
    from callsim.study.check.notes import judged

    code = 0
    for number, file in enumerate(files):
        try:
            scenario = load(file, overrides)
        except ScenarioError as error:
            tell(str(error))
            code = MISTAKE
            continue
        found = judged(scenario)
        part = found.days if found.days < scenario.calendar.days else None
        said = "\n".join([*describe(scenario), *lines(found.peaks, part)])
        show("\n" * (number > 0) + wrapped(said, columns()) + "\n")
        place_of = places(scenario)
        for note in sorted(place_of(one.path).mistake(say("cli.note", text=one.text)) for one in found.notes):
            tell(str(note))
        for refused in found.refused:
            tell(str(place_of(refused.path).mistake(refused.text)))
            code = MISTAKE
        if strict and found.notes:
            code = code or MISSED
    return code


@option.examples(
    "new centre.yaml",
)
@click.command()
@click.argument("file")
def new(file: str) -> None:
    """Write a commented scenario to start from into FILE."""
    from callsim.report.kit.file import create
    from callsim.scenario import TEMPLATE

    create(file, TEMPLATE)
    tell(say("cli.wrote_scenario", file=file))


@option.examples(
    "schema --out callsim.schema.json",
    "schema --result run",
)
@click.command()
@click.option(
    "--result",
    "kind",
    metavar="KIND",
    type=click.Choice(sorted(KINDS)),
    help=say("help.schema_result"),
)
@option.to_file
def schema(kind: str | None, out: str | None) -> None:
    """Print the JSON Schema of scenario files, for editors; or of results."""
    from callsim.report.kit.data import as_json
    from callsim.report.kit.file import show, writable, write

    told = as_json(_of_scenarios() if kind is None else _of_results(kind))
    if out is None:
        show(told, data=True)
    else:
        write(writable(out), told)


def _of_scenarios() -> dict[str, object]:
    from callsim.scenario import schema as json_schema

    return json_schema()


def _of_results(kind: str) -> dict[str, object]:
    from callsim.results.schema import json_schema

    return json_schema(class_of(kind))
