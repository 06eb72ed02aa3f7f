"""callsim: a call-centre simulator that plays every call of every queue, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from callsim.build.supervision import Floor as Floor
    from callsim.scenario import Scenario as Scenario
    from callsim.scenario import load as load
    from callsim.study.buildout import plan as plan
    from callsim.study.compare import Comparison as Comparison
    from callsim.study.compare import compare as compare
    from callsim.study.plan_result import PlanResult as PlanResult
    from callsim.study.replicate import run as run
    from callsim.study.result import Result as Result
    from callsim.study.shifts import roster as roster
    from callsim.study.staffing import staff as staff
    from callsim.study.stress import StressResult as StressResult
    from callsim.study.stress import stress as stress
    from callsim.study.why import why as why

_HOMES = {
    "load": "callsim.scenario",
    "Floor": "callsim.build.supervision",
    "Scenario": "callsim.scenario",
    "run": "callsim.study.replicate",
    "compare": "callsim.study.compare",
    "plan": "callsim.study.buildout",
    "PlanResult": "callsim.study.buildout",
    "staff": "callsim.study.staffing",
    "roster": "callsim.study.shifts",
    "stress": "callsim.study.stress",
    "StressResult": "callsim.study.stress",
    "why": "callsim.study.why",
    "Comparison": "callsim.study.compare",
    "Result": "callsim.study.result",
}
__all__ = [
    "Comparison",
    "Floor",
    "PlanResult",
    "Result",
    "Scenario",
    "StressResult",
    "__version__",
    "compare",
    "load",
    "plan",
    "roster",
    "run",
    "staff",
    "stress",
    "why",
]


def __getattr__(name: str) -> Any:
    """Heavy parts are imported when first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'callsim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
