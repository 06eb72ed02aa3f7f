"""Random small centres in the words of scenario files, in which every pair of features comes together."""

from __future__ import annotations

import random
from typing import Any

FEATURES = (
    "ranks", "after", "pace", "priority", "lines", "trunks", "redial", "balk", "hours", "disconnect",
    "shifts", "night", "seats", "shrinkage", "absence", "dropped", "finished", "cut", "wrap", "patience",
    "days", "warm_up", "seconds", "by_day", "prefers", "movable", "open_by_day",
    "reserve", "min_waiting", "quota", "when", "weight", "head_start",
)  # fmt: skip
CONDITIONS = frozenset(FEATURES[-6:])

# Breaks of shifts: fixed ones, and some that move.
EARLY: tuple[Any, Any] = (
    ["09:00-09:30", "11:10-11:50"],
    [
        "09:00-09:30",
        {"length": "40 min", "between": "10:00-12:10"},
        {"length": "10 min", "between": "07:00-08:00"},
    ],
)
LATE: tuple[Any, Any] = (["17:00-17:45"], {"length": "45 min", "between": "15:00-18:00"})
NIGHT: tuple[Any, Any] = (
    ["02:00-02:30"],
    [{"length": "30 min", "between": "23:10-01:00"}, {"at": "02:00-02:10"}],
)


def chosen(seed: int) -> frozenset[str]:
    """The features of a centre: about half of all."""
    luck = random.Random(f"features {seed}")
    return frozenset(feature for feature in FEATURES if luck.random() < 0.5)


def centre(seed: int, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A scenario as a mapping of words, which leaves these features out."""
    luck, has = random.Random(seed), chosen(seed) - without
    queues = [f"q{k}" for k in range(luck.randint(1, 3))]
    groups = [f"g{k}" for k in range(luck.randint(1, 3))]
    sites = ["a", "b"]
    found = {
        "name": f"random {seed}",
        "calendar": {
            "start": "2024-01-08",
            "days": luck.randint(2, 4) if "by_day" in has else luck.randint(2, 3) if "days" in has else 1,
            "interval": "2 h",
            **({"warm_up": luck.choice(["1 h", "3 h"])} if "warm_up" in has else {}),
        },
        "sites": {site: {"seats": luck.randint(3, 6) if "seats" in has else 40} for site in sites},
        "queues": {name: _queue(luck, has) for name in queues},
        "groups": {
            name: _group(luck, has, queues, sites, needed=queues if number == 0 else None)
            for number, name in enumerate(groups)
        },
        "shifts": {
            "early": {"from": "06:00", "to": "14:00", "breaks": EARLY["movable" in has]},
            "late": {"from": "12:30", "to": "22:00", "breaks": LATE["movable" in has]},
            **(
                {"night": {"from": "21:15", "to": "06:30", "breaks": NIGHT["movable" in has]}}
                if "night" in has
                else {}
            ),
        }
        if "shifts" in has
        else {},
        "lines": {"main": {"count": luck.randint(4, 9), "queues": queues}} if "trunks" in has else {},
        "incidents": list(_incidents(luck, has)),
    }
    _conditions(random.Random(f"conditions {seed}"), has, found["groups"])
    return found


def _time(luck: random.Random, has: frozenset[str], mean_s: float) -> dict[str, Any]:
    if "seconds" in has:  # few values, so that ends fall together with other ends
        return {"constant": {"mean": f"{luck.choice([30, 60, 90, 120])} s"}}
    mean = {"mean": f"{mean_s * luck.uniform(0.5, 2):.4f} s"}
    return luck.choice([{"exponential": mean}, {"gamma": {**mean, "cv": 0.6}}])


def _queue(luck: random.Random, has: frozenset[str]) -> dict[str, Any]:
    return {
        "arrivals": {"per_hour": luck.choice([6, 20, 45])},
        "talk": _time(luck, has - {"seconds"}, 240),
        **({"wrap": _time(luck, has, 60)} if "wrap" in has and luck.random() < 0.7 else {}),
        **({"patience": _time(luck, has, 150)} if "patience" in has or luck.random() < 0.5 else {}),
        **({"priority": luck.randint(1, 3)} if "priority" in has else {}),
        **({"weight": luck.choice([0.5, 2, 3.25])} if "weight" in has and luck.random() < 0.7 else {}),
        **(
            {"head_start": luck.choice(["20 s", "3 min"])}
            if "head_start" in has and luck.random() < 0.6
            else {}
        ),
        **({"goal": {"answer": "80%", "within": luck.choice(["10 s", "1 min"])}} if "when" in has else {}),
        **({"lines": luck.randint(2, 7)} if "lines" in has and luck.random() < 0.6 else {}),
        **({"balk": luck.choice(["20%", "60%"])} if "balk" in has else {}),
        **(
            {"redial": {"probability": "60%", "after": {"exponential": {"mean": "7 min"}}, "at_most": 3}}
            if "redial" in has
            else {}
        ),
        **({"open": luck.choice(["08:00-20:00", "09:15-12:30", "00:00-18:40"])} if "hours" in has else {}),
        **({"open": _open_by_day(luck)} if "open_by_day" in has else {}),
        **({"at_close": "disconnect"} if "disconnect" in has else {}),
    }


def _open_by_day(luck: random.Random) -> dict[str, Any]:
    """Hours by day, some of them to midnight and on from it. Day 1 is a Monday."""
    hours = [
        "08:00-20:00",
        "closed",
        ["00:00-03:30", "09:15-24:00"],
        "00:00-24:00",
        ["07:00-12:00", "13:00-18:40"],
    ]
    keys = luck.choice([("mon", "other"), ("mon-sun", "2024-01-09"), ("mon-tue", "wed-sun", "2024-01-10")])
    chosen = [luck.choice(hours) for _ in keys]
    return dict(zip(keys, chosen if any(one != "closed" for one in chosen) else hours, strict=False))


def _group(
    luck: random.Random, has: frozenset[str], queues: list[str], sites: list[str], needed: list[str] | None
) -> dict[str, Any]:
    answered = needed or luck.sample(queues, luck.randint(1, len(queues)))
    answers = {
        queue: {
            **({"rank": luck.randint(1, 3)} if "ranks" in has else {}),
            **(
                {"after": luck.choice(["20 s", "45 s", "2 min"])}
                if "after" in has and luck.random() < 0.5
                else {}
            ),
            **({"pace": luck.choice([0.7, 1.0, 1.3])} if "pace" in has else {}),
        }
        for queue in answered
    }
    shifts = ["early", "late", *(["night"] if "night" in has else [])]
    people = (
        {"shifts": {shift: luck.randint(1, 4) for shift in shifts}}
        if "shifts" in has
        else {"staff": _by_day(luck) if "by_day" in has else _staff(luck)}
    )
    return {
        "site": luck.choice(sites),
        "answers": answers,
        **({"prefers": _prefers(luck, answered)} if "prefers" in has and luck.random() < 0.7 else {}),
        **people,
        **({"shrinkage": "15%"} if "shrinkage" in has else {}),
        **({"absence": {"share": "10%", "correlation": 0.1}} if "absence" in has else {}),
    }


def _prefers(luck: random.Random, answered: list[str]) -> list[str | list[str]]:
    """Some of the queues, some of them as equals."""
    names = luck.sample(answered, luck.randint(1, len(answered)))
    if len(names) > 1 and luck.random() < 0.5:
        return [names[:2], *names[2:]]
    return [*names]


def _conditions(luck: random.Random, has: frozenset[str], groups: dict[str, Any]) -> None:
    """Add conditions to answers; quotas to all groups of one rank or to none."""
    quotas: dict[tuple[str, int], bool] = {}
    for group in groups.values():
        for queue, answer in group["answers"].items():
            if "reserve" in has and luck.random() < 0.4:
                answer["reserve"] = luck.choice([0, 1, 1, 2])
            if "min_waiting" in has and luck.random() < 0.4:
                answer["min_waiting"] = luck.choice([1, 2, 2, 3])
            if "when" in has and luck.random() < 0.4:
                answer["when"] = luck.choice(
                    [
                        {
                            "waiting_above": luck.randint(0, 3),
                            "checked_every": luck.choice(["1 min", "7.5 s"]),
                        },
                        {"service_level_below": luck.choice(["50%", "90%"])},
                        {"service_level_below": "75%", "over": "2 h", "checked_every": "5 min"},
                    ]
                )
            equals = queue, answer.get("rank", 1)
            if "quota" in has and quotas.setdefault(equals, luck.random() < 0.7):
                answer["quota"] = luck.choice(["10%", "20%", "33%"])


def _staff(luck: random.Random) -> list[int]:
    return [luck.randint(1, 4) for _ in range(12)]


def _by_day(luck: random.Random) -> dict[str, Any]:
    """Staff by weekday, range, date or other, of which several may cover a day. Day 1 is a Monday."""
    keys = luck.choice(
        [
            ("other", "mon"),
            ("mon-sun", "2024-01-09", "thu"),
            ("wed-sun", "mon-tue", "2024-01-11"),
            ("mon-fri", "sat-mon", "tue"),  # over the end of the week; the shorter range has Monday
            ("2024-01-08", "2024-01-10", "tue-wed", "other"),
        ]
    )
    return {key: luck.choice([_staff(luck), luck.randint(1, 4)]) for key in keys}


def _incidents(luck: random.Random, has: frozenset[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for kind in ("dropped", "finished"):
        if kind in has:
            begin = luck.randint(7, 17)
            found.append(
                {
                    "site": "a" if kind == "dropped" else luck.choice(["a", "b"]),
                    "from": f"day 1 {begin:02d}:{luck.choice(['00', '07', '30'])}",
                    "to": f"day 1 {begin + luck.randint(1, 4):02d}:{luck.choice(['31', '45'])}",
                    "seats_lost": "60%" if kind == "dropped" else "40%",
                    "calls_in_progress": kind,
                }
            )
    if "cut" in has and "trunks" in has:
        found.append({"lines": "main", "from": "day 1 10:00", "to": "day 1 13:20", "lost": "60%"})
    return found
