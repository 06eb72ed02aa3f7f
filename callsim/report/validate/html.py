"""The page of a validation: actual days beside the bands of their runs, and which part is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from callsim.history.validate.result import ValidateResult
from callsim.report.kit.both import table
from callsim.report.kit.charts import Chart, Data, Series, Unit, View, rounded
from callsim.report.kit.html_page import Chooser, Facts, Section, Sheet, Text, Verdict
from callsim.report.validate import tables
from callsim.sentences import say

_UNITS: dict[str, Unit] = {"abandoned_share": "share", "service_level": "share", "asa_s": "seconds"}


def _ranks() -> Chart:
    return Chart(
        say("validate.ranks"),
        "share",
        [
            Series(tables.NAMES[name], f"ranks_{name}", "bar", colour=number)
            for number, name in enumerate(_UNITS)
        ],
        says=say("validate.ranks_says"),
        x="rank",
        x_title="rank",
        kind="classes",
        wide=True,
    )


def _levels() -> Chart:
    return Chart(
        say("validate.parts"),
        "count",
        [Series(say("validate.parts_levels"), "levels", "bar")],
        says=say("validate.parts_says"),
        x="part",
        x_title="part",
        kind="classes",
        wide=True,
    )


def page(found: ValidateResult) -> Sheet:
    """The page."""
    return Sheet(
        say("validate.title", scenario=found.scenario),
        list(_sections(found)),
        data(found),
        f"callsim {found.version}",
    )


def _sections(found: ValidateResult) -> Iterator[Section]:
    lines = [tables.chance(found), *found.verdict.says, tables.luck(found)]
    yield Section("", [Verdict(tables.tone(found), tables.headline(found) + ".", lines)])
    yield Section(say("validate.all_days"), [table(tables.figures(found.figures), 1)])
    charts = [_chart(name) for name in _UNITS if any(row.figure == name for row in found.intervals)]
    if charts:
        yield Section("By interval", [Chooser("Day"), *charts])
    if found.ladder:
        yield Section(say("validate.which_part"), [table(tables.ladder(found.ladder), 1), _levels()])
    for name, rows in found.queues.items() if len(found.queues) > 1 else ():
        yield Section(f"Queue {name}", [table(tables.figures(rows), 1)])
    yield Section(say("validate.by_day"), [table(tables.days(found.days), 1)])
    if found.bands:
        yield Section(say("validate.inside"), [table(tables.bands(found.bands), 1), _ranks()])
    facts = [
        ("history", ", ".join(found.history) or say("validate.from_python")),
        ("staffing", tables.staffing(found)),
        ("seed", str(found.seed)),
        *((f"{one.date} not judged", one.why) for one in found.refused),
        *(("note", note) for note in found.notes),
    ]
    yield Section(say("pages.how_made"), [Facts(facts), Text(say("validate.method"), small=True)])


def _chart(name: str) -> Chart:
    return Chart(
        tables.NAMES[name],
        _UNITS[name],
        [Series("simulated", name, band=True), Series("actual", f"{name}_actual", colour=2)],
        says=say("validate.shaded"),
        wide=True,
    )


def data(found: ValidateResult) -> Data:
    """A view of each day."""
    views = []
    starts: list[str] = []
    shared = {
        f"ranks_{band.figure}": [rounded(share, "share") for share in band.ranks] for band in found.bands
    } | {"levels": [rounded(part.level, "count") for part in found.ladder]}
    for day in found.days:
        columns: dict[str, list[float | None]] = {}
        for name, unit in _UNITS.items():
            rows = [row for row in found.intervals if row.figure == name and row.start.startswith(day.date)]
            if rows:
                starts = starts or [row.start for row in rows]
                columns |= {
                    name: [rounded(row.mean, unit) for row in rows],
                    f"{name}_low": [rounded(row.low, unit) for row in rows],
                    f"{name}_high": [rounded(row.high, unit) for row in rows],
                    f"{name}_actual": [rounded(row.actual, unit) for row in rows],
                }
        views.append(View(day.date, columns | shared))
    first = datetime.date.fromisoformat(found.days[0].date)
    return Data(
        views,
        {
            "start": starts,
            "rank": [f"{10 * k}–{10 * (k + 1)} %" for k in range(10)],
            "part": [part.part for part in found.ladder],
        },
        (first + datetime.timedelta(days=1)).isoformat(),
    )
