"""A scenario as one run needs it: the numbers for `sim`, and the names that go with their rows."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from callsim.errors import UserError
from callsim.model.copies import GroupCopy, QueueCopy, group_copies, queue_copies
from callsim.model.demand import queue_demands
from callsim.model.hours import open_hours
from callsim.model.incidents import cuts, losses, seats
from callsim.model.menus import menus
from callsim.model.names import in_order
from callsim.model.outbound.campaigns import demands as demands_of
from callsim.model.outbound.campaigns import in_rows, rows
from callsim.model.presence import planned, roster
from callsim.model.routing import (
    WITHIN,
    conditions,
    due,
    follow_ups,
    handled,
    pairs,
    switches,
    trunks,
    weights,
    within,
)
from callsim.model.routing import (
    in_rows as agents_in_rows,
)
from callsim.model.waiting.announcements import announcements
from callsim.scenario import Queue, Scenario
from callsim.sentences import say
from callsim.sim.centre import NOBODY, NOT_DUE, Centre, Clock
from callsim.sim.luck.crews import Roster
from callsim.sim.luck.demand import Demand
from callsim.units import DAY_MS, HOUR_S

if TYPE_CHECKING:
    from callsim.model.supervisors.floor import Supervisor

MOST_ROWS = 32_767  # of queues or groups: records have 16 bits for each
LONGER_S = 3 * HOUR_S  # of warm-up: more than any usual call and wait, many times over
LONGEST_GRID = 31  # days; longer runs are reported by day, so that a year needs no more memory than a month


@dataclass(frozen=True, eq=False)  # equal to itself alone: what is found of it once, see islands, is its own
class Model:
    """Everything a study needs of a scenario. Rows of `queues`, `groups` and `sites` are those of `centre`:
    in the order of names. Reports show them as the file has them.
    """

    scenario: Scenario
    queues: list[QueueCopy]
    groups: list[GroupCopy]
    sites: list[str]
    centre: Centre
    roster: Roster
    demand: Demand
    within: np.ndarray  # int64 [queue] ms
    grid: int  # ms; the width of a cell of the report
    short: int  # ms; calls that give up before have not abandoned; 0: all have
    supervisors: tuple[Supervisor, ...] = ()  # besides those that the scenario names

    @cached_property
    def shown_queues(self) -> list[int]:
        """Rows of queues in the order of the file."""
        return _as_written(self.scenario.queues, self.queues)

    @cached_property
    def shown_groups(self) -> list[int]:
        """Rows of groups in the order of the file."""
        return _as_written(self.scenario.groups, self.groups)

    def starts(self) -> list[str]:
        """When each cell of the report starts, ISO 8601 local time."""
        first = datetime.datetime.combine(self.scenario.calendar.start, datetime.time())
        cells = (self.centre.clock.ends - self.centre.clock.opens) // self.grid
        step = datetime.timedelta(milliseconds=self.grid)
        return [(first + k * step).isoformat(timespec="minutes") for k in range(cells)]

    @cached_property
    def warmer(self) -> Model:
        """Returns the model with a longer warm-up, up to the end of its first cell of the report."""
        calendar = self.scenario.calendar
        calendar = calendar.model_copy(update={"warm_up": calendar.warm_up + LONGER_S, "days": 1})
        later = build(self.scenario.model_copy(update={"calendar": calendar}), self.supervisors)
        clock = later.centre.clock._replace(ends=later.centre.clock.opens + self.grid)
        return dataclasses.replace(
            later,
            centre=later.centre._replace(clock=clock),
            demand=dataclasses.replace(later.demand, clock=clock),
            grid=self.grid,
        )


def build(scenario: Scenario, supervisors: Sequence[Supervisor] = ()) -> Model:
    """Turn a scenario into numbers; `supervisors` come to those that it names."""
    calendar = scenario.calendar
    width = round(calendar.interval * 1000)
    warm_up = -(-round(calendar.warm_up * 1000) // width) * width  # whole intervals, rounded up
    clock = Clock(width, warm_up, warm_up + calendar.days * DAY_MS)
    queues, groups = queue_copies(scenario), group_copies(scenario)
    if max(len(queues) + len(scenario.menus), len(groups)) > MOST_ROWS:
        raise UserError(say("model.too_many", queues=len(queues), groups=len(groups), most=MOST_ROWS))
    lines, holds = trunks(scenario, queues)
    campaigns = in_rows(scenario)
    every = [*queues, *(QueueCopy(name, Queue.model_construct(), name) for name, _ in campaigns)]
    sites = in_order(scenario.sites)
    crew_group, crews = roster(scenario, groups, clock)
    follows, of_follows = follow_ups(scenario, queues, groups, clock)
    short = round((scenario.goals.short_abandon or 0.0) * 1000)
    demands = queue_demands(scenario, queues, clock)
    told = announcements(scenario, queues, demands)
    hours = [open_hours(copy.queue, calendar, clock) for copy in queues]
    hours += [open_hours(one, calendar, clock) for _, one in campaigns]
    centre = Centre(
        clock=clock,
        priority=np.array(
            [*(copy.queue.priority for copy in queues), *(one.priority for _, one in campaigns)], np.int32
        ),
        disconnects=np.array(
            [*(copy.queue.at_close == "disconnect" for copy in queues), *(False for _ in campaigns)]
        ),
        open=tuple(usual for usual, _ in hours),
        open_on={(row, day): one for row, (_, unlike) in enumerate(hours) for day, one in unlike.items()},
        pairs=pairs(groups, every),
        lines=lines,
        holds=holds,
        site=np.array([_row(sites, copy.group.site) for copy in groups], np.int32),
        crew_group=crew_group,
        staff=planned(crews, clock),
        seats=seats(scenario),
        losses=losses(scenario, clock),
        cuts=cuts(scenario, clock),
        follows=follows,
        conditions=conditions(groups, every),
        weights=weights(queues),
        switches=switches(groups, every, short),
        announced=told.announced,
        steps=told.steps,
        callbacks=told.callbacks,
        means=told.means,
        menus_with_lines=len(scenario.menus) if (holds[:, 0] >= len(queues)).any() else 0,
        counts_callbacks=scenario.goals.callbacks == "counted" and len(told.callbacks) > 0,
        due=np.concatenate([due(queues), np.full(len(campaigns), NOT_DUE)]),
        in_rows=agents_in_rows(groups),
        handled=handled(groups, every),
        campaigns=rows(campaigns),
    )
    return Model(
        scenario=scenario,
        queues=queues,
        groups=groups,
        sites=sites,
        centre=centre,
        roster=crews,
        demand=Demand(
            clock,
            demands,
            of_follows,
            menus(scenario, queues, clock, holds[:, 0]),
            len(told.announced) > 0,
            demands_of(campaigns, calendar, clock),
        ),
        within=np.array([*(within(copy.queue.goal) for copy in queues), *(WITHIN for _ in campaigns)]),
        grid=width if calendar.days <= LONGEST_GRID else DAY_MS,
        short=short,
        supervisors=tuple(supervisors),
    )


def _as_written(names: Iterable[str], copies: Sequence[QueueCopy] | Sequence[GroupCopy]) -> list[int]:
    written = {name: number for number, name in enumerate(names)}
    return sorted(range(len(copies)), key=lambda row: written[copies[row].original])


def _row(names: list[str], name: str | None) -> int:
    return NOBODY if name is None else names.index(name)
