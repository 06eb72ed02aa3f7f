"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from importlib import import_module

from callsim.report.kinds import KINDS, Result


def page(found: Result) -> str:
    """The page of a result: one HTML file."""
    drawn: str = import_module(KINDS[found.kind].pages).page(found)
    return drawn
