"""A small plan that the tests of build-outs play."""

from __future__ import annotations

from pathlib import Path

import callsim
from callsim.scenario import Scenario

TEXT = """
name: Two parks
calendar: {start: 2017-06-05, interval: 1 h}
sites: {a: {seats: 40}, b: {seats: 20}}
queues:
  x: {arrivals: {per_hour: 120, day_cv: 5%}, talk: 3 min, patience: 3 min, goal: {answer: 80%, within: 20 s}}
  y: {arrivals: {per_hour: 60}, talk: 3 min, patience: 3 min, goal: {answer: 80%, within: 20 s}}
groups:
  ga: {site: a, answers: {x: {}, y: {rank: 2, after: 30 s}}, staff: 9}
  gb: {site: b, answers: {y: {}, x: {rank: 2, after: 30 s}}, staff: 5}
"""

ONE_PHASE = """
buildout:
  until: 2017-07-03
  phases: [{name: now, on: 2017-06-05, seats: {a: 40, b: 20}}]
"""

GROWING = """
buildout:
  until: 2017-12-01
  phases:
    - {name: one, on: 2017-06-05, seats: {a: 20, b: 10}}
    - {name: two, on: 2017-09-04, over: 28 d, seats: {a: 40, b: 20}}
  days:
    usual: {}
    double eleven: {months: 11, times: 3}
  people:
    attrition: 40%
    hazard: [8%, 6%, 5%, 4%]
    schools: {college: {intake: 2, class_size: 10, rooms: 1, length: 14 d}}
"""


# Agents for half of the park's calls are halves of people: with nine and five, four and a half and two and a
# half of them, who are not always enough.
STRONG = {"groups.ga.staff": 12, "groups.gb.staff": 7}


def strong(folder: Path, buildout: str, **settings: object) -> Scenario:
    """The same with agents to spare, so that half of it keeps its goals, too."""
    loaded(folder, buildout, **settings)
    return callsim.load(folder / "plan.yaml", _keys(settings) | STRONG)


def loaded(folder: Path, buildout: str, **settings: object) -> Scenario:
    """The plan, with keys set: people__attrition="0%" sets buildout.people.attrition."""
    path = folder / "plan.yaml"
    path.write_text(TEXT + buildout)
    return callsim.load(path, _keys(settings))


def _keys(settings: dict[str, object]) -> dict[str, object]:
    return {f"buildout.{key.replace('__', '.')}": value for key, value in settings.items()}
