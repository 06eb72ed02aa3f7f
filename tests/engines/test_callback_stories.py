"""Callbacks by hand: a few calls whose whole history is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.model import build
from callsim.sim.floor.records import CALLBACK
from callsim.sim.luck.draw import later
from callsim.sim.luck.presence import come_and_go
from tests.makers.floors import calls, play

S = 1000
CENTRE = """\
calendar: {start: 2024-01-08, days: 1}
queues:
  service:
    arrivals: {per_hour: 1}
    talk: {constant: {mean: 1 min}}
    goal: {answer: 80%, within: 30 s}
    announcement: {wait: longest, steps: [{from: SINCE, callback: 100%}]}
    callback: {place: PLACE}
groups:
  desk: {answers: {service: {}}, staff: 1}
  help: {answers: {service: HELP}, staff: 1}
"""


def reached(folder: Path, words: str, trace: np.ndarray, engine: str) -> list[tuple[int, int, str]]:
    """When callbacks were promised, how long after that their clients were on the phone, and with whom."""
    path = folder / "centre.yaml"
    path.write_text(words)
    model = build(callsim.load(path))
    luck = later(model.demand, 1, 0)
    people = come_and_go(model.roster, model.centre, 1, 0)
    rows = play(model.centre, trace, engine, roster=people, luck=luck).records
    names = [copy.name for copy in model.groups]
    back = rows[rows["flags"] & CALLBACK > 0]
    return [(int(row["arrive"]), int(row["wait"]), names[row["group"]]) for row in back]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_group_that_may_not_answer_the_head_yet_answers_a_callback_behind_it(
    tmp_path: Path, engine: str
) -> None:
    """At 721 s the head has waited 21 s of the two minutes after which help comes, the callback 521 s."""
    words = CENTRE.replace("SINCE", "1 min").replace("PLACE", "last").replace("HELP", "{after: 2 min}")
    trace = calls(
        {"arrive": 0, "talk": 1800 * S},  # by desk
        {"arrive": 1 * S, "talk": 300 * S},  # by help from 121 s
        {"arrive": 130 * S, "talk": 300 * S},  # by help from 421 s
        {"arrive": 200 * S, "talk": 60 * S},  # is told 70 s
        {"arrive": 700 * S, "talk": 60 * S},
    )
    assert reached(tmp_path, words, trace, engine) == [(200 * S, 521 * S, "help")]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_a_callback_that_waits_is_in_no_service_level_of_a_switch(tmp_path: Path, engine: str) -> None:
    """The only call was answered in time; a client who is to be called back opens no way to help."""
    switch = "{when: {service_level_below: 80%, checked_every: 1 min}}"
    words = CENTRE.replace("SINCE", "0 s").replace("PLACE", "kept").replace("HELP", switch)
    trace = calls({"arrive": 0, "talk": 600 * S}, {"arrive": 1 * S, "talk": 60 * S})
    assert reached(tmp_path, words, trace, engine) == [(1 * S, 599 * S, "desk")]
