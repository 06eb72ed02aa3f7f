"""Where each of many goals first fails as something gets worse step by step: bisection with shared looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Look = Callable[[int], Mapping[str, bool]]  # step → which goals are met


@dataclass(frozen=True)
class Break:
    """A goal's last step before it fails, and the first at which it does; None: not within the steps."""

    holds: int | None
    fails: int | None


def breaks(look: Look, lowest: int, start: int, highest: int) -> dict[str, Break]:
    """For each goal where it first fails, between `lowest` and `highest`, beginning at `start`.

    A goal that is met at a step counts as met at all lower ones: what is looked for is the one turn. Every
    look tells something of all goals, so the looks are hardly more than those for one goal.
    """
    first = look(start)
    found = {goal: Break(start if met else None, None if met else start) for goal, met in first.items()}

    def learn(step: int) -> None:
        for goal, met in look(step).items():
            known = found[goal]
            above = known.holds is None or step > known.holds
            below = known.fails is None or step < known.fails
            if above and below:
                found[goal] = Break(step, known.fails) if met else Break(known.holds, step)

    stride = 1
    while any(known.fails is None for known in found.values()) and start + stride // 2 < highest:
        learn(min(start + stride, highest))
        stride *= 2
    stride = 1
    while any(known.holds is None for known in found.values()) and start - stride // 2 > lowest:
        learn(max(start - stride, lowest))
        stride *= 2
    while gaps := {goal: gap for goal, known in found.items() if (gap := _gap(known)) > 1}:
        goal = max(gaps, key=lambda name: (gaps[name], name))
        learn(((found[goal].holds or 0) + (found[goal].fails or 0)) // 2)
    return found


def _gap(known: Break) -> int:
    return 0 if known.holds is None or known.fails is None else known.fails - known.holds
