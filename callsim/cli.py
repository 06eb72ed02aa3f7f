"""The commands: what can be typed, and which exit code each ending gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from callsim import __version__, interrupt
from callsim.errors import CallsimError, Interrupted, ScenarioError, UserError

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.result import Result

WRONG, MISTAKE, MISSED = 1, 2, 3  # exit codes; 0: done, 130: Ctrl-C
FORMS = ("text", "json", "csv")

F = TypeVar("F", bound=Callable[..., Any])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    try:
        return int(commands.main(args=arguments, prog_name="callsim", standalone_mode=False) or 0)
    except (click.Abort, KeyboardInterrupt, Interrupted):
        _say("interrupted")
        return interrupt.EXIT_CODE
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ScenarioError as error:
        _say(str(error))
        return MISTAKE
    except CallsimError as error:
        _say(f"Error: {error}")
        return MISTAKE if isinstance(error, UserError) else WRONG
    except Exception:
        import traceback

        _say(traceback.format_exc())
        _say("This is a mistake of callsim, not yours: please report it with the lines above.")
        return WRONG


def _say(text: str) -> None:
    click.echo(text, err=True)


class _InOrder(click.Group):
    """Commands are listed in the order in which a planner meets them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)


def _duration(context: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A duration with its unit, as in scenario files."""
    from callsim import units

    try:
        return None if value is None else units.duration(value)
    except units.UnitError as error:
        raise click.BadParameter(f"{error}.") from None


def _share(context: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """A share such as 80% or 0.8."""
    from callsim import units

    try:
        return None if value is None else units.share(_number(value))
    except units.UnitError as error:
        raise click.BadParameter(f"{error}.") from None


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _known_form(context: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value == "html":
        raise click.BadParameter("html reports come in a later version; write text, json or csv.")
    if value not in (None, *FORMS):
        raise click.BadParameter(f"{value!r} is none of them; write text, json or csv.")
    return value


_out = click.option("--out", metavar="PATH", help="Write to this file instead of standard output.")
_set = click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    help="Change any key of the file, such as groups.desk.staff=12, or one place of a list, counted from 0: "
    "groups.desk.staff.20=14; may be given again.",
)


def _form(command: F) -> F:
    said = "How to show it (default: text, or as the name of --out ends: .txt, .md, .json, .csv)."
    shape = f"[{'|'.join(FORMS)}]"
    return click.option("--format", "form", metavar=shape, callback=_known_form, help=said)(_out(command))


@click.group(
    cls=_InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `callsim new my.yaml`, then `callsim run my.yaml`.",
)
@click.version_option(__version__, message="callsim %(version)s")
def commands() -> None:
    """Simulate a call centre call by call: who waits, who gives up, and whether the goals are met."""


@commands.command()
@click.argument("file")
@click.option(
    "--runs",
    type=click.IntRange(1, 1_000_000),
    metavar="N",
    help="Replications (default: until the goals are known to ±1 point, at most 100).",
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", default=1, help="Other numbers: other luck. Default 1."
)
@click.option(
    "--jobs", type=click.IntRange(1, 1024), metavar="N", help="Runs at a time (default: number of cores)."
)
@click.option(
    "--engine",
    type=click.Choice(("kernel", "reference")),
    default="kernel",
    help="kernel: fast (default); reference: the readable SimPy model, with the same results.",
)
@_set
@_form
@click.option("--strict", is_flag=True, help="Exit with 3 when a goal is missed or cannot be judged.")
def run(
    file: str,
    runs: int | None,
    seed: int,
    jobs: int | None,
    engine: str,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    strict: bool,
) -> int:
    """Simulate FILE and report whether its goals are met.

    text: verdicts and tables to read. json: every figure with its 95 % interval. csv: the intervals, one row
    per interval and queue.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.scenario import load

    form = form_of(form, out, not_over=file)

    result = _simulated(load(file, overrides), runs, seed, jobs, engine)
    for warning in result.warnings:
        _say(f"warning: {warning}")
    found = result.to_dict()
    deliver(found, found["intervals"], _run_as_text, form, out)
    missed = any(not queue.get("goal", {}).get("met", True) for queue in found["queues"].values())
    return MISSED if strict and missed else 0


def _simulated(scenario: Scenario, runs: int | None, seed: int, jobs: int | None, engine: str) -> Result:
    from callsim.report.progress import bar
    from callsim.sim.jit import compiled_before
    from callsim.study.replicate import run as simulate

    if engine == "kernel" and not compiled_before():
        _say("compiling the simulation, once; this takes about 20 seconds")
    with bar() as on_progress:
        return simulate(scenario, runs, seed, engine, jobs, on_progress)


def _run_as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
    from callsim.report.text import report

    return report(found, width, colour)


@commands.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_set
def check(files: tuple[str, ...], overrides: tuple[str, ...]) -> int:
    """Read and check each FILE, and say what was understood."""
    from callsim.report.file import show
    from callsim.scenario import describe, load

    code = 0
    for number, file in enumerate(files):
        try:
            understood = describe(load(file, overrides))
        except ScenarioError as error:
            _say(str(error))
            code = MISTAKE
            continue
        show("\n" * (number > 0) + "\n".join(understood) + "\n")
    return code


@commands.command()
@click.argument("file")
def new(file: str) -> None:
    """Write a commented scenario to start from into FILE."""
    from callsim.report.file import create
    from callsim.scenario import TEMPLATE

    create(file, TEMPLATE)
    _say(f"wrote {file}; next: callsim run {file}")


@commands.command()
@_out
def schema(out: str | None) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from callsim.report.data import as_json
    from callsim.report.file import show, writable, write
    from callsim.scenario import schema as json_schema

    if out is None:
        show(as_json(json_schema()), data=True)
    else:
        write(writable(out), as_json(json_schema()))


@commands.command()
@click.option("--agents", type=int, metavar="N", help="Agents; without --patience: Erlang C, with: Erlang A.")
@click.option(
    "--lines", type=int, metavar="N", help="Lines without waiting: Erlang B; with --agents: lines in all."
)
@click.option(
    "--goal",
    metavar="SHARE",
    callback=_share,
    help="Find the fewest agents that answer this share within --within.",
)
@click.option(
    "--abandon-at-most",
    metavar="SHARE",
    callback=_share,
    help="Find the fewest agents that keep to this share.",
)
@click.option(
    "--blocked-at-most",
    metavar="SHARE",
    callback=_share,
    help="Find the fewest lines that block no more (Erlang B).",
)
@click.option("--calls-per-hour", type=float, metavar="X", required=True, help="Calls offered.")
@click.option(
    "--aht",
    metavar="TIME",
    callback=_duration,
    required=True,
    help="Mean handling time, talk and wrap: 3m, '200 s'.",
)
@click.option(
    "--patience", metavar="TIME", callback=_duration, help="Mean patience; without it nobody gives up."
)
@click.option(
    "--within",
    metavar="TIME",
    callback=_duration,
    default="20s",
    help="The wait that still counts as good (20s).",
)
@_form
def erlang(
    agents: int | None,
    lines: int | None,
    goal: float | None,
    abandon_at_most: float | None,
    blocked_at_most: float | None,
    calls_per_hour: float,
    aht: float,
    patience: float | None,
    within: float,
    form: str | None,
    out: str | None,
) -> None:
    """One queue by formula: Erlang B, C and A, forwards (--agents, --lines) and inverse (--goal …)."""
    from callsim.erlang import evaluate, fewest_agents, fewest_lines
    from callsim.report.deliver import deliver, form_of

    form = form_of(form, out)
    wanted = goal is not None or abandon_at_most is not None
    known = agents is not None or lines is not None
    if known + wanted + (blocked_at_most is not None) != 1:
        raise UserError(
            "give what is known: --agents, --lines or both; or what is wanted: --goal and --abandon-at-most "
            "for the fewest agents, --blocked-at-most for the fewest lines"
        )
    if wanted:
        agents = fewest_agents(goal, calls_per_hour, aht, patience, within, abandon_at_most)
    elif blocked_at_most is not None:
        lines = fewest_lines(blocked_at_most, calls_per_hour, aht)
    found = evaluate(agents, calls_per_hour, aht, patience, within, lines).to_dict()
    sought = "agents" if wanted else "lines" if blocked_at_most is not None else None

    def as_text(found: Mapping[str, Any], width: int, colour: bool) -> str:
        from callsim.report.formula import report

        return report(found, sought)

    deliver(found, [found], as_text, form, out)


@commands.command()
@click.option(
    "--seats",
    type=click.IntRange(10, 1_000_000),
    metavar="N",
    multiple=True,
    help="Only this size; repeatable.",
)
@click.option(
    "--engine",
    type=click.Choice(("kernel", "reference")),
    multiple=True,
    help="Only this engine (default both).",
)
@_form
def bench(seats: tuple[int, ...], engine: tuple[str, ...], form: str | None, out: str | None) -> None:
    """Speed and memory on this machine, from 1,000 to 200,000 agents."""
    from callsim.report.bench import as_text
    from callsim.report.deliver import deliver, form_of
    from callsim.report.progress import bar
    from callsim.study.bench import ENGINES, SEATS
    from callsim.study.bench import bench as measure

    form = form_of(form, out)
    with bar("case") as on_progress:
        found = measure(seats or SEATS, engine or ENGINES, on_progress)
    cases = found.to_dict()["cases"]
    deliver(found.to_dict(), cases, lambda _, width, colour: as_text(found), form, out)
