"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.study.buildout.answer import PlanAnswer
from callsim.study.roster.answer import RosterAnswer
from callsim.study.staff.answer import StaffAnswer
from callsim.study.stress.answer import StressResult

Answer = PlanAnswer | StaffAnswer | RosterAnswer | StressResult


def page(found: Mapping[str, Any] | Answer) -> str:
    """The page of a run, a comparison, a plan, a stress or a staffing."""
    if not isinstance(found, Mapping):
        return _of_kind(found)
    if "differences" in found:
        from callsim.report.compare.html import page as of_comparison

        return of_comparison(found)
    from callsim.report.run.html import page as of_run

    return of_run(found)


def _of_kind(found: Answer) -> str:
    if isinstance(found, PlanAnswer):
        from callsim.report.buildout.html import page as of_plan

        return of_plan(found)
    if isinstance(found, StressResult):
        from callsim.report.stress.html import page as of_stress

        return of_stress(found)
    from callsim.report.staff.html import page as of_staff

    return of_staff(found)
