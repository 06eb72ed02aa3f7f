"""Scenario files: the words planners write, read, checked and turned into plain figures."""

from importlib.resources import files

from callsim.scenario.buildout import Buildout, Line, Phase, PlanDay
from callsim.scenario.calendar import Calendar
from callsim.scenario.costs import Costs
from callsim.scenario.demand import Arrivals, Queue, Redial, Surge
from callsim.scenario.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Family,
    Gamma,
    Hyperexponential,
    Lognormal,
    Uniform,
    Weibull,
)
from callsim.scenario.goals import Goal, Goals
from callsim.scenario.incidents import Incident
from callsim.scenario.manual import schema
from callsim.scenario.model import Scenario
from callsim.scenario.money import Money
from callsim.scenario.people import Absence, Group, Site
from callsim.scenario.reading import again, load
from callsim.scenario.routing import Answer, Lines
from callsim.scenario.shifts import Shift
from callsim.scenario.summary import describe
from callsim.scenario.supervisors import Supervisor
from callsim.scenario.words import nearest
from callsim.scenario.workforce import Attrition, Experience, School, Workforce

TEMPLATE: str = files(__name__).joinpath("template.yaml").read_text("utf-8")
"""The commented scenario that `callsim new` writes."""

__all__ = [
    "TEMPLATE",
    "Absence",
    "Answer",
    "Arrivals",
    "Attrition",
    "Buildout",
    "Calendar",
    "Constant",
    "Costs",
    "Distribution",
    "Empirical",
    "Experience",
    "Exponential",
    "Family",
    "Gamma",
    "Goal",
    "Goals",
    "Group",
    "Hyperexponential",
    "Incident",
    "Line",
    "Lines",
    "Lognormal",
    "Money",
    "Phase",
    "PlanDay",
    "Queue",
    "Redial",
    "Scenario",
    "School",
    "Shift",
    "Site",
    "Supervisor",
    "Surge",
    "Uniform",
    "Weibull",
    "Workforce",
    "again",
    "describe",
    "load",
    "nearest",
    "schema",
]
