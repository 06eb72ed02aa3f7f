"""`callsim stress`: where a plan breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.study.options import RunOptions


@option.examples(
    "stress centre.yaml --runs 5",
    "stress centre.yaml --out stress.html",
)
@click.command()
@click.argument("file")
@option.how_to_run
@option.overrides
@option.result_or_page
@option.state
@option.part
@click.option(
    "--copies-played",
    type=click.IntRange(1),
    metavar="N",
    help=say("help.copies_played"),
)
def stress(
    file: str,
    options: RunOptions,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    state: str | None,
    part: tuple[int, int] | None,
    copies_played: int | None,
) -> None:
    """Make things worse in FILE, one at a time, until each goal fails: calls, handling time, absence, in a
    build-out attrition and late openings; then take each site away for four hours.

    text: what breaks first. json: every limit. csv: one row per limit. With --state a
    study that was stopped goes on where it was.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.progress import bar
    from callsim.report.stress.tables import rows
    from callsim.study.stress.stress import stressed

    form = form_of(form, out, not_over=file, page=True)
    scenario = simulate.loaded(file, overrides)
    with option.stored(options, state, scenario) as options:
        simulate.announce(options.engine)
        with simulate.searched_part(scenario, options, part) as search, bar("look") as progress:
            result = stressed(scenario, search.but(progress=progress), copies_played)
        if part is not None:
            return
        if not result.every_goal:
            tell(say("cli.nothing_can_fail"))
        deliver(result, rows(result), None, form, out)
