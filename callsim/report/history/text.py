"""The report of `callsim history` on a terminal: what was understood of the files, and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.history.understood.answer import HistoryResult, Identity, Level, Queue
from callsim.report.kit.figures import NOTHING
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.sentences import label, say

MOST = 20  # queues of a table, and lines of a list


def report(found: HistoryResult, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: HistoryResult, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found.system, "bold"), *(Text(line) for line in _understood(found)))
    yield _queues(found, page)
    yield _listed(say("history.noted"), [f"{note.kind}: {note.text}" for note in found.notes])
    yield _listed(say("history.must_hold"), map(_identity, found.identities))
    yield _listed(say("history.levels"), map(_level, found.levels))
    yield _listed(
        say("history.gaps"),
        [
            say(
                "history.gap",
                queue=gap.queue,
                date=gap.date,
                start=gap.from_,
                end=gap.to,
                what=gap.what,
                n=gap.usual,
            )
            for gap in found.gaps
        ],
    )
    lines = [f"callsim {found.version}", *(say("pages.no_room", columns=left) for left in page.left_out)]
    yield Text("\n".join(lines), "dim")


def _understood(found: HistoryResult) -> Iterator[str]:
    rows = f"{found.rows:,} {label(found.table)}"
    yield say("history.range", rows=rows, first=found.first, last=found.last, n=len(found.queues))
    if found.table == "calls":
        yield say("history.calls", owner=_owner(found))
    else:
        yield say("history.intervals", minutes=found.interval_s / 60, owner=_owner(found))
    yield say("history.zone", zone=found.zone) if found.zone else say("history.no_zone")
    if found.within_s is not None and found.table == "intervals":
        yield say("history.within", seconds=found.within_s)
    yield say("history.unknown", figures=", ".join(found.unknown) or say("units.nothing"))
    if found.days_missing:
        few = ", ".join(found.days_missing[:5]) + (" …" if len(found.days_missing) > 5 else "")
        yield say("history.days_missing", n=len(found.days_missing), few=few)


def _owner(found: HistoryResult) -> str:
    """Returns the words for the moment by which a call belongs to an interval."""
    if found.owner == "arrival":
        return say("history.by_arrival")
    return say("history.by_end") if found.owner == "end" else say("history.by_unknown")


def _queues(found: HistoryResult, page: Page) -> RenderableType:
    all_queues = sorted(found.queues.items(), key=lambda item: -(item[1].offered or 0))
    queues = all_queues[:MOST]

    def column(head: str, of: Callable[[Queue], float | None], unit: str = "", need: int = 0) -> Column:
        return Column(head, [_figure(of(queue), unit) for _, queue in queues], need)

    table = page.fitted(
        "queues",
        [
            Column("queue", [name for name, _ in queues], names=True),
            column("offered", lambda queue: queue.offered),
            column("answered", lambda queue: queue.answered),
            column("abandoned", lambda queue: queue.abandoned),
            column("in time", lambda queue: queue.answered_in_time, need=2),
            column("ASA", lambda queue: queue.asa_s, " s"),
            column("ATA", lambda queue: queue.ata_s, " s", 1),
            column("AHT", lambda queue: queue.aht_s, " s"),
        ],
    )
    more = [below(say("pages.other_queues", n=len(all_queues) - MOST))] if len(all_queues) > MOST else []
    return Group(title(say("history.queues")), table, *more)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.1f}{unit}" if unit else f"{value:,.0f}"


def _identity(one: Identity) -> str:
    if not one.broken:
        return say("history.holds", name=one.name, n=one.tested)
    return say(
        "history.broken", name=one.name, n=one.tested, broken=one.broken, first=one.first or "", most=one.most
    )


def _level(one: Level) -> str:
    if not one.right:
        return say("history.level_wrong", formula=one.formula, fits=one.fits, n=one.tested)
    if one.sure:
        return say("history.level_sure", formula=one.formula, fits=one.fits, n=one.tested)
    return say("history.level_may_be", formula=one.formula, fits=one.fits, n=one.tested)


def _listed(heading: str, lines: Iterable[str]) -> RenderableType | None:
    items = list(lines)
    if not items:
        return None
    more = [below(say("pages.more", n=len(items) - MOST))] if len(items) > MOST else []
    return Group(title(heading), *(Text(f"- {line}") for line in items[:MOST]), *more)
