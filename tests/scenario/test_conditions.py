"""Conditions of groups and weights of queues: words, mistakes with their places, rows of the model."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.model.islands import islands, part_of
from callsim.scenario.checks.plausible import notes
from callsim.sim.centre import MILLION, NOBODY

FILE = """\
queues:
  calls:
    arrivals: {per_hour: 60}
    talk: 3 min
    goal: {answer: 80%, within: 30 s}
  mails:
    arrivals: {per_hour: 20}
    talk: 4 min
    lines: 4
groups:
  desk:
    answers:
      calls: {QUOTA}
      mails: {MAILS}
    staff: 8
  others:
    answers:
      calls: {OTHERS}
    staff: 5
"""


def written(folder: Path, mails: str = "", desk: str = "", others: str = "") -> Path:
    """A file with these words at the three answers."""
    path = folder / "centre.yaml"
    text = FILE
    for place, words in (("MAILS", mails), ("QUOTA", desk), ("OTHERS", others)):
        text = text.replace(place, words)
    path.write_text(text)
    return path


def test_words_become_rows(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "reserve: 2, min_waiting: 3",
        "quota: 60%",
        "quota: 40%, when: {service_level_below: 70%, checked_every: 30 s}",
    )
    model = build(callsim.load(path, set={"queues.mails.weight": 0.5, "queues.mails.head_start": "10 s"}))
    assert model.centre.conditions.tolist() == [
        (0, 0, 0, 0, 600_000),
        (0, 1, 0, 0, 400_000),
        (1, 0, 2, 3, 0),
    ]
    assert model.centre.weights.tolist() == [(1, 5_000, 10_000)]
    assert model.centre.switches.tolist() == [
        (0, 1, 30_000, NOBODY, round(0.7 * MILLION), 900_000, 30_000, 0),
    ]
    (whole,) = islands(model)
    part = part_of(model, whole).centre
    assert part.conditions.tolist() == model.centre.conditions.tolist()
    assert part.switches.tolist() == model.centre.switches.tolist()


def test_copies_ask_for_the_same_each(tmp_path: Path) -> None:
    path = written(tmp_path, "reserve: 1", "min_waiting: 2", "when: {waiting_above: 20}")
    model = build(callsim.load(path, set={"queues.calls.copies": 2, "queues.mails.copies": 2}))
    assert model.centre.conditions[["queue", "group", "reserve", "min_waiting"]].tolist() == [
        (0, 0, 0, 2),
        (1, 1, 0, 2),
        (2, 0, 1, 0),
        (3, 1, 1, 0),
    ]
    parts = [part_of(model, one).centre for one in islands(model)]
    assert [part.switches.tolist() for part in parts] == [[(0, 1, 60_000, 20, 0, 0, 30_000, 0)]] * 2
    assert parts[0].conditions.tolist() == parts[1].conditions.tolist()


def test_what_asks_nothing_is_no_row(tmp_path: Path) -> None:
    path = written(tmp_path, "reserve: 0, min_waiting: 1", "min_waiting: 0", "rank: 2, quota: 40%")
    usual = {"queues.calls.weight": 1, "queues.mails.head_start": "0 s"}
    centre = build(callsim.load(path, set=usual)).centre
    assert not len(centre.conditions)
    assert not len(centre.weights)
    assert not len(centre.switches)
    results = [
        callsim.run(callsim.load(one), runs=1).to_dict()
        for one in (path, written(tmp_path, "", "", "rank: 2"))
    ]
    assert results[0] == results[1]


WRONG = {
    "reserve: -1": (14, "at least 0"),
    "min_waiting: 2.5": (14, "2.5 is not a whole number"),
    "quota: 0%": (14, "a quota of 0% takes no call"),
    "when: {}": (14, "needs service_level_below or waiting_above; here is none"),
    "when: {waiting_above: 2, service_level_below: 5%}": (14, "here is both"),
    "when: {waiting_above: 2, over: 5 min}": (14, "over is the time of the service level"),
    "when: {service_level_below: 70%}": (14, "mails has no goal"),
    "when: {waiting_above: 2, checked_every: 0 s}": (14, "at least 1"),
    "when: {service_level_below: 7%, over: 100 s}": (14, "write such as over: 2 min"),
    "when: {service_level_under: 70%}": (14, "service_level_below"),
}  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_mistakes_are_told_with_their_places(tmp_path: Path, words: str) -> None:
    line, text = WRONG[words]
    with pytest.raises(ScenarioError) as raised:
        callsim.load(written(tmp_path, words))
    (told,) = [told for told in str(raised.value).splitlines() if text in told]
    assert f"centre.yaml:{line}:" in told


def test_quotas_are_of_all_of_a_rank_and_at_most_everybody(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"yaml:18:.*others has no quota for calls.*rank 1"):
        callsim.load(written(tmp_path, "", "quota: 60%"))
    with pytest.raises(ScenarioError, match=r"yaml:18:.*quotas of calls are 110% together"):
        callsim.load(written(tmp_path, "", "quota: 60%", "quota: 50%"))
    with pytest.raises(ScenarioError, match=r"weight.*at least 0.01"):
        callsim.load(written(tmp_path), set={"queues.calls.weight": 0})


def test_what_never_holds_is_noted(tmp_path: Path) -> None:
    scenario = callsim.load(written(tmp_path, "reserve: 8, min_waiting: 5"))
    assert [(note.path[-1], note.text) for note in notes(scenario)] == [
        (
            "reserve",
            "desk never has more than 8 agents there, so it never answers mails: more than reserve (8) would "
            "have to be idle",
        ),
        (
            "min_waiting",
            "4 lines are fewer than the 5 calls that must wait before desk answers mails: it never does",
        ),
    ]
    assert not [*notes(callsim.load(written(tmp_path, "reserve: 7, min_waiting: 4")))]
