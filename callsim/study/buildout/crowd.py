"""The people and seats of a day of the plan: the filled share of each roster, the seats left for queues."""

from __future__ import annotations

from collections.abc import Mapping

from callsim.model.buildout import Years
from callsim.model.plan_day import Crowd
from callsim.scenario.scaled import rounded
from callsim.study.buildout.head_count import Flow

NONE: Mapping[str, int] = {}


def crowd(years: Years, played: Flow, column: int, seats: Mapping[str, int] = NONE) -> Crowd:
    """Returns the filled share of each roster on a day, the people's pace, and the seats for queues.

    `seats`: how many more are tried in each site.
    """
    named = {site for phase in years.plan.phases for site in phase.seats}
    dialled = {team.site for team in years.teams if team.group is None}
    filled, pace = {}, {}
    for row, team in enumerate(years.teams):
        if team.group is not None:
            filled[team.group] = round(_filled(years, played, row, column), 5)
            pace[team.group] = round(float(played.pace[row, column]), 3)
    left = {
        name: max(0, there - rounded(dialling_seats(years, played, name, column)))
        for row, name in enumerate(years.sites)
        if name in named or name in seats or (name in dialled and years.is_limited(name))
        for there in [int(years.seats[row, column]) + seats.get(name, 0)]
    }
    return Crowd(filled, pace, left)


def _filled(years: Years, played: Flow, row: int, column: int) -> float:
    """The share of a team's roster for which people are there."""
    needed, there = float(years.needed[row, column]), float(played.present[row, column])
    return min(1.0, there / needed) if needed > 0 else 1.0


def dialling_seats(years: Years, played: Flow, site: str, column: int) -> float:
    """Returns the seats of a site that people without queues use, as far as such people are there."""
    return sum(
        float(years.dialling[row, column]) * _filled(years, played, row, column)
        for row, team in enumerate(years.teams)
        if team.site == site and team.group is None
    )
