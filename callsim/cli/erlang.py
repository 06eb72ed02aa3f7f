"""`callsim erlang`: one queue by formula, or each interval of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from callsim.cli import option
from callsim.errors import UserError
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.results.formula import Formula, Intervals


def _pairs(context: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """What is said of a table, by key."""
    found = {}
    for pair in values:
        key, equals, value = (part.strip() for part in pair.partition("="))
        if not (key and equals and value):
            raise click.BadParameter(say("cli.erlang_table_pair", pair=pair))
        found[key] = value
    return found


@option.examples(
    "erlang --agents 14 --calls-per-hour 200 --aht 3m --patience 5m",
    "erlang --goal 80% --calls-per-hour 200 --aht 3m --shrinkage 30%",
    "erlang --asa-at-most 25s --calls-per-hour 200 --aht 3m",
    "erlang --goal 80% --calls-per-hour 120 --aht 3m --repeat 20%",
    "erlang week.csv --goal 80% --aht 3m --shrinkage 30% --out staff.csv",
    "erlang week.csv --queue Claims --table unit=m:ss --goal 80%",
)
@click.command()
@click.argument("file", required=False)
@click.option("--agents", type=int, metavar="N", help=say("help.erlang_agents"))
@click.option("--lines", type=int, metavar="N", help=say("help.erlang_lines"))
@click.option(
    "--goal",
    metavar="SHARE",
    callback=option.share,
    help=say("help.erlang_goal"),
)
@click.option(
    "--abandon-at-most",
    metavar="SHARE",
    callback=option.share,
    help=say("help.erlang_abandon"),
)
@click.option(
    "--asa-at-most",
    metavar="TIME",
    callback=option.duration,
    help=say("help.erlang_asa"),
)
@click.option(
    "--occupancy-at-most",
    metavar="SHARE",
    callback=option.share,
    help=say("help.erlang_occupancy"),
)
@click.option(
    "--blocked-at-most",
    metavar="SHARE",
    callback=option.share,
    help=say("help.erlang_blocked"),
)
@click.option("--calls-per-hour", type=float, metavar="X", help=say("help.erlang_calls"))
@click.option(
    "--aht",
    metavar="TIME",
    callback=option.duration,
    help=say("help.erlang_aht"),
)
@click.option("--queue", metavar="NAME", default="", help=say("help.erlang_queue"))
@click.option(
    "--table",
    "words",
    metavar="KEY=VALUE",
    multiple=True,
    callback=_pairs,
    help=say("help.erlang_table"),
)
@click.option("--patience", metavar="TIME", callback=option.duration, help=say("help.erlang_patience"))
@click.option(
    "--within",
    metavar="TIME",
    callback=option.duration,
    default="20s",
    help=say("help.erlang_within"),
)
@click.option(
    "--short-abandon",
    metavar="TIME",
    callback=option.duration,
    help=say("help.erlang_short"),
)
@click.option(
    "--shrinkage",
    metavar="SHARE",
    callback=option.share,
    help=say("help.erlang_shrinkage"),
)
@click.option("--repeat", metavar="SHARE", callback=option.share, help=say("help.erlang_repeat"))
@option.result
def erlang(
    file: str | None,
    agents: int | None,
    lines: int | None,
    goal: float | None,
    abandon_at_most: float | None,
    asa_at_most: float | None,
    occupancy_at_most: float | None,
    blocked_at_most: float | None,
    calls_per_hour: float | None,
    aht: float | None,
    queue: str,
    words: dict[str, str],
    patience: float | None,
    within: float,
    short_abandon: float | None,
    shrinkage: float | None,
    repeat: float | None,
    form: str | None,
    out: str | None,
) -> None:
    """One queue by formula: Erlang B, C and A, forwards (--agents, --lines) and inverse (--goal …).

    FILE is a table of calls by interval, and perhaps of handling times, as `arrivals.counts` of a scenario:
    columns interval_start (HH:MM, or date and time) and offered, or as spreadsheets have them
    (docs/tables.md). Each interval is told as if it went on for ever.
    """
    from callsim.erlang import evaluate, fewest_agents, fewest_lines
    from callsim.report.deliver import deliver, form_of
    from callsim.results.formula import told

    form = form_of(form, out, not_over=file)
    wanted = any(one is not None for one in (goal, abandon_at_most, asa_at_most, occupancy_at_most))
    known = agents is not None or lines is not None
    if known + wanted + (blocked_at_most is not None) != 1:
        raise UserError(say("cli.erlang_asks_nothing"))
    if (file is None) == (calls_per_hour is None):
        raise UserError(say("cli.erlang_no_calls"))
    if shrinkage is not None and not (shrinkage < 1 and (wanted or agents is not None)):
        raise UserError(say("cli.erlang_shrinkage"))
    if repeat is not None and (repeat >= 1 or patience is not None or lines is not None or blocked_at_most):
        raise UserError(say("cli.erlang_repeat"))

    if short_abandon and (patience is None or lines is not None):
        raise UserError(say("cli.erlang_short"))
    if aht is None and file is None:
        raise UserError(say("cli.erlang_aht_missing"))

    def by_formula(calls: float, aht: float) -> Formula:
        some, trunks = agents, lines
        calls /= 1 - (repeat or 0.0)
        if wanted:
            some = fewest_agents(
                goal,
                calls,
                aht,
                patience,
                within,
                abandon_at_most,
                asa_at_most_s=asa_at_most,
                occupancy_at_most=occupancy_at_most,
                short_s=short_abandon or 0.0,
            )
        elif blocked_at_most is not None:
            trunks = fewest_lines(blocked_at_most, calls, aht)
        result = evaluate(some, calls, aht, patience, within, trunks, short_abandon or 0.0)
        return told(result, shrinkage, repeat)

    if file is not None:
        from callsim.report.formula import table

        found = _by_interval(file, queue, words, aht, by_formula)
        deliver(found, _rows(found), table, form, out)
        return
    assert calls_per_hour is not None
    assert aht is not None
    one = by_formula(calls_per_hour, aht)
    sought = "agents" if wanted else "lines" if blocked_at_most is not None else None

    def as_text(found: Formula, width: int, colour: bool) -> str:
        from callsim.report.formula import report

        return report(found, width, sought)

    deliver(one, [_row(one)], as_text, form, out)


def _by_interval(
    file: str,
    queue: str,
    words: dict[str, str],
    aht: float | None,
    by_formula: Callable[[float, float], Formula],
) -> Intervals:
    """The formula for each interval of a table of calls; without `aht` (s) the table tells that, too."""
    from callsim.errors import ScenarioError
    from callsim.results.formula import Interval, Intervals
    from callsim.scenario.reading.tables.of_file import counts_in, length_of, spec_on_command_line, times_in
    from callsim.units import HOUR_MS, show_clock

    spec = spec_on_command_line(file, words)
    rows = counts_in(spec, queue)
    width = length_of(rows)
    times = {}
    if aht is None:
        try:
            times = times_in(replace(spec, column=""), queue)
        except ScenarioError as error:
            raise UserError(say("cli.erlang_no_aht", file=file, why=error.mistakes[0].text)) from None
    usual = aht or sum(times.values()) / len(times)
    intervals = [
        Interval(
            start=f"{date}T{show_clock(at)}" if date else show_clock(at),
            offered=calls,
            formula=by_formula(calls * HOUR_MS / width, times.get((date, at), usual)),
        )
        for date, at, calls in rows
    ]
    return Intervals(interval_s=width / 1000, intervals=intervals)


def _rows(found: Intervals) -> list[dict[str, object]]:
    return [{"start": row.start, "offered": row.offered, **_row(row.formula)} for row in found.intervals]


def _row(found: Formula) -> dict[str, object]:
    return {name: value for name, value in found.to_dict().items() if name != "kind"}
