"""The page of `callsim.why`: the same table as on the page of a run."""

from __future__ import annotations

from callsim.report.kit.html_page import Sheet
from callsim.report.run.html import why_section
from callsim.results.run import WhyAsked


def page(found: WhyAsked) -> Sheet:
    """The page."""
    return Sheet(found.scenario, [why_section(found.why)])
