"""`staff` of centres whose calls follow each other or come through menus: exact networks, and random chains
that are run again.

`CALLSIM_GRID=40` takes this many random chains.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import callsim
from callsim.erlang import evaluate, fewest_agents
from callsim.errors import UserError
from callsim.study.staff.fresh.checks import as_written
from callsim.study.staff.search import SHARP
from callsim.study.staff.staffing import Options, staff
from tests.makers.chains import behind_menus, chain

MANY = int(os.environ.get("CALLSIM_GRID", "0"))
SEEDS = range(MANY) if MANY else (3, 12)
BEHIND = range(MANY) if MANY else (1, 3)  # small ones
FRESH = 77  # a seed that no check has played

TANDEM = """\
calendar: {days: 1, warm_up: 6 h, interval: 3 h}
queues:
  front:
    arrivals: {per_hour: 120}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups:
      - {outcome: answered, share: 25%, to: experts, transfer: cold}
      - {outcome: answered, share: 10%, to: front, after: {exponential: {mean: 10 min}}}
  experts:
    talk: {exponential: {mean: 6 min}}
    goal: {answer: 70%, within: 60 s}
groups:
  front-desk: {staff: 9, answers: {front: {}}}
  expert-desk: {staff: 9, answers: {experts: {}}}
"""


def test_tiers_without_patience_are_those_of_erlang(tmp_path: Path) -> None:
    """Each queue of an open network without patience is an Erlang C of its own (Jackson 1957)."""
    file = tmp_path / "tandem.yaml"
    file.write_text(TANDEM, "utf-8")
    found = staff(callsim.load(file), Options(effort=6e6, jobs=1)).found[0]
    front = 120 / 0.9
    exact = ((0.8, front, 180.0, 20.0), (0.7, 0.25 * front, 360.0, 60.0))
    for column, (goal, calls, aht, within) in enumerate(exact):
        agents = fewest_agents(goal, calls, aht, within_s=within)
        mine = found.staff[:, column]
        assert mine.max() <= agents + 1
        lost = goal - evaluate(int(mine.min()), calls, aht, within_s=within).service_level["offered"]
        stated = SHARP + 2.5 * float(found.share_doubt[:, column].max())
        assert lost / (1 - goal) <= stated, (column, mine, agents)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_found_for_a_random_chain_keeps_its_goals(seed: int, tmp_path: Path) -> None:
    keeps_its_goals(chain(seed, tmp_path))


@pytest.mark.parametrize("seed", BEHIND)
def test_what_is_found_behind_random_menus_keeps_its_goals(seed: int, tmp_path: Path) -> None:
    keeps_its_goals(behind_menus(seed, tmp_path))


TOLD = """\
calendar: {start: 2024-01-08, warm_up: 2 h, interval: 3 h}
goals: {callbacks: %s}
queues:
  service:
    arrivals: {per_hour: 90}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 3 min}}
    goal: {answer: 80%%, within: 20 s}
    announcement: {steps: [{from: 10 s, patience: 1.5}, {from: 30 s, hang_up: 10%%, callback: 50%%}]}
    callback: {place: %s, reached: 80%%, ring: 20 s, attempts: 2, every: 15 min}
  later:
    arrivals: {per_hour: 4}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 70%%, within: 3 min}
    priority: 2
groups: {desk: {staff: 9, answers: {service: {}, later: {}}}}
"""


@pytest.mark.parametrize(
    ("counted", "place"), [("apart", "kept"), ("counted", "last"), ("apart", "{queue: later}")]
)
def test_what_is_found_where_waits_are_told_keeps_its_goals(counted: str, place: str, tmp_path: Path) -> None:
    file = tmp_path / "told.yaml"
    file.write_text(TOLD % (counted, place), "utf-8")
    keeps_its_goals(callsim.load(file))


def keeps_its_goals(scenario: callsim.Scenario) -> None:
    """On fresh days, too."""
    found = staff(scenario, Options(jobs=1))
    assert not found.verdicts
    assert all(one.met is not False for one in found.kept.values())
    again = callsim.run(as_written(found.scenario, found.staff), runs=60, seed=FRESH, jobs=1)
    for name, queue in found.scenario.queues.items():
        level = again.to_dict()["queues"][name]["service_level"]["offered"]
        assert queue.goal is not None
        assert level["high"] >= queue.goal.answer, (name, level)


def test_a_queue_of_which_no_formula_knows_is_refused(tmp_path: Path) -> None:
    text = TANDEM.replace("answered, share: 25%", "blocked, share: 25%").replace(", transfer: cold", "")
    file = tmp_path / "blocked.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(UserError, match="no formula says how many call experts"):
        staff(callsim.load(file), Options(jobs=1))
