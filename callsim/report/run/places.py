"""Agents and the places they sit in, on a page: groups, sites with their seats, and what incidents did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.model.copies import families
from callsim.report.kit import figures
from callsim.report.kit.charts import Chart, Series, Values, columns
from callsim.report.kit.columns import cell
from callsim.report.kit.html_page import Cell, Fold, Part, Section, Table
from callsim.report.kit.ranking import moment
from callsim.report.run.incidents import recovery
from callsim.results import catalogue
from callsim.results.measures import Figure
from callsim.results.run import QueueInIncident, RunResult, Site
from callsim.sentences import label, say

MOST_SITES = 6  # in one chart
MOST_QUEUES = 6  # of an incident
OF_SITES = [one for one in catalogue.SITES.values() if one.table != "none"]
OF_GROUPS = [one for one in catalogue.WORK.values() if one.table != "none"]


def sections(found: RunResult) -> Iterator[Section]:
    """Those for which there is something to show."""
    if found.groups:
        yield Section("Groups", list(_groups(found)))
    if found.sites:
        yield Section("Sites", [_sites(found), *_seats(found)])
    if found.incidents:
        yield Section("Incidents", [_incidents(found)], say("run.incidents_says"))


def shared_columns(found: RunResult) -> dict[str, Values]:
    """The seats in use at each site by interval, for the chart."""
    shared: dict[str, Values] = {}
    for row, (_, site) in enumerate(_charted(found)):
        used = [interval.figures["seats_used"] for interval in site.intervals]
        shared |= columns(used, f"seats_{row}", "count")
    return shared


def _charted(found: RunResult) -> list[tuple[str, Site]]:
    """The largest sites."""
    peaks = {name: site.figures["seats_used_peak"].mean or 0.0 for name, site in found.sites.items()}
    return sorted(found.sites.items(), key=lambda item: -peaks[item[0]])[:MOST_SITES]


def _seats(found: RunResult) -> list[Chart]:
    series = []
    for row, (name, site) in enumerate(_charted(found)):
        of = label("no limit") if site.seats is None else f"{site.seats:,} {label('seats')}"
        series.append(Series(f"{name} ({of})", f"seats_{row}", colour=row if row == 0 else row + 1))
    chart = Chart(say("run.seats"), "count", series, say("run.seats_says"), wide=True)
    return [chart] if series else []


def _sites(found: RunResult) -> Table:
    rows: list[list[Cell]] = []
    for name, site in found.sites.items():
        seats = label("no limit") if site.seats is None else f"{site.seats:,}"
        rows.append([name, seats, *(cell(one, site.figures) for one in OF_SITES)])
    return Table(["site", "seats", *(one.page_heading for one in OF_SITES)], rows)


def _groups(found: RunResult) -> Iterator[Part]:
    """All groups; those that differ by a number only in a fold."""
    names = list(found.groups)
    copies = families([found.groups[name].original or name for name in names])
    inside = {row for rows in copies.values() for row in rows}
    alone = [name for row, name in enumerate(names) if row not in inside]
    if alone:
        yield _group_table(found, alone)
    for family, rows in copies.items():
        yield Fold(
            family,
            [_group_table(found, [names[row] for row in rows])],
            small=f"{len(rows)} {label('groups')}",
        )


def _group_table(found: RunResult, names: Sequence[str]) -> Table:
    sites = any(group.site for group in found.groups.values())
    of_groups = [one for one in OF_GROUPS if any(one.key in found.groups[name].figures for name in names)]
    rows: list[list[Cell]] = []
    for name in names:
        group = found.groups[name]
        site = [group.site or figures.NOTHING] if sites else []
        rows.append([name, *site, *(cell(one, group.figures) for one in of_groups)])
    head = ["group", *(["site"] if sites else []), *(one.page_heading for one in of_groups)]
    return Table(head, rows, names=1 + sites)


def _incidents(found: RunResult) -> Table:
    """One row for each incident and each of the queues that it hurt most."""
    abandoned = catalogue.CALLS["abandoned_share"]
    rows: list[list[Cell]] = []

    def level(queue: QueueInIncident) -> Figure:
        return queue.figures.level(found.counted)

    for incident in found.incidents:
        times = [moment(when, found.days) for when in (incident.from_, incident.to)]
        what, lost = incident.what, figures.count(incident.dropped)
        if incident.dropped.mean:
            what = say("run.dropped", incident=what, calls=lost)
        first: list[Cell] = [what, " – ".join(times)]
        worst = sorted(incident.queues.items(), key=lambda queue: level(queue[1]).mean or 0.0)
        for name, queue in worst[:MOST_QUEUES]:
            share = figures.percent(queue.figures[abandoned.key])
            rows.append([*first, name, figures.percent_about(level(queue)), share, recovery(queue)])
            first = ["", ""]
        if not worst:
            rows.append([*first, "", "", "", ""])
    head = ["incident", "when", "queue", "service level", abandoned.page_heading, "recovered after"]
    return Table(head, rows, names=3)
