"""What commands that read histories share: how files are to be read, scenarios written with their tables."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

import click

from callsim.errors import ScenarioError, UserError
from callsim.sentences import say

F = TypeVar("F", bound=Callable[..., Any])

SCENARIOS = (".yaml", ".yml")


def _named(context: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in value:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise click.BadParameter(say("cli.names_no_column", pair=pair))
        found[ours.strip()] = theirs.strip()
    return found


_columns = click.option(
    "--column",
    "columns",
    metavar="OURS=THEIRS",
    multiple=True,
    callback=_named,
    help=say("help.column"),
)
_zone = click.option(
    "--zone",
    default="",
    metavar="PLACE",
    help=say("help.zone"),
)
_dates = click.option(
    "--dates",
    default="",
    metavar="ORDER",
    help=say("help.dates"),
)
_unit = click.option("--unit", default="", metavar="UNIT", help=say("help.unit"))
_encoding = click.option("--encoding", default="", metavar="NAME", help=say("help.encoding"))


def columns(command: F) -> F:
    """--column, --zone, --dates, --unit and --encoding, as one argument `columns` of the command: a How."""

    @functools.wraps(command)
    def with_how(
        *words: Any,
        columns: dict[str, str],
        zone: str,
        dates: str,
        unit: str,
        encoding: str,
        **others: Any,
    ) -> Any:
        from callsim.history.read.how import How

        return command(*words, columns=How(columns, zone, dates, unit, encoding), **others)

    return cast(F, _columns(_zone(_dates(_unit(_encoding(with_how))))))


def is_scenario(out: str | None, form: str | None) -> bool:
    """Whether --out asks for a scenario rather than for the result in some format."""
    return out is not None and form is None and os.path.splitext(out)[1].lower() in SCENARIOS


def spare(path: str, read: Iterable[str], what: str) -> None:
    """Raise a UserError where a path is a file that is read for a fit or a forecast, as `what` says."""
    for file in read:
        if os.path.exists(path) and os.path.exists(file) and os.path.samefile(path, file):
            raise UserError(say("cli.is_read", path=path, what=what))


def refuse_what_cannot_be_run(out: str, texts: Mapping[str, str]) -> None:
    """Load a scenario and its tables aside, as they will be read: file name → text, the scenario first.

    Raises UserError with what is wrong, so that nothing is written that could not be run.
    """
    from callsim.scenario import load

    with tempfile.TemporaryDirectory(prefix="callsim-") as aside:
        for name, text in texts.items():
            with open(os.path.join(aside, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        try:
            load(os.path.join(aside, next(iter(texts))))
        except ScenarioError as error:
            raise UserError(say("cli.cannot_be_run", out=out, why=error.mistakes[0].text)) from None


def write_all(texts: Mapping[str, str], read: Iterable[str], what: str) -> None:
    """Write files, the scenario that names the others last: path → text, the scenario first.

    Raises UserError, before anything is written, where one of them is read or cannot be written.
    """
    from callsim.report.kit.file import writable, write

    read = tuple(read)
    for path in texts:
        spare(path, read, what)
        writable(path)
    first, *others = texts
    for path in (*others, first):
        write(path, texts[path])


def named_few(paths: Iterable[str]) -> str:
    """The names of some files, the first three of many."""
    names = [os.path.basename(path) for path in paths]
    return f"{', '.join(names[:3])}{' …' * (len(names) > 3)}"
