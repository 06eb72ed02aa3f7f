"""`callsim erlang`: one queue by formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from callsim.cli import option
from callsim.errors import UserError

if TYPE_CHECKING:
    from callsim.results.formula import Formula


@click.command()
@click.option("--agents", type=int, metavar="N", help="Agents; without --patience: Erlang C, with: Erlang A.")
@click.option(
    "--lines", type=int, metavar="N", help="Lines without waiting: Erlang B; with --agents: lines in all."
)
@click.option(
    "--goal",
    metavar="SHARE",
    callback=option.share,
    help="Find the fewest agents that answer this share within --within.",
)
@click.option(
    "--abandon-at-most",
    metavar="SHARE",
    callback=option.share,
    help="Find the fewest agents that keep to this share.",
)
@click.option(
    "--blocked-at-most",
    metavar="SHARE",
    callback=option.share,
    help="Find the fewest lines that block no more (Erlang B).",
)
@click.option("--calls-per-hour", type=float, metavar="X", required=True, help="Calls offered.")
@click.option(
    "--aht",
    metavar="TIME",
    callback=option.duration,
    required=True,
    help="Mean handling time, talk and wrap: 3m, '200 s'.",
)
@click.option(
    "--patience", metavar="TIME", callback=option.duration, help="Mean patience; without it nobody gives up."
)
@click.option(
    "--within",
    metavar="TIME",
    callback=option.duration,
    default="20s",
    help="The wait that still counts as good (20s).",
)
@option.result
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
    from callsim.results.formula import told

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
    found = told(evaluate(agents, calls_per_hour, aht, patience, within, lines))
    sought = "agents" if wanted else "lines" if blocked_at_most is not None else None

    def as_text(found: Formula, width: int, colour: bool) -> str:
        from callsim.report.formula import report

        return report(found, sought)

    row = {name: value for name, value in found.to_dict().items() if name != "kind"}
    deliver(found, [row], as_text, form, out)
