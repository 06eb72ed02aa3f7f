"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def page(found: Mapping[str, Any]) -> str:
    """The page of a run, a comparison, a plan, a stress or a staffing: whichever JSON `found` is."""
    if found.get("kind") == "fit":
        from callsim.report.fit.html import page as of_fit

        return of_fit(found)
    if found.get("kind") == "forecast":
        from callsim.report.forecast.html import page as of_forecast

        return of_forecast(found)
    if "phases" in found:
        from callsim.report.buildout import html as html_plan

        return html_plan.page(found)
    if "limits" in found:
        from callsim.report.stress import html as html_stress

        return html_stress.page(found)
    if "staircase" in found:
        from callsim.report.staff import html as html_staff

        return html_staff.page(found)
    if "differences" in found:
        from callsim.report.compare.html import page as of_comparison

        return of_comparison(found)
    from callsim.report.run.html import page as of_run

    return of_run(found)
