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


def evenly(value: Any, date: datetime.date) -> float:
    """A value that changes evenly from date to date."""
    if not isinstance(value, dict):
        return share(value)
    knots = [(since, share(value[since])) for since in sorted(value)]
    before = [knot for knot in knots if knot[0] <= date] or knots[:1]
    after = [knot for knot in knots if knot[0] >= date] or knots[-1:]
    (since, low), (until, high) = before[-1], after[0]
    return low + (high - low) * ((date - since).days / (until - since).days if until != since else 0.0)


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


def count(
    plan: dict[str, Any], needed: list[list[float]], sites: list[str], lines: list[str] | None = None
) -> dict[str, list[list[float]]]:
    """Present, in class, hired and left of each team at each week's begin, those who begin then in class.

    `needed`: [team][week]; `sites`, `lines`: of each team.
    """
    people = plan["people"]
    first = plan["phases"][0]["on"]
    own = [plan.get("lines", {}).get(line, {}) for line in lines or [""] * len(needed)]
    every = people.get("attrition", "0%")
    stays = [Stay(line.get("attrition", every), people.get("hazard", ["1%"])) for line in own]
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

    def remains(team: int, age: float, later: float) -> float:
        return stays[team]((age + later) * WEEK) / stays[team](age * WEEK)

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
            spans = [math.ceil(days(line.get("training", school["length"])) / 7) for line in own]
            fails = share(school.get("fails", "0%"))
            wants = []
            for team in range(teams):
                span, stay = spans[team], stays[team]
                until = range(min(week + span, weeks - 1), min(week + span + ahead, weeks - 1) + 1)
                will = sum(size * remains(team, age, span) for size, age in cohorts[team])
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
                    classes.append([team, size, week + spans[team], fails, name])
        for team in range(teams):
            noted["present"][team].append(sum(size for size, _ in cohorts[team]))
            noted["learning"][team].append(sum(one[1] for one in classes if one[0] == team))
            noted["hired"][team].append(hired[team])
            noted["left"][team].append(left[team])
            for cohort in cohorts[team]:
                keeps = cohort[0] * remains(team, cohort[1], 1)
                left[team] += cohort[0] - keeps
                cohort[:] = [keeps, cohort[1] + 1]
    return noted


def needs(words: dict[str, Any], weeks: int) -> list[list[float]]:
    """Agents needed by each team, groups first, at each week's begin: [team][week]."""
    plan, people = words["buildout"], words["buildout"]["people"]
    lines = plan.get("lines", {})
    grown: dict[str, list[float]] = {site: [] for site in words["sites"]}
    growth: dict[str, list[float]] = {line: [] for line in lines}
    fill: list[float] = []
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
        fill.append(evenly(plan.get("client_fill", 1.0), date))
        for name, line in lines.items():
            growth[name].append(evenly(line.get("growth", 1.0), date))
    gives = people.get("hours_per_week", 40) * (1 - share(people.get("shrinkage", "0%")))
    gives *= share(people.get("efficiency", 1.0))
    written_at = share(plan.get("volumes_at_fill", 1.0))
    found = []
    for group in words["groups"].values():
        best = min(answer.get("rank", 1) for answer in group["answers"].values())
        first = [queue for queue, answer in group["answers"].items() if answer.get("rank", 1) == best]
        work = [words["queues"][queue]["arrivals"]["per_hour"] for queue in first]
        found.append([])
        for week in range(weeks):
            more = [
                next(
                    (growth[name][week] for name, line in lines.items() if queue in line.get("queues", [])),
                    1.0,
                )
                for queue in first
            ]
            grows = sum(w * m for w, m in zip(work, more, strict=True)) / sum(work)
            size = grown[group["site"]][week] * fill[week] / written_at * grows
            found[-1].append(group["staff"] * 168 / gives * size)
    for name, line in lines.items():
        for site, many in line.get("seats", {}).items():
            sizes = zip(fill, grown[site], growth[name], strict=True)
            found.append([many * line["agents_per_seat"] * f * seats * more for f, seats, more in sizes])
    return found
