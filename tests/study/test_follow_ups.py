"""`follow_ups`: what clients do after a call, from the file to the rows of the centre and the figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import Model, build
from callsim.model.islands import islands, part_of
from callsim.model.size import size
from callsim.scenario import Scenario
from callsim.sim.centre import DIALS, NOBODY, WARM
from callsim.sim.count.columns import N_AGAIN, N_ANSWERED
from callsim.sim.floor.records import ABANDONED, ANSWERED
from callsim.study.runs.why import NEXT, kinds_of
from callsim.study.store.content import content_of

TEXT = """\
calendar: {interval: 1 h}
queues:
  first:
    arrivals: {per_hour: 60}
    talk: {exponential: {mean: 3 min}}
    patience: {exponential: {mean: 2 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups:
      - {outcome: answered, by: two, share: 8%, to: second, transfer: warm, conference: 40 s}
      - {outcome: answered, share: 20%, to: first, after: {exponential: {mean: 1 h}}, at_most: 3}
      - {outcome: abandoned, share: 50%, to: mail, after: 5 min}
  apart:
    arrivals: {per_hour: 6}
    talk: 1 min
  mail: {talk: 1 min}
  second:
    talk: {exponential: {mean: 5 min}}
    goal: {answer: 80%, within: 20 s}
    follow_ups:
      - {outcome: answered, share: 10%, to: first, transfer: cold}
groups:
  one: {staff: 2, answers: {first: {}}}
  two: {staff: 2, answers: {first: {rank: 2}}}
  three: {staff: 2, answers: {second: {}, mail: {rank: 2}}}
  four: {staff: 1, answers: {apart: {}}}
"""
ROWS = "".join(line for line in TEXT.splitlines(True) if "- {" in line or "follow_ups" in line)
NONE = "".join(line for line in TEXT.splitlines(True) if line not in ROWS)


def scenario_of(folder: Path, text: str = TEXT) -> Scenario:
    file = folder / "a.yaml"
    file.write_text(text, "utf-8")
    return callsim.load(file)


def told_rows(model: Model) -> list[tuple[Any, ...]]:
    """Rows by names: queue, outcome, group, share, to, transfer, at_most."""
    names, groups = [copy.name for copy in model.queues], [copy.name for copy in model.groups]
    return [
        (
            names[row["queue"]],
            int(row["outcome"]),
            None if row["group"] == NOBODY else groups[row["group"]],
            float(row["share"]),
            names[row["to"]],
            int(row["transfer"]),
            int(row["at_most"]),
        )
        for row in model.centre.follows
    ]


WANTED = [
    ("first", ANSWERED, "two", 0.08, "second", WARM, 0),
    ("first", ANSWERED, None, 0.2, "first", DIALS, 3),
    ("first", ABANDONED, None, 0.5, "mail", DIALS, 0),
]


def test_rows_become_those_of_the_centre(tmp_path: Path) -> None:
    model = build(scenario_of(tmp_path))
    assert told_rows(model)[:3] == WANTED
    assert np.all(np.diff(model.centre.follows["queue"]) >= 0)
    assert len(np.unique(model.centre.follows["key"])) == 4
    times = [(after.mean.tolist(), together.mean.tolist()) for after, together in model.demand.follows]
    assert times == [([0.0], [40_000.0]), ([3_600_000.0], [0.0]), ([300_000.0], [0.0]), ([0.0], [0.0])]
    apart = build(scenario_of(tmp_path, TEXT.replace("after: 5 min", "after: 6 min")))
    assert content_of(apart) != content_of(model)
    assert NEXT in kinds_of(model)


def test_further_rows_and_other_queues_change_no_keys(tmp_path: Path) -> None:
    keys = build(scenario_of(tmp_path)).centre.follows["key"]
    more = TEXT.replace("  apart:", "      - {outcome: closed, share: 1%, to: mail}\n  apart:")
    found = build(scenario_of(tmp_path, more)).centre.follows["key"]
    assert set(keys) < set(found)


def test_copies_lead_to_the_copy_of_the_same_number(tmp_path: Path) -> None:
    text = TEXT.replace("  first:\n", "  first:\n    copies: 2\n")
    text = text.replace("  second:\n", "  second:\n    copies: 2\n").replace("to: mail", "to: apart")
    text = text.replace(", mail: {rank: 2}", "").replace("{apart: {}}", "{apart: {}, mail: {}}")
    text = text.replace("mail: {talk", "mail: {arrivals: {per_hour: 1}, talk")
    found = told_rows(build(scenario_of(tmp_path, text)))
    assert found[0] == ("first-1", ANSWERED, "two-1", 0.08, "second-1", WARM, 0)
    assert found[3] == ("first-2", ANSWERED, "two-2", 0.08, "second-2", WARM, 0)
    assert found[5] == ("first-2", ABANDONED, None, 0.5, "apart", DIALS, 0)


def test_an_island_has_both_ends_of_a_row(tmp_path: Path) -> None:
    model = build(scenario_of(tmp_path))
    names = [{model.queues[row].name for row in one.queues} for one in islands(model)]
    assert {"first", "second", "mail"} in names
    assert {"apart"} in names
    part = part_of(model, next(one for one in islands(model) if len(one.queues) == 3))
    assert told_rows(part) == told_rows(model)
    assert part.demand.follows == model.demand.follows
    alone = part_of(model, next(one for one in islands(model) if len(one.queues) == 1))
    assert len(alone.centre.follows) == len(alone.demand.follows) == 0


def test_lines_of_a_queue_that_hands_calls_on_tie_all_that_share_them(tmp_path: Path) -> None:
    text = TEXT + "lines:\n  main: {count: 9, queues: [first, apart]}\n"
    assert len(islands(build(scenario_of(tmp_path, text)))) == 1
    dialled = text.replace(", transfer: warm, conference: 40 s", "")
    assert len(islands(build(scenario_of(tmp_path, dialled)))) == 2


def test_engines_agree_and_share_0_is_no_row(tmp_path: Path) -> None:
    def shown(text: str, engine: str = "kernel") -> str:
        result = callsim.run(scenario_of(tmp_path, text), runs=2, engine=engine)
        return json.dumps({**result.to_dict(), "engine": "", "fingerprint": ""})

    assert shown(TEXT) == shown(TEXT, "reference")
    arrivals = "{arrivals: {per_hour: 0}, talk: 1 min}"
    none = NONE.replace("{talk: 1 min}", arrivals).replace(
        "second:\n", "second:\n    arrivals: {per_hour: 0}\n"
    )
    nothing = TEXT
    for share in ("8%", "20%", "50%", "10%"):
        nothing = nothing.replace(f"share: {share}", "share: 0%")
    assert shown(nothing) == shown(none) != shown(TEXT)


def test_clients_who_will_call_again_need_memory(tmp_path: Path) -> None:
    few = size(build(scenario_of(tmp_path))).in_building
    long = size(build(scenario_of(tmp_path, TEXT.replace("mean: 1 h", "mean: 20 h")))).in_building
    assert long > few + 100


@pytest.mark.parametrize(
    ("written", "instead", "at", "said"),
    [
        ("to: mail", "to: mails", "mails", "there is no queue mails; did you mean mail?"),
        ("to: mail", "to: {}", "{}", "here must be a text"),
        ("by: two", "by: too", "too", "there is no group too; did you mean two?"),
        ("by: two", "by: four", "four", "four does not answer first"),
        ("outcome: abandoned", "by: one, outcome: abandoned", "by: one", "no group takes a call that is"),
        ("share: 20%", "share: 93%", "93%", "with this 101% of the calls that are answered by two are"),
        ("to: mail,", "to: mail, transfer: cold,", "transfer", "only an agent can transfer a call"),
        ("transfer: cold", "transfer: cold, after: 1 s", "after", "a transfer is made at once"),
        (
            "transfer: cold",
            "transfer: cold, conference: 1 s",
            "conference",
            "no agent stays for a conference",
        ),
        ("20%, to: first", "20%, conference: 1 s, to: first", "conference", "no agent stays for a"),
        ("share: 10%", "shares: 10%", "shares", "unknown key shares; did you mean share?"),
        ("at_most: 3", "at_most: 0", "0", "0 is out of range"),
        ("outcome: abandoned", "outcome: lost", "lost", "cannot stand here; write"),
        ("after: 5 min", "after: 5", "5", "unit"),
        ("to: mail", "to: first", "mail: ", "arrivals is missing here, and no follow_ups of"),
        ("  second:\n", "  second:\n    copies: 2\n", "second", "second has 2 copies and first 1"),
        ("share: 50%, to: mail", "share: 100%, to: first", "100%", "this never ends: every call of first"),
        ("per_hour: 6}\n", "replay: log.csv}\n    follow_ups: 3\n", "3", "here must be a list"),
    ],
)
def test_mistakes_are_told_at_their_places(
    tmp_path: Path, written: str, instead: str, at: str, said: str
) -> None:
    assert written in TEXT
    text = TEXT.replace(written, instead, 1)
    with pytest.raises(ScenarioError) as caught:
        scenario_of(tmp_path, text)
    lines = text.splitlines()
    told = [(lines[one.line - 1][one.column - 1 :], one.text) for one in caught.value.mistakes]
    assert any(place.startswith(at) and said in text for place, text in told), told


LOOP = TEXT.replace("share: 10%, to: first", "share: 100%, to: first").replace(
    "outcome: answered, by: two, share: 8%", "outcome: answered, by: two, share: 100%"
)


def test_a_chain_that_never_ends_is_told_where_it_closes(tmp_path: Path) -> None:
    loop = "".join(line for line in LOOP.splitlines(True) if "at_most: 3" not in line)
    with pytest.raises(ScenarioError) as caught:
        scenario_of(tmp_path, loop)
    (mistake,) = caught.value.mistakes
    assert loop.splitlines()[mistake.line - 1][mistake.column - 1 :].startswith("100%, to: first")
    assert "this never ends: every call of second that is answered leads to another" in mistake.text
    scenario_of(tmp_path, loop.replace("transfer: cold", "transfer: cold, at_most: 5"))
    scenario_of(tmp_path, loop.replace("share: 100%, to: first", "share: 99%, to: first"))


def test_a_call_that_was_handed_on_is_no_redial(tmp_path: Path) -> None:
    """The client has dialled once."""
    file = tmp_path / "tiers.yaml"
    file.write_text(
        "queues:\n"
        "  first: {arrivals: {per_hour: 60}, talk: 1 min, "
        "follow_ups: [{outcome: answered, share: 50%, to: second, transfer: cold}]}\n"
        "  second: {talk: 2 min}\n"
        "groups: {one: {answers: {first: {}}, staff: 5}, two: {answers: {second: {}}, staff: 5}}\n"
    )
    total = callsim.run(callsim.load(file), runs=2, jobs=1).sums.calls.sum(axis=(0, 1))
    assert total[1, N_ANSWERED] > 500
    assert total[:, N_AGAIN].tolist() == [0, 0]
