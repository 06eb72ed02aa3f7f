"""What a planner should know of a build-out though it is no mistake: losses, schools, too few rooms."""

from __future__ import annotations

from collections.abc import Iterator

from callsim.scenario.buildout.classes import overfull, weeks_of
from callsim.scenario.buildout.plan import Buildout
from callsim.scenario.schema import Scenario
from callsim.sentences import say
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
        of_groups = [say("notes.of_shrinkage", share=show_share(off))] if off else []
        of_groups += [say("notes.of_absence", share=show_share(absent))] if absent else []
        yield (
            say("notes.shrinkage_twice", people=show_share(people), groups=say("lists.and").join(of_groups))
        )
    if not (people or absent or off):
        yield (say("notes.nobody_is_away"))


def untaught(scenario: Scenario) -> Iterator[str]:
    """Sites with agents for which no school teaches, though there are schools."""
    assert scenario.buildout is not None
    people, lines = scenario.buildout.people, scenario.buildout.lines.values()
    if not people.schools:
        return
    sites = [group.site for group in scenario.groups.values()]
    for site in people.untaught([*sites, *(site for line in lines for site in line.seats)]):
        yield say("binding.nobody_taught", site=site)


def rooms(plan: Buildout) -> Iterator[str]:
    """Schools that cannot take their intake, for classes begin with a week and hold rooms for whole ones."""
    for name, school in plan.people.schools.items():
        if full := next(overfull(school), None):
            weeks = weeks_of(school.length)
            yield say(
                "notes.school_rooms",
                n=weeks,
                school=name,
                days=school.length / DAY_S,
                takes=full.takes,
                intake=full.intake,
            )
