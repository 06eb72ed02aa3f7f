"""Several works at once and interrupted work: words, mistakes with their places, rows of the model."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.model import build
from callsim.model.handling import ALONE, of_agent
from callsim.model.islands import islands, part_of
from callsim.sim.centre import PACE_ONE

FILE = """\
calendar: {days: 2}
queues:
  calls: {arrivals: {per_hour: 60}, talk: 3 min}
  chats: {arrivals: {per_hour: 60}, talk: 6 min, wrap: 1 min}
  mails: {arrivals: {per_hour: 20}, talk: 4 min}
groups:
  desk:
    answers:
      chats: {concurrency: 3}
      mails: {rank: 2, interruptible: yes}
      calls: {}
    concurrent_pace: [1, 1.25, 1.5]
    staff: 8
  others: {answers: {calls: {}}, staff: 5}
"""


def load(folder: Path, *changes: tuple[str, str]) -> callsim.Scenario:
    text = FILE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / "centre.yaml"
    path.write_text(text, "utf-8")
    return callsim.load(path)


def test_rows_of_the_model(tmp_path: Path) -> None:
    model = build(load(tmp_path))
    centre = model.centre
    assert [(int(r["group"]), int(r["slots"]), int(r["least_occupied"])) for r in centre.in_rows] == [
        (0, 3, 0)
    ]
    paces = centre.in_rows["pace"][0] / PACE_ONE
    assert paces[:3].tolist() == [1, 1.25, 1.5]
    assert paces[3:].tolist() == [1.5] * 7
    assert [tuple(map(int, row)) for row in centre.handled] == [(1, 0, 3, 0), (2, 0, 1, 1)]
    # Three at once take 1.5 times as long: half of an agent's time for each talk, a third for each wrap-up.
    assert of_agent(centre, 1) == (0.5, 1 / 3)
    assert of_agent(centre, 0) == of_agent(centre, 2) == ALONE


def test_an_island_keeps_its_own(tmp_path: Path) -> None:
    more = ("staff: 5}\n", "staff: 5}\n  apart: {answers: {lone: {concurrency: 2}}, staff: 1}\n")
    lone = ("queues:\n", "queues:\n  lone: {arrivals: {per_hour: 1}, talk: 1 min}\n")
    model = build(load(tmp_path, more, lone))
    assert len(islands(model)) == 2
    for island in islands(model):
        part = part_of(model, island).centre
        assert len(part.in_rows) == 1
        name = model.groups[island.groups[int(part.in_rows["group"][0])]].name
        assert name == ("apart" if len(island.queues) == 1 else "desk")
        for row in part.handled:
            assert 0 <= row["queue"] < len(island.queues)
            assert 0 <= row["group"] < len(island.groups)


UNUSED = (
    (
        ("concurrency: 3", "concurrency: 1"),
        ("[1, 1.25, 1.5]", "[1]"),
        ("interruptible: yes", "interruptible: no"),
    ),
    (
        ("{concurrency: 3}", "{}"),
        ("    concurrent_pace: [1, 1.25, 1.5]\n", "    agent_selection: longest_idle\n"),
        (", interruptible: yes", ""),
    ),
)


@pytest.mark.parametrize("changes", UNUSED)
def test_what_is_written_but_not_used_is_no_row(changes: tuple[tuple[str, str], ...], tmp_path: Path) -> None:
    centre = build(load(tmp_path, *changes)).centre
    assert len(centre.in_rows) == len(centre.handled) == 0


WRONG = {
    "concurrency: 11": (("concurrency: 3", "concurrency: 11"), 9, "at most 10"),
    "concurrency: 0": (("concurrency: 3", "concurrency: 0"), 9, "1"),
    "both": (
        ("interruptible: yes", "interruptible: yes, concurrency: 2"),
        10,
        "work that may be interrupted is done alone",
    ),
    "few": (
        ("[1, 1.25, 1.5]", "[1, 1.25]"),
        12,
        "2 paces do not fit the largest concurrency of the group's answers (3)",
    ),
    "many": (("[1, 1.25, 1.5]", "[1, 1.25, 1.5, 2]"), 12, "from 1 to 3"),
    "first": (("[1, 1.25, 1.5]", "[1.1, 1.25, 1.5]"), 12, "the first pace is that of one at a time"),
    "quicker": (("[1, 1.25, 1.5]", "[1, 0.9, 1.5]"), 12, "1"),
    "chosen": (("[1, 1.25, 1.5]", "[1, 1.25, 1.5]\n    agent_selection: random"), 13, "longest_idle"),
    "blocks": (("days: 2", "days: 2, blocks: {length: 1 d, warm_up: 1 h}"), 9, "needs the run in one piece"),
    "callback": (
        (
            "wrap: 1 min",
            "announcement: {wait: last, steps: [{from: 1 s, callback: 10%}]}, callback: {place: kept}",
        ),
        9,
        "an agent who calls back does nothing else",
    ),
    "warm": (
        (
            "talk: 3 min}",
            "talk: 3 min, follow_ups: [{outcome: answered, share: 5%, to: chats, transfer: warm}]}",
        ),
        3,
        "write transfer: cold",
    ),
    "consult": (
        (
            "talk: 4 min}",
            "talk: 4 min, follow_ups: [{outcome: answered, share: 5%, to: calls, transfer: consult}]}",
        ),
        5,
        "write transfer: cold",
    ),
}


@pytest.mark.parametrize("which", WRONG)
def test_mistakes_have_their_places(which: str, tmp_path: Path) -> None:
    change, line, says = WRONG[which]
    with pytest.raises(ScenarioError) as raised:
        load(tmp_path, change)
    assert any(f"centre.yaml:{line}:" in one and says in one for one in str(raised.value).splitlines()), str(
        raised.value
    )


def test_cold_transfers_and_repeat_calls_go_with_chats(tmp_path: Path) -> None:
    cold = "follow_ups: [{outcome: answered, share: 5%, to: chats, transfer: cold}]"
    load(tmp_path, ("talk: 3 min}", f"talk: 3 min, {cold}}}"))
