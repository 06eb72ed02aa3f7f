"""Centres of several islands for hypothesis: all that couples islands is in some of them; many are short."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]
SITES = ("hill", "lake", "moor")
Draw = st.DrawFn

HELPER = """
def lend(floor):
    while True:
        yield floor.wait("10 min")
        for queue, group in zip(sorted(floor.queues), sorted(floor.groups)):
            if floor.longest_wait(queue) > 5:
                floor.call_in(1, group, "1 h")
            elif floor.idle(group) > 1:
                floor.send_home(1, group)
"""
SHIFTS = {  # with common edges, and breaks that begin where others end
    "early": {"from": "06:00", "to": "14:00", "breaks": ["10:00-10:30"]},
    "day": {"from": "08:00", "to": "17:00", "breaks": ["12:00-12:30"]},
    "late": {"from": "14:00", "to": "22:00", "breaks": ["17:00-17:30"]},
    "night": {"from": "22:00", "to": "06:00"},
}


@st.composite
def archipelagos(draw: Draw) -> Tree:
    """A centre of three to five islands, whose names begin with that of their island."""
    names = ["ash", "elm", "fir", "oak", "yew"][: draw(st.integers(3, 5))]
    centre: Tree = {
        "calendar": {
            "start": "2024-01-01",
            "interval": "6 h",
            "warm_up": draw(st.sampled_from(["0 s", "0 s", "1 h"])),
        },
        "shifts": SHIFTS,
        "queues": {},
        "groups": {},
        "sites": {},
    }
    for name in names:
        queues, groups = draw(islands(name))
        centre["queues"] |= queues
        centre["groups"] |= groups
    _limits(draw, centre)
    _incidents(draw, centre)
    if draw(st.integers(0, 3)) == 3:
        centre["supervisors"] = [_supervisor(draw, centre, names)]
    if draw(st.integers(0, 3)) == 3:
        _follow_up(draw, centre)
    return centre


@st.composite
def islands(draw: Draw, name: str) -> tuple[Tree, Tree]:
    """Queues and groups that answer all of them. Times on whole seconds are full of ties."""
    queues = {f"{name}-{kind}": draw(_queues()) for kind in "ab"[: draw(st.integers(1, 2))]}
    site = draw(st.sampled_from(SITES))
    groups = {f"{name}-{kind}": draw(_groups(list(queues), site)) for kind in "xy"[: draw(st.integers(1, 2))]}
    return queues, groups


@st.composite
def _queues(draw: Draw) -> Tree:
    queue: Tree = {
        "arrivals": {"per_hour": draw(st.integers(5, 24))},
        "talk": f"{draw(st.integers(120, 500))} s",
        "wrap": f"{draw(st.integers(0, 30))} s",
        "patience": f"{draw(st.integers(10, 90))} s",
        "goal": {"answer": "80%", "within": "20 s"},
    }
    if draw(st.booleans()):
        queue["redial"] = {"probability": "50%", "after": "60 s", "at_most": 2}
    if draw(st.integers(0, 4)) == 4:
        queue["lines"] = draw(st.integers(2, 6))
    return queue


@st.composite
def _groups(draw: Draw, queues: list[str], site: str) -> Tree:
    """`site`: where most of them sit."""
    group: Tree = {
        "site": draw(st.sampled_from([site, site, site, *SITES])),
        "answers": {queue: {"rank": draw(st.integers(1, 2))} for queue in queues},
    }
    if draw(st.booleans()):
        group["staff"] = draw(st.integers(1, 5))
    else:
        group["shifts"] = {name: draw(st.integers(1, 3)) for name in SHIFTS}
    if draw(st.booleans()):
        group["absence"] = {"share": "10%", "correlation": 0.1}
    return group


def _limits(draw: Draw, centre: Tree) -> None:
    """Seats and lines: none, plenty, nearly enough, or few."""
    for site in SITES:
        here = [group for group in centre["groups"].values() if group["site"] == site]
        people = sum(group.get("staff") or 2 * max(group["shifts"].values()) for group in here)
        share = draw(st.sampled_from([0.5, 1.0, 4.0, None]))
        centre["sites"][site] = {} if share is None else {"seats": max(2, round(people * share))}
    held = [queue for queue in centre["queues"] if draw(st.booleans())]
    if held:
        centre["lines"] = {"main": {"count": draw(st.sampled_from([3, 5, 9, 500])), "queues": held}}


def _incidents(draw: Draw, centre: Tree) -> None:
    found: list[Tree] = []
    when = {"from": "day 1 09:00", "to": "day 1 11:00"}
    if centre["sites"]["lake"] and draw(st.integers(0, 2)) == 2:
        calls = draw(st.sampled_from(["dropped", "finished"]))
        found.append({"site": "lake", "seats_lost": "30%", "calls_in_progress": calls, **when})
    if draw(st.integers(0, 2)) == 2:
        found.append({"queue": draw(st.sampled_from(sorted(centre["queues"]))), "times": 2, **when})
    if "lines" in centre and draw(st.integers(0, 2)) == 2:
        found.append({"lines": "main", "lost": "50%", **when})
    if found:
        centre["incidents"] = found


def _supervisor(draw: Draw, centre: Tree, names: list[str]) -> Tree | str:
    """One that touches an island or two; seldom one that does not say what."""
    if draw(st.integers(0, 4)) == 4:
        return "help.py:lend"
    own = tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)))
    of = {kind: [key for key in centre[kind] if key.startswith(own)] for kind in ("queues", "groups")}
    return {"run": "help.py:lend", **of}


def _follow_up(draw: Draw, centre: Tree) -> None:
    """A call that leads to another queue, perhaps to one of another island."""
    source, to = (draw(st.sampled_from(sorted(centre["queues"]))) for _ in "ab")
    told: Tree = {"outcome": "answered", "share": "20%", "to": to}
    if draw(st.booleans()) and source != to:
        told["transfer"] = draw(st.sampled_from(["cold", "warm"]))
    else:
        told |= {"after": "5 min", "at_most": 2}
    centre["queues"][source] = {**centre["queues"][source], "follow_ups": [told]}


@st.composite
def changed(draw: Draw, centre: Tree, name: str) -> Tree:
    """The same centre, one island of which has other staff, handling, routing, and perhaps another queue."""
    queues, groups = draw(islands(name))
    new = f"{name}-0"  # before all others of its island, so that their rows move
    if draw(st.booleans()):
        queues[new] = {"arrivals": {"per_hour": 5}, "talk": "2 min", "patience": "1 min"}
    known = {key: queue for key, queue in centre["queues"].items() if key.startswith(name)}
    queues = {key: {**known.get(key, {}), **queues.get(key, {})} for key in {**known, **queues}}
    for group in groups.values():
        group["answers"] = {queue: {"rank": draw(st.integers(1, 3))} for queue in queues}
    was = {key: group for key, group in centre["groups"].items() if key.startswith(name)}
    groups = {
        key: groups.get(key) or {**group, "answers": {queue: {} for queue in queues}}
        for key, group in was.items()
    }
    others = {
        kind: {key: value for key, value in centre[kind].items() if not key.startswith(name)}
        for kind in ("queues", "groups")
    }
    return {**centre, "queues": others["queues"] | queues, "groups": others["groups"] | groups}


@st.composite
def shuffled(draw: Draw, tree: Any) -> Any:
    """The same tree with the keys of every mapping in another order."""
    if isinstance(tree, dict):
        keys = draw(st.permutations(list(tree)))
        return {key: draw(shuffled(tree[key])) for key in keys}
    return [draw(shuffled(one)) for one in tree] if isinstance(tree, list) else tree
