"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from callsim.report.kinds import Result, page_of

_OF_MAPPINGS = {"fit": "callsim.report.fit.html", "forecast": "callsim.report.forecast.html"}


def page(found: Mapping[str, Any] | Result) -> str:
    """The page of a result; of a run, a comparison, a fit or a forecast, their JSON."""
    if not isinstance(found, Mapping):
        return page_of(found)
    if found.get("kind") in _OF_MAPPINGS:
        drawn: str = import_module(_OF_MAPPINGS[found["kind"]]).page(found)
        return drawn
    if "differences" in found:
        from callsim.report.compare.html import page as of_comparison

        return of_comparison(found)
    from callsim.report.run.html import page as of_run

    return of_run(found)
