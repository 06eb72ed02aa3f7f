"""What was understood of a scenario, in a few plain lines."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

from callsim.scenario.buildout.plan import Buildout
from callsim.scenario.checks import notes_buildout
from callsim.scenario.checks.handling import usual_handling_s
from callsim.scenario.checks.plausible import planned_peak
from callsim.scenario.schema import Scenario
from callsim.scenario.words.demand import Queue
from callsim.scenario.words.incidents import Incident
from callsim.scenario.words.outbound.campaign import Campaign
from callsim.scenario.words.people import Group
from callsim.scenario.words.routing import Answer, Menu
from callsim.sentences import label, say
from callsim.units import DAY_MS, show_duration, show_moment, show_share

_MOST = 12


def describe(scenario: Scenario) -> list[str]:
    """The lines that `callsim check` prints."""
    calendar = scenario.calendar
    days = say("summary.days", n=calendar.days, start=calendar.start)
    interval, warm_up = show_duration(calendar.interval), show_duration(calendar.warm_up)
    if calendar.warm_up:
        head = say("summary.head_warm", name=scenario.name, days=days, interval=interval, warm_up=warm_up)
    else:
        head = say("summary.head", name=scenario.name, days=days, interval=interval)
    lines = [head]
    if calendar.blocks is not None and calendar.blocks.days < calendar.days:
        length, before = show_duration(calendar.blocks.length), show_duration(calendar.blocks.warm_up)
        lines.append(say("blocks.says", length=length, warm_up=before))
    queues = sum(queue.copies for queue in scenario.queues.values())
    calls = sum(_simulated(scenario, queue) * queue.copies for queue in scenario.queues.values())
    calls += sum(_simulated(scenario, menu) for menu in scenario.menus.values())
    lines.append(say("summary.queues", n=queues, calls=calls))
    if scenario.goals.short_abandon:
        lines.append(say("summary.short", time=show_duration(scenario.goals.short_abandon)))
    lines += _few([_queue(scenario, name, queue) for name, queue in scenario.queues.items()])
    lines += _few([_menu(scenario, name) for name in scenario.menus])
    lines += _few([_campaign(name, one) for name, one in scenario.campaigns.items()])
    agents = [_most(scenario, group) for group in scenario.groups.values()]
    groups = sum(_copies(scenario, group) for group in scenario.groups.values())
    lines.append(say("summary.groups", n=groups, agents=sum(agents)))
    lines += _few([_group(scenario, name, group) for name, group in scenario.groups.items()])
    if scenario.sites:
        seats = [
            f"{name} {site.seats:,}" if site.seats else say("summary.no_limit", site=name)
            for name, site in scenario.sites.items()
        ]
        some = label(", ").join(seats[:_MOST])
        some = say("summary.names", first=some, left=len(seats) - _MOST) if len(seats) > _MOST else some
        lines.append(say("summary.sites", n=len(seats), seats=some))
    lines += _few(
        [
            say("summary.lines", name=name, lines=trunk.count, queues=_names((*trunk.queues, *trunk.menus)))
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
        yield say("summary.python", file=os.path.basename(one.file), function=one.function)


def _buildout(plan: Buildout) -> Iterator[str]:
    """The phases of a build-out, and the seats of each that it names."""
    schools = _names(list(plan.people.schools))
    people = say("summary.people_from", schools=schools) if plan.people.schools else ""
    yield say("summary.buildout", n=len(plan.phases), people=people)
    yield from _few(
        [
            say(
                "summary.phase",
                phase=phase.name,
                day=phase.on,
                seats=label(", ").join(
                    say("summary.seats", site=site, seats=seats) for site, seats in phase.seats.items()
                ),
            )
            for phase in plan.phases
        ]
    )


def calls_per_day(scenario: Scenario, queue: Queue | Menu) -> float:
    """Mean calls of one such queue or menu on a mean day, before surges and closed hours.

    Of dated counts those of the days that are simulated.
    """
    arrivals = queue.arrivals
    calendar = scenario.calendar
    usual = [arrivals.on(day.date, calendar).calls for day in calendar.all_days()]
    told = [calls for calls in usual if calls is not None]
    if told:
        return told[0] if not arrivals.differs else sum(told) / len(told)
    counts = arrivals.rows
    ends = calendar.start + datetime.timedelta(days=calendar.days)
    played = [
        (date, count) for date, _, count in counts if date is None or calendar.start <= date < ends
    ] or [(date, count) for date, _, count in counts]
    return sum(count for _, count in played) / (len({date for date, _ in played}) or 1)


def _simulated(scenario: Scenario, queue: Queue | Menu) -> float:
    """Mean calls of one such queue on the days that are simulated, before surges and closed hours."""
    calendar, weekdays = scenario.calendar, queue.arrivals.weekdays or (1.0,) * 7
    times = sum(weekdays[day.weekday] for day in calendar.all_days()) / calendar.days
    return calls_per_day(scenario, queue) * times


def _few(lines: list[str]) -> Iterator[str]:
    """The lines indented; of many only the first, and how many more there are."""
    shown = lines if len(lines) <= _MOST else lines[: _MOST - 1]
    yield from (f"  {line}" for line in shown)
    if len(shown) < len(lines):
        yield "  " + say("pages.more", n=len(lines) - len(shown))


def _menu(scenario: Scenario, name: str) -> str:
    menu = scenario.menus[name]
    to = label(", ").join(
        say("summary.way", share=show_share(share), to=to) for to, share in menu.ways.items()
    )
    words = [say("summary.calls", calls=_count_of(_simulated(scenario, menu)))]
    if any(name in other.ways for other in scenario.menus.values()):
        words.append(say("summary.from_menus"))
    if menu.contained.share:
        words.append(say("summary.contained", share=show_share(menu.contained.share)))
    return say("summary.menu", name=name, words=label(", ").join(words), to=to)


def _campaign(name: str, one: Campaign) -> str:
    dial, daily = one.dial, one.contacts.once is None
    if dial.preview is not None:
        way = say("campaigns.looks_first", time=show_duration(dial.preview))
    elif dial.keeps_agents:
        way = say("campaigns.progressive")
    elif dial.abandon_at_most is None:
        way = say("campaigns.predictive", ratio=dial.first_ratio)
    else:
        way = say("campaigns.capped", ratio=dial.first_ratio, cap=show_share(dial.abandon_at_most))
    lists = list(one.reached.values()) if isinstance(one.reached, dict) else [one.reached]
    shares = sorted({share for some in lists for share in some})
    least, most = show_share(shares[0]), show_share(shares[-1])
    return say(
        "campaigns.summary",
        name=name,
        contacts=one.contacts.length,
        often=say("campaigns.daily") if daily else say("campaigns.once"),
        way=way,
        reached=least if least == most else say("lists.span", first=least, last=most),
    )


def _queue(scenario: Scenario, name: str, queue: Queue) -> str:
    calls = _simulated(scenario, queue)
    words = [say("summary.calls", calls=_count_of(calls))]
    through = any(name in menu.ways for menu in scenario.menus.values())
    if through:
        words = [say("summary.from_menus")] if calls == 0 else [*words, say("summary.from_menus")]
    steps = [step for other in scenario.queues.values() for step in other.follow_ups if step.share > 0]
    if calls == 0 and not through and any(step.to == name for step in steps):
        words = [say("summary.only_followed")]
    aht = show_duration(round(usual_handling_s(queue, scenario.calendar)))
    words.append(say("summary.handling_time", aht=aht))
    volume, longer = scenario.scale.volume * queue.scale.volume, scenario.scale.aht * queue.scale.aht
    words += [say("summary.calls_scaled", share=show_share(volume))] * (volume != 1)
    words += [say("summary.times_scaled", share=show_share(longer))] * (longer != 1)
    if queue.copies > 1:
        words[0] = say("summary.copies", copies=queue.copies, each=words[0])
    if steps := [step for step in queue.follow_ups if step.share > 0]:
        words.append(say("summary.follow_ups", to=_names(list(dict.fromkeys(step.to for step in steps)))))
    if queue.announcement is not None:
        words.append(say("waiting.summary_told"))
        asking = [step for step in queue.announcement.steps if step.callback > 0]
        if asking:
            share, wait = show_share(asking[0].callback), show_duration(asking[0].from_)
            words.append(say("waiting.summary_back", share=share, wait=wait))
    if queue.redial is not None and queue.redial.probability:
        words.append(say("summary.redial", share=show_share(queue.redial.probability)))
    if queue.open != ((0, DAY_MS),):
        hours = sorted({sum(end - begin for begin, end in spans) for spans in queue.open_lists if spans}) or [
            0
        ]
        least, most = show_duration(hours[0] / 1000), show_duration(hours[-1] / 1000)
        words.append(
            say("summary.open", hours=most if len(hours) == 1 else say("lists.span", first=least, last=most))
        )
    if goal := queue.goal:
        if goal.answer is not None:
            share, within = show_share(goal.answer), show_duration(goal.within)
            words.append(say("summary.goal", share=share, within=within))
        if goal.abandon_at_most is not None:
            words.append(say("summary.goal_abandoned", share=show_share(goal.abandon_at_most)))
        if goal.asa_at_most is not None:
            words.append(say("summary.goal_asa", wait=show_duration(goal.asa_at_most)))
    else:
        words.append(say("summary.no_goal"))
    return f"{name}{label(': ')}{label(', ').join(words)}"


def _group(scenario: Scenario, name: str, group: Group) -> str:
    if group.shifts is not None:
        staff = _names([f"{shift} {agents:,}" for shift, agents in group.shifts.items()])
    else:
        every = [agents for day in group.staff_lists for agents in day]
        low, high = min(every), max(every)
        staff = f"{high:,}" if low == high else f"{low:,}–{high:,}"
    copies = _copies(scenario, group)
    site = say("summary.at_site", site=group.site) if group.site else ""
    each = say("summary.copies_of", copies=copies) if copies > 1 else ""
    ranked = sorted(group.answers, key=lambda queue: group.answers[queue].rank)
    shrinkage, absent = show_share(group.shrinkage), show_share(group.absence.share if group.absence else 0.0)
    if group.shrinkage and group.absence:
        less = say("summary.less_both", shrinkage=shrinkage, absent=absent)
    elif group.absence:
        less = say("summary.less_absent", absent=absent)
    else:
        less = say("summary.less_shrinkage", shrinkage=shrinkage) if group.shrinkage else ""
    times = scenario.scale.staff * group.scale.staff
    scaled = say("summary.agents_scaled", share=show_share(times)) if times != 1 else ""
    busy = group.occupancy_at_most
    goal = "" if busy is None else say("summary.goal_busy", share=show_share(busy))
    where = f"{less}{site}{scaled}{goal}"
    queues = _names([_answered(queue, group.answers[queue]) for queue in ranked])
    return say("summary.group", name=name, staff=f"{each}{staff}", where=where, queues=queues)


def _answered(queue: str, answer: Answer) -> str:
    """A queue, with what its group asks before it answers."""
    if answer.when is not None:
        return say("summary.when", queue=queue)
    if answer.reserve and answer.min_waiting > 1:
        return say("summary.reserve_and_waiting", queue=queue, n=answer.reserve, waiting=answer.min_waiting)
    if answer.reserve:
        return say("summary.reserve", queue=queue, n=answer.reserve)
    return say("summary.min_waiting", queue=queue, n=answer.min_waiting) if answer.min_waiting > 1 else queue


def _incident(incident: Incident) -> str:
    start, end = show_moment(incident.from_), show_moment(incident.to, end=True)
    return say("summary.incident", start=start, end=end, title=incident.title)


def _copies(scenario: Scenario, group: Group) -> int:
    return max(map(scenario.copies_of, group.answers), default=1)


def _most(scenario: Scenario, group: Group) -> int:
    return planned_peak(scenario, group) * _copies(scenario, group)


def _count_of(calls: float) -> str:
    """Few calls with their decimals: 0.3 calls a day are not 0."""
    return f"{calls:,.0f}" if calls >= 10 or calls == round(calls) else f"{calls:,.3g}"


def _names(names: list[str] | tuple[str, ...]) -> str:
    first = label(", ").join(names[:6])
    return say("summary.names", first=first, left=len(names) - 6) if len(names) > 6 else first
