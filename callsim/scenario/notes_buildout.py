"""What a planner should know of a build-out though it is no mistake: losses, and rooms that are too few."""

from __future__ import annotations

import math
from collections.abc import Iterator

from callsim.scenario.buildout import Buildout
from callsim.scenario.model import Scenario
from callsim.scenario.over_time import on
from callsim.units import show_share

WEEK_S = 7 * 86_400
WEEK_MONTHS = 7 / (365.25 / 12)


def losses(scenario: Scenario) -> Iterator[str]:
    """Whether the same hours may be lost at two places of the file, or at none."""
    assert scenario.buildout is not None
    people = scenario.buildout.people.shrinkage
    groups = scenario.groups.values()
    absent = max((group.absence.share for group in groups if group.absence), default=0.0)
    off = max((group.shrinkage for group in groups), default=0.0)
    if people and (absent or off):
        of_groups = [f"{show_share(off)} shrinkage"] if off else []
        of_groups += [f"{show_share(absent)} absence"] if absent else []
        yield (
            f"people.shrinkage ({show_share(people)}) is of hours that are paid and not rostered, as leave "
            f"is; groups lose up to {' and '.join(of_groups)} of rostered ones: no loss may be in both"
        )
    if not (people or absent or off):
        yield (
            "nobody is ever on leave, ill or in training: people.shrinkage, and shrinkage and absence of all "
            "groups, are 0"
        )


def rooms(plan: Buildout) -> Iterator[str]:
    """Schools that cannot take their intake, for classes begin with a week and hold rooms for whole ones."""
    for name, school in plan.people.schools.items():
        weeks = math.ceil(school.length / WEEK_S)
        for date in sorted(school.intake or {}):
            assert school.intake is not None
            intake = on(school.intake, date)
            there = on(school.rooms, date)
            if school.trainers is not None:
                there = min(there, on(school.trainers, date))
            fits = there * school.class_size / weeks / WEEK_MONTHS
            if intake > fits * (1 + 1e-9) and there:
                yield (
                    f"school {name}: classes begin with a week, so {school.length / 86_400:g} days hold a "
                    f"room for {weeks} week{'s' * (weeks > 1)}: "
                    f"it takes {fits:,.1f} people a month, not {intake:,.10g}"
                )
                break
