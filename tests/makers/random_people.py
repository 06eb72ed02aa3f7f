"""Hypothesis makes people and places: shifts and breaks, seats, incidents, and supervisors who meddle."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from callsim.sim.centre import UNLIMITED, Centre
from callsim.sim.engines.supervision import Desk
from callsim.sim.floor.state import CREWS
from callsim.units import DAY_MS
from tests.makers.floors import centre
from tests.makers.random_floors import traces

MINUTES = 60_000  # ms
HOURS = 180 * MINUTES  # everything of interest happens in the first three
Change = tuple[int, int, int, bool]
Action = tuple[str, tuple[Any, ...]]


@dataclass
class Meddler:
    """A supervisor who does what the script says and writes down what there was to see. May be pickled."""

    script: list[tuple[int, str, tuple[Any, ...]]]  # ms to wait, what to do, with what
    seen: list[tuple[float, ...]] = field(default_factory=list)

    def __call__(self, desk: Desk) -> Generator[Any, Any, None]:
        for pause, what, args in self.script:
            yield desk.env.timeout(pause)
            self.look(desk)
            getattr(desk, what)(*args)

    def look(self, desk: Desk) -> None:
        floor = desk._engine.floor
        queues, groups = range(len(desk._recent.within)), range(len(floor.groups))
        self.seen.append((desk.now, *map(desk.waiting, queues), *map(desk.longest_wait, queues)))
        self.seen.append((*map(desk.idle, groups), *map(desk.busy, groups), *map(desk.on_duty, groups)))
        self.seen.append((*map(desk.waiting_for_seat, groups), *map(desk.late, groups)))
        self.seen.append(tuple(desk.service_level(q, 600_000) for q in queues))


@dataclass
class Inspector:
    """A supervisor who wakes often and checks the laws of people and places."""

    centre: Centre
    changes: list[Change]
    every: int  # ms

    def __call__(self, desk: Desk) -> Generator[Any, Any, None]:
        while desk.now < HOURS + 60 * MINUTES:
            self.inspect(desk)
            yield desk.wait(self.every)

    def inspect(self, desk: Desk) -> None:
        desk.waiting(0)  # all before now is played
        floor = desk._engine.floor
        groups, sites, crews = floor.groups, floor.sites, floor.crews[: int(floor.register[CREWS])]
        assert np.all(groups["idle"] + groups["busy"] == groups["on_duty"])
        assert np.all(groups["late"] <= groups["busy"])
        assert np.all(groups["called"] <= groups["busy"] - groups["late"])
        for g, group in enumerate(groups):
            mine = crews[crews["group"] == g]
            assert group["on_duty"] == mine["on_duty"].sum()
            assert group["late"] == mine["owed"].sum()
            row, called = int(group["orders"]), 0
            while row >= 0:
                called += int(floor.orders["agents"][row])
                row = int(floor.orders["next"][row])
            assert group["called"] == called
            expected = int(floor.orders["agents"][floor.orders["to"] == g].sum())
            assert group["people"] == mine["on_duty"].sum() + mine["waiting"].sum() + expected
        for s, site in enumerate(sites):
            here = groups["site"] == s
            assert site["used"] == groups["on_duty"][here].sum()
            assert site["used"] <= (self.centre.seats_of(s) if s < self.centre.sites else UNLIMITED)
            assert site["waiting"] == crews["waiting"][here[crews["group"]]].sum()
            assert site["seats"] >= 0
            if site["used"] > site["seats"]:  # lost while their agents talked, who may finish
                assert groups["idle"][here].sum() == 0
                assert not self.centre.losses["drops"][self.centre.losses["site"] == s].all()
            assert site["waiting"] == 0 or site["used"] >= site["seats"], "a free seat and a line"
        for p, pair in enumerate(floor.pairs):
            asked = (0, 0) if floor.conditions is None else floor.conditions.pairs[p].tolist()[:2]
            if groups["idle"][pair["group"]] > asked[0] and desk.waiting(int(pair["queue"])) >= asked[1]:
                assert desk.longest_wait(int(pair["queue"])) <= pair["after"], "idle, and somebody waits"
        # Who came and has not gone is here, however often moved; who was sent home is not.
        for c in range(len(self.centre.crew_group)):
            planned = sum(agents for time, crew, agents, _ in self.changes if crew == c and time <= desk.now)
            mine = crews[crews["hours"] == c]
            here = int((mine["on_duty"] - mine["owed"] + mine["waiting"]).sum())
            assert here == max(0, planned - int(crews["early"][c])) == crews["present"][c]


class People(NamedTuple):
    """A centre, who comes and goes there, and what a supervisor does."""

    centre: Centre
    changes: list[Change]
    script: list[tuple[int, str, tuple[Any, ...]]]
    trace: np.ndarray


@st.composite
def people(draw: st.DrawFn) -> People:
    """Any small centre with shifts, seats and incidents; times by one seed, so that they spread."""
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    unit = draw(st.sampled_from([1, 1000, 300_000]))

    def time(low: int, high: int) -> int:
        return int(luck.integers(-(-low // unit), high // unit + 1)) * unit

    queues, groups = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    crew_group = [*range(groups), *draw(st.lists(st.integers(0, groups - 1), max_size=4))]
    pairs = []
    for q in range(queues):
        for g in sorted(draw(st.sets(st.integers(0, groups - 1), min_size=1))):
            after = draw(st.sampled_from([0, 0, 5_000, 10_000, 30_000]))
            pairs.append((q, g, draw(st.integers(1, 3)), after, draw(st.sampled_from([1.0, 1.2]))))
    changes: list[Change] = []
    for c in range(len(crew_group)):
        agents, begins = draw(st.integers(1, 6)), time(0, MINUTES * 20)
        for _ in range(draw(st.integers(1, 2))):  # shifts
            ends = time(begins + MINUTES * 10, begins + MINUTES * 90)
            changes += [(begins, c, agents, False), (ends, c, -agents, False)]
            pauses = sorted({time(begins, ends) for _ in range(draw(st.integers(0, 4)))} - {begins, ends})
            for pause, back in zip(pauses[::2], pauses[1::2], strict=False):
                changes += [(pause, c, -agents, True), (back, c, agents, True)]
            begins = ends
    sites = draw(st.integers(1, 2))
    losses = []
    for _ in range(draw(st.sampled_from([0, 2, 4]))):
        begins = time(MINUTES * 5, MINUTES * 60) * draw(st.sampled_from([0, 1, 1, 1]))
        lost = draw(st.sampled_from([0, 1, 3, UNLIMITED, UNLIMITED]))
        ends = draw(
            st.sampled_from([time(begins, begins + MINUTES * 60)] * 4 + [2 * DAY_MS])
        )  # beyond the last
        losses.append(
            (draw(st.integers(0, sites - 1)), draw(st.sampled_from([True, True, False])), lost, begins, ends)
        )
    lines = draw(st.lists(st.integers(1, 6), max_size=1))
    holds = [(q, t) for t in range(len(lines)) for q in draw(st.sets(st.integers(0, queues - 1)))]
    floor = centre(
        pairs=pairs,
        staff=[[0] * len(crew_group)] * 24,
        crew_group=crew_group,
        priority=[draw(st.integers(1, 2)) for _ in range(queues)],
        site=[draw(st.integers(-1, sites - 1)) for _ in range(groups)],
        seats=[draw(st.sampled_from([UNLIMITED, 1, 3, 5, 8])) for _ in range(sites)],
        losses=losses,
        lines=lines,
        holds=holds,
        cuts=[(t, draw(st.integers(1, 6)), time(0, HOURS), HOURS) for t in range(len(lines))],
    )
    least = draw(st.sampled_from([0, 8]))
    script = [
        (time(0, MINUTES * 10), *action)
        for action in draw(st.lists(actions(pairs, groups), min_size=least, max_size=15))
    ]
    return People(floor, changes, script, draw(traces(queues, least=60)))


def actions(pairs: list[tuple[int, int, int, int, float]], groups: int) -> st.SearchStrategy[Action]:
    """What a supervisor may do, with what."""
    group, agents = st.integers(0, groups - 1), st.integers(0, 6)
    pair = st.sampled_from([pair[:2] for pair in pairs])
    after = st.sampled_from([None, 0, 5_000, 60_000])
    stay = st.sampled_from([1, MINUTES, 60 * MINUTES])
    move = st.tuples(agents, group, group)
    return st.one_of(
        st.tuples(st.just("move"), move),
        st.tuples(st.just("move"), move),
        st.tuples(st.just("call_in"), st.tuples(group, agents, stay)),
        st.tuples(st.just("send_home"), st.tuples(group, agents)),
        st.tuples(
            st.just("overflow"),
            st.tuples(pair, st.booleans(), after).map(lambda drawn: (*drawn[0], *drawn[1:])),
        ),
    )
