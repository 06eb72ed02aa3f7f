"""A roster recounted minute by minute from the file that was written: nothing of callsim is used.

The file is read with a plain YAML loader, in which every value is a text, and laid over its base here.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

DAY = 24 * 60  # minutes
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
HOURS_A_DAY, DAYS_A_WEEK, REST, NIGHTS_A_MONTH = 8, 6, 11, 8


def read(path: Path) -> dict[str, Any]:
    """A file over what it extends, as texts."""
    upper: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    base = upper.pop("extends", None)
    found: dict[str, Any] = upper if base is None else _over(read(path.parent / base), upper, ())
    return found


def _over(base: Any, upper: Any, path: tuple[str, ...]) -> Any:
    if not isinstance(base, dict) or not isinstance(upper, dict) or path[2:] == ("staff",):
        return upper
    found = dict(base)
    if len(path) == 2 and path[0] == "groups":
        for key, other in (("staff", "shifts"), ("shifts", "staff")):
            if key in upper and other not in upper:
                found.pop(other, None)
    for key, value in upper.items():
        if value == "null":
            found.pop(key, None)
        else:
            found[key] = _over(found[key], value, (*path, key)) if key in found else value
    return found


def minutes(clock: str) -> int:
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def share(words: str) -> float:
    return float(words[:-1]) / 100 if words.endswith("%") else float(words)


class Shift:
    """One shift: minutes from midnight of the day on which it begins."""

    def __init__(self, words: Mapping[str, Any]):
        listed = words["hours"] if "hours" in words else [f"{words['from']}-{words['to']}"]
        self.spans = list(_placed([listed] if isinstance(listed, str) else listed))
        pauses = words.get("breaks", [])
        pauses = pauses if isinstance(pauses, list) else [pauses]
        told = [one if isinstance(one, dict) else {"at": one} for one in pauses]
        self.moves = any("at" not in one for one in told)
        fixed = [one for one in told if "at" in one]
        self.breaks = list(_placed([one["at"] for one in fixed], self.spans[0][0]))
        self.unpaid = [
            {"no": True, "false": True, "yes": False, "true": False}.get(one.get("paid"), end - begin >= 20)
            for one, (begin, end) in zip(fixed, self.breaks, strict=True)
        ]
        self.days = set(_weekdays(words.get("days", WEEKDAYS)))

    @property
    def begin(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    def on(self) -> np.ndarray:
        """Whether somebody is on duty in each minute of two days."""
        found = np.zeros(2 * DAY, bool)
        for begin, end in self.spans:
            found[begin:end] = True
        for begin, end in self.breaks:
            found[begin:end] = False
        return found

    @property
    def paid(self) -> int:
        """Paid minutes: breaks below 20 min are paid unless the file says otherwise."""
        away = sum(
            end - begin for (begin, end), unpaid in zip(self.breaks, self.unpaid, strict=True) if unpaid
        )
        return sum(end - begin for begin, end in self.spans) - away

    @property
    def night(self) -> bool:
        """Two hours or more between midnight and five."""
        on = self.on()
        return int(on[:300].sum() + on[DAY : DAY + 300].sum()) >= 120


def _placed(listed: list[str], start: int | None = None) -> Iterator[tuple[int, int]]:
    for words in listed:
        begin, end = (minutes(part) for part in words.split("-"))
        start = begin if start is None else start
        begin += DAY * (begin < start)
        while end <= begin:
            end += DAY
        yield begin, end


def _weekdays(words: Any) -> Iterator[int]:
    for word in [words] if isinstance(words, str) else words:
        begin, _, end = word.partition("-")
        first, last = WEEKDAYS.index(begin), WEEKDAYS.index(end or begin)
        yield from ((first + k) % 7 for k in range((last - first) % 7 + 1))


class Roster:
    """What a file says of people."""

    def __init__(self, path: Path):
        words = read(path)
        calendar = words.get("calendar", {})
        self.start = datetime.date.fromisoformat(calendar.get("start", "2024-01-01"))
        self.days = int(calendar.get("days", 1))
        every = words.get("shifts", {})
        self.shifts = {name: Shift(shift) for name, shift in every.items() if "starts" not in shift}
        self.labour = words.get("labour", "CN")
        self.groups = words["groups"]
        self.sites = words.get("sites", {})
        self.worked = {
            name: {shift: int(n) for shift, n in group["shifts"].items()}
            for name, group in self.groups.items()
        }

    def ready(self, group: str) -> float:
        """The share of those planned who take calls."""
        words = self.groups[group]
        absent = share(words["absence"]["share"]) if "absence" in words else 0.0
        return (1 - share(words.get("shrinkage", "0"))) * (1 - absent)

    def dates(self, shift: str) -> list[int]:
        """Days of the calendar, from the evening before, on which a shift begins."""
        return [
            day
            for day in range(-1, self.days)
            if (self.start + datetime.timedelta(days=day)).weekday() in self.shifts[shift].days
        ]

    def on_duty(self, group: str, count: Any = float) -> np.ndarray:
        """How many are on duty in each minute of the calendar, `count` of those planned on each shift."""
        found = np.zeros((self.days + 2) * DAY)
        for name, agents in self.worked[group].items():
            for day in self.dates(name):
                found[(day + 1) * DAY : (day + 3) * DAY] += (
                    count(agents) * self.shifts[name].on()[: len(found) - (day + 1) * DAY]
                )
        return found[DAY : (self.days + 1) * DAY]

    @property
    def paid_hours(self) -> float:
        """Paid hours of the calendar's days, one copy of each group."""
        return sum(
            agents * self.shifts[name].paid / 60 * sum(day >= 0 for day in self.dates(name))
            for shifts in self.worked.values()
            for name, agents in shifts.items()
        )

    def days_of_one(self, shift: str, hours_a_week: float = 40) -> int:
        """On how many days of a week one person may work a shift."""
        if self.labour == "none":
            return len(self.shifts[shift].days)
        most = math.floor(hours_a_week * 60 / self.shifts[shift].paid + 1e-9)
        return max(1, min(most, DAYS_A_WEEK, len(self.shifts[shift].days)))

    def people(self, group: str) -> int:
        """Who must be employed, whole."""
        each = [
            agents * len(self.shifts[name].days) / self.days_of_one(name)
            for name, agents in self.worked[group].items()
        ]
        return math.ceil(sum(each) - 1e-6)


def against_law(roster: Roster) -> list[str]:
    """What no person may be asked to work."""
    found = []
    if roster.labour == "none":
        return found
    for group, worked in roster.worked.items():
        nights, people = 0.0, 0.0
        for name, agents in worked.items():
            shift = roster.shifts[name]
            if not agents:
                continue
            if shift.paid > HOURS_A_DAY * 60:
                found.append(f"{group}: {name} is {shift.paid / 60:g} h long")
            if len(shift.days) > 1 and DAY - (shift.end - shift.begin) < REST * 60:
                found.append(f"{group}: {name} leaves less than {REST} h of rest")
            if roster.days >= 7 and len(shift.days) > roster.days_of_one(name):
                found.append(
                    f"{group}: {name} is on {len(shift.days)} days a week, {shift.paid / 60:g} h each"
                )
            people += agents * len(shift.days) / roster.days_of_one(name)
            nights += agents * len(shift.days) * shift.night
        if nights > NIGHTS_A_MONTH * 12 / 52 * people + 1e-6:
            found.append(f"{group}: {nights:g} nights a week for {people:g} people")
    return found


def over_seats(roster: Roster, copies: Mapping[str, int]) -> Iterator[tuple[str, float, int]]:
    """Of each site with a limit: its seats, and how many are taken at most, on the mean and if all come."""
    for site, words in roster.sites.items():
        groups = [name for name, group in roster.groups.items() if group.get("site") == site]
        if not isinstance(words, dict) or "seats" not in words or not groups:
            continue
        mean = sum(copies[name] * roster.ready(name) * roster.on_duty(name) for name in groups)
        most = sum(
            copies[name]
            * roster.on_duty(
                name,
                lambda n, name=name: math.ceil(
                    n * (1 - share(roster.groups[name].get("shrinkage", "0"))) - 1e-9
                ),
            )
            for name in groups
        )
        yield site, float(np.max(mean)), int(np.max(most))


def check(path: Path, told: Mapping[str, Any]) -> None:
    """The file against the answer's JSON: everything that can be counted must be what was promised."""
    roster = Roster(path)
    groups = told["groups"]
    copies = {name: group["copies"] for name, group in groups.items()}
    assert {name: group["shifts"] for name, group in groups.items()} == roster.worked
    assert {name: group["people"] for name, group in groups.items()} == {
        name: roster.people(name) for name in groups
    }
    assert against_law(roster) == []
    worked = {shift for shifts in roster.worked.values() for shift, agents in shifts.items() if agents}
    assert not any(roster.shifts[shift].moves for shift in worked), "plain shifts are written"
    for shift in worked:
        spans = sorted(roster.shifts[shift].breaks)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans)), (
            f"two breaks at once: {shift}"
        )
    if set(copies.values()) == {1}:
        assert abs(roster.paid_hours - told["programme"]["hours"]) < 1e-6
    steps = told["staircase"]
    assert abs(sum(step["agents"] for step in steps) - told["programme"]["hours"] / 8 / roster.days) < 1e-6
    seats = {site: (mean, most) for site, mean, most in over_seats(roster, copies)}
    assert set(told["seats"]) == set(seats)
    for site, (mean, most) in seats.items():
        assert mean <= told["seats"][site]["seats"] + 1e-6
        assert abs(mean - told["seats"][site]["mean"]) < 0.01
        assert most == told["seats"][site]["most"]
    if not told["verdicts"]:
        _covered(roster, told)


def _covered(roster: Roster, told: Mapping[str, Any]) -> None:
    """Every minute has who is required, where a group alone answers queues that it alone answers."""
    width = round(told["interval_s"] / 60)
    answered = [queue for group in roster.groups.values() for queue in group["answers"]]
    for name, group in told["groups"].items():
        queues = list(roster.groups[name]["answers"])
        if len(queues) > 1 or answered.count(queues[0]) > 1:
            continue
        there = roster.on_duty(name) * roster.ready(name)
        for date, required in group["required"].items():
            number = (datetime.date.fromisoformat(date) - roster.start).days
            day = there[number * DAY : (number + 1) * DAY].reshape(-1, width)
            assert (day.min(axis=1) >= np.array(required) - 2e-3).all(), (name, date)
