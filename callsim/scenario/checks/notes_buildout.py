"""What a planner should know of a build-out though it is no mistake: losses, schools, too few rooms."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.scenario.buildout.classes import overfull, weeks_of
from callsim.scenario.buildout.plan import Buildout
from callsim.scenario.schema import Scenario
from callsim.units import DAY_S, show_share


def all_notes(scenario: Scenario) -> Iterator[str]:
    """Every line that `callsim check` adds."""
    assert scenario.buildout is not None
    yield from losses(scenario)
    yield from untaught(scenario)
    yield from rooms(scenario.buildout)


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


def untaught(scenario: Scenario) -> Iterator[str]:
    """Sites with agents for which no school teaches, though there are schools."""
    assert scenario.buildout is not None
    people, lines = scenario.buildout.people, scenario.buildout.lines.values()
    if not people.schools:
        return
    sites = [group.site for group in scenario.groups.values()]
    for site in people.untaught([*sites, *(site for line in lines for site in line.seats)]):
        yield f"no school teaches for {site}: nobody is hired there"


def rooms(plan: Buildout) -> Iterator[str]:
    """Schools that cannot take their intake, for classes begin with a week and hold rooms for whole ones."""
    for name, school in plan.people.schools.items():
        if full := next(overfull(school), None):
            weeks = weeks_of(school.length)
            yield (
                f"school {name}: classes begin with a week, so {school.length / DAY_S:g} days hold a room "
                f"for {weeks} week{'s' * (weeks > 1)}: it takes {full.takes:,.1f} people a month, not "
                f"{full.intake:,.10g}"
            )
