"""A result as a page: one HTML file that opens without a network and prints."""

from __future__ import annotations

from importlib import import_module

from callsim.report.kinds import KINDS, Result
from callsim.report.kit.html_page import page as file_of


def page(found: Result) -> str:
    """The page of a result: one HTML file."""
    return file_of(*import_module(KINDS[found.kind].pages).page(found))
