"""Options that several commands share, read the same way everywhere."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from callsim.errors import Interrupted

if TYPE_CHECKING:
    from callsim.study.buildout.journal import Kept

FORMS = ("text", "json", "csv")
PAGES = (*FORMS, "html")
ENDINGS = {"parquet": "/ for parquet"}

F = TypeVar("F", bound=Callable[..., Any])


def duration(context: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A duration with its unit, as in scenario files."""
    from callsim import units

    try:
        return None if value is None else units.duration(value)
    except units.UnitError as error:
        raise click.BadParameter(f"{error}.") from None


def share(context: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A share such as 80% or 0.8."""
    from callsim import units

    try:
        return None if value is None else units.share(_number(value))
    except units.UnitError as error:
        raise click.BadParameter(f"{error}.") from None


def examples(*lines: str) -> Callable[[click.Command], click.Command]:
    """Command lines that the help of a command ends with, without the `callsim` in front."""

    def with_examples(command: click.Command) -> click.Command:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  callsim {line}" for line in lines)
        return command

    return with_examples


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


runs = click.option(
    "--runs",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Replications (default: until the goals are known to ±1 point, at most 100).",
)
seed = click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", default=1, help="Other numbers: other luck. Default 1."
)
jobs = click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Threads that work at once, a run each; those to spare draw calls ahead (default: number of cores).",
)
days = click.option(
    "--runs",
    type=click.IntRange(2, 100_000),
    metavar="N",
    help="Days of the last rounds and of the check (default: as many as the resolution needs).",
)
engine = click.option(
    "--engine",
    type=click.Choice(("kernel", "reference")),
    default="kernel",
    help="kernel: fast (default); reference: the readable SimPy model, with the same results.",
)


def how_to_run(command: F) -> F:
    """--runs, --seed, --jobs and --engine, as one argument `options` of the command: a RunOptions."""
    return runs(seed(jobs(engine(_together(command)))))


def how_to_search(command: F) -> F:
    """The same of a search, whose runs are days and whose engine is always the fast one."""
    return days(seed(jobs(_together(command))))


def _together(command: F) -> F:
    @functools.wraps(command)
    def with_options(
        *words: Any, runs: int | None, seed: int, jobs: int | None, engine: str = "kernel", **others: Any
    ) -> Any:
        from callsim.study.options import RunOptions

        return command(*words, options=RunOptions(runs=runs, seed=seed, engine=engine, jobs=jobs), **others)

    return cast(F, with_options)


to_file = click.option("--out", metavar="PATH", help="Write to this file instead of standard output.")
overrides = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    help="Change any key of the file, such as groups.desk.staff=12, or one place of a list, counted from 0: "
    "groups.desk.staff.20=14; may be given again.",
)

state = click.option(
    "--state",
    metavar="PATH",
    help="Keep what was simulated in this file, and begin with what is in it (default: beside --out, as "
    "PATH.state, until it is done).",
)


@contextlib.contextmanager
def kept(state: str | None, out: str | None) -> Iterator[Kept]:
    """What was simulated before, as --state or --out say; a file that nobody named goes when all is done."""
    from callsim.report.kit.terminal import tell
    from callsim.study.buildout.journal import Kept

    beside = None if out is None else f"{out}.state"
    known = Kept(state or beside)
    before = len(known)
    if known.damaged:
        lines = "a line is" if known.damaged == 1 else f"{known.damaged:,} lines are"
        tell(f"warning: {known.path} is damaged: {lines} not as written; what is lost is simulated again")
    if before:
        tell(f"going on with {before:,} simulated days of {known.path}")
    try:
        yield known
    except (KeyboardInterrupt, Interrupted):
        if known.path is not None and len(known):
            tell(
                f"{len(known):,} simulated days are kept in {known.path}; the same command goes on with them"
            )
        raise
    if state is None:
        known.discard()


bom = click.option(
    "--bom", is_flag=True, help="Begin CSV with a byte-order mark, so that spreadsheets read all names right."
)


def _shown_as(*forms: str) -> Callable[[F], F]:
    """How a result is shown, and where."""
    choice = f"{', '.join(forms[:-1])} or {forms[-1]}"
    endings = ", ".join((".txt", ".md", *(ENDINGS.get(form, f".{form}") for form in forms[1:])))

    def known(context: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value in (None, *forms):
            return value
        if value == "html":
            raise click.BadParameter(f"html pages are for plans, not for this; write {choice}.")
        raise click.BadParameter(f"{value!r} is none of them; write {choice}.")

    said = f"How to show it (default: text, or as the name of --out ends: {endings})."
    form = click.option("--format", "form", metavar=f"[{'|'.join(forms)}]", callback=known, help=said)
    return lambda command: form(to_file(command))


result = _shown_as(*FORMS)
result_or_page = _shown_as(*PAGES)
result_page_or_tables = _shown_as(*PAGES, "parquet")
