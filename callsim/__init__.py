"""callsim: a call-centre simulator that plays every call of every queue, at any size.

    import callsim

    result = callsim.run("centre.yaml", runs=20)  # a path, or callsim.load("centre.yaml", set={…})
    print(result)

A notebook shows a result's verdict and tables; `to_frame()` is a pandas table, `to_html()` a page,
`to_dict()` the JSON. Times are in seconds, shares in fractions of 1; a figure has its mean and its
95 % interval.

load        reads a scenario file, with keys changed
run         plays a scenario: are its goals met?
compare     plays the same calls through several plans: which is better?
why         what makes one day unlike another
staff       the fewest agents that keep every goal
roster      the fewest people on the shifts of the file
plan        a build-out over years, month by month
stress      what breaks first when things get worse
what_if     looks at a changed plan, again and again
fit         a scenario of the history of a phone system
forecast    the calls of the coming weeks
validate    simulated days beside real ones
language    in which reports and mistakes are told: "en" or "zh"

Mistakes raise `callsim.errors.UserError` (ScenarioError where they stand in files, each with its place).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callsim.shown import Shown
from callsim.version import __version__ as __version__

if TYPE_CHECKING:
    from callsim.history.fit.question import fit as fit
    from callsim.history.fit.result import FitResult as FitResult
    from callsim.history.forecast.question import forecast as forecast
    from callsim.history.forecast.result import ForecastResult as ForecastResult
    from callsim.history.validate.question import validate as validate
    from callsim.history.validate.result import ValidateResult as ValidateResult
    from callsim.model.supervisors.floor import Floor as Floor
    from callsim.results.result import Result as Result
    from callsim.scenario import Scenario as Scenario
    from callsim.scenario import load as load
    from callsim.spoken import language as language
    from callsim.study.buildout.plan import plan as plan
    from callsim.study.buildout.result import PlanResult as PlanResult
    from callsim.study.roster.shifts import roster as roster
    from callsim.study.runs.compare import Comparison as Comparison
    from callsim.study.runs.compare import compare as compare
    from callsim.study.runs.replicate import run as run
    from callsim.study.runs.why import why as why
    from callsim.study.staff.staffing import staff as staff
    from callsim.study.stress.answer import StressResult as StressResult
    from callsim.study.stress.stress import stress as stress
    from callsim.study.what_if.what_if import WhatIf as WhatIf
    from callsim.study.what_if.what_if import what_if as what_if

_HOMES = {
    "forecast": "callsim.history.forecast.question",
    "ForecastResult": "callsim.history.forecast.result",
    "validate": "callsim.history.validate.question",
    "ValidateResult": "callsim.history.validate.result",
    "load": "callsim.scenario",
    "language": "callsim.spoken",
    "Floor": "callsim.model.supervisors.floor",
    "Scenario": "callsim.scenario",
    "fit": "callsim.history.fit.question",
    "FitResult": "callsim.history.fit.result",
    "run": "callsim.study.runs.replicate",
    "compare": "callsim.study.runs.compare",
    "plan": "callsim.study.buildout.plan",
    "PlanResult": "callsim.study.buildout.result",
    "staff": "callsim.study.staff.staffing",
    "roster": "callsim.study.roster.shifts",
    "stress": "callsim.study.stress.stress",
    "StressResult": "callsim.study.stress.answer",
    "what_if": "callsim.study.what_if.what_if",
    "WhatIf": "callsim.study.what_if.what_if",
    "why": "callsim.study.runs.why",
    "Comparison": "callsim.study.runs.compare",
    "Result": "callsim.results.result",
}
__all__ = ["__version__", *_HOMES]

Shown.reports = "callsim.report.notebook"  # results know no report: see callsim/shown.py


def __dir__() -> list[str]:
    """Public names, and what every module has."""
    return sorted([*__all__, "__doc__", "__file__", "__name__", "__path__"])


def __getattr__(name: str) -> Any:
    """Heavy parts are imported when first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'callsim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
