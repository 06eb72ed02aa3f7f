"""The ladder: each part of the model in the place of what was, all else as it was; what it changes is its."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from callsim.history.validate.figures import LIMITS, limit_of
from callsim.history.validate.parts import ARRIVALS, PATIENCE, STAFFING, TALK
from callsim.history.validate.result import Part
from callsim.history.validate.score import judge
from callsim.sentences import say

CONVICTED = 0.05  # of all parts together: Bonferroni
REST = "the rest"
Figures = Mapping[str, np.ndarray]  # name → float64 [1 + run], reality first
Parts = frozenset[str]


class Step(NamedTuple):
    """A part, and the two rungs that differ by it alone: what of reality each has."""

    part: str
    modelled: Parts
    real: Parts


def base_of(parts: Parts) -> Parts:
    """Returns the parts of reality that the scenario has before it is judged: the staffing."""
    return frozenset({STAFFING}) & parts


def steps(parts: Parts) -> list[Step]:
    """The ladder of what a history tells.

    Arrivals are tried in the model, for each call brings its own talk and patience; the others in the replay.
    """
    base = base_of(parts)
    found = [Step(ARRIVALS, base, base | {ARRIVALS})]
    found += [Step(part, parts - {part}, parts) for part in (TALK, PATIENCE, STAFFING) if part in parts]
    return found


def rungs_of(parts: Parts) -> list[Parts]:
    """Returns the sets of real parts that must be played for these steps, each once."""
    found = {base_of(parts), parts}
    for step in steps(parts):
        found |= {step.modelled, step.real}
    return sorted(found, key=sorted)


def ladder(days: Sequence[Mapping[Parts, Figures]], parts: Parts) -> list[Part]:
    """Each part's share of what is wrong. `days`: of each day the figures of every rung."""
    tried = steps(parts)
    found = [_one(step.part, days, step.modelled, step.real, len(tried) + 1) for step in tried]
    for part in (TALK, PATIENCE, STAFFING):
        if part not in parts:
            text = say("judged.part_untold", part=part)
            found.append(_untested(part, text))
    found.append(_rest(days, parts, len(tried) + 1))
    return found


def guilty_of(found: Sequence[Part]) -> str | None:
    """The guilty part that matters most. What no part explains counts only if no part is guilty."""
    guilty = sorted((one for one in found if one.guilty), key=lambda one: -(one.level or 0.0))
    first = next((one for one in guilty if one.part != REST), guilty[0] if guilty else None)
    if first is None:
        return None
    untold = {one.part for one in found if not one.tested}
    # All that a log tells is replayed, so what is left is the people, where nobody says how many there were.
    return STAFFING if first.part == REST and STAFFING in untold else first.part


def _what(part: str) -> str:
    """Returns what a part is, in words."""
    return {
        ARRIVALS: say("judged.arrivals"),
        TALK: say("judged.talk"),
        PATIENCE: say("judged.patience"),
        STAFFING: say("judged.staffing"),
        REST: say("judged.rest"),
    }[part]


def _one(part: str, days: Sequence[Mapping[Parts, Figures]], modelled: Parts, real: Parts, of: int) -> Part:
    """What is real is one number, its mean over the runs; what is modelled is as many as there are runs."""
    stood = [_beside({k: v[1:].mean() for k, v in day[real].items()}, day[modelled]) for day in days]
    p = judge(stood, []).p_bias
    level, figure, change = _worst(
        {name: float(np.mean([day[modelled][name][1:].mean() for day in days])) for name in days[0][real]},
        {name: float(np.mean([day[real][name][1:].mean() for day in days])) for name in days[0][real]},
    )
    return _told(part, p, level, figure, change, of)


def _rest(days: Sequence[Mapping[Parts, Figures]], parts: Parts, of: int) -> Part:
    p = judge([dict(day[parts]) for day in days], []).p_bias
    level, figure, change = _worst(
        {name: float(np.mean([day[parts][name][1:].mean() for day in days])) for name in days[0][parts]},
        {name: float(np.mean([day[parts][name][0] for day in days])) for name in days[0][parts]},
    )
    return _told(REST, p, level, figure, change, of)


def _told(part: str, p: float, level: float, figure: str, change: float, of: int) -> Part:
    wrong = p <= CONVICTED / of
    guilty = wrong and level > 1
    if guilty:
        says = say("judged.part_wrong", part=_what(part))
    elif wrong:
        says = say("judged.part_little", part=_what(part))
    elif level > 1:
        says = say("judged.part_luck", part=_what(part))
    else:
        says = say("judged.part_right", part=_what(part))
    return Part(
        part=part, tested=True, p=p, level=level, figure=figure, change=change, guilty=guilty, says=says
    )


def _untested(part: str, says: str) -> Part:
    return Part(
        part=part, tested=False, p=None, level=None, figure=None, change=None, guilty=False, says=says
    )


def _worst(modelled: Mapping[str, float], real: Mapping[str, float]) -> tuple[float, str, float]:
    """Of the figures that are judged, how often its limit the worst changes, which it is, and by how much."""
    changes = {name: modelled[name] - real[name] for name in LIMITS if name in real}
    return max((abs(change) / limit_of(name, real[name]), name, change) for name, change in changes.items())


def _beside(real: Mapping[str, float], runs: Figures) -> dict[str, np.ndarray]:
    return {name: np.concatenate([[value], runs[name][1:]]) for name, value in real.items()}
