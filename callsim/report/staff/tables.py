"""What text and page of a staffing both say: the verdict, the columns of their tables, how sure it is."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from callsim.report.kit import figures
from callsim.report.kit.both import Shown
from callsim.report.kit.goals import listed, promise
from callsim.report.kit.verdicts import word
from callsim.results.measures import Figure
from callsim.results.run import Goal
from callsim.sentences import label, say
from callsim.study.roster.answer import GroupRostered, RosterAnswer
from callsim.study.roster.law import Law
from callsim.study.staff.answer import Asked, ByDay, QueueChecked, StaffAnswer
from callsim.study.staff.fresh.holdout import Expected
from callsim.study.staff.fresh.repair import too_rarely
from callsim.study.staff.occupancy import Occupancy
from callsim.study.staff.staircase import Step
from callsim.units import show_clock, show_duration

MOST_DAYS = 10_000  # of which it is said that so many would show what agents show
FEW = 6  # groups or queues that find room in a sentence or on the terminal
EVERY_DAY = "every day"

Answer = StaffAnswer | RosterAnswer
T = TypeVar("T")


def in_words(found: Answer) -> tuple[bool, str, list[str]]:
    """Whether all is well, the first line and what stands in the way: no more than the check saw."""
    good, sentence, lines = _verdict(found)
    return good, f"{sentence}{may_wait(found)}", lines


def may_wait(found: Answer) -> str:
    """Of queues whose calls may wait longer than an interval: that each interval does its own work."""
    patient = {
        name: within
        for name, queue in found.queues.items()
        if (within := _longest_wait(queue.goal)) > found.interval_s
    }
    if not patient:
        return ""
    some = [say("staff.may_wait_for", name=name, wait=show_duration(s)) for name, s in patient.items()]
    return " " + say("staff.may_wait", interval=show_duration(found.interval_s), queues=listed(some))


def _longest_wait(goal: Goal) -> float:
    """How long a goal lets answered calls wait: seconds."""
    return max((goal.within_s or 0.0) if goal.answer is not None else 0.0, goal.asa_at_most_s or 0.0)


def _verdict(found: Answer) -> tuple[bool, str, list[str]]:
    certainty = found.certainty
    aim = (
        say("staff.on_the_mean")
        if certainty is None
        else say("staff.on_days", share=figures.promise(certainty))
    )
    if found.verdicts:
        return False, say("staff.cannot", aim=aim), [verdict.text for verdict in found.verdicts]
    many, failed = _many(found), list(found.missed) if isinstance(found, RosterAnswer) else []
    too_busy, busy_enough = _wishes(found)
    queues = found.queues
    missed = [name for name, queue in queues.items() if queue.expected.met is False]
    if missed:
        words = say("staff.missed", many=many, missed=len(missed), goals=len(queues), names=listed(missed))
        return False, words, [*failed, *too_busy]
    if failed:
        return False, say("staff.not_enough", many=many, aim=aim), [*failed, *too_busy]
    if certainty is not None:
        rare = [name for name, queue in queues.items() if too_rarely(queue.goal.probability, certainty)]
        if rare:
            told = ", ".join(
                say("staff.queue_on_days", name=name, share=_of_days(queues[name])) for name in rare[:FEW]
            )
            return False, say("staff.rarely", many=many, aim=aim, queues=told), too_busy
    seldom = [name for name, queue in queues.items() if certainty is not None and _mean(queue) < certainty]
    close = [name for name, queue in queues.items() if _is_close(queue) or name in seldom]
    if close and certainty is None and all(queues[name].expected.met for name in close):
        words = say(
            "staff.as_they_fell",
            many=many,
            aim=aim,
            missed=len(close),
            goals=len(queues),
            names=listed(close),
        )
        return False, words + _certain(found), too_busy
    if close:
        return False, say("staff.open", many=many, aim=aim, names=listed(close)), too_busy
    rarest = min(queues.values(), key=_mean)
    seen = "" if certainty is None else say("staff.seen", share=_of_days(rarest))
    where = "" if isinstance(found, RosterAnswer) else _below(found)
    if too_busy:
        words = say("staff.too_busy", many=many, aim=aim, seen=seen, where=where, names=listed(too_busy))
        return False, words, []
    words = say("staff.enough", many=many, aim=aim, seen=seen, where=where, busy=busy_enough)
    return True, words + _certain(found), []


def _certain(found: Answer) -> str:
    """How many are there so that the check calls all goals met, and how many days would do instead."""
    certain = found.certain
    if certain is None:
        return ""
    days, hours, played = certain.days_instead, certain.agent_hours, found.check.runs * found.days
    if certain.people is None:
        words = say("staff.certain", hours=hours, days=played)
    else:
        words = say("staff.certain_people", n=certain.people, hours=hours, days=played)
    if days is None:
        tight = certain.nothing_to_spare
        return f" {words}{say('staff.no_days', n=len(tight), names=listed(tight))}"
    if days > MOST_DAYS:
        return f" {words}{say('staff.days_over', days=MOST_DAYS)}"
    return f" {words}{say('staff.days_instead', days=days)}"


def _wishes(found: Answer) -> tuple[list[str], str]:
    """Groups that are busier than they may be, by a goal or a wish; and how busy each is."""
    seen = {name: group.occupancy for name, group in found.groups.items() if group.occupancy is not None}
    missed = [_busier(name, one) for name, one in seen.items() if not one.met]
    kept = [
        say("staff.busy_goal", name=name, busy=busy(one), most=figures.promise(one.at_most))
        if one.goal
        else say("staff.busy", name=name, busy=busy(one), most=figures.promise(one.at_most))
        for name, one in seen.items()
    ]
    return missed, f"; {listed(kept)}" if kept else ""


def _busier(name: str, seen: Occupancy) -> str:
    """By how much a group is busier than was wished for, and how many agents would keep the wish."""
    kept = ""
    if seen.kept_by is not None and seen.kept_at is not None:
        kept = say("staff.busier_kept", n=seen.kept_by, busy=figures.promise(round(seen.kept_at, 3)))
    return say(
        "staff.busier",
        name=name,
        busy=busy(seen),
        at=seen.at,
        points=100 * (seen.reached - seen.at_most),
        most=figures.promise(seen.at_most),
        kept=kept,
    )


def busy(seen: Occupancy) -> str:
    return f"{figures.promise(round(seen.reached, 3))} ± {seen.known_to * 100:.1f}"


def _many(found: Answer) -> str:
    """Returns the number of people, or of agents, that are needed, in words."""
    if isinstance(found, RosterAnswer):
        people = sum(group.people * group.copies for group in found.groups.values())
        return say("staff.people", people=people)
    hours = sum(group.agent_hours * group.copies for group in found.groups.values())
    return say("staff.hours", hours=hours)


def _below(found: StaffAnswer) -> str:
    """Whether every interval keeps its promise."""
    below = sum(queue.intervals_below for queue in found.queues.values())
    return say("staff.some_intervals", n=below) if below else say("staff.all_intervals")


def _is_close(queue: QueueChecked) -> bool:
    """Whether its goal may be missed as well as met: `run` on the same days must not say otherwise."""
    expected = queue.expected
    reached = expected.service_level, expected.abandoned_share, expected.asa_s
    open_ = expected.met is None or queue.goal.met is False or queue.goal.decided is False
    return any(reached) and open_


def standing(queue: QueueChecked) -> bool | None:
    """Whether its goal is met; None: too close to call."""
    return None if _is_close(queue) and queue.expected.met else queue.expected.met


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


def clock(found: Asked, interval: int) -> str:
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
    """Returns the table of people by shift."""
    return [
        Shown("group", [name for name, *_ in places], names=True),
        Shown("shift", [shift for *_, shift, _ in places], names=True),
        Shown("agents", [f"{agents:,}" for *_, agents in places]),
        Shown("copies", [f"{group.copies:,}" for _, group, *_ in places], 1),
    ]


def hours(found: RosterAnswer) -> Shown:
    """From when to when each row works, and its breaks; nothing where the shift is as in the file."""
    told = [hours_of(found, shift) or figures.NOTHING for *_, shift, _ in worked(found)]
    return Shown("hours", told, names=True)


def hours_of(found: RosterAnswer, shift: str) -> str:
    """From when to when a shift is, and its breaks; empty where it is as in the file."""
    begin, end, *breaks = re.findall(r"\d\d:\d\d(?:-\d\d:\d\d)?", found.new_shifts.get(shift, "")) or ["", ""]
    times = [f"{begin}–{end}", *(one.replace("-", "–") for one in breaks)]
    return say("staff.but").join(times) if begin else ""


def staircase(steps: Sequence[Step]) -> list[Shown]:
    """Why this many agents: the steps, and what each adds."""
    return [
        Shown("step", [label(step.step) for step in steps], names=True),
        Shown("why", [step.why for step in steps], names=True),
        Shown("agents", [f"{step.agents:+z,.1f}".replace("-", "−") for step in steps]),
        Shown("together", [f"{step.total:,.1f}" for step in steps]),
    ]


def goals(queues: Sequence[tuple[str, QueueChecked]]) -> list[Shown]:
    """What was promised, and what fresh days say of it."""
    kept, stands = [queue.expected for _, queue in queues], [standing(queue) for _, queue in queues]
    goal = [queue.goal for _, queue in queues]
    days = [figures.percent_of_days(one.probability) for one in goal]
    return [
        Shown("", [word(met) for met in stands], names=True),
        Shown("queue", [name for name, _ in queues], names=True),
        Shown("service level", [_about(one.service_level) for one in kept]),
        Shown("goal", [promise(one) for one in goal]),
        Shown("abandoned", [_about(one.abandoned_share) for one in kept], 1),
        Shown("at most", [_limit(one) for one in goal], 3),
        *_waits(kept, goal),
        Shown("days", days, 2, usual="100 %"),
    ]


def _waits(kept: Sequence[Expected], goals: Sequence[Goal]) -> list[Shown]:
    """The mean wait and how long it may be, where any goal promises that."""
    if all(goal.asa_at_most_s is None for goal in goals):
        return []
    waits = [
        figures.NOTHING if one.asa_s is None else figures.seconds_about(one.asa_s, goal.asa_at_most_s)
        for one, goal in zip(kept, goals, strict=True)
    ]
    longest = [
        figures.NOTHING if goal.asa_at_most_s is None else show_duration(goal.asa_at_most_s) for goal in goals
    ]
    return [Shown("ASA", waits), Shown(say("goals.asa_at_most"), longest, 1)]


def _about(figure: Figure | None) -> str:
    """A share of the fresh days, with its interval."""
    return figures.NOTHING if figure is None else figures.percent_about(figure)


def _limit(goal: Goal) -> str:
    """The share that may abandon."""
    most = goal.abandon_at_most
    return figures.NOTHING if most is None else figures.promise(most)


def how(found: Answer) -> list[str]:
    """Returns the notes below the tables: how precise the answer is, and how to read it."""
    return _how_rostered(found) if isinstance(found, RosterAnswer) else _how_staffed(found)


def _how_rostered(found: RosterAnswer) -> list[str]:
    programme = found.programme
    proven = say("staff.not_proven") if programme.gap is None else say("staff.proven", gap=programme.gap)
    lines = [
        say(
            "staff.programme",
            hours=programme.hours,
            proven=proven,
            seconds=programme.seconds,
            repairs=programme.repairs,
        ),
        say("staff.labour", rules=labour(found.law)),
        *([say("staff.on_dates", shifts=", ".join(found.on_dates))] if found.on_dates else []),
        *_dear(found),
    ]
    lines += [
        say("staff.seats", site=site, mean=taken.mean, seats=taken.seats, most=taken.most)
        for site, taken in found.seats.items()
        if taken.most > taken.seats
    ]
    if found.begins_empty:
        lines.append(say("staff.begins_empty"))
    return lines


def _dear(found: RosterAnswer) -> list[str]:
    """Which hours of the day the people are paid for."""
    if not found.dearest:
        return []
    some = [
        say(
            "staff.dear_at",
            share=one.share,
            group=one.group,
            begin=show_clock(round(one.begin_s * 1000)),
            end=show_clock(round(one.end_s * 1000)),
            hours=one.hours_saved,
        )
        for one in found.dearest
    ]
    return [say("staff.dear", stretches=listed(some))]


def labour(law: Law) -> str:
    """Returns the rules of working time that a roster keeps, in words."""
    if law.of == "none":
        return say("staff.no_rules")
    limits = [
        (law.hours_a_day < 24, say("staff.hours_a_day", hours=law.hours_a_day)),
        (law.hours_a_week < 7 * 24, say("staff.hours_a_week", hours=law.hours_a_week)),
        (law.days_a_week < 7, say("staff.days_a_week", days=law.days_a_week)),
        (law.nights_a_month < 31, say("staff.nights_a_month", nights=law.nights_a_month)),
        (law.rest_h > 0, say("staff.rest", hours=law.rest_h)),
    ]
    rules = ", ".join(words for limits_it, words in limits if limits_it) or "none"
    return (
        say("staff.law_of_china", rules=rules) if law.of == "CN" else say("staff.rules_of_file", rules=rules)
    )


def _how_staffed(found: StaffAnswer) -> list[str]:
    lower = found.lower
    was = sum(queue.intervals_missed for queue in found.queues.values())
    of = sum(queue.intervals_judged for queue in found.queues.values())
    missed = say("staff.missed_all_day", names=listed(lower.missed)) if lower.missed else ""
    return [
        say("staff.less", missed=lower.intervals_missed, intervals=of, was=was, queues=missed),
        say("staff.freed"),
        say("staff.known_to"),
    ]
