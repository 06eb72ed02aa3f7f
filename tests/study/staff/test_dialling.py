"""`staff` where the agents who answer also dial: on fresh days the goal is met, and missed with one fewer."""

from __future__ import annotations

import numpy as np
import pytest

import callsim
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.staffing import Options, Staffing, staff
from callsim.study.staff.staircase import reason

DIALS = [0] * 9 + [3, 4] + [0] * 13
CENTRE = f"""\
calendar: {{start: 2024-01-08, interval: 1 h}}
queues:
  desk:
    arrivals: {{per_hour: 40}}
    open: 09:00-11:00
    talk: 5 min
    patience: 2 min
    goal: {{answer: 80%, within: 30 s}}
groups:
  all: {{staff: 8, answers: {{desk: {{}}, sales: {{reserve: 1}}}}}}
  out: {{staff: {DIALS}, answers: {{sales: {{}}}}}}
campaigns: {{sales: {{contacts: 900, open: 09:00-11:00, ring: 9 s, reached: 50%, talk: 3 min}}}}
"""
RUNS = 100


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Staffing:
    file = tmp_path_factory.mktemp("blended") / "centre.yaml"
    file.write_text(CENTRE, "utf-8")
    return staff(callsim.load(file), Options(jobs=1, runs=60))


def verdict(found: Staffing, fewer: int, seed: int = 77) -> str:
    """How the goal is kept on days that nothing has seen, with some agents fewer where there are several."""
    agents = {
        name: [np.where(day > 1, day - fewer, day) for day in days] for name, days in found.staff.items()
    }
    return str(
        callsim.run(as_written(found.scenario, agents), runs=RUNS, seed=seed, jobs=1).goals["desk"].verdict
    )


def test_the_goal_is_kept_on_fresh_days_and_missed_with_an_agent_fewer(found: Staffing) -> None:
    assert verdict(found, 0) == "met"
    assert verdict(found, 1) == "missed"


def test_who_only_dials_keeps_the_agents_of_the_file(found: Staffing) -> None:
    assert {*found.staff} == {"all"}
    written = as_written(found.scenario, found.staff)
    assert list(written.groups["out"].staff) == DIALS


def test_dialling_needs_more_agents_than_calls_alone(found: Staffing) -> None:
    """Without the campaign the same goal needs fewer: the search has played it beside the calls."""
    alone = found.scenario.model_copy(
        update={
            "campaigns": {},
            "groups": {
                "all": found.scenario.groups["all"].model_copy(
                    update={"answers": {"desk": found.scenario.groups["all"].answers["desk"]}}
                )
            },
        }
    )
    fewer = staff(alone, Options(jobs=1, runs=60))
    assert sum(map(np.sum, fewer.staff["all"])) < sum(map(np.sum, found.staff["all"]))


def test_the_step_as_simulated_names_campaigns(found: Staffing) -> None:
    why = {step.step: step.why for step in found.steps}
    assert "campaigns" in why["as simulated"]
    assert "campaigns" not in reason("as simulated")
