"""`callsim plan`: a build-out over years."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.cli.codes import MISSED
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.buildout.answer import PlanAnswer
    from callsim.study.options import RunOptions


@option.examples(
    "plan years.yaml",
    "plan years.yaml --out plan.html",
)
@click.command()
@click.argument("file")
@option.how_to_run
@option.overrides
@option.result_or_page
@option.state
@option.part
@click.option("--strict", is_flag=True, help=say("help.plan_strict"))
def plan(
    file: str,
    options: RunOptions,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    state: str | None,
    part: tuple[int, int] | None,
    strict: bool,
) -> int:
    """Play the build-out of FILE over its years: seats, people, service, money, and what binds first.

    text: a verdict for each phase, then month by month. json: everything. csv: one row per month, kind of day
    and queue. With --state a plan that was stopped goes on where it was.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.study.buildout.rows import rows

    form = form_of(form, out, not_over=file, page=True)
    scenario = simulate.loaded(file, overrides)
    with option.stored(options, state, scenario) as options:
        with simulate.searched_part(scenario, options, part) as search:
            found = _found(scenario, search)
        if part is not None:
            return 0
        for warning in found.warnings:
            tell(say("cli.warning", warning=warning))
        deliver(found, list(rows(found)), None, form, out)
    return MISSED if strict and not found.holds else 0


def _found(scenario: Scenario, options: RunOptions) -> PlanAnswer:
    from callsim.cli import simulate
    from callsim.report.kit.progress import bar
    from callsim.study.buildout.looks import Known
    from callsim.study.buildout.plan import played_out
    from callsim.study.stress.sensitivity import depends_on, variants

    changed, known = variants(scenario), Known()
    simulate.announce(options.engine)
    with bar("day") as progress:
        result = played_out(scenario, options.but(progress=progress), known)
    with bar("assumption") as progress:
        same = options.but(runs=result.runs, progress=progress)
        depends = depends_on(scenario, changed, same, known)
    return replace(result.answer, depends=depends)
