"""Random small build-outs: sites, queues that share them, schools, markets, phases of every kind."""

from __future__ import annotations

import datetime
import random
from typing import Any


def random_file(luck: random.Random) -> dict[str, Any]:
    """A scenario with a build-out, as the words of its file."""
    sites = ["mill", "hall", "park"][: luck.randint(1, 3)]
    queues = ["calls", "bank"][: luck.randint(1, 2)]
    groups: dict[str, Any] = {}
    for number, site in enumerate(sites):
        answers: dict[str, Any] = {queues[number % len(queues)]: {}}
        if len(queues) > 1 and luck.random() < 0.4:
            answers[queues[(number + 1) % len(queues)]] = luck.choice([{}, {"rank": 2, "after": "20 s"}])
        groups[f"{site} desk"] = {"site": site, "answers": answers, "staff": luck.randint(4, 12)}
        if luck.random() < 0.3:
            groups[f"{site} desk"]["shrinkage"] = "10%"
    answered = {queue for group in groups.values() for queue in group["answers"]}
    if not answered.issuperset(queues):
        groups["mill desk"]["answers"] = {queue: {} for queue in queues}
    first = datetime.date(2024, 1, 8)
    phases, date, open_now = [], first, dict.fromkeys(sites, 0)
    for number in range(luck.randint(1, 3)):
        named = sites if number == 0 else luck.sample(sites, luck.randint(1, len(sites)))
        open_now = open_now | {site: open_now[site] + luck.randint(8, 20) for site in named}
        over = luck.choice([0, 0, 20, 45])
        phase = {
            "name": f"p{number}",
            "on": date,
            "over": f"{over} d",
            "seats": {s: open_now[s] for s in named},
        }
        phases.append(phase)
        date += datetime.timedelta(days=over + luck.choice([30, 75, 120]))
    plan: dict[str, Any] = {"until": date, "runs": 3, "phases": phases}
    if luck.random() < 0.3:
        plan["lines"] = {
            "inbound": {"queues": queues, "growth": {first: 1, date: luck.choice([0.9, 1.2])}},
            "outbound": {"seats": {sites[0]: 4}, "agents_per_seat": luck.choice([1.5, 2])},
        }
    plan["people"] = _people(luck, sites)
    return {
        "name": "random",
        "calendar": {"start": first, "interval": "1 h"},
        "sites": {site: {"seats": open_now[site]} for site in sites},
        "queues": {
            queue: {
                "arrivals": {"per_hour": luck.randint(40, 120)},
                "talk": {"exponential": {"mean": "3 min"}},
                "patience": {"exponential": {"mean": "3 min"}},
                "goal": {"answer": luck.choice(["60%", "80%"]), "within": "20 s"},
            }
            for queue in queues
        },
        "groups": groups,
        "buildout": plan,
    }


def richer(words: dict[str, Any], luck: random.Random) -> dict[str, Any]:
    """The same with what a plan may say besides: fill and schools that change, lines with people of their
    own, sites that shrink on purpose."""
    plan, first = words["buildout"], words["calendar"]["start"]
    later = first + datetime.timedelta(days=luck.choice([40, 100]))
    plan["client_fill"] = luck.choice(["75%", {first: "60%", later: "100%"}])
    plan["volumes_at_fill"] = luck.choice(["75%", "100%"])
    plan["people"]["efficiency"] = luck.choice(["100%", "80%"])
    plan["people"]["hours_per_week"] = luck.choice([35, 40])
    for school in plan["people"]["schools"].values():
        if luck.random() < 0.5:
            school["rooms"] = {first: school["rooms"], later: school["rooms"] + 3}
        if "intake" in school and luck.random() < 0.5:
            school["intake"] = {later: school["intake"]}
    if "lines" not in plan:
        plan["lines"] = {f"{queue} line": {"queues": [queue]} for queue in words["queues"]}
    for line in plan["lines"].values():
        line |= luck.choice([{}, {"training": "16 d"}, {"attrition": "60%"}])
        line.setdefault("growth", {first: 1, later: luck.choice([0.7, 1.5])})
    if len(plan["phases"]) > 1 and luck.random() < 0.5:
        phase = plan["phases"][-1]
        site = luck.choice(sorted(phase["seats"]))
        phase |= {"close": [site], "seats": phase["seats"] | {site: luck.choice([0, 3])}}
    return words


def _people(luck: random.Random, sites: list[str]) -> dict[str, Any]:
    people: dict[str, Any] = {
        "attrition": luck.choice(["0%", "40%", {"turnover": 1.5}]),
        "hazard": luck.choice([["5%"], ["9%", "6%", "4%"]]),
        "at_start": luck.choice(["100%", "70%"]),
        "new_at_start": luck.choice(["0%", "30%"]),
        "support": luck.choice(["0%", "10%"]),
        "hire_ahead": luck.choice(["0 s", "28 d"]),
        "shrinkage": luck.choice(["0%", "20%"]),
    }
    if luck.random() < 0.4:
        people["labour_market"] = {"labour_force": luck.choice([2_000, 8_000]), "at_most": "2%"}
    schools: dict[str, Any] = {}
    for number in range(luck.randint(1, 3)):
        school: dict[str, Any] = {
            "class_size": luck.choice([2, 8]),
            "rooms": luck.choice([1, 2, 4]),
            "length": luck.choice(["7 d", "10 d", "21 d"]),
            "fails": luck.choice(["0%", "10%"]),
            "lead": luck.choice(["0 s", "20 d"]),
        }
        if luck.random() < 0.5:
            school["intake"] = luck.choice([1, 2])
        if luck.random() < 0.3:
            school["trainers"] = luck.choice([1, 3])
        if luck.random() < 0.4:
            school["sites"] = luck.sample(sites, luck.randint(1, len(sites)))
        schools[f"s{number}"] = school
    return people | {"schools": schools}
