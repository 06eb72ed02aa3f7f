"""A scenario made larger, smaller or slower: the same words with other volumes, staff and handling times."""

from __future__ import annotations

import math
from collections.abc import Mapping

from callsim.errors import UserError
from callsim.scenario.schema import Scenario
from callsim.scenario.words.demand import Arrivals, Queue
from callsim.scenario.words.distributions import Family
from callsim.scenario.words.people import Absence, Group
from callsim.scenario.words.routing import Menu
from callsim.sentences import say

ROUND = 1e-9  # of a person: what arithmetic may leave of none


def rounded(number: float) -> int:
    """Whole people: the nearest number, halves upwards, everywhere alike."""
    return math.floor(number + 0.5)


def as_scaled(scenario: Scenario) -> Scenario:
    """A scenario as it was written, with the scales in force that its file, queues and groups have."""
    whole = scenario.scale
    queues = {}
    for name, queue in scenario.queues.items():
        arrivals = with_volume(queue.arrivals, whole.volume * queue.scale.volume)
        scaled = queue if arrivals is queue.arrivals else queue.model_copy(update={"arrivals": arrivals})
        scaled = with_handling(scaled, whole.aht * queue.scale.aht)
        queues[name] = with_patience(scaled, whole.patience * queue.scale.patience)
    groups = {
        name: _with_whole_staff(group, whole.staff * group.scale.staff)
        for name, group in scenario.groups.items()
    }
    menus = with_menus(scenario.menus, whole.volume)
    if queues == scenario.queues and groups == scenario.groups and menus == scenario.menus:
        return scenario
    return scenario.model_copy(update={"queues": queues, "groups": groups, "menus": menus})


def with_menus(menus: Mapping[str, Menu], times: float) -> dict[str, Menu]:
    """The menus with `times` their calls."""
    return {
        name: menu.model_copy(update={"arrivals": with_volume(menu.arrivals, times)})
        for name, menu in menus.items()
    }


def _with_whole_staff(group: Group, times: float) -> Group:
    """The group with `times` its agents, in whole people.

    The sum of its shifts is rounded, and the largest remainders get the agents that rounding down left out;
    among equal ones the first name. Staff by the interval is rounded at each time by itself.
    """
    if times == 1:
        return group
    if group.shifts is not None:
        return group.model_copy(update={"shifts": _shared_out(group.shifts, times)})
    staff: object
    if isinstance(group.staff, dict):
        staff = {day: tuple(rounded(agents * times) for agents in some) for day, some in group.staff.items()}
    else:
        staff = tuple(rounded(agents * times) for agents in group.staff or ())
    return group.model_copy(update={"staff": staff})


def _shared_out(shifts: Mapping[str, int], times: float) -> dict[str, int]:
    exact = {name: round(agents * times, 9) for name, agents in shifts.items()}
    found = {name: math.floor(agents) for name, agents in exact.items()}
    left = rounded(sum(exact.values())) - sum(found.values())
    for name in sorted(exact, key=lambda name: (found[name] - exact[name], name))[:left]:
        found[name] += 1
    return found


def with_volume(arrivals: Arrivals, times: float) -> Arrivals:
    """The queue with `times` its calls; the very same object where `times` is 1.

    Raises UserError where the calls are those of a log, or exact numbers of a table.
    """
    if times == 1:
        return arrivals
    if arrivals.is_fixed:
        raise UserError(say("demand.no_volume"))
    changed: dict[str, object] = {}
    for way in ("per_day", "per_hour"):
        if (calls := getattr(arrivals, way)) is not None:
            by_day = isinstance(calls, dict)
            changed[way] = {day: many * times for day, many in calls.items()} if by_day else calls * times
    if arrivals.counts is not None:
        rows = tuple((date, at, offered * times) for date, at, offered in arrivals.counts.rows)
        changed["counts"] = arrivals.counts.model_copy(update={"rows": rows})
    return arrivals.model_copy(update=changed)


def with_staff(group: Group, times: float) -> Group:
    """The group with `times` its agents at every time or on every shift; the same object where `times` is 1.

    A share of a person is somebody who comes on that share of days: the roster is multiplied by a whole
    number, and what is too many then is taken off by shrinkage, which the run rounds by drawing.
    """
    if times == 1:
        return group
    whole = max(1, math.ceil(times - ROUND))
    changed: dict[str, object] = {"shrinkage": 1 - (1 - group.shrinkage) * min(times / whole, 1.0)}
    if group.shifts is not None:
        changed["shifts"] = {name: agents * whole for name, agents in group.shifts.items()}
    else:
        changed["staff"] = _times(group.staff, whole)
    return group.model_copy(update=changed)


def _times(
    staff: tuple[int, ...] | dict[str, tuple[int, ...]] | None, whole: int
) -> tuple[int, ...] | dict[str, tuple[int, ...]]:
    if isinstance(staff, dict):
        return {day: tuple(agents * whole for agents in of_day) for day, of_day in staff.items()}
    return tuple(agents * whole for agents in staff or ())


def with_absence(group: Group, share: float) -> Group:
    """A further share of its agents stays away, drawn as the group's own absence is."""
    if share == 0:
        return group
    own = group.absence or Absence(share=0.0)
    absence = own.model_copy(update={"share": 1 - (1 - own.share) * (1 - share)})
    return group.model_copy(update={"absence": absence})


def with_handling(queue: Queue, times: float) -> Queue:
    """The queue with talk and wrap `times` as long."""
    if times == 1:
        return queue
    wrap = None if queue.wrap is None else queue.wrap.longer(times)
    return queue.model_copy(update={"talk": queue.talk.longer(times), "wrap": wrap})


def with_patience(queue: Queue, times: float) -> Queue:
    """The queue whose callers are willing to wait `times` as long; who never gives up still never does."""
    if times == 1 or queue.patience is None:
        return queue
    return queue.model_copy(update={"patience": queue.patience.longer(times)})


def with_pace(group: Group, scenario: Scenario, times: float) -> Group:
    """The group whose agents take `times` as long for a call, talk and wrap together. Only talk knows a pace
    (rule 7), so talk is slowed down by enough to make up for wrap."""
    if times == 1:
        return group
    answers = {}
    for name, answer in group.answers.items():
        queue = scenario.queues[name] if name in scenario.queues else scenario.campaigns[name]
        talk, wrap = mean_s(queue.talk) * answer.pace, mean_s(queue.wrap)
        slower = answer.pace * (times * (talk + wrap) - wrap) / talk
        answers[name] = answer.model_copy(update={"pace": round(min(max(slower, 0.1), 10.0), 3)})
    return group.model_copy(update={"answers": answers})


def mean_s(duration: Family | None) -> float:
    """Seconds on the mean over the day."""
    return 0.0 if duration is None else duration.mean_s
