"""What Python gets of a result: its text, its page, the part of it that notebooks show, and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from callsim.report.html import page as page
from callsim.report.kinds import KINDS, Result
from callsim.report.kit.terminal import columns


def fragment(found: Result) -> str:
    """Returns the verdict and the tables of its page."""
    from callsim.report.kit.html_page import fragment as of_sheet

    return of_sheet(import_module(KINDS[found.kind].pages).page(found))


def text(found: Result) -> str:
    """Returns its report, as wide as the terminal."""
    report: str = import_module(KINDS[found.kind].text).report(found, columns())
    return report.rstrip("\n")


def rows(found: Result) -> list[Mapping[str, object]]:
    """Returns the rows of its CSV."""
    module, _, function = KINDS[found.kind].rows.partition(":")
    return list(getattr(import_module(module), function)(found))
