"""The people of a build-out counted once more, cohort by cohort, in plain Python.

Written from docs/buildout.md: weeks, schools, tenure. It takes the words of a file, and shares no code with
callsim. A cohort is [people, weeks of tenure]; a class [team, people, its end, share failing, school].
"""

from __future__ import annotations

import datetime
import math
from typing import Any

MONTH = 365.25 / 12  # days
WEEK = 7 / MONTH  # months


def days(text: str) -> float:
    """`14 d` in days."""
    amount, unit = text.split()
    return float(amount) * {"d": 1.0, "s": 1 / 86_400}[unit]


def share(text: str | float) -> float:
    """`30%` or 0.3."""
    return float(text.rstrip("%")) / 100 if isinstance(text, str) else float(text)


def holds_on(value: Any, date: datetime.date) -> float:
    """A value that holds from its date until the next, nothing before the first."""
    if not isinstance(value, dict):
        return float(value)
    last = 0.0
    for since in sorted(value):
        if since <= date:
            last = float(value[since])
    return last


class Stay:
    """The share of beginners still there after some months: hazards, scaled to the attrition."""

    def __init__(self, attrition: Any, hazard: list[float]):
        self.rates = [-math.log(1 - share(part)) for part in hazard]
        if isinstance(attrition, dict):
            low, high = 1e-6, 1e6
            for _ in range(200):
                middle = math.sqrt(low * high)
                self.scale = middle
                low, high = (middle, high) if self.mean() > 12 / attrition["turnover"] else (low, middle)
        else:
            year = sum(self.rates[min(month, len(self.rates) - 1)] for month in range(12))
            self.scale = -math.log(1 - share(attrition)) / year

    def mean(self) -> float:
        """The mean stay in months: the area under the curve."""
        alive, area = 1.0, 0.0
        for rate in (self.scale * rate for rate in self.rates[:-1]):
            area += alive * (1 - math.exp(-rate)) / rate
            alive *= math.exp(-rate)
        return area + alive / (self.scale * self.rates[-1])

    def __call__(self, months: float) -> float:
        hazard = 0.0
        for month in range(int(months) + 1):
            lasts = min(1.0, months - month)
            hazard += max(0.0, lasts) * self.rates[min(month, len(self.rates) - 1)]
        return math.exp(-self.scale * hazard)


def count(plan: dict[str, Any], needed: list[list[float]], sites: list[str]) -> dict[str, list[list[float]]]:
    """Present, in class, hired and left of each team at each week's begin, those who begin then in class.

    `needed`: [team][week]; `sites`: of each team.
    """
    people = plan["people"]
    first = plan["phases"][0]["on"]
    stay = Stay(people.get("attrition", "0%"), people.get("hazard", ["1%"]))
    schools = sorted(
        people.get("schools", {}).items(),
        key=lambda item: (
            len(item[1].get("sites", [])) or 99,
            share(item[1].get("fails", "0%")),
            days(item[1]["length"]),
            item[0],
        ),
    )
    teams, weeks = len(needed), len(needed[0])
    at_start, new = share(people.get("at_start", "100%")), share(people.get("new_at_start", "0%"))
    ahead = math.ceil(days(people.get("hire_ahead", "0 s")) / 7)
    market = people.get("labour_market")
    cohorts: list[list[list[float]]] = []
    for team in range(teams):
        beginners = needed[team][0] * at_start * new
        cohorts.append([[beginners / 13, float(age)] for age in range(13)])
        cohorts[team].append([needed[team][0] * at_start * (1 - new), 52.0])
    classes: list[list[Any]] = []
    hired, left = [0.0] * teams, [0.0] * teams
    noted: dict[str, list[list[float]]] = {
        name: [[] for _ in range(teams)] for name in ("present", "learning", "hired", "left")
    }

    def remains(age: float, later: float) -> float:
        return stay((age + later) * WEEK) / stay(age * WEEK)

    for week in range(weeks):
        date = first + datetime.timedelta(days=7 * week)
        for one in classes:
            if one[2] == week:
                cohorts[one[0]].append([one[1] * (1 - one[3]), 0.0])
        classes = [one for one in classes if one[2] > week]
        there = sum(size for team in cohorts for size, _ in team)
        places = math.inf
        if market:
            most = market["labour_force"] * share(market.get("at_most", "100%"))
            most *= 1 - share(people.get("support", "0%"))
            places = max(0.0, most - there - sum(one[1] for one in classes))
        for name, school in schools:
            span = math.ceil(days(school["length"]) / 7)
            fails = share(school.get("fails", "0%"))
            wants = []
            for team in range(teams):
                until = range(min(week + span, weeks - 1), min(week + span + ahead, weeks - 1) + 1)
                will = sum(size * remains(age, span) for size, age in cohorts[team])
                for of, size, done, loses, _ in classes:
                    if of == team and done <= week + span:
                        will += size * (1 - loses) * stay((week + span - done) * WEEK)
                short = max(0.0, max(needed[team][k] for k in until) - will)
                teaches = not school.get("sites") or sites[team] in school["sites"]
                wants.append(short / (1 - fails) if teaches else 0.0)
            inside = sum(one[1] for one in classes if one[4] == name)
            rooms = holds_on(school["rooms"], date) * school["class_size"] - inside
            if "trainers" in school:
                rooms = min(rooms, holds_on(school["trainers"], date) * school["class_size"] - inside)
            found = holds_on(school["intake"], date) * WEEK if "intake" in school else math.inf
            if week * 7 < days(school.get("lead", "0 s")):
                found = 0.0
            begins = max(0.0, min(sum(wants), found, rooms, places))
            if sum(wants) <= 1e-9 or begins <= 0:
                continue
            places -= begins
            for team in range(teams):
                size = wants[team] * begins / sum(wants)
                if size > 0:
                    hired[team] += size
                    classes.append([team, size, week + span, fails, name])
        for team in range(teams):
            noted["present"][team].append(sum(size for size, _ in cohorts[team]))
            noted["learning"][team].append(sum(one[1] for one in classes if one[0] == team))
            noted["hired"][team].append(hired[team])
            noted["left"][team].append(left[team])
            for cohort in cohorts[team]:
                stays = cohort[0] * remains(cohort[1], 1)
                left[team] += cohort[0] - stays
                cohort[:] = [stays, cohort[1] + 1]
    return noted


def needs(words: dict[str, Any], weeks: int) -> list[list[float]]:
    """Agents needed by each team, groups first, at each week's begin: [team][week]."""
    plan, people = words["buildout"], words["buildout"]["people"]
    lines = plan.get("lines", {})
    fill = 1.0  # the random files say nothing else
    grown: dict[str, list[float]] = {site: [] for site in words["sites"]}
    growth: list[float] = []
    for week in range(weeks):
        date = plan["phases"][0]["on"] + datetime.timedelta(days=7 * week)
        for site, there in words["sites"].items():
            seats, before = 0.0, 0
            for phase in plan["phases"]:
                if site in phase["seats"]:
                    since, over = (date - phase["on"]).days, days(phase["over"])
                    part = min(1.0, max(0.0, since / over)) if over else float(since >= 0)
                    seats += (phase["seats"][site] - before) * part
                    before = phase["seats"][site]
            grown[site].append(math.floor(seats + 1e-6) / there["seats"])
        knots = sorted(lines["inbound"]["growth"].items()) if lines else [(date, 1.0)]
        (first, low), (end, high) = knots[0], knots[-1]
        part = (date - first).days / (end - first).days if end > first else 0.0
        growth.append(low + min(1.0, max(0.0, part)) * (high - low))
    gives = people.get("hours_per_week", 40) * (1 - share(people.get("shrinkage", "0%")))
    found = [
        [
            group["staff"] * 168 / gives * seats * fill * more
            for seats, more in zip(grown[group["site"]], growth, strict=True)
        ]
        for group in words["groups"].values()
    ]
    for line in lines.values():
        for site, many in line.get("seats", {}).items():
            found.append([many * line["agents_per_seat"] * fill * seats for seats in grown[site]])
    return found
