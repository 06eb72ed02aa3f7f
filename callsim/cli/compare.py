"""`callsim compare`: the same calls through several plans."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from callsim.cli import option, simulate
from callsim.errors import UserError
from callsim.report.kit.terminal import tell
from callsim.sentences import say

if TYPE_CHECKING:
    from callsim.scenario import Scenario
    from callsim.study.options import RunOptions
    from callsim.study.runs.compare import Comparison


@option.examples(
    "compare today.yaml tomorrow.yaml",
    "compare centre.yaml --vary groups.desk.staff=12,14,16 --out a.html",
)
@click.command()
@click.argument("plans", metavar="PLAN...", nargs=-1, required=True)
@option.how_to_run
@option.overrides
@click.option(
    "--vary",
    metavar="PATH=V1,V2,...",
    multiple=True,
    help=say("help.vary"),
)
@option.result_page_or_book
@option.state
@option.part
@option.bom
@click.pass_context
def compare(
    context: click.Context,
    plans: tuple[str, ...],
    options: RunOptions,
    overrides: tuple[str, ...],
    vary: tuple[str, ...],
    form: str | None,
    out: str | None,
    state: str | None,
    part: tuple[int, int] | None,
    bom: bool,
) -> None:
    """Play the very same calls through each PLAN and report which is better, by how much and how surely.

    A PLAN is a scenario file, or a folder of results (callsim run --format parquet --out FOLDER). --set
    holds for all of them. Without --runs it simulates until that is decided, at most 100 runs. csv: one row
    per pair of plans and queue. xlsx: a workbook of plans, goals, differences, intervals and costs.
    """
    from callsim.report.compare.differences import rows
    from callsim.report.deliver import deliver, form_of

    form = form_of(form, out, page=True, book=True)
    folders = [plan for plan in plans if os.path.isdir(plan)]
    if folders:
        if len(folders) < len(plans):
            raise UserError(say("cli.files_or_folders"))
        _refuse_with_folders(context)
        found = _saved(plans)
    else:
        scenarios = _scenarios(plans, overrides, vary)
        with option.stored(options, state, *scenarios.values()) as stored:
            if part is not None:
                simulate.played_part(list(scenarios.values()), stored, part)
                return
            found = simulate.compared(scenarios, stored)
    told = found.told(pages=form not in ("text", "csv"))
    for plan in told.plans:
        for warning in plan.warnings:
            tell(say("cli.warning_of", plan=plan.plan, warning=warning))
    deliver(told, rows(told) if form == "csv" else [], None, form, out, bom)


def _scenarios(
    plans: tuple[str, ...], overrides: tuple[str, ...], vary: tuple[str, ...]
) -> dict[str, Scenario]:
    """The plans by what they are called."""
    from callsim.scenario import load
    from callsim.scenario.reading.variants import variants
    from callsim.study.runs.compare import refuse_too_many, unique

    refuse_too_many(len(plans) * (len(variants(vary)) if vary else 1))
    plain = [simulate.loaded(plan, overrides) for plan in plans]
    names = unique([(scenario.name, scenario.path) for scenario in plain])
    if not vary:
        return dict(zip(names, plain, strict=True))
    return {
        variant.name if len(plans) == 1 else f"{name}, {variant.name}": load(
            plan, (*overrides, *variant.overrides)
        )
        for plan, name in zip(plans, names, strict=True)
        for variant in variants(vary)
    }


def _refuse_with_folders(context: click.Context) -> None:
    for name in ("runs", "seed", "jobs", "engine", "overrides", "vary", "state", "part"):
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            word = "set" if name == "overrides" else name
            raise UserError(say("cli.folders_are_results", option=word))


def _saved(folders: tuple[str, ...]) -> Comparison:
    from callsim.report.kit.folder import read
    from callsim.study.runs.compare import compare_saved, refuse_too_many, unique

    refuse_too_many(len(folders))
    saved = [read(folder) for folder in folders]
    names = unique([(one.name, os.path.normpath(folder)) for one, folder in zip(saved, folders, strict=True)])
    return compare_saved(dict(zip(names, saved, strict=True)))
