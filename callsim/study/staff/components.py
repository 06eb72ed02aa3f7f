"""Parts of a centre that share no agents: each is staffed alone, and of equal parts only one.

Queues and groups are tied where a group may answer a queue, and queues where calls of one follow those of the
other or are called back in it, or a menu leads to both. Campaigns tie as queues do, and are played beside
them; groups that dial and answer nobody have no goal to meet, and keep their own agents. 120 programmes of 15
kinds fall into 120 parts, of which those of one kind differ by luck alone: one search for each kind does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from callsim.model.copies import called_next, group_copies, queue_copies
from callsim.model.menus import of_queues, reached, without_mere_ways
from callsim.scenario import Scenario

Hours = Sequence[int] | np.ndarray  # agents of each interval of a day
Staff = Mapping[str, Hours | Mapping[str, Hours]]  # group of the file → of every day, or by day


class Part(NamedTuple):
    """One kind of part, by the names of the file."""

    queues: list[str]
    groups: list[str]  # that answer a queue; groups that only dial keep the staff of the file
    alike: int  # how many such parts the centre has
    scenario: Scenario  # one of them alone, without sites' limits, shared lines and incidents


def parts(scenario: Scenario) -> list[Part]:
    """The kinds of parts, in the order of their first queues."""
    scenario = without_mere_ways(scenario)
    queues, groups = queue_copies(scenario), group_copies(scenario)
    original = {copy.name: copy.original for copy in queues}
    tied = {
        name: {name} for name in (*original, *scenario.campaigns)
    }  # queue or campaign → those it is tied to, one set for them all
    ties = [list(group.answers) for group in groups]
    ties += [
        [copy.name, called_next(copy, step.to, scenario)]
        for copy in queues
        for step in copy.queue.follow_ups
        if step.share > 0
    ]
    ties += [
        [copy.name, called_next(copy, own, scenario)]
        for copy in queues
        if (own := copy.queue.calls_back_in) is not None
    ]
    ties += [list(reached(scenario.menus, name)) for name in scenario.menus]
    for tie in ties:
        together = set().union(*(tied[queue] for queue in tie))
        for queue in together:
            tied[queue] = together
    members: dict[int, set[str]] = {id(names): names for names in tied.values()}
    found: dict[tuple[str, ...], list[set[str]]] = {}
    for names in members.values():
        if names <= scenario.campaigns.keys():
            continue  # nobody calls there, so no goal asks for agents
        kind = tuple(name for name in scenario.queues if any(original.get(n) == name for n in names))
        found.setdefault(kind, []).append(names)
    return [_part(scenario, list(kind), alike) for kind, alike in found.items()]


def _part(scenario: Scenario, kind: list[str], alike: list[set[str]]) -> Part:
    groups = [name for name, group in scenario.groups.items() if set(group.answers) & set(kind)]
    dialled = alike[0] & scenario.campaigns.keys()
    alone = len(alike[0] - dialled) == len(kind)  # else copies of a queue hang together and are all kept
    return Part(
        kind,
        groups,
        len(alike),
        bare(
            scenario.model_copy(
                update={
                    "queues": {
                        name: scenario.queues[name].model_copy(update={"copies": 1} if alone else {})
                        for name in kind
                    },
                    "campaigns": {name: one for name, one in scenario.campaigns.items() if name in dialled},
                    "groups": {
                        name: group
                        for name, group in scenario.groups.items()
                        if name in groups or set(group.answers) & dialled
                    },
                    "menus": of_queues(scenario.menus, set(kind)),
                    "lines": {},
                    "sites": {
                        name: site.model_copy(update={"seats": None}) for name, site in scenario.sites.items()
                    },
                }
            )
        ),
    )


def only(scenario: Scenario, some: Collection[Part]) -> Scenario:
    """The same with some kinds of part only, each once: of copies that share nobody the first."""
    copies = {name: words.copies for part in some for name, words in part.scenario.queues.items()}
    groups = {name for part in some for name in part.scenario.groups}
    dialled = {name for part in some for name in part.scenario.campaigns}
    return scenario.model_copy(
        update={
            "queues": {
                name: words.model_copy(update={"copies": copies[name]})
                for name, words in scenario.queues.items()
                if name in copies
            },
            "groups": {name: group for name, group in scenario.groups.items() if name in groups},
            "campaigns": {name: one for name, one in scenario.campaigns.items() if name in dialled},
            "menus": of_queues(scenario.menus, {*copies}),
            "lines": {},
        }
    )


def bare(scenario: Scenario) -> Scenario:
    """A scenario without its incidents and supervisors: requirements are those of usual days."""
    return scenario.model_copy(update={"incidents": (), "supervisors": ()})


def staffed(scenario: Scenario, staff: Staff) -> Scenario:
    """A scenario with these agents scheduled, in place of its staff and shifts; other groups keep theirs."""
    groups = {
        name: group.model_copy(update={"staff": _as_read(staff[name]), "shifts": None})
        if name in staff
        else group
        for name, group in scenario.groups.items()
    }
    return scenario.model_copy(update={"groups": groups})


def _as_read(staff: Hours | Mapping[str, Hours]) -> tuple[int, ...] | dict[str, tuple[int, ...]]:
    if isinstance(staff, Mapping):
        return {day: tuple(int(n) for n in of_day) for day, of_day in staff.items()}
    return tuple(int(n) for n in staff)


def all_ready(scenario: Scenario) -> Scenario:
    """A scenario in which all who are scheduled come: no absence, no shrinkage."""
    groups = {
        name: group.model_copy(update={"absence": None, "shrinkage": 0.0})
        for name, group in scenario.groups.items()
    }
    return scenario.model_copy(update={"groups": groups})
