"""Islands of a model: queues and groups that are tied to nobody else, each of which may be played alone.

Who may answer whom ties them; so does an incident that takes seats, for all groups of its site; and a
supervisor, for the queues and groups that it names, or for all where it names none; so do calls that follow
others, and menus, which tie also whatever shares lines with them. A campaign is a queue here as others are.
Other lines, and seats, that
several islands share tie them only where they run out: see `study/by_islands.py`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from callsim.model.model import Model
from callsim.model.ties import tied
from callsim.sim.centre import DIALS, NOBODY, Centre
from callsim.sim.luck.demand import Demand, MenuDemand


class Island(NamedTuple):
    """Rows of queues and of groups, in order."""

    queues: tuple[int, ...]
    groups: tuple[int, ...]

    def join(self, others: Iterable[Island]) -> Island:
        """This one and others as one."""
        every = [self, *others]
        return Island(
            tuple(sorted(row for one in every for row in one.queues)),
            tuple(sorted(row for one in every for row in one.groups)),
        )


def islands(model: Model) -> tuple[Island, ...]:
    """The islands of a model, in the order of their first queues. Found once for each model."""
    if model not in _islands:
        _islands[model] = _found(model)
    return _islands[model]


def part_of(model: Model, island: Island) -> Model:
    """The model with these queues and groups alone, and all its sites; made once for each model.

    Whatever its island, a queue and a crew meet the same luck: this is named by them, not by their rows.
    """
    parts = _parts.setdefault(model, {})
    if island not in parts:
        parts[island] = _cut(model, island)
    return parts[island]


def calls_of(model: Model, island: Island) -> float:
    """Returns the expected first calls of an island in a run: how much there is to play.

    Its model is made only where menus bring calls, so that islands are put in order at once.
    """
    demand = model.demand
    if demand.menus:
        return part_of(model, island).demand.calls
    return sum(demand.queues[row].calls for row in island.queues if row < len(demand.queues))


class Rows(NamedTuple):
    """The rows of the whole that an island has, in order."""

    queues: np.ndarray  # int64
    groups: np.ndarray  # int64
    crews: np.ndarray  # int64, of `Centre.crew_group`
    losses: np.ndarray  # int64, of `Centre.losses`: incidents that take its seats
    follows: np.ndarray  # int64, of `Centre.follows`: what its clients do after calls


def rows_of(centre: Centre, island: Island) -> Rows:
    """Returns the rows of a centre that are an island's."""
    queues, groups = np.array(island.queues, np.int64), np.array(island.groups, np.int64)
    return Rows(
        queues,
        groups,
        np.flatnonzero(_among(centre.crew_group, groups)),
        np.flatnonzero(_among(centre.losses["site"], centre.site[groups])),
        np.flatnonzero(_among(centre.follows["queue"], queues)),
    )


def _among(rows: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Whether each of `rows`, which may be NOBODY, is one of `members`: bool [row]. Quicker than np.isin."""
    most = max(int(rows.max(initial=NOBODY)), int(members.max(initial=NOBODY)))
    inside = np.zeros(most + 2, np.bool_)  # NOBODY, -1, is the last
    inside[members] = True
    return np.asarray(inside[rows])


_islands: WeakKeyDictionary[Model, tuple[Island, ...]] = WeakKeyDictionary()
_parts: WeakKeyDictionary[Model, dict[Island, Model]] = WeakKeyDictionary()
_demands: WeakKeyDictionary[Demand, dict[tuple[tuple[int, ...], tuple[int, ...], bool], Demand]] = (
    WeakKeyDictionary()
)


def _found(model: Model) -> tuple[Island, ...]:
    centre, queues, groups = model.centre, model.centre.queues, len(model.groups)
    ties = [*zip(centre.pairs["queue"].tolist(), (queues + centre.pairs["group"]).tolist(), strict=True)]
    for site in np.unique(centre.losses["site"]):
        here = (queues + np.flatnonzero(centre.site == site)).tolist()
        ties += [(here[0], other) for other in here[1:]]
    for reach in (*_supervised(model), *_followed(centre, model.demand), *_through_menus(model.demand)):
        ties += [(reach[0], other) for other in reach[1:]]
    first, second = np.array(ties, np.int64).reshape(-1, 2).T
    part = tied(first, second, queues + groups)
    return tuple(
        Island(
            tuple(np.flatnonzero(part[:queues] == number).tolist()),
            tuple(np.flatnonzero(part[queues:] == number).tolist()),
        )
        for number in dict.fromkeys(part.tolist())
    )


def _followed(centre: Centre, demand: Demand) -> list[list[int]]:
    """What calls that follow others tie: the queues at both ends of a row, with the group that it is of, and
    a queue with that in which its callbacks wait.

    Also all queues that share lines with one from which calls are handed on, or with a menu: these hold its
    lines while they are elsewhere.
    """
    rows, holds = centre.follows, centre.holds
    found = [[int(row["queue"]), int(row["to"])] for row in rows]
    found += [
        [int(row["queue"]), centre.queues + int(row["group"])] for row in rows if row["group"] != NOBODY
    ]
    found += [[int(row["queue"]), int(row["to"])] for row in centre.callbacks]
    handed_on = np.unique(rows["queue"][rows["transfer"] != DIALS])
    with_menus = np.unique(holds[holds[:, 0] >= centre.queues, 0])
    handed_on = np.union1d(handed_on, with_menus)
    for trunks in np.unique(holds[np.isin(holds[:, 0], handed_on), 1]):
        held = holds[holds[:, 1] == trunks, 0].tolist()
        found.append([row for one in held for row in led_to(demand, one)])
    return found


def _through_menus(demand: Demand) -> list[list[int]]:
    """The queues that each menu leads to, perhaps through others: whoever draws a menu needs all of them."""
    return [led_to(demand, len(demand.queues) + number) for number in range(len(demand.menus))]


def led_to(demand: Demand, row: int) -> list[int]:
    """The queues to which a menu leads, whose row is behind those of queues; of a queue, itself."""
    if row < len(demand.queues):
        return [row]
    return [queue for way in demand.menus[row - len(demand.queues)].ways for queue in led_to(demand, way.to)]


def menus_of(demand: Demand, queues: np.ndarray) -> np.ndarray:
    """The menus that lead to some of these queues: int64 [menu]."""
    there = set(queues.tolist())
    return np.array(
        [number for number, reach in enumerate(_through_menus(demand)) if there.intersection(reach)], np.int64
    )


def _supervised(model: Model) -> list[list[int]]:
    """For each supervisor the queues and groups, numbered behind the queues, that it ties."""
    queues = model.centre.queues
    everything = list(range(queues + len(model.groups)))
    found = [everything] if model.supervisors else []
    for named in model.scenario.supervisors:
        if named.touches_everything:
            found.append(everything)
        else:
            own = [row for row, copy in enumerate(model.queues) if copy.original in named.queues]
            own += [queues + row for row, copy in enumerate(model.groups) if copy.original in named.groups]
            found.append(own)
    return found


def _cut(model: Model, island: Island) -> Model:
    rows = rows_of(model.centre, island)
    centre = _centre(model.centre, island, rows, menus_of(model.demand, rows.queues))
    return dataclasses.replace(
        model,
        queues=[model.queues[row] for row in island.queues if row < len(model.queues)],
        groups=[model.groups[row] for row in island.groups],
        centre=centre,
        roster=model.roster.of(rows.crews),
        demand=_demand(model.demand, island.queues, rows.follows, _reads_later(centre)),
        within=model.within[rows.queues],
    )


def _reads_later(centre: Centre) -> bool:
    """Whether the luck of later calls is read, though perhaps none follows another."""
    return len(centre.announced) > 0 or centre.follows_clients or centre.menus_with_lines > 0


def _demand(whole: Demand, rows: tuple[int, ...], follows: np.ndarray, later: bool) -> Demand:
    """Kept as long as the whole: what is made ready to draw it is dear."""
    known, called = _demands.setdefault(whole, {}), len(whole.queues)
    key = rows, tuple(follows.tolist()), later
    if key not in known:
        known[key] = Demand(
            whole.clock,
            tuple(whole.queues[row] for row in rows if row < called),
            tuple(whole.follows[row] for row in key[1]),
            _menus(whole, rows),
            later,
            tuple(whole.campaigns[row - called] for row in rows if row >= called),
        )
    return known[key]


def _menus(whole: Demand, rows: tuple[int, ...]) -> tuple[MenuDemand, ...]:
    """The menus that lead to these queues, with the rows that these have in the part."""
    kept = menus_of(whole, np.array(rows)).tolist()
    row_of = {row: number for number, row in enumerate([*rows, *(len(whole.queues) + menu for menu in kept)])}
    return tuple(
        menu._replace(
            ways=tuple(way._replace(to=row_of[way.to]) for way in menu.ways),
            passes=row_of.get(menu.passes, NOBODY),
        )
        for menu in (whole.menus[number] for number in kept)
    )


def _centre(whole: Centre, island: Island, rows: Rows, menus: np.ndarray) -> Centre:
    """`menus`: int64, those that lead to its queues."""
    queues, groups = rows.queues, rows.groups
    pairs = whole.pairs[_among(whole.pairs["group"], groups)]
    pairs["queue"], pairs["group"] = (
        np.searchsorted(queues, pairs["queue"]),
        np.searchsorted(groups, pairs["group"]),
    )
    follows = whole.follows[rows.follows]
    for end in ("queue", "to"):
        follows[end] = np.searchsorted(queues, follows[end])
    named = follows["group"] != NOBODY
    follows["group"][named] = np.searchsorted(groups, follows["group"][named])
    holders = np.concatenate([queues, whole.queues + menus])
    held = whole.holds[_among(whole.holds[:, 0], holders)]
    trunks = np.unique(held[:, 1])
    cuts = whole.cuts[_among(whole.cuts["trunks"], trunks)]
    cuts["trunks"] = np.searchsorted(trunks, cuts["trunks"])
    return whole._replace(
        priority=whole.priority[queues],
        disconnects=whole.disconnects[queues],
        open=tuple(whole.open[row] for row in island.queues),
        open_on={
            (island.queues.index(row), day): hours
            for (row, day), hours in whole.open_on.items()
            if row in island.queues
        },
        pairs=pairs,
        lines=whole.lines[trunks],
        holds=np.stack(
            [np.searchsorted(holders, held[:, 0]), np.searchsorted(trunks, held[:, 1])], axis=1
        ).astype(np.int32),
        site=whole.site[groups],
        crew_group=np.searchsorted(groups, whole.crew_group[rows.crews]).astype(np.int32),
        staff=np.ascontiguousarray(whole.staff[:, rows.crews]),
        seats=np.array([whole.seats_of(site) for site in range(whole.sites)], np.int64),
        losses=whole.losses[rows.losses],
        cuts=cuts,
        follows=follows,
        conditions=_of_queues(whole.conditions, queues, groups),
        weights=_of_queues(whole.weights, queues, groups),
        switches=_of_queues(whole.switches, queues, groups),
        announced=_of_queues(whole.announced, queues, groups),
        steps=_of_queues(whole.steps, queues, groups),
        callbacks=_callbacks(whole.callbacks, queues, groups),
        means=whole.means[np.isin(whole.announced["queue"], queues)],
        due=whole.due[queues] if len(whole.due) else whole.due,
        menus_with_lines=len(menus) if (held[:, 0] >= whole.queues).any() else 0,
        in_rows=_of_groups(whole.in_rows, groups),
        handled=_of_queues(whole.handled, queues, groups),
        campaigns=whole.campaigns[queues[queues >= whole.called] - whole.called],
        follows_clients=whole.tells_clients,
    )


def _callbacks(whole: np.ndarray, queues: np.ndarray, groups: np.ndarray) -> np.ndarray:
    rows = _of_queues(whole, queues, groups)
    rows["to"] = np.searchsorted(queues, rows["to"])
    return rows


def _of_groups(rows: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The rows of these groups, renumbered."""
    kept = rows[np.isin(rows["group"], groups)].copy()
    kept["group"] = np.searchsorted(groups, kept["group"])
    return kept


def _of_queues(rows: np.ndarray, queues: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The rows of these queues, and of groups tied to them, renumbered."""
    kept = rows[np.isin(rows["queue"], queues)].copy()
    kept["queue"] = np.searchsorted(queues, kept["queue"])
    if "group" in (rows.dtype.names or ()):
        kept["group"] = np.searchsorted(groups, kept["group"])
    return kept
