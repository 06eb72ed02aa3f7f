"""The answer of `callsim staff` for other programs: a file to be run, lines to paste, rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from callsim.report.staff.tables import Answer, by_day, clock
from callsim.scenario.document import parse
from callsim.scenario.reading.staffed_file import hours, staffed_file
from callsim.scenario.reading.write import block
from callsim.scenario.words.by_day import in_ranges
from callsim.scenario.words.quantities import yes_or_no
from callsim.sentences import say
from callsim.study.by_formula import FormulaAnswer
from callsim.study.roster.answer import RosterAnswer
from callsim.study.staff.answer import ByDay, GroupStaffed

T = TypeVar("T")
Staffed = Answer | FormulaAnswer


def overlay(
    found: Staffed, base: str, overrides: Sequence[str] = (), changes: Mapping[str, object] | None = None
) -> str:
    """A scenario file to be laid over the one that was staffed. `base`: its name, seen from the new file;
    `changes`: what `overrides` change in that file, which the new one then holds.
    """
    if isinstance(found, FormulaAnswer):
        said = [say("staff.found_by_formula", version=found.version)]
    else:
        said = [say("staff.found", version=found.version, seed=found.seed)]
    said += [
        say("staff.found_with_held", override=override)
        if changes
        else say("staff.found_with", override=override)
        for override in overrides
    ]
    return staffed_file(base, changes or {}, *staffed(found), said)


def staffed(found: Staffed) -> tuple[dict[str, object], dict[str, object]]:
    """The groups' staff or shifts, and the shifts that are new, as a scenario file has them."""
    if not isinstance(found, RosterAnswer):
        return {name: {"staff": _short(group.staff)} for name, group in found.groups.items()}, {}
    groups: dict[str, object] = {name: {"shifts": dict(group.shifts)} for name, group in found.groups.items()}
    return groups, {name: _shift(words) for name, words in found.new_shifts.items()}


def _shift(words: str) -> object:
    """A shift as plain data: what is said to be true is no text."""
    found = parse(words, "")[0].plain()
    for one in found.get("breaks", ()) if isinstance(found, dict) else ():
        if isinstance(one, dict) and "paid" in one:
            one["paid"] = yes_or_no(one["paid"])
    return found


def _short(agents: ByDay[int]) -> object:
    """One number where all intervals have the same, one range of weekdays where several days have."""
    if isinstance(agents, Mapping):
        return in_ranges({key: _short(value) for key, value in agents.items()})
    return agents[0] if len(set(agents)) == 1 else agents


def to_paste(found: Staffed, width: int) -> str:
    """The hours alone, as a scenario file writes them."""
    return block(hours(*staffed(found)), width=width)


def rows(found: Answer) -> list[dict[str, object]]:
    """For CSV: one row per group and interval, or per group and shift."""
    if isinstance(found, RosterAnswer):
        return [
            {"group": name, "shift": shift, "agents": agents}
            for name, group in found.groups.items()
            for shift, agents in group.shifts.items()
        ]
    return [row for name, group in found.groups.items() for row in _of_group(found, name, group)]


def _of_group(found: Answer, name: str, group: GroupStaffed) -> list[dict[str, object]]:
    required, errors = by_day(group.required), by_day(group.standard_error)
    return [
        {
            "group": name,
            "start": clock(found, k),
            "staff": agents,
            "required": required[day][k],
            "standard_error": errors[day][k],
            "day": day,
        }
        for day, staff in by_day(group.staff).items()
        for k, agents in enumerate(staff)
    ]
