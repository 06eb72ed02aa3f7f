"""Agents and the places they sit in, on a page: groups, sites with their seats, and what incidents did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from callsim.model.copies import families
from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Series, Values, columns
from callsim.report.kit.html_page import Cell, Fold, Part, Section, Table
from callsim.report.kit.ranking import moment
from callsim.report.run.incidents import recovery

MOST_SITES = 6  # in one chart
MOST_QUEUES = 6  # of an incident

Found = Mapping[str, Any]


def sections(found: Found) -> Iterator[Section]:
    """Those for which there is something to show."""
    if found["groups"]:
        yield Section("Groups", list(_groups(found)))
    if found["sites"]:
        yield Section("Sites", [_sites(found), *_seats(found)])
    if found.get("incidents"):
        says = "Service while it lasted, and how long after its end until two intervals were as promised."
        yield Section("Incidents", [_incidents(found)], says)


def shared_columns(found: Found) -> dict[str, Values]:
    """The seats in use at each site by interval, for the chart."""
    shared: dict[str, Values] = {}
    for row, (_, site) in enumerate(_charted(found)):
        shared |= columns(site["intervals"], f"seats_{row}", "count", "seats_used")
    return shared


def _charted(found: Found) -> list[tuple[str, Found]]:
    """The largest sites of which the use of seats is known."""
    known = [(name, site) for name, site in found["sites"].items() if "intervals" in site]
    return sorted(known, key=lambda item: -item[1]["seats_used_peak"]["mean"])[:MOST_SITES]


def _seats(found: Found) -> list[Chart]:
    sites = _charted(found)
    series = []
    for row, (name, site) in enumerate(sites):
        of = "no limit" if site["seats"] is None else f"{site['seats']:,} seats"
        series.append(Series(f"{name} ({of})", f"seats_{row}", colour=row if row == 0 else row + 1))
    says = "The mean of each interval."
    return [Chart("Seats in use", "count", series, says, wide=True)] if series else []


SITE_FIGURES = {
    "seats_used_peak": "most seats used",
    "waited_for_seat_h": "hours waited for a seat",
    "calls_lost_to_seats": "calls lost to seats",
}


def _sites(found: Found) -> Table:
    sites = found["sites"]
    known = [name for name in SITE_FIGURES if any(name in site for site in sites.values())]
    rows: list[list[Cell]] = []
    for name, site in sites.items():
        seats = "no limit" if site["seats"] is None else f"{site['seats']:,}"
        told = (figures.count(site[one]) if one in site else figures.NOTHING for one in known)
        rows.append([name, seats, *told])
    return Table(["site", "seats", *(SITE_FIGURES[name] for name in known)], rows)


def _groups(found: Found) -> Iterator[Part]:
    """All groups; those that differ by a number only in a fold."""
    names = list(found["groups"])
    copies = families([found["groups"][name].get("original", name) for name in names])
    inside = {row for rows in copies.values() for row in rows}
    alone = [name for row, name in enumerate(names) if row not in inside]
    if alone:
        yield _group_table(found, alone)
    for family, rows in copies.items():
        yield Fold(family, [_group_table(found, [names[row] for row in rows])], small=f"{len(rows)} groups")


HOURS = {"busy_h": "hours busy", "on_duty_h": "on duty", "late_h": "late", "absent_h": "absent"}


def _group_table(found: Found, names: Sequence[str]) -> Table:
    groups = found["groups"]
    sites = any(group.get("site") for group in groups.values())
    hours = [name for name in HOURS if any(name in group for group in groups.values())]
    rows: list[list[Cell]] = []
    for name in names:
        group = groups[name]
        rows.append(
            [
                name,
                *([group.get("site") or figures.NOTHING] if sites else []),
                figures.percent_about(group["occupancy"]),
                figures.count(group["answered"]),
                *(figures.count(group[spent]) for spent in hours),
            ]
        )
    head = ["group", *(["site"] if sites else []), "occupancy", "answered", *(HOURS[name] for name in hours)]
    return Table(head, rows, names=1 + sites)


def _incidents(found: Found) -> Table:
    """One row for each incident and each of the queues that it hurt most."""
    rows: list[list[Cell]] = []
    for incident in found["incidents"]:
        times = [moment(incident[when], found["days"]) for when in ("from", "to")]
        lost = f"; {figures.count(incident['dropped'])} calls dropped" if incident["dropped"]["mean"] else ""
        first: list[Cell] = [incident["what"] + lost, " – ".join(times)]
        worst = sorted(incident["queues"].items(), key=lambda queue: _level(found, queue[1])["mean"] or 0.0)
        for name, queue in worst[:MOST_QUEUES]:
            rows.append(
                [
                    *first,
                    name,
                    figures.percent_about(_level(found, queue)),
                    figures.percent(queue["abandoned_share"]),
                    recovery(queue),
                ]
            )
            first = ["", ""]
        if not worst:
            rows.append([*first, "", "", "", ""])
    return Table(
        ["incident", "when", "queue", "service level", "abandoned", "recovered after"], rows, names=3
    )


def _level(found: Found, queue: Found) -> figures.Figure:
    level: figures.Figure = queue["service_level"][found["counted"]]
    return level
