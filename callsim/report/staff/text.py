"""The report of `callsim staff`: how many agents, whether they are enough, why fewer are not, and what to
paste.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.both import columns
from callsim.report.kit.goals import listed
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, below, title
from callsim.report.staff import days, tables
from callsim.report.staff.file import to_paste
from callsim.report.staff.tables import EVERY_DAY, FEW, Answer, by_day, clock, in_words
from callsim.sentences import label, say
from callsim.study.roster.answer import RosterAnswer
from callsim.study.staff.answer import GroupStaffed, StaffAnswer
from callsim.study.staff.occupancy import Occupancy

MOST = 20  # rows of a table; all of them are in the JSON


def report(found: Answer, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page, paste=True), width, colour)


def report_of_file(found: Answer, width: int, colour: bool = False) -> str:
    """The whole report of an answer that was written as a scenario file: there is nothing to paste."""
    return written(lambda page: _parts(found, page, paste=False), width, colour)


def _parts(found: Answer, page: Page, paste: bool) -> Iterator[RenderableType | None]:
    yield _verdict(found)
    yield _shifts(found, page) if isinstance(found, RosterAnswer) else _groups(found, page)
    if isinstance(found, RosterAnswer):
        yield _days(found, page)
    yield _goals(found, page)
    yield _staircase(found, page)
    if paste:
        yield _to_paste(found, page)
    yield _how(found, page)


def _verdict(found: Answer) -> RenderableType:
    good, headline, lines = in_words(found)
    says = [Text(headline, "bold green" if good else "bold red"), *(Text(f"- {line}") for line in lines)]
    return Group(Text(found.scenario, "bold"), *says)


def _groups(found: StaffAnswer, page: Page) -> RenderableType:
    groups = list(found.groups.items())
    shown = groups[:MOST]
    peaks = [peak_of(found, group) for _, group in shown]
    table = page.fitted(
        "agents",
        [
            Column("group", [name for name, _ in shown], names=True),
            Column("copies", [f"{group.copies:,}" for _, group in shown], 3),
            Column("most agents", [f"{peak:,}" for peak, _ in peaks]),
            Column("at", [at for _, at in peaks]),
            Column("fewest", [f"{_fewest(group):,}" for _, group in shown], 1),
            Column(say("staff.agent_hours"), [f"{group.agent_hours:,.1f}" for _, group in shown]),
            Column("known to", [_known(group) for _, group in shown], 2),
        ],
    )
    left = [below(say("pages.other_groups", n=len(groups) - len(shown)))] if len(groups) > len(shown) else []
    wishes = [_wish(name, group.occupancy) for name, group in shown if group.occupancy is not None]
    return Group(title("Agents scheduled", label(", each copy")), table, *left, *wishes)


def _wish(name: str, seen: Occupancy) -> Text:
    busy, most = tables.busy(seen), figures.promise(seen.at_most)
    if seen.goal and seen.met:
        return Text(say("staff.limit", name=name, busy=busy, at=seen.at, most=most))
    if seen.goal:
        return Text(say("staff.limit_missed", name=name, busy=busy, at=seen.at, most=most), "bold red")
    if seen.met:
        return Text(say("staff.wish", name=name, busy=busy, at=seen.at, most=most))
    return Text(say("staff.wish_missed", name=name, busy=busy, at=seen.at, most=most), "bold red")


def peak_of(found: StaffAnswer, group: GroupStaffed) -> tuple[int, str]:
    """The most agents at once, and when."""
    days = by_day(group.staff)
    places = ((day, k) for day, of_day in days.items() for k in range(len(of_day)))
    day, interval = max(places, key=lambda place: days[place[0]][place[1]])
    peak = int(days[day][interval])
    return peak, clock(found, interval) if day == EVERY_DAY else f"{day} {clock(found, interval)}"


def _fewest(group: GroupStaffed) -> int:
    return min(map(min, by_day(group.staff).values()))


def _known(group: GroupStaffed) -> str:
    """The 95 % half width of the agents of a busy interval."""
    return f"± {1.96 * max(map(max, by_day(group.standard_error).values())):,.1f}"


def _shifts(found: RosterAnswer, page: Page) -> RenderableType:
    places = list(tables.worked(found))
    shown = places[: 2 * MOST]
    left = [below(say("pages.other_places", n=len(places) - len(shown)))] if len(places) > len(shown) else []
    refused = [Text(say("staff.refused", name=name, why=why)) for name, why in found.shifts_refused.items()]
    table = page.fitted("shifts", columns(tables.shifts(shown)))
    return Group(title(say("staff.on_each_shift"), label(", each copy")), table, *left, *refused)


def _days(found: RosterAnswer, page: Page) -> RenderableType:
    many = sum(1 for group in found.groups.values() for _ in days.each_day(group))
    left = [below(say("staff.other_days", n=many - 2 * MOST))] if many > 2 * MOST else []
    table = page.fitted("days", columns(days.shown(found, 2 * MOST)))
    return Group(title(say("staff.by_day"), label(", each copy")), table, *left)


def _goals(found: Answer, page: Page) -> RenderableType:
    order = {False: 0, None: 1, True: 2}
    queues = sorted(found.queues.items(), key=lambda queue: order[tables.standing(queue[1])])
    shown = (queues if len(queues) > MOST else list(found.queues.items()))[:MOST]
    table = page.fitted("goals", columns(tables.goals(shown)))
    notes = []
    if len(queues) > len(shown):
        notes.append(below(say("pages.other_goals", n=len(queues) - len(shown))))
    low = [name for name, queue in queues if queue.intervals_below]
    if low:
        intervals = sum(found.queues[name].intervals_below for name in low)
        notes.append(Text(say("staff.intervals_lose", n=intervals, names=listed(low))))
    checked_in = say("staff.checked_in", runs=found.check.runs, seed=found.check.seed)
    heading = title(say("staff.checked"), checked_in)
    return Group(heading, table, *notes)


def _staircase(found: Answer, page: Page) -> RenderableType:
    step, why, *agents = columns(tables.staircase(found.staircase))
    table = page.fitted("staircase", [step, *agents, why])
    return Group(title(say("staff.why"), say("staff.why_in")), table)


def _to_paste(found: Answer, page: Page) -> RenderableType | None:
    if len(found.groups) > FEW:
        return Text(say("staff.written"))
    return Group(title("To paste"), Text(to_paste(found, page.width).rstrip()))


def _how(found: Answer, page: Page) -> RenderableType:
    lines = [
        say("staff.simulated", calls=found.search.calls, seed=found.seed),
        *tables.how(found),
    ]
    if page.left_out:
        lines.append(say("pages.columns_left_out", columns="; ".join(page.left_out)))
    return Text("\n".join(lines), "dim")
