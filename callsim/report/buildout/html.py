"""The page of a build-out: does it hold; seats, people, service and what binds first, on one screen."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from callsim.report.buildout.money import MONEY_ROWS, millions
from callsim.report.buildout.text import FUTURES, dips_of, head, kinds_in, listed, seats_in
from callsim.report.buildout.text import verdict as in_words
from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Data, Heat, Series, View, rounded
from callsim.report.kit.goals import met_of
from callsim.report.kit.html_page import (
    Cell,
    Facts,
    Fold,
    Lamp,
    Marked,
    Part,
    Section,
    Stretch,
    Stretches,
    Table,
    Text,
    Verdict,
)
from callsim.report.kit.html_page import page as file_of

Found = Mapping[str, Any]

PEOPLE = Chart(
    "Seats and people",
    "count",
    [
        Series("seats open", "seats", colour=1),
        Series("agents needed", "needed", "limit"),
        Series("agents there", "present"),
    ],
    says="What the roster of the seats with work needs, and who is there.",
)
SERVICE = Chart(
    "Service level of all calls",
    "share",
    [Series("usual day", "level", band=True)],
    says="Calls answered in time on the usual day, of those offered.",
)
LEARNING = Chart(
    "Hired, in class, gone",
    "count",
    [
        Series("in class", "learning", "bar"),
        Series("left so far", "left", colour=2),
        Series("hired so far", "hired"),
    ],
    says="People since the first day of the plan.",
)
FORCE = Chart(
    "Share of the labour force",
    "share",
    [Series("employed", "force", "bar")],
    says="Agents, those in class, and other jobs, of all who work or look for work in the region.",
)
HEAT = Heat(
    "Where and when promises are kept",
    "level",
    "goal",
    says="Service level of each queue on the usual day: the stronger the colour, the further from its goal.",
)


def page(found: Found) -> str:
    """The file."""
    return file_of(found["scenario"], list(_sections(found)), data(found), f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    first = found["periods"][0]
    yield Section("", [_verdict(found), PEOPLE, SERVICE, _strip(found), _phases(found)])
    yield Section("What binds first, and what it would take", [_bindings(found)])
    goals = any("goal" in queue for queue in first["queues"].values())
    yield Section("Service", [*([HEAT] if goals else []), *_days(found)])
    force = [FORCE] if "share_of_labour_force" in first["people"] else []
    yield Section("People", [LEARNING, *force, *_lines(found)])
    if first["money"] and found["phases"]:
        yield Section(
            "Money",
            [_money(found)],
            f"Millions of {first['money']['currency']} a month, at each phase's end.",
        )
    if found.get("depends"):
        yield Section(
            "Assumptions", [_assumptions(found)], "Each changed alone; those that turn a verdict first."
        )
    yield _small_print(found)


def data(found: Found) -> Data:
    """All that the page draws: everything together, and the service of each queue for the map."""
    periods = found["periods"]
    counted = found["counted"]
    levels = [period["total"]["service_level"][counted] for period in periods]

    def people(name: str) -> list[float | None]:
        return [rounded(period["people"].get(name), "count") for period in periods]

    whole = View(
        "All",
        {
            "seats": [seats_in(period) for period in periods],
            "needed": people("needed"),
            "present": people("present"),
            "learning": people("learning"),
            "hired": people("hired"),
            "left": people("left"),
            "force": [rounded(period["people"].get("share_of_labour_force"), "share") for period in periods],
            "level": [rounded(level["mean"], "share") for level in levels],
            "level_low": [rounded(level["low"], "share") for level in levels],
            "level_high": [rounded(level["high"], "share") for level in levels],
            "goal": None,
        },
    )
    queues = [View(name, _queue(periods, name, counted)) for name in periods[0]["queues"]]
    return Data([whole, *queues], {"start": [_date(period) for period in periods]}, _end(periods))


def _queue(periods: Sequence[Found], name: str, counted: str) -> dict[str, Any]:
    each = [period["queues"].get(name) for period in periods]
    goal = next((queue["goal"]["answer"] for queue in each if queue and "goal" in queue), None)
    level = [rounded(queue["service_level"][counted]["mean"], "share") if queue else None for queue in each]
    return {"level": level, "goal": goal}


def _date(period: Found) -> str:
    start = str(period["start"])
    return start if len(start) == 10 else f"{start}-01"


def _end(periods: Sequence[Found]) -> str:
    """As long after the last period as that is after the one before."""
    dates = [datetime.date.fromisoformat(_date(period)) for period in periods]
    length = dates[-1] - dates[-2] if len(dates) > 1 else datetime.timedelta(days=31)
    return (dates[-1] + length).isoformat()


def _verdict(found: Found) -> Verdict:
    broken = [phase for phase in found["phases"] if not phase["holds"]]
    lines = [f"{phase['name']}: {phase['says']}." for phase in broken[:1]]
    if broken and broken[0]["relief"]:
        lines.append(f"It would take {broken[0]['relief']}.")
    lines += [f"{one['name']} is not judged: {one['says']}." for one in found["not_judged"]]
    each_week = any(phase["missed_each_week"] for phase in found["phases"])
    return Verdict(
        "bad" if broken or each_week or not found["phases"] else "close" if dips_of(found) else "good",
        in_words(found).plain,
        lines,
    )


def _phases(found: Found) -> Table:
    rows: list[Sequence[Cell]] = []
    for phase in found["phases"]:
        tone: Any = "good" if phase["holds"] else "bad"
        people, promised = phase["people"], phase["promised"]
        rows.append(
            [
                Lamp(tone, "holds" if phase["holds"] else "does not hold"),
                phase["name"],
                f"{phase['seats']:,}",
                head(people["needed"]),
                head(people["present"]),
                met_of(phase["goals_met"], phase["goals"], phase["goals_nobody_called"]),
                figures.NOTHING
                if phase["jobs_per_seat_needed"] is None
                else f"{phase['jobs_per_seat_needed']:.2f}",
                f"{promised['jobs']:,}" if promised["jobs"] is not None else figures.NOTHING,
                phase["binding"],
            ]
        )
    names = [
        "",
        "phase",
        "seats",
        "agents needed",
        "there",
        "goals met",
        "jobs a seat needed",
        "jobs promised",
    ]
    return Table([*names, "binds first"], rows, names=2, label="phases")


def _strip(found: Found) -> Stretches:
    """What binds first, over time."""
    periods = found["periods"]
    stretches = []
    for binding, some in groupby(periods, key=lambda period: period["binding"]):
        stretch = list(some)
        tone: Any = "good" if binding == "demand" else "bad"
        span = f"{stretch[0]['start']} to {stretch[-1]['start']}: {binding}; {stretch[-1]['says']}"
        stretches.append(Stretch(binding, len(stretch), tone, span))
    span = f"{periods[0]['start']} to {periods[-1]['start']}"
    label = f"What binds first, {span}; demand: the plan could serve more"
    return Stretches(label, stretches)


def _bindings(found: Found) -> Table:
    """Stretches of time with one constraint, and what it is at the end of each."""
    rows: list[Sequence[Cell]] = []
    for binding, some in groupby(found["periods"], key=lambda period: period["binding"]):
        stretch = list(some)
        last = stretch[-1]
        span = last["start"] if len(stretch) == 1 else f"{stretch[0]['start']} to {last['start']}"
        lamp = Lamp("good" if binding == "demand" else "bad", binding)
        rows.append([span, lamp, last["says"], last["relief"] or _of_phase(found, last, binding)])
    return Table(["when", "what", "at the end of it", "it would take"], rows, names=4)


def _of_phase(found: Found, period: Found, binding: str) -> str:
    """What it would take by the end of the phase, where the same binds then."""
    for phase in found["phases"]:
        if phase["looked_at"] >= period["start"]:
            same = phase["binding"] == binding and phase["relief"]
            return f"by the end of {phase['name']}: {phase['relief']}" if same else ""
    return ""


def _days(found: Found) -> Iterator[Part]:
    """How many goals are met on each kind of day, year by year."""
    kinds = kinds_in(found)
    if len(kinds) < 2:
        return
    rows: list[Sequence[Cell]] = []
    for kind in kinds:
        cells: list[Cell] = [kind]
        for _, some in groupby(found["periods"], key=lambda period: period["start"][:4]):
            met = [period["goals_met"][kind] for period in some if kind in period["goals_met"]]
            kept, of, silent = (sum(one[key] for one in met) for key in ("met", "of", "nobody_called"))
            words = met_of(kept, of, silent)
            cells.append(words if kept == of else Marked(words))
        rows.append(cells)
    years = [year for year, _ in groupby(found["periods"], key=lambda period: period["start"][:4])]
    yield Fold("Goals met on each kind of day", [Table(["day", *years], rows)], small="all months of a year")


def _lines(found: Found) -> Iterator[Part]:
    """Lines and sites at the end of each phase."""
    for what in ("lines", "sites"):
        ends = [(phase["name"], phase) for phase in found["phases"]]
        if not ends:
            return
        names = list(ends[0][1][what])
        rows = [
            [
                name,
                *(
                    f"{head(end[what][name]['present'])} of {head(end[what][name]['needed'])}"
                    for _, end in ends
                ),
            ]
            for name in names
        ]
        table = Table([what[:-1], *(phase for phase, _ in ends)], rows)
        yield Fold(
            f"Agents by {what[:-1]}", [table], small="there, of those needed, at the end of each phase"
        )


def _money(found: Found) -> Table:
    phases = found["phases"]
    rows: list[Sequence[Cell]] = []
    for what, line in phases[0]["money"]["month"].items():
        sums = [phase["money"]["month"][what]["sum"] for phase in phases]
        if any(sums):
            rows.append([what, line["source"], *map(millions, sums)])
    rows += [[what, "", *(told(phase) for phase in phases)] for what, told in MONEY_ROWS]
    return Table(["", "source", *(phase["name"] for phase in phases)], rows, names=2)


def _assumptions(found: Found) -> Table:
    rows: list[Sequence[Cell]] = []
    for row in sorted(found["depends"], key=lambda one: not one["turns"]):
        turns: Cell = Marked(listed(row["turns"]), "close") if row["turns"] else figures.NOTHING
        ends = []
        for end in ("low", "high"):
            met = " · ".join(str(phase["goals_met"]) for phase in row[end]["phases"].values())
            ends += [row[end]["value"], met]
        rows.append([row["key"].removeprefix("buildout."), row["source"], turns, *ends])
    head_row = ["assumption", "source", "turns the verdict of", "from", "goals met", "to", "goals met"]
    return Table(head_row, rows, names=3)


def _small_print(found: Found) -> Section:
    facts = [
        ("callsim", found["version"]),
        ("runs", str(found["runs"] or "as many as the goals needed")),
        ("seed", str(found["seed"])),
        ("people", "whole numbers are rounded; head counts are expected values"),
    ]
    parts: list[Part] = [Facts(facts)]
    last = found["periods"][-1]
    if "in_futures" in last["people"]:
        ends = last["people"]["in_futures"]
        words = (
            f"In nine of ten {FUTURES}, {last['start']} has {head(ends['seats']['low'])} to "
            f"{head(ends['seats']['high'])} seats, and {head(ends['present']['low'])} to "
            f"{head(ends['present']['high'])} agents if hiring goes on as planned."
        )
        parts.append(Text(words, small=True))
    return Section("How it was simulated", parts)
