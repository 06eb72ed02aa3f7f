"""Bisection for many goals at once finds what looking at every step finds, in far fewer looks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callsim.study.stress.breaking import Break, breaks


@given(
    turns=st.dictionaries(st.text(max_size=3), st.integers(-5, 500), max_size=6),
    start=st.integers(0, 400),
)
def test_it_finds_the_step_at_which_each_goal_turns(turns: dict[str, int], start: int) -> None:
    looked: list[int] = []

    def look(step: int) -> dict[str, bool]:
        assert 0 <= step <= 400
        looked.append(step)
        return {goal: step < turn for goal, turn in turns.items()}

    found = breaks(look, 0, start, 400)
    for goal, turn in turns.items():
        holds = turn - 1 if turn >= 1 else None
        fails = turn if turn <= 400 else None
        expected = Break(400 if fails is None else holds, 0 if holds is None else fails)
        assert found[goal] == expected
    assert len(looked) <= 1 + 2 * 10 + 9 * len(turns)


def test_a_goal_that_wavers_still_ends() -> None:
    found = breaks(lambda step: {"a": step % 7 < 5}, 0, 100, 400)["a"]
    assert found.holds is not None
    assert found.fails == found.holds + 1
