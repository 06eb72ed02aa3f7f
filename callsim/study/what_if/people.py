"""People of groups, and the scales of staff with which each group has a given number."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callsim.model import Model
from callsim.scenario import Group, Scenario

Changes = Mapping[str, object]
"""Keys of the scenario file and their values, as after `--set`: {"groups.desk.scale.staff": 0.98}."""

TRIES = 6  # to meet a number of people: a scale is rounded, and so is what it yields
DIGITS = 6  # of a scale


def key_of(section: str, name: str, path: str) -> str:
    """A key as after `--set`, with the name in quotes, so that no letter of it has another meaning."""
    return f'{section}."{name}".{path}'


def people_of(group: Group) -> int:
    """People of one copy of a group; of staff by the interval, where it has the most."""
    if group.shifts is not None:
        return sum(group.shifts.values())
    if isinstance(group.staff, dict):
        return max((max(some, default=0) for some in group.staff.values()), default=0)
    return max(group.staff or (), default=0)


def copies_of(model: Model) -> dict[str, int]:
    """How often each group of the file stands in a centre."""
    found = dict.fromkeys(model.scenario.groups, 0)
    for copy in model.groups:
        found[copy.original] += 1
    return found


def with_people(
    read: Callable[[Changes], Scenario], changes: Changes, wanted: Mapping[str, int]
) -> tuple[dict[str, object], Scenario]:
    """Returns the changes that give each group its number of people, and the scenario with them in force.

    read: reads the scenario with changes of it.
    changes: what is changed besides.
    wanted: people of one copy of each group, none of which has nobody as it is.
    Raises ScenarioError where a scale would be out of its range.
    """
    now = read(changes)
    scales = {name: now.groups[name].scale.staff for name in wanted}
    for number in range(TRIES):
        have = {name: people_of(now.groups[name]) for name in wanted}
        off = {name: people - have[name] for name, people in wanted.items() if people != have[name]}
        if not off:
            break
        for name, missing in off.items():
            # First as if nothing were rounded, then by less than what one person more asks for.
            base = have[name] / now.groups[name].scale.staff
            scales[name] = (wanted[name] / base) if number == 0 else scales[name] + missing / base / 2
        now = read(_with(changes, scales))
    return _with(changes, scales), now


def _with(changes: Changes, scales: Mapping[str, float]) -> dict[str, object]:
    """The scales last, so that no pattern among the changes lies over them."""
    found = dict(changes)
    for name, scale in scales.items():
        key = key_of("groups", name, "scale.staff")
        found.pop(key, None)
        found[key] = round(scale, DIGITS)
    return found
