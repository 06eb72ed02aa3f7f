"""Who is short where: the stretches of time in which fewer agents are on duty than a formula asks for."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Shown, columns
from callsim.report.kit.ranking import moment
from callsim.report.kit.tables import Page, title
from callsim.results.catalogue import POOLS
from callsim.results.measures import Figure
from callsim.results.run import GroupInterval, RunResult
from callsim.sentences import say

WORST = 8  # stretches on a terminal
ON_DUTY, REQUIRED, NET = "on_duty", "required", "net_staff"
HARDLY = 0.05  # agents: fewer than that nobody is short of


class Stretch(NamedTuple):
    """Intervals of a pool, one after the other, in which agents are missing."""

    pool: str
    rows: Sequence[GroupInterval]
    hours: float  # of agents who are missing

    @property
    def worst(self) -> GroupInterval:
        """Where most agents are missing."""
        return min(self.rows, key=net)


def net(row: GroupInterval) -> float:
    """Agents beyond those required; 0 where nothing is."""
    return row.figures[NET].mean or 0.0


def pools_of(found: RunResult) -> dict[str, list[GroupInterval]]:
    """The intervals of each pool that has a requirement, by its name."""
    rows: dict[str, list[GroupInterval]] = {}
    for row in found.group_intervals or ():
        if row.group is None:
            rows.setdefault(row.pool, []).append(row)
    return {
        name: of_pool
        for name, of_pool in rows.items()
        if any(row.figures[REQUIRED].mean is not None for row in of_pool)
    }


def stretches(found: RunResult) -> list[Stretch]:
    """Where agents are missing, most agent-hours first."""
    some: list[Stretch] = []
    for name, rows in pools_of(found).items():
        some += _of_pool(name, rows, found.interval_s / 3600)
    return sorted(some, key=lambda one: -one.hours)


def _of_pool(name: str, rows: Sequence[GroupInterval], hours: float) -> Iterator[Stretch]:
    going: list[GroupInterval] = []
    for row in (*rows, None):
        if row is not None and net(row) < -HARDLY and (not going or row.start[:10] == going[0].start[:10]):
            going.append(row)
            continue
        if going:
            yield Stretch(name, going, -sum(map(net, going)) * hours)
        going = [row] if row is not None and net(row) < -HARDLY else []


def short_table(found: RunResult, page: Page) -> RenderableType | None:
    """The worst places on a terminal."""
    if not pools_of(found):
        return None
    worst = stretches(found)
    if not worst:
        return title(say("run.short"), say("run.nobody_short"))
    left = len(worst) - WORST
    notes = [Text(say("run.more_stretches", n=left), "dim")] if left > 0 else []
    notes.append(Text(say("run.short_note"), "dim"))
    fitted = page.fitted("short", columns(shown(found, worst[:WORST])))
    return Group(title(say("run.short"), say("run.short_by")), fitted, *notes)


def shown(found: RunResult, worst: Sequence[Stretch]) -> list[Shown]:
    """The stretches for a text or a page."""
    at = [one.worst for one in worst]
    words = {
        key: [
            _tenths(row.figures[key]) if one.unit == "count" else figures.percent(row.figures[key])
            for row in at
        ]
        for key, one in POOLS.items()
    }
    return [
        Shown("from", [moment(one.rows[0].start, found.days) for one in worst], names=True),
        Shown("to", [_end(one.rows[-1].start, found.interval_s) for one in worst], names=True),
        Shown("queues", [one.pool for one in worst], names=True),
        Shown(say("run.hours_short"), [f"{one.hours:,.1f}" for one in worst]),
        Shown(say("run.worst_at"), [row.start[11:] for row in at], 2),
        *(
            Shown(POOLS[key].heading, words[key], POOLS[key].text or 0, page=POOLS[key].page_heading)
            for key in ("on_duty", "required", "net_staff", "occupancy")
        ),
    ]


def _end(start: str, interval_s: float) -> str:
    end = datetime.datetime.fromisoformat(start) + datetime.timedelta(seconds=interval_s)
    return "24:00" if end.hour == end.minute == 0 else f"{end:%H:%M}"


def _tenths(figure: Figure) -> str:
    """Agents, with a tenth: half an agent matters in a small group."""
    return figures.NOTHING if figure.mean is None else f"{figure.mean:,.1f}".replace("-", "−")
