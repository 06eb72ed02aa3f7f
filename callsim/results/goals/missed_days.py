"""On which days a goal is missed that is kept on all days together, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from callsim.results.run import Goal, GroupGoal
from callsim.sentences import label, say

FEW = 3  # single dates that are named; of more their number


def missed_days(goals: Iterable[tuple[str, Goal | GroupGoal]]) -> dict[str, str]:
    """Returns on which days goals that are kept on all days together are missed, in words, by their names.

    Only what is as sure as a verdict on all days together counts (`missed_on` of results).
    """
    found = {}
    for name, goal in goals:
        if goal.met and goal.decided is not False and goal.missed_on:
            judged = [day.start for day in goal.by_day or () if day.probability.mean is not None]
            found[name] = in_words(goal.missed_on, judged)
    return found


def listed_days(missed: Mapping[str, str]) -> str:
    """Returns such goals with their days in one list; those of the same days stand together."""
    names: dict[str, list[str]] = {}
    for name, days in missed.items():
        names.setdefault(days, []).append(name)
    parts = [say("goals.on", names=_some(goals), days=days) for days, goals in names.items()]
    return _some(parts, label("; "))


def in_words(missed: Sequence[str], judged: Sequence[str]) -> str:
    """Returns dates in words: weekdays of which each date is missed, then single dates.

    `missed`, `judged`: dates in order, the second all on which there was something to judge.
    """
    lost = {datetime.date.fromisoformat(date) for date in missed}
    of_weekday: dict[int, list[datetime.date]] = {}
    for date in map(datetime.date.fromisoformat, judged):
        of_weekday.setdefault(date.weekday(), []).append(date)
    whole = [dates for _, dates in sorted(of_weekday.items()) if len(dates) > 1 and lost.issuperset(dates)]
    parts = [say("goals.weekday", day=dates[0]) for dates in whole]
    single = sorted(lost.difference(*whole))
    if len(single) <= FEW:
        parts += [say("goals.date", day=date) for date in single]
    else:
        parts.append(say("goals.dates", n=len(single), first=single[0]))
    return label(", ").join(parts)


def _some(names: Sequence[str], between: str = "") -> str:
    """The first of some names, and how many are left."""
    comma = between or label(", ")
    if len(names) <= 2 * FEW:
        return comma.join(names)
    return say("lists.more", first=comma.join(names[: 2 * FEW - 1]), left=len(names) - 2 * FEW + 1)
