"""Scenario files: the words planners write, read, checked and turned into plain figures."""

from importlib.resources import files

from callsim.scenario.buildout.money import Money
from callsim.scenario.buildout.plan import Buildout, Line, Phase, PlanDay
from callsim.scenario.buildout.workforce import Attrition, Experience, School, Workforce
from callsim.scenario.manual import schema
from callsim.scenario.reading.load import Given, again, load, scenario_of
from callsim.scenario.schema import Scenario
from callsim.scenario.summary import describe
from callsim.scenario.words.calendar import Calendar
from callsim.scenario.words.costs import Costs
from callsim.scenario.words.demand import (
    Arrivals,
    Counts,
    FollowUp,
    LoggedCall,
    Queue,
    Redial,
    Surge,
    Usual,
)
from callsim.scenario.words.distributions import (
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
from callsim.scenario.words.goals import Goal, Goals
from callsim.scenario.words.incidents import Incident
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.outbound.campaign import Campaign
from callsim.scenario.words.people import Absence, Group, Site
from callsim.scenario.words.routing import Answer, Lines
from callsim.scenario.words.shifts import Shift
from callsim.scenario.words.supervisors import Supervisor

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
    "Campaign",
    "Constant",
    "Costs",
    "Counts",
    "Distribution",
    "Empirical",
    "Experience",
    "Exponential",
    "Family",
    "FollowUp",
    "Gamma",
    "Given",
    "Goal",
    "Goals",
    "Group",
    "Hyperexponential",
    "Incident",
    "Line",
    "Lines",
    "LoggedCall",
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
    "Usual",
    "Weibull",
    "Workforce",
    "again",
    "describe",
    "load",
    "nearest",
    "scenario_of",
    "schema",
]
