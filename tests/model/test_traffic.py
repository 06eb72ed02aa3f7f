"""The traffic equations: exact values of networks, limits, hours, and what simulation shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.cli import main
from callsim.erlang import evaluate, fewest_agents
from callsim.model import Model, build
from callsim.model.traffic import Traffic, all_answered, at_goals, calls_of_a_client, stand_ins, traffic
from callsim.results.measures import COUNTS
from callsim.results.staffing.required import required
from callsim.study.by_formula import by_formula
from callsim.study.check.notes import judged
from callsim.study.stress.stress import as_written
from callsim.units import HOUR_MS
from tests.makers.chains import chain

HEAD = "calendar: {days: 1, warm_up: 1 d, interval: 1 h}\n"


def model_of(folder: Path, text: str) -> Model:
    file = folder / "a.yaml"
    file.write_text(HEAD + text, "utf-8")
    return build(callsim.load(file))


def by_hour(found: Traffic, model: Model) -> np.ndarray:
    """float64 [queue, hour]: what is offered."""
    return found.in_cells(found.offered, HOUR_MS, model.centre.clock.opens)


NETWORK = """\
queues:
  a:
    arrivals: {per_hour: 120}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 70%, within: 20 s}
    follow_ups:
      - {outcome: answered, share: 5%, to: a, transfer: cold}
      - {outcome: answered, share: 20%, to: b, transfer: cold}
  b:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 4 min}}
    goal: {answer: 60%, within: 20 s}
    follow_ups: [{outcome: answered, share: 10%, to: a, transfer: cold}]
groups: {one: {staff: 9, answers: {a: {}}}, two: {staff: 9, answers: {b: {}}}}
"""


def test_an_open_network_has_jacksons_flows(tmp_path: Path) -> None:
    """g = λ + Pᵀg, solved by hand: 2.25806 and 1.45161 a minute."""
    model = model_of(tmp_path, NETWORK)
    found = by_hour(at_goals(model), model)
    exact = np.linalg.solve(np.eye(2) - np.array([[0.05, 0.2], [0.1, 0.0]]).T, [120.0, 60.0])
    assert exact / 60 == pytest.approx([2.25806, 1.45161], abs=1e-5)
    assert found == pytest.approx(np.repeat(exact[:, None], 24, axis=1), rel=2e-5)
    # Of queues without patience each is an Erlang C of its own: the agents are those of the formula.
    wanted = [
        fewest_agents(goal, calls, aht)
        for goal, calls, aht in ((0.7, exact[0], 180.0), (0.6, exact[1], 240.0))
    ]
    groups = by_formula(model.scenario).groups
    assert [groups[name].staff for name in ("one", "two")] == [[n] * 24 for n in wanted]
    for row, whole in enumerate(wanted):
        asked = required(model, row)
        assert asked is not None
        assert all(one is not None and whole - 1 < one <= whole for one in asked)


REPEAT = """\
queues:
  service:
    arrivals: {per_hour: 120}
    talk: {exponential: {mean: 3 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups: [{outcome: answered, share: 20%, to: service, after: {exponential: {mean: 20 min}}}]
groups: {all: {staff: 9, answers: {service: {}}}}
"""


def test_repeat_calls_are_those_of_erlang_repeat(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = model_of(tmp_path, REPEAT)
    assert by_hour(at_goals(model), model)[0] == pytest.approx(150.0, rel=1e-4)
    asked = "--calls-per-hour 120 --aht 3m --goal 80% --within 20s --repeat 20% --format json"
    assert main(["erlang", *asked.split()]) == 0
    staff = by_formula(model.scenario).groups["all"].staff
    assert isinstance(staff, list)
    assert f'"agents": {staff[0]},' in capsys.readouterr().out
    assert calls_of_a_client(model) == pytest.approx([1.25])


def test_a_limit_ends_a_chain(tmp_path: Path) -> None:
    twice = REPEAT.replace("20 min}}", "20 min}}, at_most: 2")
    model = model_of(tmp_path, twice)
    assert by_hour(at_goals(model), model)[0] == pytest.approx(120 * (1 + 0.2 + 0.04), rel=1e-4)


def test_copies_fare_like_the_one_that_they_are_copies_of(tmp_path: Path) -> None:
    """Chains of copies are counted once; those that lead to one queue add up there."""
    limited = NETWORK.replace("share: 5%, to: a, transfer: cold", "share: 5%, to: a, after: 1 h, at_most: 2")
    one = model_of(tmp_path, limited)
    alone = at_goals(one)
    many = model_of(tmp_path, limited.replace("    arrivals", "    copies: 40\n    arrivals"))
    found = at_goals(many)
    for name in ("offered", "following", "closed", "staying"):
        mine, its = getattr(found, name), getattr(alone, name)
        assert mine == pytest.approx(np.repeat(its, 40, axis=0))
    assert stand_ins(many).tolist() == [0] * 40 + [40] * 40
    shared = limited.replace("  a:\n", "  a:\n    copies: 3\n").replace(
        "cold}]\ngroups", "cold}]\n  c: {talk: 1 min}\ngroups"
    )
    shared = shared.replace("share: 20%, to: b, transfer: cold", "share: 20%, to: c, transfer: cold")
    shared = shared.replace("    follow_ups: [{outcome: answered, share: 10%, to: a, transfer: cold}]\n", "")
    together = model_of(tmp_path, shared.replace("{b: {}}", "{b: {}, c: {}}"))
    offered = by_hour(at_goals(together), together)[:, 12]
    assert stand_ins(together).tolist() == [*range(5)]
    assert offered[:3] == pytest.approx([120 * (1 + 0.05 + 0.05**2)] * 3, rel=1e-4)
    assert offered[4] == pytest.approx(3 * 0.2 * offered[0], rel=1e-4)


def test_agents_who_stay_are_busy(tmp_path: Path) -> None:
    """Of 120 calls an hour 12 keep their agent for the wait of the next and 40 s."""
    text = NETWORK.replace(
        "share: 5%, to: a, transfer: cold", "share: 10%, to: b, transfer: warm, conference: 40 s"
    )
    model = model_of(tmp_path, text)
    found = at_goals(model)
    calls = by_hour(found, model)[:, 0]
    agents = fewest_agents(0.6, float(calls[1]), 240.0)
    wait = evaluate(agents, float(calls[1]), 240.0).wait_s
    stays = found.in_cells(found.staying, HOUR_MS, model.centre.clock.opens)[0] / 1000
    # The waits are those of a mean call of the run, which begins with fewer.
    assert stays == pytest.approx(calls[0] * 0.1 * (wait + 40), rel=2e-3)


def test_calls_follow_into_hours_that_are_closed(tmp_path: Path) -> None:
    """Who is answered until 17:00 and calls an hour later finds the queue closed, and writes instead."""
    model = model_of(
        tmp_path,
        """\
queues:
  day:
    arrivals: {per_hour: 60}
    open: 08:00-17:00
    talk: 1 min
    follow_ups:
      - {outcome: answered, share: 50%, to: day, after: 1 h, at_most: 1}
      - {outcome: closed, share: 25%, to: mail, after: 1 h}
  mail: {talk: 1 min}
groups: {all: {staff: 9, answers: {day: {}, mail: {rank: 2}}}}
""",
    )
    found = by_hour(at_goals(model), model)
    day, mail = (found[[copy.name for copy in model.queues].index(name)] for name in ("day", "mail"))
    assert day[8:10] == pytest.approx([60.0, 89.5], abs=0.1)
    assert day[17] == 0
    assert mail[8] == pytest.approx(15.0)
    assert mail[18:20] == pytest.approx([15 + 7.5 * 59 / 60, 15 + 7.5 / 60], abs=0.2)
    assert mail[10:17].sum() == 0


def test_what_is_simulated_is_what_is_expected(tmp_path: Path) -> None:
    """Chains with plenty of agents: offered calls of each queue and third of the day, within 4 errors."""
    for seed in (1, 5):
        scenario = chain(seed, tmp_path)
        groups = {
            name: group.model_copy(update={"staff": (99,) * 24}) for name, group in scenario.groups.items()
        }
        calendar = scenario.calendar.model_copy(update={"warm_up": 86_400.0})
        model = build(scenario.model_copy(update={"groups": groups, "calendar": calendar}))
        result = callsim.run(model.scenario, runs=30, jobs=1)
        offered = (result.sums.calls @ COUNTS["offered"].over).reshape(30, 3, 8, -1).sum(axis=2)
        found = traffic(model, all_answered(model))
        expected = by_hour(found, model).T.reshape(3, 8, -1).sum(axis=1)
        error = np.sqrt(np.maximum(offered.var(axis=0, ddof=1), 1 / 30) / 30)
        z = (offered.mean(axis=0) - expected) / error
        assert np.abs(z).max() <= 4, (seed, z)


def test_check_tells_of_chains_that_hardly_end(tmp_path: Path) -> None:
    text = REPEAT.replace("share: 20%", "share: 90%").replace("staff: 9", "staff: 60")
    notes = judged(model_of(tmp_path, text).scenario).notes
    assert [note.path for note in notes] == [("queues", "service", "follow_ups")]
    assert "makes 10.0 calls on the mean" in notes[0].text
    assert not judged(model_of(tmp_path, text.replace("min}}}", "min}}, at_most: 2}")).scenario).notes


@pytest.mark.parametrize(
    ("written", "instead", "jams"),
    [
        ("transfer: cold}]", "transfer: cold}]", False),
        ("5%, to: a, transfer: cold", "5%, to: a, transfer: warm", True),  # who answers a waits for a
        ("10%, to: a, transfer: cold", "10%, to: a, transfer: warm", False),
        ("transfer: cold}", "transfer: consult}", True),
        ("20%, to: b, transfer: cold", "20%, to: b, transfer: warm", False),
        ("5%, to: a, transfer: cold", "5%, by: one, to: a, transfer: warm", True),
    ],
)
def test_check_tells_of_agents_who_wait_for_each_other(
    tmp_path: Path, written: str, instead: str, jams: bool
) -> None:
    assert written in NETWORK
    notes = judged(model_of(tmp_path, NETWORK.replace(written, instead)).scenario).notes
    assert [note.path for note in notes] == [("queues", "a", "follow_ups")] * jams
    assert all("may all be waiting in the same way" in note.text for note in notes)


def test_check_counts_the_second_tier(tmp_path: Path) -> None:
    """Experts who are too few for the calls that are handed on."""
    told = judged(model_of(tmp_path, NETWORK.replace("two: {staff: 9", "two: {staff: 3")).scenario)
    assert [note.path for note in told.notes] == [("queues", "b", "arrivals")]
    assert [round(peak.calls) for peak in told.peaks] == [135, 87]
    assert not judged(model_of(tmp_path, NETWORK).scenario).notes


COPIES = """\
queues:
  front:
    copies: 4
    arrivals: {per_hour: 60}
    talk: 1 min
    follow_ups: [{outcome: answered, by: desk, share: 10%, to: expert, transfer: cold}]
  expert: {copies: 4, talk: 2 min}
groups: {desk: {staff: 3, answers: {front: {}}}, tier: {staff: 2, answers: {expert: {}}}}
"""


@pytest.mark.parametrize(("to", "played"), [("copies: 4, talk", 2), ("talk", 4)])
def test_a_day_of_a_plan_keeps_chains_together(tmp_path: Path, to: str, played: int) -> None:
    """Copies that stand for others lead to their own copies; where they lead to one queue, all are played."""
    scenario = model_of(tmp_path, COPIES.replace("copies: 4, talk", to)).scenario
    day = as_written(scenario, 2).scenario
    steps = [(name, step.to, step.by) for name, queue in day.queues.items() for step in queue.follow_ups]
    if played == 2:
        assert steps == [("front-1", "expert-1", "desk-1"), ("front-2", "expert-2", "desk-2")]
    else:
        assert steps == [("front", "expert", "desk")]
        assert day.queues["front"].copies == 4
    assert len(build(day).centre.follows) == played
