"""Seats: an agent on duty holds a seat of its site; an agent who finds none free waits in the site's line
(rule 6).

Times are ms; `c`, `g` and `s` are the rows of a crew, a group and a site. On duty means seated: agents who
come take a seat or stand in line for one, and agents who leave, for a break too, give it back.
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
from __future__ import annotations

import numpy as np

from callsim.sim.campaigns.table import ask
from callsim.sim.centre import NOBODY
from callsim.sim.floor.people import lists
from callsim.sim.floor.ring import stand, step_forward, take_out
from callsim.sim.floor.state import SEATS_NOTED
from callsim.sim.jit import aside, rule


@rule
def stand_by(floor, g, c, now):
    """An agent of the crew becomes idle: stands at the end of the group's ring, or list."""
    group = floor.groups[g]
    if not lists.stand_by(floor.people, g, now):
        stand(floor, group, group["idle"], c, now)
    group["idle"] += 1
    ask(floor.dialler, g, now)


@rule
def use_seats(floor, s, more, now):
    """`more` more seats are used (fewer where negative). Use that lasts no millisecond is no peak."""
    site = floor.sites[s]
    if now > site["since"]:
        site["used_peak"] = max(site["used_peak"], site["used"])
        site["since"] = now
    if len(floor.seat_log) > 0:
        note_seats(floor, s, more, now)
    site["used"] += more
    site["used_sum"] -= more * now


@aside
def note_seats(floor, s, more, now):
    """Adds to the changes of this millisecond; those of an earlier one are written to the log first."""
    site = floor.sites[s]
    if now > site["at"]:
        if site["left"] != 0 or site["taken"] != 0 or site["left_late"] != 0:
            row = floor.seat_log[floor.register[SEATS_NOTED]]
            row["time"] = site["at"]
            row["site"] = s
            row["left"] = site["left"]
            row["taken"] = site["taken"]
            row["left_late"] = site["left_late"]
            floor.register[SEATS_NOTED] += 1
        site["at"] = now
        site["left"] = site["taken"] = site["left_late"] = 0
    if more > 0:
        site["taken"] += more
    else:
        site["left"] -= more


@rule
def log_in(floor, c, agents, now):
    """`agents` agents of the crew take free seats and stand by."""
    crew = floor.crews[c]
    group = floor.groups[crew["group"]]
    use_seats(floor, group["site"], agents, now)
    crew["on_duty"] += agents
    group["on_duty"] += agents
    group["on_duty_sum"] -= agents * now
    if not lists.come(floor.people, crew["group"], c, agents, now):
        for k in range(agents):
            stand(floor, group, group["idle"] + k, c, now)
    group["idle"] += agents
    ask(floor.dialler, np.int64(crew["group"]), now)


@rule
def next_idle(floor, g):
    """The longest idle agent of a group stands by no longer. Returns the agent's crew."""
    group = floor.groups[g]
    c = lists.step_forward(floor.people, g)
    if c == NOBODY:
        c = np.int64(step_forward(floor, group))
    group["idle"] -= 1
    return c


@rule
def log_out(floor, c, agents, now):
    """`agents` agents of the crew, who no longer stand by, give their seats back."""
    crew = floor.crews[c]
    group = floor.groups[crew["group"]]
    use_seats(floor, group["site"], -agents, now)
    crew["on_duty"] -= agents
    group["on_duty"] -= agents
    group["on_duty_sum"] += agents * now


@rule
def log_out_late(floor, c, now):
    """An agent of the crew gives the seat back because a call is done."""
    log_out(floor, c, 1, now)
    site = floor.sites[floor.groups[floor.crews[c]["group"]]["site"]]
    if len(floor.seat_log) > 0:
        site["left"] -= 1
        site["left_late"] += 1


@rule
def line_up(floor, c, now):
    """An agent of the crew stands at the end of its site's line."""
    crew = floor.crews[c]
    site = floor.sites[floor.groups[crew["group"]]["site"]]
    stand(floor, site, site["waiting"], c, now)
    crew["waiting"] += 1
    site["waiting"] += 1
    site["waiting_sum"] -= now
    site["lined_up"] += 1


@rule
def sit_down(floor, c, agents, now):
    """`agents` agents of the crew sit down, or line up if no seat is free or others stand in line before
    them.

    Returns how many sit down.
    """
    site = floor.sites[floor.groups[floor.crews[c]["group"]]["site"]]
    seated = np.int64(0)
    if site["waiting"] == 0 and site["used"] < site["seats"]:
        seated = np.int64(min(agents, site["seats"] - site["used"]))
        log_in(floor, c, seated, now)
    for _ in range(agents - seated):
        line_up(floor, c, now)
    return seated


@rule
def next_in_line(floor, s, now):
    """The first in line logs in if a seat is free. Returns the agent's group, or NOBODY."""
    site = floor.sites[s]
    if site["waiting"] == 0 or site["used"] >= site["seats"]:
        return NOBODY
    c = step_forward(floor, site)
    crew = floor.crews[c]
    crew["waiting"] -= 1
    site["waiting"] -= 1
    site["waiting_sum"] += now
    log_in(floor, c, 1, now)
    return np.int64(crew["group"])


@rule
def leave_line(floor, c, agents, now):
    """Up to `agents` agents of the crew leave the line, the last first. Returns how many leave."""
    crew = floor.crews[c]
    if crew["waiting"] == 0 or agents == 0:
        return np.int64(0)
    site = floor.sites[floor.groups[crew["group"]]["site"]]
    gone = np.int64(take_out(floor, site, site["waiting"], c, agents, True))
    crew["waiting"] -= gone
    site["waiting"] -= gone
    site["waiting_sum"] += gone * now
    return gone


@rule
def leave_idle(floor, c, agents, now):
    """Up to `agents` idle agents of the crew give their seats back, the longest idle first.

    Returns how many.
    """
    group = floor.groups[floor.crews[c]["group"]]
    gone = lists.take_out(floor.people, floor.crews[c]["group"], c, agents)
    if gone == NOBODY:
        gone = np.int64(take_out(floor, group, group["idle"], c, agents, False))
    group["idle"] -= gone
    log_out(floor, c, gone, now)
    return gone
