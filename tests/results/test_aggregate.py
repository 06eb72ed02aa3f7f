"""Queues together: families, pools of agents, what Erlang A asks for, and the fingerprint."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.erlang import evaluate, fewest_agents
from callsim.model import Model, build
from callsim.model.copies import families
from callsim.results import measures
from callsim.results.fingerprint import fingerprint
from callsim.results.staffing.pools import pools, shown_pools
from callsim.results.staffing.required import required
from callsim.sim.count.tally import bin_of
from tests.report.pages import nasty

TEXT = """
name: Pools
calendar: {start: 2017-06-05, days: 2, warm_up: 24 h}
queues:
  a: {copies: 2, arrivals: {per_hour: 60}, talk: {exponential: {mean: 3 min}},
      patience: {exponential: {mean: 2 min}}, goal: {answer: 80%, within: 20 s, abandon_at_most: 5%}}
  b: {arrivals: {per_day: 1440, profile: [1, 3], weekdays: [1, 2, 1, 1, 1, 1, 1]}, open: 08:15-20:00,
      talk: 3 min, wrap: 1 min, goal: {answer: 90%, within: 10 s}}
  c: {arrivals: {per_hour: 20}, talk: {exponential: {mean: 3 min}}}
groups:
  a-desk: {answers: {a: {}}, staff: 5}
  b-desk: {answers: {b: {}, a: {rank: 2, after: 60 s}}, staff: 12}
  c-desk: {answers: {c: {}, b: {}}, staff: 3}
"""


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return build(loaded(tmp_path))


def loaded(folder: Path, text: str = TEXT, **changes: Any) -> Any:
    path = folder / "pools.yaml"
    path.write_text(text)
    return callsim.load(path, set=changes)


def named(model: Model, pool: Any) -> tuple[list[str], list[str]]:
    return [model.queues[row].name for row in pool.queues], [model.groups[row].name for row in pool.groups]


def test_a_family_is_of_copies_that_the_file_writes_once(tmp_path: Path) -> None:
    assert families(["a", "b", "a", "c"]) == {"a": [0, 2]}
    assert families([]) == {}
    # Two lines of two years are no family, whatever their names look like.
    years = TEXT.replace("  b: {", "  b-2024: {").replace("  c: {", "  b-2025: {")
    years = years.replace("{b: {}, a:", "{b-2024: {}, a:").replace(
        "{c: {}, b: {}}", "{b-2025: {}, b-2024: {}}"
    )
    found = callsim.run(loaded(tmp_path, years), runs=1, jobs=1).to_dict()
    assert list(found["families"]) == ["a"]
    assert found["queues"]["a-1"]["original"] == "a"
    assert "original" not in found["queues"]["b-2024"]
    assert found["groups"]["a-desk-2"]["original"] == "a-desk"


def test_pools_share_no_agent_by_first_choice(model: Model) -> None:
    # b-desk helps `a` at rank 2 only; c-desk answers b and c alike, which makes them one pool.
    assert [named(model, pool) for pool in pools(model)] == [
        (["a-1"], ["a-desk-1"]),
        (["a-2"], ["a-desk-2"]),
        (["b", "c"], ["b-desk-1", "b-desk-2", "c-desk"]),
    ]
    assert [named(model, pool)[0] for pool in shown_pools(model)][:2] == [
        ["a-1", "a-2", "b", "c"],
        ["a-1", "a-2"],
    ]
    assert len(shown_pools(model)) == 5


def test_a_queue_that_is_nobodys_first_choice_belongs_to_its_best(tmp_path: Path) -> None:
    text = TEXT.replace(
        "c-desk: {answers: {c: {}, b: {}}, staff: 3}", "c-desk: {answers: {b: {}, c: {rank: 3}}, staff: 3}"
    )
    model = build(loaded(tmp_path, text))
    assert named(model, pools(model)[-1]) == (["b", "c"], ["b-desk-1", "b-desk-2", "c-desk"])


def test_required_is_what_erlang_asks_for_the_expected_calls(model: Model) -> None:
    asked = required(model, 0)
    whole = fewest_agents(0.8, 60, 180, 120, 20, abandon_at_most=0.05)
    few, enough = (evaluate(whole - less, 60, 180, 120, 20) for less in (1, 0))
    assert enough.service_level["offered"] >= 0.8
    assert enough.p_abandon <= 0.05
    assert few.service_level["offered"] < 0.8 or few.p_abandon > 0.05
    assert asked == [asked[0]] * 96
    part = asked[0] - (whole - 1)  # of an agent more than the few: the share of good calls is straight
    assert 0 < part <= 1
    kept = [
        (few.service_level["offered"], 0.8, enough.service_level["offered"]),
        (1 - few.p_abandon, 0.95, 1 - enough.p_abandon),
    ]
    reached = [low + part * (high - low) - wanted for low, wanted, high in kept]
    assert min(reached) == pytest.approx(0, abs=1e-12)


def test_required_knows_hours_weekdays_and_wrap(model: Model) -> None:
    asked = required(model, 2)
    assert asked is not None
    monday, tuesday = asked[:48], asked[48:]
    assert monday[:16] + monday[40:] == [0] * 24
    assert math.ceil(monday[16]) == fewest_agents(0.9, 15, 240, None, 10)  # open for half of this half hour
    assert math.ceil(monday[17]) == fewest_agents(0.9, 30, 240, None, 10)
    assert math.ceil(monday[24]) == fewest_agents(0.9, 90, 240, None, 10)
    assert math.ceil(tuesday[24]) == fewest_agents(0.9, 180, 240, None, 10)


def test_required_is_unknown_where_nothing_is_promised_or_cells_are_days(
    tmp_path: Path, model: Model
) -> None:
    assert required(model, 3) is None
    assert required(build(loaded(tmp_path, **{"calendar.days": 40})), 0) is None
    hopeless = TEXT.replace("goal: {answer: 90%, within: 10 s}", "goal: {abandon_at_most: 5%}")
    found = required(build(loaded(tmp_path, hopeless)), 2)
    assert found is not None
    assert found[20] is None


def test_all_together_and_families_are_sums_of_their_queues(tmp_path: Path) -> None:
    found = callsim.run(loaded(tmp_path), runs=3, jobs=1).to_dict()
    names = list(found["queues"])
    for cell, row in enumerate(found["interval_totals"]):
        each = [one for one in found["intervals"] if one["start"] == row["start"]]
        assert [one["queue"] for one in each] == names
        assert row["offered"]["mean"] == pytest.approx(sum(one["offered"]["mean"] for one in each))
        family = found["families"]["a"]["intervals"][cell]
        assert family["answered"]["mean"] == pytest.approx(sum(one["answered"]["mean"] for one in each[:2]))
        assert (
            family["wait_max_s"]["mean"] is None or row["wait_max_s"]["mean"] >= family["wait_max_s"]["mean"]
        )
    assert found["families"]["a"]["queues"] == ["a-1", "a-2"]
    total = sum(found["queues"][name]["offered"]["mean"] for name in ("a-1", "a-2"))
    assert found["families"]["a"]["offered"]["mean"] == pytest.approx(total)
    for figures in (found["total"], found["families"]["a"], *found["queues"].values()):
        assert sum(figure["mean"] for figure in figures["waits"].values()) == pytest.approx(1)
        assert 1 - figures["waits"]["0"]["mean"] <= figures["delayed_share"]["mean"] + 1e-9


def test_staffing_is_time_on_duty(tmp_path: Path) -> None:
    found = callsim.run(loaded(tmp_path), runs=2, jobs=1).to_dict()
    for pool in found["staffing"]:
        hours = sum(row["on_duty"]["mean"] / 2 for row in pool["intervals"])
        assert hours == pytest.approx(
            sum(found["groups"][name]["on_duty_h"]["mean"] for name in pool["groups"])
        )
    everything, family, *_ = found["staffing"]
    assert {row["required"]["mean"] for row in everything["intervals"]} == {None}  # c has no goal
    of_two, of_one = (pool["intervals"][0]["required"]["mean"] for pool in (family, found["staffing"][2]))
    assert of_two == 2 * of_one


def test_who_is_short_where_adds_up() -> None:
    found, _ = nasty()
    of_queue = {(row["start"], row["queue"]): row.get("required") for row in found["intervals"]}
    rows = found["group_intervals"]
    assert {row["pool"] for row in rows} == set(found["pools"])
    assert {row["group"] for row in rows} == {None, *found["groups"]}
    known = 0
    for row in rows:
        queues = found["pools"][row["pool"]]["queues"]
        each = [of_queue[row["start"], queue] for queue in queues]
        if row["group"] is None:
            asked = None if None in each else sum(one["mean"] for one in each)
            assert row["required"]["mean"] == asked
        if row["required"]["mean"] is not None:
            known += row["group"] is not None
            net = row["on_duty"]["mean"] - row["required"]["mean"]
            assert row["net_staff"]["mean"] == pytest.approx(net)
    assert known  # a group that nobody helps has a requirement of its own


def test_days_add_up(tmp_path: Path) -> None:
    found = callsim.run(loaded(tmp_path), runs=2, jobs=1).to_dict()
    assert [row["start"] for row in found["by_day"]] == sorted(
        {row["start"][:10] for row in found["intervals"]}
    )
    for key in ("offered", "answered"):
        assert sum(row[key]["mean"] for row in found["by_day"]) == pytest.approx(found["total"][key]["mean"])


def test_waits_are_counted_in_the_class_whose_edge_they_do_not_pass() -> None:
    waits = np.zeros(6144, np.int64)
    edges = [1000 * edge for edge in measures.WAITS_UP_TO_S]
    for wait in (0, 1, 4_900, 5_050, *(edge * 0.99 for edge in edges[2:]), 700_000, 10_000_000):
        waits[bin_of(round(wait))] += 1
    assert measures.wait_classes(waits).tolist() == [1, 2, 2, *[1] * 10, 2]
    assert measures.wait_classes(waits[None]).shape == (1, 14)


def test_the_fingerprint_is_of_what_was_understood(tmp_path: Path) -> None:
    one = fingerprint(loaded(tmp_path), 1)
    assert one == fingerprint(loaded(tmp_path, TEXT.replace("per_hour: 60", "per_hour: 6_0.0")), 1)
    other = {
        fingerprint(loaded(tmp_path), 2),
        fingerprint(loaded(tmp_path, **{"groups.c-desk.staff": 4}), 1),
        fingerprint(loaded(tmp_path, TEXT.replace("talk: {exponential: {mean: 3 min}}}", "talk: 3 min}")), 1),
    }
    assert len(other | {one}) == 4


def test_the_fingerprint_is_the_same_in_every_process(tmp_path: Path) -> None:
    loaded(tmp_path)
    program = (
        "import callsim, sys; from callsim.results.fingerprint import fingerprint as f; "
        "print(f(callsim.load(sys.argv[1]), 1))"
    )
    words = [sys.executable, "-c", program, str(tmp_path / "pools.yaml")]
    told = []
    for seed in ("1", "2"):
        hashing = os.environ | {"PYTHONHASHSEED": seed}
        told.append(subprocess.run(words, env=hashing, capture_output=True, text=True, check=True).stdout)
    assert told == [f"{fingerprint(loaded(tmp_path), 1)}\n"] * 2
