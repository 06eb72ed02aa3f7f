"""Every figure, declared once: its unit, its headings, what it is, which way is better, where it is shown.

Texts, pages, comparisons and the table of figures in docs/results.md are made of this; `measures.py` has the
formulas. JSON and CSV have every figure, by its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from callsim.results.declared import LAST, LESS, MORE, NEITHER, Declared, Unit

D = Declared


def _level(name: str, heading: str, page: str, about: str) -> Declared:
    """The service level by one formula; beside other figures stands the one that goals use."""
    return D(
        f"service_level.{name}", "share", heading, about, MORE, page=page, text=0, table="levels", differs=0
    )


def _rare(key: str, unit: Unit, heading: str, about: str, better: int = 0, text: int | None = 1) -> Declared:
    return D(key, unit, heading, about, better, text=text, rare=True)


def _lost(key: str, about: str) -> Declared:
    return _rare(key, "count", key, about, LESS, LAST)


def _percentile(key: str, text: int | None = None) -> Declared:
    name = key.split("_")[1]
    about = f"wait that {name[1:]} % of answered calls do not exceed, mean over runs"
    return D(key, "seconds", f"wait {name}", about, LESS, page=name, text=text, interval=False)


def _hidden(key: str, unit: Unit, about: str, better: int = NEITHER) -> Declared:
    """In JSON and CSV alone."""
    return D(key, unit, key, about, better, text=None, table="none")


def _by_key(*declared: Declared) -> Mapping[str, Declared]:
    return {one.key: one for one in declared}


# In the order in which tables show them.
CALLS = _by_key(
    D("offered", "count", "offered", "answered, abandoned, balked, blocked, dropped, called back", text=0),
    D("answered", "count", "answered", "talked to an agent", MORE, text=9),
    _level("offered", "÷ offered", "of offered", "answered within T ÷ offered"),
    _level("answered", "÷ answered", "of answered", "answered within T ÷ answered"),
    _level(
        "quick_abandons_excluded",
        "quick excluded",
        "quick abandons excluded",
        "answered within T ÷ (offered − abandoned within T)",
    ),
    _level(
        "quick_abandons_met",
        "quick met",
        "quick abandons met",
        "(answered + abandoned within T) ÷ offered",
    ),
    D("abandoned_share", "share", "abandoned", "(abandoned + balked) ÷ offered", LESS, text=1, differs=1),
    D("redialled", "count", "redials", "not their caller's first", LESS, text=5, rare=True),
    _lost("short_abandoned", "abandoned or balked before goals.short_abandon: in no share"),
    _lost("balked", "hung up at once, since nobody could answer at once"),
    _lost("blocked", "found no free line"),
    _lost("dropped", "cut off by an incident"),
    D("closed", "count", "closed", "came outside the queue's hours; not offered", rare=True),
    D("asa_s", "seconds", "ASA", "mean wait of answered calls", LESS, page="mean wait", text=2, differs=3),
    _percentile("wait_p50_s"),
    _percentile("wait_p90_s"),
    _percentile("wait_p95_s", text=3),
    _percentile("wait_p99_s"),
    D(
        "wait_max_s",
        "seconds",
        "wait max",
        "longest wait of an answered call, mean over runs",
        LESS,
        page="longest",
        text=8,
        interval=False,
    ),
    D(
        "delayed_share",
        "share",
        "waited",
        "had to wait ÷ (answered + abandoned)",
        LESS,
        page="had to wait",
        text=7,
    ),
    D(
        "aht_s",
        "seconds",
        "AHT",
        "mean talk and wrap of answered calls",
        page="mean handling",
        text=6,
        table="calls",
    ),
    D("ata_s", "seconds", "ATA", "mean wait of abandoned and balked calls", page="gave up after", differs=6),
    _hidden("wait_s", "seconds", "mean wait of answered, abandoned and balked calls", LESS),
    _hidden("abandoned", "count", "hung up while waiting", LESS),
    _hidden("blocked_share", "share", "blocked ÷ offered", LESS),
    D(
        "goal_probability",
        "share",
        "days",
        "days that keep the goal; of an interval, runs",
        MORE,
        page="days met",
        text=None,
        table="none",
        differs=5,
    ),
    _hidden("required", "count", "agents that Erlang A (C) asks for of an interval's own calls, by the goal"),
)
LEVELS = {key.partition(".")[2]: one for key, one in CALLS.items() if key.startswith("service_level.")}
# Shown where any client may call more than once.
CLIENTS = _by_key(
    D("offered_first", "count", "first calls", "offered calls that are their client's first", text=0),
    _rare(
        "transferred_in",
        "count",
        "handed on here",
        "offered calls that an agent handed on to this queue",
        text=2,
    ),
    _rare(
        "transferred_out_share",
        "share",
        "handed on",
        "answered calls that were handed on to another ÷ answered",
        LESS,
    ),
    D("clients.clients", "count", "clients", "who called this queue first; each counts once", text=3),
    D(
        "clients.reached_share",
        "share",
        "reached",
        "clients of whose calls any was answered ÷ clients",
        MORE,
        text=0,
        differs=0,
    ),
    D(
        "clients.first_contact_resolved",
        "share",
        "resolved at once",
        "clients served in one contact (handed on or not) ÷ clients reached",
        MORE,
        text=0,
        differs=2,
    ),
    D(
        "clients.calls_per_client",
        "times",
        "calls each",
        "offered calls of these clients ÷ clients",
        LESS,
        text=0,
        differs=1,
    ),
    D("clients.wait_s", "seconds", "wait each", "mean wait of a client in all calls together", LESS, text=0),
    D(
        "clients.service_level",
        "share",
        "in time",
        "clients of whose calls any was answered within T of its queue ÷ clients",
        MORE,
        text=0,
    ),
)
# Of queues that say when their work is due.
BACKLOG = _by_key(
    D(
        "overdue_share",
        "share",
        "overdue",
        "calls that waited longer than they may ÷ offered",
        LESS,
        text=0,
        differs=4,
    ),
    D(
        "backlog_peak",
        "count",
        "most waiting",
        "calls that wait at the end of an interval, the most of a run",
        LESS,
        text=0,
        differs=7,
    ),
    D(
        "oldest_s",
        "seconds",
        "oldest",
        "how long the oldest call that waits at the end of an interval has waited, the longest of a run",
        LESS,
        text=0,
        differs=8,
    ),
    _hidden("backlog", "count", "calls that wait at the end of an interval", LESS),
)
# Of queues that tell calls their wait.
WAITING = _by_key(
    D("announced_s", "seconds", "wait told", "mean wait that was told, to calls that had to wait", text=0),
    D(
        "hung_up_share",
        "share",
        "hung up",
        "calls that hung up when told ÷ calls that were told",
        LESS,
        text=0,
    ),
    D(
        "called_back",
        "count",
        "called back",
        "calls that ended in the promise of a callback; among the offered",
        text=0,
    ),
    D("callbacks.offered", "count", "offered it", "calls that were offered a callback", text=1),
    D("callbacks.accepted_share", "share", "accepted", "callbacks promised ÷ offered", text=1),
    D(
        "callbacks.reached_share",
        "share",
        "reached",
        "callbacks in which the client was reached ÷ callbacks that are over",
        MORE,
        text=0,
    ),
    D("callbacks.attempts", "times", "attempts", "mean attempts of callbacks that are over", LESS, text=1),
    D(
        "callbacks.wait_s",
        "seconds",
        "wait for it",
        "mean time from the promise until the client is on the phone",
        LESS,
        text=0,
        differs=5,
    ),
    D("callbacks.wait_p90_s", "seconds", "wait p90", "… that 90 % of them do not exceed", LESS, text=0),
    D("callbacks.within_share", "share", "within T", "… within T of the goal ÷ reached", MORE, text=1),
    D(
        "callbacks.open_at_end",
        "count",
        "left",
        "promised, not made when the last day ends",
        LESS,
        text=1,
    ),
)
WORK = _by_key(
    D("occupancy", "share", "occupancy", "time busy ÷ time on duty", LESS, text=0),
    D("answered", "count", "answered", "calls that the group answered", MORE, text=1),
    D("busy_h", "hours", "hours busy", "talk and wrap", text=None),
    D("on_duty_h", "hours", "hours on duty", "ready or busy", page="on duty", text=0),
    D("late_h", "hours", "hours late", "on a call after the end of the shift", LESS, page="late", text=0),
    D(
        "paid_h",
        "hours",
        "hours paid",
        "rostered without unpaid breaks, and late",
        LESS,
        page="paid",
        text=2,
    ),
    D(
        "held_h",
        "hours",
        "hours held",
        "on the line while another agent answers a call that was handed on; busy, and in handling time",
        LESS,
        page="held",
        text=2,
        rare=True,
    ),
    _rare("concurrency", "times", "at once", "works in the hands of an agent who is busy"),
    _rare("slots_used_share", "share", "slots used", "work in hand as shares of an agent ÷ time on duty"),
    _rare("busy_share", "share", "with any work", "time with any work in hand ÷ time on duty", text=None),
    _rare("interruptions", "count", "interrupted", "how often work went back to its queue for a call", LESS),
    D("absent_h", "hours", "hours absent", "planned, not come", LESS, page="absent", text=3, rare=True),
)
POOLS = _by_key(
    D("on_duty", "count", "on duty", "mean agents ready or busy", text=0),
    D("required", "count", "required", "what Erlang A (C) asks for, of all its queues", text=0),
    D("net_staff", "count", "net", "on duty − required", MORE, page="over or under", text=0),
    D("occupancy", "share", "occupancy", "time busy ÷ time on duty", text=3),
)
SITES = _by_key(
    D("seats_used_peak", "count", "seats used at most", "at any moment", page="most seats used", text=0),
    D("waited_for_seat_h", "hours", "hours waited for a seat", "by agents on duty", LESS, text=0, rare=True),
    D(
        "calls_lost_to_seats",
        "count",
        "calls lost to that",
        "calls that would be answered if everybody had a seat",
        LESS,
        page="calls lost to seats",
        text=0,
        rare=True,
    ),
    _hidden("seats_used_h", "hours", "seats in use × time"),
)
MENUS = _by_key(
    D("offered", "count", "offered", "calls that came to the menu, from other menus, too", text=0),
    D("contained_share", "share", "contained", "calls that the menu served ÷ offered", MORE, text=0),
    D("abandoned_share", "share", "abandoned", "calls that hung up in the menu ÷ offered", LESS, text=0),
    D("blocked_share", "share", "blocked", "calls that found no line ÷ offered", LESS, text=0, rare=True),
    D("duration_s", "seconds", "time in it", "mean time of all who got in, until they left it", LESS, text=0),
)
CAMPAIGNS = _by_key(
    D("attempts", "count", "attempts", "numbers that have rung, reached or not", text=1),
    D("contacts", "count", "contacts", "contacts who were dialled for the first time", text=3),
    D("live", "count", "live", "attempts in which somebody picked up", text=1),
    D("reached_share", "share", "reached", "live ÷ attempts", text=2),
    D(
        "right_party",
        "count",
        "right party",
        "live answers of the right party who talked with an agent",
        MORE,
        text=0,
    ),
    D("talks_per_h", "count", "talks an hour", "talks, also with others, ÷ hours of dialling", MORE, text=0),
    D(
        "nuisance_share",
        "share",
        "nuisance",
        "live answers that hung up before an agent was free ÷ live",
        LESS,
        text=0,
    ),
    D("aht_s", "seconds", "AHT", "mean talk + wrap of a talk", text=4),
    D(
        "dialling_h",
        "hours",
        "hours of dialling",
        "time in which it was open and had numbers to dial",
        text=3,
    ),
    D("run_out_share", "share", "ran out", "lists whose last contact was dialled ÷ lists", text=2),
    D("run_out_at", "hours", "ran out at", "hours after midnight of the day on which the list came", text=1),
)
COSTS = _by_key(
    D("wages", "amount", "wages", "of paid hours", LESS, text=1),
    D("seats", "amount", "seats", "of all sites", LESS, text=1),
    D("abandoned", "amount", "abandoned calls", "abandoned and balked calls", LESS, text=2),
    D("per_contact", "price", "an answered call", "in all ÷ answered", LESS, text=1),
    D("total", "amount", "in all", "wages + seats + abandoned calls", LESS, text=0),
)


PARTS = {
    "queues": CALLS,
    "clients, where any may call more than once": CLIENTS,
    "queues that say when their work is due": BACKLOG,
    "queues that tell calls their wait": WAITING,
    "menus": MENUS,
    "campaigns": CAMPAIGNS,
    "groups": WORK,
    "pools and groups by interval": POOLS,
    "sites": SITES,
    "costs": COSTS,
}


def level(counted: str) -> Declared:
    """The service level by the formula that goals use."""
    return replace(LEVELS[counted], heading="service level", page="")


def of_queues(counted: str) -> Iterator[Declared]:
    """The figures of calls, with the one service level that goals use."""
    for one in CALLS.values():
        if not one.key.startswith("service_level."):
            yield one
        elif one is LEVELS[counted]:
            yield level(counted)


def in_markdown() -> str:
    """The table of figures in docs/results.md."""
    lines = ["| key | unit | on a terminal | on a page | better | what it is |", "|---|---|---|---|---|---|"]
    for part, declared in PARTS.items():
        lines.append(f"| **{part}** | | | | | |")
        for one in declared.values():
            seen = one.text is not None or one.differs is not None
            text = one.heading if seen else ""
            page = one.page_heading if one.table != "none" or one.differs is not None else ""
            better = {MORE: "more", LESS: "less", NEITHER: ""}[one.better]
            lines.append(f"| `{one.key}` | {one.unit} | {text} | {page} | {better} | {one.about} |")
    return "\n".join(lines) + "\n"
