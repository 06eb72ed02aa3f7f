"""`callsim staff`: how many agents, in each group and interval, or on each shift."""

from __future__ import annotations

import fnmatch
import os
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.cli.codes import MISSED
from callsim.errors import ScenarioError, UserError
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.report.staff.tables import Answer
    from callsim.scenario import Scenario
    from callsim.study.by_formula import FormulaAnswer
    from callsim.study.options import RunOptions

ROSTERS = (".yaml", ".yml")


@option.examples(
    "staff centre.yaml --out roster.yaml",
    "staff centre.yaml --shifts --out roster.yaml",
    "staff centre.yaml --quick",
)
@click.command()
@click.argument("file")
@click.option("--shifts", is_flag=True, help=say("help.shifts"))
@click.option("--quick", is_flag=True, help=say("help.quick"))
@click.option(
    "--certainty",
    metavar="SHARE",
    callback=option.share,
    help=say("help.certainty"),
)
@click.option(
    "--occupancy-at-most",
    "occupancy",
    metavar="[GROUP=]SHARE",
    multiple=True,
    help=say("help.occupancy"),
)
@click.option(
    "--hours-a-week",
    type=click.FloatRange(8, 60),
    metavar="H",
    help=say("help.hours_a_week"),
)
@click.option(
    "--limit",
    metavar="TIME",
    callback=option.duration,
    default="60s",
    help=say("help.limit"),
)
@click.option(
    "--strict",
    is_flag=True,
    help=say("help.staff_strict"),
)
@option.how_to_search
@option.overrides
@option.result_page_or_book
@option.state
@option.part
def staff(
    file: str,
    shifts: bool,
    quick: bool,
    certainty: float | None,
    occupancy: tuple[str, ...],
    hours_a_week: float | None,
    limit: float,
    strict: bool,
    options: RunOptions,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
    state: str | None,
    part: tuple[int, int] | None,
) -> int:
    """Find the fewest agents with whom FILE meets its goals in every interval, and check them by simulation.

    --out roster.yaml writes a file that is laid over FILE (extends); run it with `callsim run roster.yaml`.
    html: a page with the staircase and every group by interval. csv: one row per interval and group, or per
    group and shift. xlsx: a workbook of goals, intervals, groups and hours.
    """
    from callsim.report.deliver import deliver, form_of
    from callsim.report.kit.file import writable
    from callsim.report.kit.progress import bar
    from callsim.report.staff.file import rows
    from callsim.report.staff.tables import in_words
    from callsim.report.staff.text import report_of_file
    from callsim.study.by_formula import by_formula
    from callsim.study.roster.law import Law
    from callsim.study.roster.shifts import roster
    from callsim.study.staff.staffing import staff as find
    from callsim.study.staff.subproblem import Options

    if quick and shifts:
        raise UserError(say("cli.quick_shifts"))
    if quick and part is not None:
        raise UserError(say("cluster.part_quick"))
    if quick and form in ("html", "xlsx"):
        raise UserError(say("cli.quick_form", form=form))
    to_run = out is not None and form is None and os.path.splitext(out)[1].lower() in ROSTERS
    if to_run:
        assert out is not None
        writable(out, not_over=file)
    else:
        form = form_of(form, out, not_over=file, page=not quick, book=not quick)
    scenario = simulate.loaded(file, overrides)
    wishes = _occupancy(scenario, occupancy)
    first = by_formula(scenario, Options(seed=options.seed, certainty=certainty, occupancy=wishes))
    if quick:
        _deliver_first(first, scenario, file, overrides, form, out)
        return MISSED if strict else 0
    tell(say("cli.first_answer", hours=first.agent_hours, most=first.most_agents))
    simulate.announce("kernel")
    with (
        option.stored(options, state, scenario) as kept,
        simulate.searched_part(scenario, kept, part) as options,
        bar("search") as progress,
    ):
        search = Options(
            runs=options.runs,
            seed=options.seed,
            jobs=options.jobs,
            progress=progress,
            certainty=certainty,
            occupancy=wishes,
            store=options.store,
            client=options.client,
            part=options.part,
        )
        if shifts:
            law = Law.of_labour(scenario.labour)
            if hours_a_week is not None:
                law = replace(law, hours_a_week=hours_a_week)
            found: Answer = roster(scenario, search, law, limit).answer
        else:
            found = find(scenario, search).answer
    if part is not None:
        return 0
    for warning in found.check.warnings:
        tell(say("cli.warning", warning=warning))

    if to_run:
        assert out is not None
        written = _written(found, scenario, file, overrides, out)
        if written:
            checked = _as_checked(scenario, found)
            tell(say("cli.wrote_staff", out=out, command=shlex.quote(out), options=checked))
        deliver(found, rows(found), report_of_file if written else None, "text", None)
    else:
        assert form is not None
        deliver(found, rows(found), None, form, out)
    return MISSED if strict and not in_words(found)[0] else 0


def _deliver_first(
    first: FormulaAnswer,
    scenario: Scenario,
    file: str,
    overrides: tuple[str, ...],
    form: str | None,
    out: str | None,
) -> None:
    """Write the answer by formula where it was asked for; a scenario file says in its head what it is."""
    from callsim.report.deliver import deliver
    from callsim.report.staff.quick import report, report_of_file, rows

    if form is not None:
        deliver(first, rows(first), report, form, out)
        return
    assert out is not None
    written = _written(first, scenario, file, overrides, out)
    if written:
        tell(say("cli.wrote_quick", out=out, command=shlex.quote(out)))
    deliver(first, rows(first), report_of_file if written else report, "text", None)


def _written(
    found: Answer | FormulaAnswer,
    scenario: Scenario,
    file: str,
    overrides: tuple[str, ...],
    out: str,
) -> bool:
    """Write the answer as a scenario laid over its file.

    Returns whether that file can be run; if not, the reason is told and nothing is written.
    """
    from callsim.report.kit.file import write
    from callsim.report.staff.file import overlay, staffed
    from callsim.scenario.reading.load import changes_of, laid_over

    base = os.path.relpath(file, os.path.dirname(out) or ".")
    text = overlay(found, base, overrides, changes_of(scenario, staffed(found)[0]))
    try:
        laid_over(scenario, text)
    except ScenarioError as error:
        tell(say("cli.cannot_be_run", out=out, why=error.mistakes[0].text))
        return False
    write(out, text)
    return True


def _as_checked(scenario: Scenario, found: Answer) -> str:
    """The options with which `run` plays the days of the check: usual ones, that the search never saw."""
    usual = [f"--set {word}=" for word in ("incidents", "supervisors") if getattr(scenario, word)]
    return " ".join([f"--runs {found.check.runs} --seed {found.check.seed}", *usual])


def _occupancy(scenario: Scenario, wishes: tuple[str, ...]) -> dict[str, float]:
    """The limit of each group: of several that fit it the last."""
    from callsim import units

    found = {}
    for wish in wishes:
        names, _, share = wish.rpartition("=")
        groups = fnmatch.filter(scenario.groups, names or "*")
        if not groups:
            raise UserError(
                say("cli.occupancy_group", wish=wish, name=names, groups=", ".join(scenario.groups))
            )
        try:
            most = units.share(share if share.endswith("%") else float(share))
        except (units.UnitError, ValueError):
            raise UserError(say("cli.occupancy_share", wish=wish, share=share)) from None
        found.update(dict.fromkeys(groups, most))
    return found
