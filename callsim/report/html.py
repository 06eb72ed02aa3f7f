"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from callsim.report.kinds import KINDS, Result, page_of

_OF_MAPPINGS = {"fit": "callsim.report.fit.html", "forecast": "callsim.report.forecast.html"}


def page(found: Mapping[str, Any] | Result) -> str:
    """The page of a result; of a run, a comparison, a fit or a forecast, their JSON."""
    if not isinstance(found, Mapping):
        return page_of(found)
    kind = found["kind"]
    drawn: str = import_module(_OF_MAPPINGS.get(kind) or KINDS[kind].pages).page(found)
    return drawn
