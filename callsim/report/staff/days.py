"""What a day requires of each group, and who is there: in text, on the page and in the workbook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from callsim.report.kit.both import Shown
from callsim.report.staff.tables import EVERY_DAY, by_day, clock
from callsim.sentences import dated, label, say
from callsim.study.roster.answer import GroupRostered, RosterAnswer
from callsim.study.staff.answer import GroupStaffed


def each_day(group: GroupStaffed | GroupRostered) -> Iterator[tuple[str, Sequence[float], Sequence[float]]]:
    """Yields a day in words, and by interval the agents on it and those that are required.

    The agents of a roster are those on its shifts, less shrinkage and absence; days on which there are none
    and none are required are left out.
    """
    required = by_day(group.required)
    if isinstance(group, GroupStaffed):
        for day, staff in by_day(group.staff).items():
            yield (
                day,
                staff,
                required.get(day) or [max(each) for each in zip(*required.values(), strict=True)],
            )
        return
    for date, agents in group.on_duty.items():
        if any(agents) or any(required[date]):
            day = dated(datetime.date.fromisoformat(date), "%a %Y-%m-%d")
            yield day if len(group.on_duty) > 1 else EVERY_DAY, agents, required[date]


def shown(found: RosterAnswer, most: int) -> list[Shown]:
    """Returns the table of what each day requires and the shifts bring. `most`: rows at most."""
    rows = [(name, *day) for name, group in found.groups.items() for day in each_day(group)][:most]
    hour = found.interval_s / 3600
    peaks = [max(range(len(required)), key=required.__getitem__) for *_, required in rows]
    at = list(zip(rows, peaks, strict=True))
    return [
        Shown("group", [name for name, *_ in rows], names=True),
        Shown("day", [label(day) for _, day, *_ in rows], names=True),
        Shown(say("staff.hours_required"), [f"{sum(required) * hour:,.1f}" for *_, required in rows]),
        Shown(say("staff.hours_on_shifts"), [f"{sum(agents) * hour:,.1f}" for _, _, agents, _ in rows]),
        Shown(say("staff.most_required"), [f"{required[k]:,.1f}" for (*_, required), k in at], 1),
        Shown("at", [clock(found, k) for k in peaks], 1),
        Shown(say("staff.then_on_shifts"), [f"{agents[k]:,.1f}" for (_, _, agents, _), k in at], 1),
    ]
