"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def page(found: Mapping[str, Any]) -> str:
    """The page of a run, or of a comparison: what `found` (the JSON of a result) is."""
    if "differences" in found:
        from callsim.report import html_compare

        return html_compare.page(found)
    from callsim.report import html_run

    return html_run.page(found)
