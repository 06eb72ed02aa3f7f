"""Options that several commands share, read the same way everywhere."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from callsim.errors import Interrupted, UserError
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.options import RunOptions

FORMS = ("text", "json", "csv")
PAGES = (*FORMS, "html")
ENDINGS = {"parquet": say("options.parquet")}

EXAMPLES = "Examples:"  # above those of each command
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
        command.epilog = f"\b\n{EXAMPLES}\n" + "\n".join(f"  callsim {line}" for line in lines)
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
    help=say("help.runs"),
)
seed = click.option("--seed", type=click.IntRange(min=0), metavar="S", default=1, help=say("help.seed"))
jobs = click.option(
    "--jobs",
    type=click.IntRange(1, 1024),
    metavar="N",
    help=say("help.jobs"),
)
days = click.option(
    "--runs",
    type=click.IntRange(2, 100_000),
    metavar="N",
    help=say("help.days"),
)
engine = click.option(
    "--engine",
    type=click.Choice(("kernel", "reference")),
    default="kernel",
    help=say("help.engine"),
)


def how_to_run(command: F) -> F:
    """--runs, --seed, --jobs and --engine, as one argument `options` of the command: a RunOptions."""
    return runs(seed(jobs(engine(_together(command)))))


def seed_and_jobs(command: F) -> F:
    """--seed and --jobs: runs are as many as are wanted while they are looked at."""

    @functools.wraps(command)
    def with_options(*words: Any, seed: int, jobs: int | None, **others: Any) -> Any:
        from callsim.study.options import RunOptions

        return command(*words, options=RunOptions(seed=seed, jobs=jobs), **others)

    return seed(jobs(cast(F, with_options)))


def how_to_search(command: F) -> F:
    """Options of a search: its runs are days, and its engine is always the fast one."""
    return days(seed(jobs(_together(command))))


def _together(command: F) -> F:
    @functools.wraps(command)
    def with_options(
        *words: Any, runs: int | None, seed: int, jobs: int | None, engine: str = "kernel", **others: Any
    ) -> Any:
        from callsim.study.options import RunOptions

        return command(*words, options=RunOptions(runs=runs, seed=seed, engine=engine, jobs=jobs), **others)

    return cast(F, with_options)


to_file = click.option("--out", metavar="PATH", help=say("help.out"))
overrides = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    help=say("help.set"),
)


def state(command: F) -> F:
    """--state, --cluster and --insecure-cluster: what `stored` reads, the last two by itself."""
    return _state(_cluster(_insecure(command)))


def _noted(context: click.Context, param: click.Parameter, value: object) -> None:
    context.meta[f"callsim.{param.name}"] = value


_state = click.option("--state", metavar="DIR", help=say("help.state"))
_cluster = click.option(
    "--cluster",
    metavar="local|tls://HOST:PORT|FILE",
    expose_value=False,
    callback=_noted,
    help=say("help.cluster"),
)
_insecure = click.option(
    "--insecure-cluster", is_flag=True, expose_value=False, callback=_noted, help=say("help.insecure_cluster")
)


def _part(context: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """A part and the number of parts, as 3/20."""
    if value is None:
        return None
    number, _, of = value.partition("/")
    if not (number.isascii() and number.isdigit() and of.isascii() and of.isdigit()):
        raise click.BadParameter(say("cluster.part", part=value))
    if not 1 <= int(number) <= int(of) <= 1_000_000:
        raise click.BadParameter(say("cluster.part", part=value))
    return int(number), int(of)


part = click.option("--part", metavar="K/N", callback=_part, help=say("help.part"))


@contextlib.contextmanager
def stored(options: RunOptions, state: str | None, *scenarios: Scenario) -> Iterator[RunOptions]:
    """Yields the options with the folder that --state names: what it holds is not simulated again; and with
    the workers that --cluster names.

    What of these scenarios cannot be kept is said.
    """
    with _kept(options, state, *scenarios) as kept, _joined(kept) as joined:
        yield joined


@contextlib.contextmanager
def _joined(options: RunOptions) -> Iterator[RunOptions]:
    """Yields the options with the workers that --cluster names, and tells of those that were lost."""
    meta = click.get_current_context().meta
    word = meta.get("callsim.cluster")
    if word is None:
        yield options
        return
    from callsim.report.kit.terminal import tell
    from callsim.study.cluster.where import where

    named = where(word, meta["callsim.insecure_cluster"])
    if named.open_to_all:
        tell(say("cluster.insecure", address=named.address))
    try:
        from callsim.study.cluster import dask, joining
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("dask", "distributed"):
            raise
        raise UserError(say("cluster.missing")) from None
    with joining.joined(named, options.jobs) as client:
        cluster = dask.cluster_of(client)
        tell(say("cluster.workers", n=cluster.threads))
        try:
            yield options.but(client=client)
        finally:
            if cluster.again:
                tell(say("cluster.again", n=cluster.again))


@contextlib.contextmanager
def _kept(options: RunOptions, state: str | None, *scenarios: Scenario) -> Iterator[RunOptions]:
    """Yields the options with the folder that --state names."""
    from callsim.report.kit.terminal import tell
    from callsim.study.store.store import kept_in
    from callsim.study.store.supervised import why_not

    if state is None:
        yield options
        return
    store = kept_in(state, scenarios)
    for said in dict.fromkeys(said for scenario in scenarios for said in why_not(scenario)):
        tell(said)
    try:
        yield options.but(store=store)
    except (KeyboardInterrupt, Interrupted):
        tell(say("cli.parts_kept", folder=store.folder))
        raise
    finally:
        if store.found:
            tell(say("cli.parts_known", n=store.found, of=store.found + store.played, folder=store.folder))
        if store.damaged:
            tell(say("cli.parts_damaged", n=store.damaged, folder=store.folder))


bom = click.option("--bom", is_flag=True, help=say("help.bom"))


def _shown_as(*forms: str) -> Callable[[F], F]:
    """How a result is shown, and where."""
    choice = ", ".join(forms[:-1]) + say("lists.or") + forms[-1]
    endings = ", ".join((".txt", ".md", *(ENDINGS.get(form, f".{form}") for form in forms[1:])))

    def known(context: click.Context, param: click.Parameter, value: str | None) -> str | None:
        if value in (None, *forms):
            return value
        if value == "html":
            raise click.BadParameter(say("cli.no_page", choice=choice))
        raise click.BadParameter(say("cli.no_form", value=value, choice=choice))

    said = say("help.form", endings=endings)
    form = click.option("--format", "form", metavar=f"[{'|'.join(forms)}]", callback=known, help=said)
    return lambda command: form(to_file(command))


result = _shown_as(*FORMS)
result_or_page = _shown_as(*PAGES)
result_page_or_book = _shown_as(*PAGES, "xlsx")
result_in_any_form = _shown_as(*PAGES, "xlsx", "parquet")
