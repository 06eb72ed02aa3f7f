"""`prefers`: which call a freed agent takes first, apart from `rank`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callsim.model import build
from callsim.scenario import Scenario
from callsim.sim.floor.state import open_floor

Written, Refused = Callable[..., Scenario], Callable[..., list[str]]

TEXT = """\
queues:
  a: {arrivals: {per_hour: 6}, talk: 1 min}
  b: {arrivals: {per_hour: 6}, talk: 1 min}
  c: {arrivals: {per_hour: 6}, talk: 1 min, priority: 2}
  d: {arrivals: {per_hour: 6}, talk: 1 min}
  e: {arrivals: {per_hour: 6}, talk: 1 min}
groups:
  g: {staff: 2, answers: {a: {}, b: {rank: 2}, c: {rank: 9}, d: {rank: 3}, e: {rank: 3}}}
"""


def order(scenario: Scenario, group: str = "g") -> list[set[str]]:
    """The queues in the order in which an agent of a group takes their calls; equals together."""
    model = build(scenario)
    floor = open_floor(model.centre)
    row = next(row for row, copy in enumerate(model.groups) if copy.name == group)
    picks = floor.picks[floor.groups[row]["picks_from"] : floor.groups[row]["picks_to"]]
    tiers: dict[int, set[str]] = {}
    for pick in picks:
        tiers.setdefault(int(pick["tier"]), set()).add(model.queues[pick["queue"]].name)
    return [tiers[tier] for tier in sorted(tiers)]


@pytest.mark.parametrize(
    ("prefers", "wanted"),
    [
        (None, [{"a"}, {"b"}, {"d", "e"}, {"c"}]),
        ("[]", [{"a"}, {"b"}, {"d", "e"}, {"c"}]),
        ("[[d, a], b]", [{"a", "d"}, {"b"}, {"e"}, {"c"}]),
        ("[e, b]", [{"e"}, {"b"}, {"a"}, {"d"}, {"c"}]),
        ("[[c, b]]", [{"b"}, {"a"}, {"d", "e"}, {"c"}]),  # the queues' priority goes before
    ],
)
def test_what_is_preferred_comes_first_and_the_rest_by_rank(
    written: Written, prefers: str | None, wanted: list[set[str]]
) -> None:
    scenario = written(TEXT, () if prefers is None else [f"groups.g.prefers={prefers}"])
    assert order(scenario) == wanted


def test_copies_prefer_their_own_queues(written: Written) -> None:
    text = TEXT.replace("talk: 1 min", "talk: 1 min, copies: 2").replace("staff: 2", "staff: 2, prefers: [b]")
    scenario = written(text)
    assert order(scenario, "g-2") == [{"b-2"}, {"a-2"}, {"d-2", "e-2"}, {"c-2"}]


@pytest.mark.parametrize(
    ("prefers", "said"),
    [
        ("[a, billing]", "a.yaml:8:30: g does not answer billing"),
        ("[[a, b], a]", "a.yaml:8:35: a is in this list already; name it once"),
        ("[[a, bb], d]", "a.yaml:8:31: g does not answer bb; did you mean b?"),
        ("[[], a]", "a place of this list is empty; write at least one queue"),
        ("a", "write a list of queues, the first choice first, such as [[telecom, bank], mail]"),
        ("{a: 1}", "write a list of queues, the first choice first"),
        ("[[[a]]]", "a.yaml:8:28: here must be a text"),
        ("[1]", "a.yaml:8:27: here must be a text"),
    ],
)
def test_mistakes_are_told_at_their_places(refused: Refused, prefers: str, said: str) -> None:
    mistakes: Any = refused(TEXT.replace("staff: 2", f"staff: 2, prefers: {prefers}"))
    assert any(said in mistake for mistake in mistakes), mistakes
