"""The report of a stress on a terminal: what breaks first, and how much of each thing every goal stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import Shown, columns
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.report.stress import tables
from callsim.report.stress.tables import ByKind, fate, verdict
from callsim.sentences import say
from callsim.study.stress.answer import LevelAt, PlanLimit, StressResult, Swing

MOST = 20  # rows of a table


def report(found: StressResult, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: StressResult, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found.scenario, "bold"), verdict(found))
    yield _ranking(found, page)
    yield _mending(found, page)
    yield _limits(found, page)
    yield _sites(found, page)
    yield _tornado(found, page)
    said = say("stress.was_run", runs=found.runs, seed=found.seed, version=found.version)
    no_room = [say("pages.no_room", columns=left) for left in page.left_out]
    yield Text("\n".join([said, *no_room]), "dim")


def _mending(found: StressResult, page: Page) -> RenderableType | None:
    if not found.mending:
        return None
    shown = columns(tables.mending(found.mending))
    return Group(title(say("stress.mending")), page.fitted("mending", shown))


def _ranking(found: StressResult, page: Page) -> RenderableType | None:
    rows = found.ranking
    if not rows:
        return None
    shown = [Shown("", [str(number) for number in range(1, len(rows) + 1)]), *tables.ranking(rows)]
    return Group(title(say("stress.breaks_first")), page.fitted("ranking", columns(shown)))


def _limits(found: StressResult, page: Page) -> RenderableType | None:
    """One row for each goal, one column for each thing; those with the least room first."""
    by_goal = tables.by_goal([limit for limit in found.limits if not isinstance(limit, PlanLimit)])
    names = sorted(found.every_goal, key=lambda name: _least(by_goal[name]))
    shown = tables.limits(found.every_goal, {name: by_goal[name] for name in names[:MOST]})
    more = [below(say("pages.other_goals", n=len(names) - MOST))] if len(names) > MOST else []
    missed = any(limit.is_missed for limit in found.limits)
    notes = [Text(say("stress.holds_to_is"), "dim")] if missed else []
    return Group(
        title(say("stress.limits")),
        page.fitted("limits", columns(shown)),
        *notes,
        *more,
        *_plan([limit for limit in found.limits if isinstance(limit, PlanLimit)]),
    )


def _plan(limits: Sequence[PlanLimit]) -> list[RenderableType]:
    """What the phases of a build-out stand, the weakest goal of each."""
    lines = []
    for what in dict.fromkeys(limit.what for limit in limits):
        weakest: dict[str, PlanLimit] = {}
        for _, limit in sorted(_failing(limits, what), key=lambda pair: pair[0]):
            weakest.setdefault(limit.phase, limit)
        for phase, limit in weakest.items():
            lines.append(Text(f"{phase}, {what}: {limit.queue} {fate(limit)}"))
    return [Text(), title(say("stress.phases")), *lines] if lines else []


def _failing(limits: Sequence[PlanLimit], what: str) -> list[tuple[float, PlanLimit]]:
    """The limits of one thing at which goals fail, each after its room."""
    return [(limit.room, limit) for limit in limits if limit.what == what and limit.room is not None]


def _least(limits: ByKind) -> float:
    return min((limit.room for limit in limits.values() if limit.room is not None), default=9.0)


def _sites(found: StressResult, page: Page) -> RenderableType | None:
    if not found.sites:
        return None
    table = page.fitted("sites", columns(tables.sites(found.sites)))
    return Group(title(say("stress.sites"), say("stress.sites_hours")), table)


def _tornado(found: StressResult, page: Page) -> RenderableType | None:
    rows = sorted(found.tornado, key=lambda row: row.high.service_level.mean or 0.0)
    if not rows:
        return None
    table = page.fitted(
        "a tenth",
        [
            Column("", [tables.named(row.what) for row in rows], names=True),
            Column(say("stress.tenth_less"), [_end(row.low, row.what == "absence") for row in rows]),
            Column(say("stress.as_it_is"), [figures.percent(row.as_it_is.service_level) for row in rows]),
            Column(say("stress.tenth_more"), [_end(row.high) for row in rows]),
            Column("goals met", [_goals(row) for row in rows], 1),
        ],
    )
    return Group(title(say("pages.all_level"), say("stress.if_changes")), table)


def _end(end: LevelAt, is_as_it_is: bool = False) -> str:
    return figures.NOTHING if is_as_it_is else figures.percent(end.service_level)


def _goals(row: Swing) -> str:
    return " · ".join(str(level.goals_met) for level in (row.low, row.as_it_is, row.high))
