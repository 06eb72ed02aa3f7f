"""What text and page of a staffing both say: the verdict, the columns of their tables, how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from callsim.report.kit import figures
from callsim.report.kit.both import Shown
from callsim.report.kit.goals import listed, promise
from callsim.report.kit.verdicts import word
from callsim.results.measures import Figure
from callsim.results.run import Goal
from callsim.study.roster.answer import GroupRostered, RosterAnswer
from callsim.study.roster.law import Law
from callsim.study.staff.answer import ByDay, QueueChecked, StaffAnswer
from callsim.study.staff.occupancy import Occupancy
from callsim.study.staff.repair import too_rarely
from callsim.study.staff.staircase import Step

FEW = 6  # groups or queues that find room in a sentence or on the terminal
EVERY_DAY = "every day"

Answer = StaffAnswer | RosterAnswer
T = TypeVar("T")


def in_words(found: Answer) -> tuple[bool, str, list[str]]:
    """Whether all is well, the first sentence and what stands in the way: no more than the check saw."""
    certainty = found.certainty
    aim = "on the mean" if certainty is None else f"on {figures.promise(certainty)} of days"
    if found.verdicts:
        return False, f"Not all goals can be met {aim}:", [verdict.text for verdict in found.verdicts]
    many, failed = _many(found), list(found.missed) if isinstance(found, RosterAnswer) else []
    too_busy, busy_enough = _wishes(found)
    queues = found.queues
    missed = [name for name, queue in queues.items() if queue.expected.met is False]
    if missed:
        told = f"{len(missed)} of {len(queues)} goals are missed on fresh days: {listed(missed)}."
        return False, f"{many} were enough in the search, but {told}", [*failed, *too_busy]
    if failed:
        return False, f"{many} are not enough {aim}: the check on fresh days saw", [*failed, *too_busy]
    if certainty is not None:
        rare = [name for name, queue in queues.items() if too_rarely(queue.goal.probability, certainty)]
        if rare:
            told = ", ".join(f"{name} on {_of_days(queues[name])} of days" for name in rare[:FEW])
            return False, f"{many} are not enough {aim}: fresh days met the goal of {told}.", too_busy
    seldom = [name for name, queue in queues.items() if certainty is not None and _mean(queue) < certainty]
    close = [name for name, queue in queues.items() if _is_close(queue) or name in seldom]
    if close:
        return False, f"{many} may meet the goals {aim}; the check leaves open: {listed(close)}.", too_busy
    rarest = min(queues.values(), key=_mean)
    seen = "" if certainty is None else f" (fresh days: {_of_days(rarest)})"
    where = "" if isinstance(found, RosterAnswer) else _below(found)
    if too_busy:
        return False, f"{many} meet the goals {aim}{seen}{where}, but {listed(too_busy)}.", []
    return True, f"{many} meet the goals {aim}{seen}{where}{busy_enough}.", []


def _wishes(found: Answer) -> tuple[list[str], str]:
    """Groups that are busier than was wished for; and, where none is, how busy they are."""
    if isinstance(found, RosterAnswer):
        return [], ""
    seen = {name: group.occupancy for name, group in found.groups.items() if group.occupancy is not None}
    missed = [
        f"{name} is {_busy(one)} busy at {one.at}, not at most {figures.promise(one.at_most)}"
        for name, one in seen.items()
        if not one.met
    ]
    kept = [
        f"{name} is at most {_busy(one)} busy (wish {figures.promise(one.at_most)})"
        for name, one in seen.items()
    ]
    return missed, f"; {listed(kept)}" if kept else ""


def _busy(seen: Occupancy) -> str:
    return figures.promise(round(seen.reached, 3))


def _many(found: Answer) -> str:
    """How many it takes."""
    if isinstance(found, RosterAnswer):
        people = sum(group.people * group.copies for group in found.groups.values())
        return f"{people:,.0f} people on shifts"
    hours = sum(group.agent_hours * group.copies for group in found.groups.values())
    return f"{hours:,.0f} agent-hours a day"


def _below(found: StaffAnswer) -> str:
    """Whether every interval keeps its promise."""
    below = sum(queue.intervals_below for queue in found.queues.values())
    of_them = "1 interval does" if below == 1 else f"{below} intervals do"
    return f", but {of_them} not" if below else ", in every interval"


def _is_close(queue: QueueChecked) -> bool:
    """Whether its goal may be missed as well as met: `run` on the same days must not say otherwise."""
    expected = queue.expected
    judged = expected.service_level is not None or expected.abandoned_share is not None
    return judged and (expected.met is None or queue.goal.met is False)


def _mean(queue: QueueChecked) -> float:
    """The share of fresh days that met the goal; infinite where nobody called."""
    mean = queue.goal.probability.mean
    return math.inf if mean is None else mean


def _of_days(queue: QueueChecked) -> str:
    """Between what the share of days that meet the goal lies, as fresh days show it."""
    return figures.percent_range(queue.goal.probability)


def by_day(staff: ByDay[T]) -> dict[str, Sequence[T]]:
    """Lists by day; one for all days is called "every day"."""
    return dict(staff) if isinstance(staff, Mapping) else {EVERY_DAY: staff}


def clock(found: Answer, interval: int) -> str:
    """When an interval of the day begins, HH:MM."""
    minutes = round(interval * found.interval_s / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def worked(found: RosterAnswer) -> Iterator[tuple[str, GroupRostered, str, int]]:
    """Group, what is known of it, shift, and how many work it: where anybody does."""
    for name, group in found.groups.items():
        for shift, agents in group.shifts.items():
            if agents:
                yield name, group, shift, agents


def shifts(places: Sequence[tuple[str, GroupRostered, str, int]]) -> list[Shown]:
    """Who works which shift."""
    return [
        Shown("group", [name for name, *_ in places], names=True),
        Shown("shift", [shift for *_, shift, _ in places], names=True),
        Shown("agents", [f"{agents:,}" for *_, agents in places]),
        Shown("copies", [f"{group.copies:,}" for _, group, *_ in places], 1),
    ]


def staircase(steps: Sequence[Step]) -> list[Shown]:
    """Why so many."""
    return [
        Shown("step", [step.step for step in steps], names=True),
        Shown("why", [step.why for step in steps], names=True),
        Shown("agents", [f"{step.agents:+,.1f}" for step in steps]),
        Shown("together", [f"{step.total:,.1f}" for step in steps]),
    ]


def goals(queues: Sequence[tuple[str, QueueChecked]]) -> list[Shown]:
    """What was promised, and what fresh days say of it."""
    kept = [queue.expected for _, queue in queues]
    goal = [queue.goal for _, queue in queues]
    days = [figures.percent_of_days(one.probability) for one in goal]
    return [
        Shown("", [word(one.met) for one in kept], names=True),
        Shown("queue", [name for name, _ in queues], names=True),
        Shown("service level", [_about(one.service_level) for one in kept]),
        Shown("goal", [promise(one) for one in goal]),
        Shown("abandoned", [_about(one.abandoned_share) for one in kept], 1),
        Shown("at most", [_limit(one) for one in goal], 3),
        Shown("days", days, 2, usual="100 %"),
    ]


def _about(figure: Figure | None) -> str:
    """A share of the fresh days, with its interval."""
    return figures.NOTHING if figure is None else figures.percent_about(figure)


def _limit(goal: Goal) -> str:
    """The share that may abandon."""
    most = goal.abandon_at_most
    return figures.NOTHING if most is None else figures.promise(most)


def how(found: Answer) -> list[str]:
    """How sure the answer is, and how to read it."""
    return _how_rostered(found) if isinstance(found, RosterAnswer) else _how_staffed(found)


def _how_rostered(found: RosterAnswer) -> list[str]:
    programme = found.programme
    proven = (
        "not proven to be the fewest, for not every moment can be covered,"
        if programme.gap is None
        else f"proven within {programme.gap:.2%} of the fewest"
    )
    lines = [
        f"Programme: {programme.hours:,.0f} paid hours, {proven} in {programme.seconds:.1f} s; "
        f"repaired {programme.repairs} times by simulation."
    ]
    lines.append(f"Labour: {labour(found.law)}.")
    lines += [
        f"{site}: at most {taken.mean:,.1f} of {taken.seats:,} seats are taken on the mean; on "
        f"days when more come up to {taken.most:,} are wanted, and who finds none waits for one."
        for site, taken in found.seats.items()
        if taken.most > taken.seats
    ]
    if found.begins_empty:
        lines.append(
            "The first interval of the first day begins with an empty centre, which flatters it; "
            "calendar.warm_up: 1 h fills it. People are found for a day that follows another."
        )
    return lines


def labour(law: Law) -> str:
    """Whose rules of work a roster keeps, and which."""
    if law.of == "none":
        return "no rules (labour: none)"
    limits = [
        (law.hours_a_day < 24, f"at most {law.hours_a_day:g} h a day"),
        (law.hours_a_week < 7 * 24, f"{law.hours_a_week:g} h a week"),
        (law.days_a_week < 7, f"{law.days_a_week} days a week"),
        (law.nights_a_month < 31, f"{law.nights_a_month:g} nights a month"),
        (law.rest_h > 0, f"{law.rest_h:g} h of rest"),
    ]
    rules = ", ".join(words for limits_it, words in limits if limits_it)
    return f"{'the law of China' if law.of == 'CN' else 'rules of the file'}: {rules or 'none'}"


def _how_staffed(found: StaffAnswer) -> list[str]:
    lower = found.lower
    was = sum(queue.intervals_missed for queue in found.queues.values())
    of = sum(queue.intervals_judged for queue in found.queues.values())
    missed = f"; surely missed for the whole day: {listed(lower.missed)}" if lower.missed else ""
    return [
        "With one agent in a hundred less, at least one in each interval, "
        f"{lower.intervals_missed:,} of {of:,} intervals miss their goal instead of {was:,}{missed}.",
        "Shares are freed of the luck of how many called; days: share of days that met the goal.",
        "Known to: 95 % interval of the agents that an interval needs, at its widest.",
    ]
