"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callsim.report.kinds import Result, page_of


def page(found: Mapping[str, Any] | Result) -> str:
    """The page of a result; of a run or a comparison, their JSON."""
    if not isinstance(found, Mapping):
        return page_of(found)
    if "differences" in found:
        from callsim.report.compare.html import page as of_comparison

        return of_comparison(found)
    from callsim.report.run.html import page as of_run

    return of_run(found)
