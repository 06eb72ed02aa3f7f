"""What each incident did, in words and a table: calls cut off, service meanwhile, time to recover."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.columns import plain_column
from callsim.report.kit.tables import Column, Page, below, title
from callsim.results import catalogue
from callsim.results.run import Incident, QueueInIncident, RunResult
from callsim.sentences import label, say
from callsim.units import show_duration

MOST = 8  # queues of an incident

Named = tuple[str, QueueInIncident]


def incidents(found: RunResult, page: Page) -> Iterator[RenderableType]:
    """A part of the report for each incident."""
    for incident in found.incidents:
        head = title("Incident", f"{label(': ')}{incident.what}{label(', ')}{when(incident, found.days)}")
        cut_off = [Text(say("run.cut_off", calls=figures.count(incident.dropped)))]
        queues = worst_first(incident, found.counted)
        left = len(queues) - MOST
        yield Group(
            head,
            *(cut_off if incident.dropped.mean else []),
            *([page.fitted("incidents", _columns(found, queues[:MOST]))] if queues else []),
            *([below(say("pages.other_queues", n=left))] if left > 0 else []),
        )


def when(incident: Incident, days: int) -> str:
    """From when until when."""
    begins, ends = (datetime.datetime.fromisoformat(time) for time in (incident.from_, incident.to))
    if days == 1:
        return f"{begins:%H:%M}–{'24:00' if ends.date() > begins.date() else f'{ends:%H:%M}'}"
    return " – ".join(say("pages.moment", when=time) for time in (begins, ends))


def worst_first(incident: Incident, counted: str) -> list[Named]:
    """Its queues by their service level meanwhile."""

    def level(queue: Named) -> float:
        mean = queue[1].figures.level(counted).mean
        return 2.0 if mean is None else mean

    return sorted(incident.queues.items(), key=level)


def _columns(found: RunResult, queues: Sequence[Named]) -> list[Column]:
    counted = found.counted
    goals = [found.queues[name].goal for name, _ in queues]
    answers = [goal.answer if goal else None for goal in goals]
    levels = [queue.figures.level(counted) for _, queue in queues]
    pairs = list(zip(levels, answers, strict=True))
    columns = [
        Column("queue", [name for name, _ in queues], names=True),
        Column(
            say("run.meanwhile"),
            [figures.percent(level, answer) for level, answer in pairs],
            fuller=[figures.percent_about(level, answer) for level, answer in pairs],
        ),
        plain_column(catalogue.CALLS["abandoned_share"], [queue.figures for _, queue in queues]),
    ]
    if any(queue.recovered is not None for _, queue in queues):
        columns.append(Column("recovered after", [recovery(queue) for _, queue in queues]))
    return columns


def recovery(queue: QueueInIncident) -> str:
    """Returns the time to recovery and the share of runs with one, in words.

    It lasts from the incident's end until two intervals in a row meet the goal. Two good intervals are no
    recovery of a day that misses its goal before the incident, or after them.
    """
    if queue.recovered is None or queue.recovery_s is None:
        return figures.NOTHING
    if queue.met_before is False:
        return say("run.missed_before")
    share, mean = queue.recovered, queue.recovery_s.mean
    if share.mean is None:
        return say("run.nobody_calls")
    if mean is None:
        return say("run.not_in_this_run")
    after = label("at once") if mean < 30 else show_duration(60 * round(mean / 60))
    if queue.met_after is False:
        after = say("run.missed_again", after=after)
    return after if share.mean == 1 else say("run.in_runs", after=after, share=figures.percent_of_days(share))
