"""What was understood of a scenario, in a few plain lines."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

from callsim.scenario.buildout.plan import Buildout
from callsim.scenario.checks import notes_buildout
from callsim.scenario.checks.plausible import mean_s
from callsim.scenario.schema import Scenario
from callsim.scenario.words.demand import Queue
from callsim.scenario.words.incidents import Incident
from callsim.scenario.words.people import Group
from callsim.scenario.words.shifts import most_at_once
from callsim.units import DAY_MS, show_duration, show_moment, show_share

_MOST = 12


def describe(scenario: Scenario) -> list[str]:
    """The lines that `callsim check` prints."""
    calendar = scenario.calendar
    days = f"{calendar.days} day{'s' * (calendar.days > 1)} from {calendar.start:%a} {calendar.start}"
    warm_up = f", after {show_duration(calendar.warm_up)} of warm-up" if calendar.warm_up else ""
    lines = [f"{scenario.name}: {days}, in intervals of {show_duration(calendar.interval)}{warm_up}"]
    queues = sum(queue.copies for queue in scenario.queues.values())
    calls = sum(_simulated(scenario, queue) * queue.copies for queue in scenario.queues.values())
    lines.append(f"{_count(queues, 'queue')}, {calls:,.0f} calls on a mean day")
    lines += _few([_queue(scenario, name, queue) for name, queue in scenario.queues.items()])
    agents = [_most(scenario, group) for group in scenario.groups.values()]
    groups = sum(_copies(scenario, group) for group in scenario.groups.values())
    lines.append(f"{_count(groups, 'group')}, at most {sum(agents):,} agents")
    lines += _few([_group(scenario, name, group) for name, group in scenario.groups.items()])
    if scenario.sites:
        seats = [
            f"{name} {site.seats:,}" if site.seats else f"{name} no limit"
            for name, site in scenario.sites.items()
        ]
        more = f", … {len(seats) - _MOST} more" if len(seats) > _MOST else ""
        lines.append(f"{_count(len(seats), 'site')}, seats: {', '.join(seats[:_MOST])}{more}")
    lines += _few(
        [
            f"lines {name}: {trunk.count:,} for {_names(trunk.queues)}"
            for name, trunk in scenario.lines.items()
        ]
    )
    lines += _few([_incident(incident) for incident in scenario.incidents])
    lines += _few(list(scenario.notes))
    lines += _few(list(runs_python(scenario)))
    if scenario.buildout is not None:
        lines += _buildout(scenario.buildout)
        lines += _few(list(notes_buildout.all_notes(scenario)))
    return lines


def runs_python(scenario: Scenario) -> Iterator[str]:
    """A line for each supervisor: its file runs as a part of callsim."""
    for one in scenario.supervisors:
        yield f"runs Python: {os.path.basename(one.file)} ({one.function})"


def _buildout(plan: Buildout) -> Iterator[str]:
    """The phases of a build-out, and the seats of each that it names."""
    schools = f", people from {_names(list(plan.people.schools))}" if plan.people.schools else ""
    yield f"a build-out of {_count(len(plan.phases), 'phase')}{schools}; see callsim plan"
    yield from _few(
        [
            f"{phase.name}, from {phase.on}: "
            + ", ".join(f"{site} {seats:,} seats" for site, seats in phase.seats.items())
            for phase in plan.phases
        ]
    )


def calls_per_day(scenario: Scenario, queue: Queue) -> float:
    """Mean calls of one such queue on a mean day, before surges and closed hours.

    Of dated counts those of the days that are simulated.
    """
    arrivals = queue.arrivals
    if arrivals.per_day is not None:
        return arrivals.per_day
    if arrivals.per_hour is not None:
        return arrivals.per_hour * 24
    counts = arrivals.rows
    calendar = scenario.calendar
    ends = calendar.start + datetime.timedelta(days=calendar.days)
    played = [
        (date, count) for date, _, count in counts if date is None or calendar.start <= date < ends
    ] or [(date, count) for date, _, count in counts]
    return sum(count for _, count in played) / (len({date for date, _ in played}) or 1)


def _simulated(scenario: Scenario, queue: Queue) -> float:
    """Mean calls of one such queue on the days that are simulated, before surges and closed hours."""
    calendar, weekdays = scenario.calendar, queue.arrivals.weekdays or (1.0,) * 7
    times = sum(weekdays[day.weekday] for day in calendar.all_days()) / calendar.days
    return calls_per_day(scenario, queue) * times


def _few(lines: list[str]) -> Iterator[str]:
    """The lines indented; of many only the first, and how many more there are."""
    shown = lines if len(lines) <= _MOST else lines[: _MOST - 1]
    yield from (f"  {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"  … and {len(lines) - len(shown)} more"


def _queue(scenario: Scenario, name: str, queue: Queue) -> str:
    words = [f"{_count_of(_simulated(scenario, queue))} calls a day"]
    words.append(f"handling time {show_duration(round(mean_s(queue.talk) + mean_s(queue.wrap)))}")
    words += _scaled("calls", scenario.scale.volume * queue.scale.volume)
    words += _scaled("handling times", scenario.scale.aht * queue.scale.aht)
    if queue.copies > 1:
        words[0] = f"{queue.copies} copies of {words[0]} each"
    if queue.open != ((0, DAY_MS),):
        words.append(f"open {show_duration(sum(end - begin for begin, end in queue.open) / 1000)} a day")
    if goal := queue.goal:
        if goal.answer is not None:
            words.append(f"goal {show_share(goal.answer)} within {show_duration(goal.within)}")
        if goal.abandon_at_most is not None:
            words.append(f"goal at most {show_share(goal.abandon_at_most)} abandoned")
    else:
        words.append("no goal")
    return f"{name}: {', '.join(words)}"


def _group(scenario: Scenario, name: str, group: Group) -> str:
    if group.shifts is not None:
        staff = _names([f"{shift} {agents:,}" for shift, agents in group.shifts.items()])
    else:
        every = [agents for day in group.staff_lists for agents in day]
        low, high = min(every), max(every)
        staff = f"{high:,}" if low == high else f"{low:,}–{high:,}"
    copies = _copies(scenario, group)
    site = f" at {group.site}" if group.site else ""
    each = f"{copies} copies of " if copies > 1 else ""
    ranked = sorted(group.answers, key=lambda queue: group.answers[queue].rank)
    fewer = [f"{show_share(group.shrinkage)} shrinkage"] if group.shrinkage else []
    fewer += [f"{show_share(group.absence.share)} absent"] if group.absence else []
    less = f" less {' and '.join(fewer)}" if fewer else ""
    scaled = "".join(f", {words}" for words in _scaled("agents", scenario.scale.staff * group.scale.staff))
    return f"{name}: {each}{staff} agents{less}{site}{scaled}, answering {_names(ranked)}"


def _scaled(what: str, times: float) -> list[str]:
    return [] if times == 1 else [f"{what} scaled to {show_share(times)}"]


def _incident(incident: Incident) -> str:
    return f"{show_moment(incident.from_)} to {show_moment(incident.to, end=True)}: {incident.title}"


def _copies(scenario: Scenario, group: Group) -> int:
    return max((scenario.queues[queue].copies for queue in group.answers), default=1)


def _most(scenario: Scenario, group: Group) -> int:
    return planned_peak(scenario, group) * _copies(scenario, group)


def planned_peak(scenario: Scenario, group: Group) -> int:
    """Most agents of one such group at once, as planned: before absence and shrinkage."""
    if group.staff is not None:
        return max(agents for day in group.staff_lists for agents in day)
    return most_at_once((scenario.shifts[shift], agents) for shift, agents in (group.shifts or {}).items())


def _count_of(calls: float) -> str:
    """Few calls with their decimals: 0.3 calls a day are not 0."""
    return f"{calls:,.0f}" if calls >= 10 or calls == round(calls) else f"{calls:,.3g}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names[:6]) + (f", … {len(names) - 6} more" if len(names) > 6 else "")
