"""Every kind of result: the class it is made of, and where its page is drawn."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from callsim.results.schema import Mapped  # --help shall import nothing heavy


class Kind(NamedTuple):
    """Names of modules, which are imported when first asked for."""

    home: str  # of the class
    name: str  # of the class
    pages: str = ""  # has `page`, where there are any
    book: str = ""  # of `callsim.report.workbook`, has `sheets`, where there are any
    text: str = ""  # has `report`, where it is one of those that Python gets
    rows: str = ""  # module:function of the rows of its CSV, likewise


class Result(Protocol):
    """A result that is made of dataclasses."""

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is."""

    def to_dict(self) -> Mapped:
        """Its JSON."""


KINDS = {
    "bench": Kind("callsim.study.runs.bench", "Bench"),
    "compare": Kind(
        "callsim.study.runs.compared",
        "CompareResult",
        "callsim.report.compare.html",
        book="compare",
        text="callsim.report.compare.text",
        rows="callsim.report.compare.differences:rows",
    ),
    "erlang": Kind("callsim.results.formula", "Formula"),
    "erlang_intervals": Kind("callsim.results.formula", "Intervals"),
    "fit": Kind(
        "callsim.history.fit.answer",
        "FitAnswer",
        "callsim.report.fit.html",
        text="callsim.report.fit.text",
        rows="callsim.report.fit.rows:rows",
    ),
    "forecast": Kind(
        "callsim.history.forecast.answer",
        "ForecastAnswer",
        "callsim.report.forecast.html",
        text="callsim.report.forecast.text",
        rows="callsim.history.forecast.answer:rows",
    ),
    "history": Kind("callsim.history.understood.answer", "HistoryResult"),
    "plan": Kind(
        "callsim.study.buildout.answer",
        "PlanAnswer",
        "callsim.report.buildout.html",
        text="callsim.report.buildout.text",
        rows="callsim.study.buildout.rows:rows",
    ),
    "roster": Kind(
        "callsim.study.roster.answer",
        "RosterAnswer",
        "callsim.report.staff.html",
        book="staff",
        text="callsim.report.staff.text",
        rows="callsim.report.staff.file:rows",
    ),
    "run": Kind(
        "callsim.results.run",
        "RunResult",
        "callsim.report.run.html",
        book="run",
        text="callsim.report.run.text",
        rows="callsim.report.run.rows:by_interval",
    ),
    "staff": Kind(
        "callsim.study.staff.answer",
        "StaffAnswer",
        "callsim.report.staff.html",
        book="staff",
        text="callsim.report.staff.text",
        rows="callsim.report.staff.file:rows",
    ),
    "staff_by_formula": Kind("callsim.study.by_formula", "FormulaAnswer"),
    "stress": Kind(
        "callsim.study.stress.answer",
        "StressResult",
        "callsim.report.stress.html",
        text="callsim.report.stress.text",
        rows="callsim.report.stress.tables:rows",
    ),
    "validate": Kind(
        "callsim.history.validate.result",
        "ValidateResult",
        "callsim.report.validate.html",
        text="callsim.report.validate.text",
        rows="callsim.report.validate.tables:csv_rows",
    ),
    "why": Kind(
        "callsim.results.run",
        "Why",
        "callsim.report.run.why_page",
        text="callsim.report.run.why",
        rows="callsim.report.run.why:rows",
    ),
}


def class_of(kind: str) -> type:
    """The class that a result of a kind is made of."""
    home = KINDS[kind]
    found: type = getattr(import_module(home.home), home.name)
    return found
