"""The traffic equations: the calls of each queue with those that follow others, by formula.

What is offered is first calls and, of the calls of each queue, the shares that lead here: g = λ + Pᵀg
(Jackson 1957, Operations Research 5, 518-521). Here λ and g are counts by time: a call that follows comes
after the wait and the talk of the call before it and the time until the client dials. How many give up, and
how long agents stay on the line for the next call, depends on the staff: it is taken as where goals are just
kept. Redials are not in it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from callsim.arrays import Floats, Ints
from callsim.erlang import evaluate, fewest_agents
from callsim.errors import UserError
from callsim.model.handling import convolved, lags_of, shortened
from callsim.model.model import Model
from callsim.model.ties import tied
from callsim.scenario import Goal
from callsim.sim.centre import CONSULT, DIALS, NOBODY, PACE_ONE, WARM
from callsim.sim.floor.outcomes import ABANDONED, ANSWERED, CLOSED
from callsim.sim.luck.demand import Sampler
from callsim.units import DAY_MS, HOUR_MS

STEP_MS = 60_000  # of the grid; coarser …
CELLS = 1 << 16  # … where a run would have more steps than these
FEW = 1e-6  # of the calls of chains: fewer are not followed further
OVERFLOW = 0.1  # of its calls a rank leaves to the next one, about
KINDS, ALIKE = (
    12,
    0.1,
)  # different mean delays of one row; of more those are taken together that differ by less
USUAL = Goal.model_construct(answer=0.8, within=20.0)  # of queues without a goal
ENDLESS = 1e4  # calls of a client: more are as good as no end
ALL_DAY = ((0, DAY_MS),)
ROUNDS = 2  # how calls fare depends on how many they are


Taken = tuple[tuple[int, int], ...]
"""How often a client has taken each limited step, by its key."""
NO_STEPS: Taken = ()


class Later(NamedTuple):
    """A queue's calls that follow others, on a day; a step is a part of an interval."""

    step: int  # ms
    calls: Floats  # float64 [step]
    staying: Floats  # float64 [step] ms of agents who stay on the line for the next call


class Traffic(NamedTuple):
    """Expected calls of a whole run, warm-up included; a step is a part of an interval."""

    step: int  # ms
    offered: Floats  # float64 [queue, step] calls that come while their queue is open
    following: Floats  # float64 [queue, step] those of them that follow others
    closed: Floats  # float64 [queue, step] calls that come while their queue is closed
    staying: Floats  # float64 [queue, step] ms of agents who stay on the line for the next call

    def in_cells(self, values: Floats, width: int, since: int) -> Floats:
        """Sums by interval: float64 [queue, cell]. `width`, `since`: ms, multiples of a step."""
        found = values[:, since // self.step :]
        return np.asarray(found.reshape(len(found), -1, width // self.step).sum(axis=2))

    def on_days(self, row: int, since: int, days: int) -> Later:
        """What comes to a queue besides first calls, on the mean of some days that begin at `since`, ms."""
        following, staying = (
            self.in_cells(one[row : row + 1], self.step, since)[0, : days * DAY_MS // self.step]
            .reshape(days, -1)
            .mean(axis=0)
            for one in (self.following, self.staying)
        )
        return Later(self.step, following, staying)


class Served(NamedTuple):
    """How calls fare, as far as what clients do next depends on it."""

    lost: Floats  # float64 [queue] share of the offered calls that give up
    wait: Floats  # float64 [queue] ms
    by: dict[tuple[int, int], float]  # (queue, group) the share of its answered calls that the group takes …
    # … where what comes next depends on the group


@lru_cache(maxsize=4)
def at_goals(model: Model) -> Traffic:
    """The traffic of a model where every goal is just kept; 80 % in 20 s where a queue has none."""
    served = all_answered(model)
    for _ in range(ROUNDS):
        served = _as_promised(model, traffic(model, served), served.by)
    return traffic(model, served)


def traffic(model: Model, served: Served) -> Traffic:
    """The expected calls of a run, those that follow others by the rows of the centre."""
    step = _step(model)
    opens = _open_share(model, step)
    inside, outside = _first_calls(model, step)
    through = through_menus(model, step)
    following = through * opens
    inside, outside = inside + following, outside + through * (1 - opens)
    rows, stands_for = model.centre.follows, stand_ins(model)
    steps: dict[int, list[tuple[int, float]]] = defaultdict(
        list
    )  # of each queue: rows, and how long they hold
    for k, queue in enumerate(rows["queue"].tolist()):
        if stands_for[queue] == queue:
            steps[queue].append((k, _stay(model, k, served)))
    chains = np.unique(stands_for[rows["queue"]])
    enough = FEW * max(float(inside[chains].sum() + outside[chains].sum()), 1e-9)
    offered, closed, staying = inside.copy(), outside.copy(), np.zeros_like(inside)
    waves = {(NO_STEPS, queue): (inside[queue], outside[queue]) for queue in steps}
    while waves:
        born: dict[tuple[Taken, int], Floats] = defaultdict(lambda: np.zeros(inside.shape[1]))
        for (taken, queue), (into, out) in waves.items():
            for k, length in steps.get(queue, ()):
                after = _taken(taken, rows[k])
                came = _ended(rows[k], into, out, served)
                if after is None or came.sum() < enough:
                    continue
                later = _later(model, k, came * rows[k]["share"], served, step)
                born[after, int(rows[k]["to"])] += later
                staying[queue] += later * length
        waves = {}
        for (taken, queue), calls in born.items():
            if calls.sum() >= enough:
                into, out = waves[taken, queue] = calls * opens[queue], calls * (1 - opens[queue])
                offered[queue] += into
                following[queue] += into
                closed[queue] += out
    return Traffic(step, *(one[stands_for] for one in (offered, following, closed, staying)))


def stand_ins(model: Model) -> Ints:
    """For each queue the one that stands for it, perhaps itself: of chains that are copies the first: int64
    [queue].
    """
    rows, found = model.centre.follows, np.arange(len(model.queues))
    chains: dict[int, list[int]] = defaultdict(list)
    for queue, chain in enumerate(tied(rows["queue"], rows["to"], len(found)).tolist()):
        chains[chain].append(queue)
    firsts: dict[tuple[str, ...], list[int]] = {}
    for mine in chains.values():
        mine.sort(key=lambda queue: (model.queues[queue].original, queue))
        found[mine] = firsts.setdefault(tuple(model.queues[queue].original for queue in mine), mine)
    return found


def _taken(taken: Taken, row: np.void) -> Taken | None:
    """How often clients have taken each limited step after one more; None where they may not."""
    key, at_most = int(row["key"]), int(row["at_most"])
    if not at_most:
        return taken
    often = dict(taken)
    often[key] = often.get(key, 0) + 1
    return None if often[key] > at_most else tuple(sorted(often.items()))


def _ended(row: np.void, inside: Floats, outside: Floats, served: Served) -> Floats:
    """The calls of a row's queue that end as it asks: float64 [step]. None are expected to be blocked."""
    queue, group = int(row["queue"]), int(row["group"])
    if row["outcome"] == ANSWERED:
        part = 1.0 if group == NOBODY else served.by[queue, group]
        return np.asarray(inside * (1 - served.lost[queue]) * part)
    if row["outcome"] == ABANDONED:
        return np.asarray(inside * served.lost[queue])
    return outside if row["outcome"] == CLOSED else np.zeros_like(inside)


def _later(model: Model, k: int, calls: Floats, served: Served, step: int) -> Floats:
    """When those calls come that follow some by row k: float64 [step]. What comes after the run does not."""
    row, queue = model.centre.follows[k], int(model.centre.follows[k]["queue"])
    parts: list[tuple[Sampler, float]] = []
    if row["outcome"] == ANSWERED:
        parts.append((model.demand.queues[queue].talk, pace(model, queue)))
    if row["transfer"] == DIALS:
        parts.append((model.demand.follows[k][0], 1.0))
    means = [_alike(_by_step(sampler, len(calls), model, step) * by) for sampler, by in parts]
    waited = served.wait[queue] if row["outcome"] == ANSWERED else 0.0
    found = np.zeros_like(calls)
    kinds, of_step = np.unique(np.array(means).reshape(len(parts), -1).T, axis=0, return_inverse=True)
    for kind, its in enumerate(kinds if parts else [()]):
        mine = np.where(of_step.ravel() == kind, calls, 0.0) if parts else calls
        if mine.any():
            of_parts = [(*part, float(mean)) for part, mean in zip(parts, its, strict=True)]
            lags = lags_of(of_parts, waited, step)
            found += convolved(mine, lags, len(calls))
    return found


def _alike(means: Floats) -> Floats:
    """Means of which few differ: ms."""
    if len(np.unique(means)) <= KINDS:
        return means
    return np.asarray(np.exp(np.round(np.log(np.maximum(means, 1.0)) / ALIKE) * ALIKE))


def _by_step(sampler: Sampler, steps: int, model: Model, step: int) -> Floats:
    """The mean of calls that come in each step of the run: float64 [step] ms."""
    means, width = sampler.mean, model.centre.clock.width
    if len(means) == 1:
        return np.full(steps, means[0])
    at = (_begins(model) + np.arange(steps) * step) // width
    return np.asarray(means[at if len(means) > DAY_MS // width else at % len(means)])


def _begins(model: Model) -> int:
    """When the run begins: ms since the midnight before it."""
    return -model.centre.clock.opens % DAY_MS


def _step(model: Model) -> int:
    """The width of a step, a part of an interval: ms."""
    clock = model.centre.clock
    cells = max(CELLS // max(len(model.queues) // 16, 1), 1)
    parts = max(min(clock.width // STEP_MS, cells * clock.width // clock.ends), 1)
    return clock.width // next(n for n in range(parts, 0, -1) if clock.width % n == 0)


def through_menus(model: Model, step: int) -> Floats:
    """Calls that come through menus: float64 [queue, step]. Each menu contains its mean share."""
    demand, queues = model.demand, len(model.queues)
    every = [menu.calls for menu in demand.menus]
    dialled = [
        _of_run(model, step, None, one.expected, one.times, one.pattern, one.times_day)[0] for one in every
    ]
    size = model.centre.clock.ends // step
    found = np.zeros((queues, size))
    coming = dict(enumerate(dialled))
    while coming:
        on: dict[int, Floats] = {}
        for number, calls in coming.items():
            menu = demand.menus[number]
            if menu.passes == NOBODY:
                means = _by_step(menu.calls.talk, size, model, step)
                calls = convolved(
                    calls, lags_of([(menu.calls.talk, 1.0, float(means.mean()))], 0.0, step), size
                )
            for way in menu.ways:
                some = calls * (1 - menu.abandon - menu.contained) * way.share
                if way.to < queues:
                    found[way.to] += some
                else:
                    on[way.to - queues] = on.get(way.to - queues, 0.0) + some
        coming = on
    return found


def _open_share(model: Model, step: int) -> Floats:
    """The share of each step in which a queue is open: float64 [queue, step]."""
    days = [
        _of_run(model, step, row, np.array([[0.0, DAY_MS]]), np.array([0.0, DAY_MS]))[0]
        for row in range(len(model.queues))
    ]
    return np.stack(days) / step


def _first_calls(model: Model, step: int) -> tuple[Floats, Floats]:
    """First calls that come while their queues are open, and while they are closed: float64 [queue, step]."""
    found = [
        _of_run(model, step, row, queue.expected, queue.times, queue.pattern, queue.times_day)
        for row, queue in enumerate(model.demand.queues)
    ]
    return np.stack([inside for inside, _ in found]), np.stack([outside for _, outside in found])


def _of_run(
    model: Model,
    step: int,
    row: int | None,
    until: Floats,
    times: Floats,
    pattern: np.ndarray | None = None,
    busy: Floats | None = None,
) -> tuple[Floats, Floats]:
    """What comes in each step of the run while a queue is open, and while it is closed: float64 [step].

    `row`: of the queue; None: of a menu, always open.
    `until`: float64 [pattern, edge], sums from midnight until the `times`, ms of the day.
    """
    clock = model.centre.clock
    edges = np.arange(0, DAY_MS + 1, step)
    first, last = clock.day(0), clock.day(clock.ends - 1)
    inside, whole = [], []
    for number, day in enumerate(range(first, last + 1)):
        sums = until[0 if pattern is None else pattern[number]]
        times_day = 1.0 if busy is None else float(busy[number])
        mine = np.zeros(len(edges) - 1)
        for opens, closes in ALL_DAY if row is None else model.centre.hours(row, day):
            mine += np.diff(np.interp(np.clip(edges, opens, closes), times, sums))
        inside.append(mine * times_day)
        whole.append(np.diff(np.interp(edges, times, sums)) * times_day)
    begins = _begins(model) // step
    came, every = (np.concatenate(parts)[begins:] for parts in (inside, whole))
    return came, np.maximum(every - came, 0.0)


def calls_of_a_client(model: Model) -> Floats:
    """Calls of a client who calls each queue first, if all are answered, with those that follow: float64
    [queue]. Steps with a limit end, and are left out.
    """
    rows, queues = model.centre.follows, len(model.queues)
    if not len(rows):
        return np.ones(queues)
    rows = rows[(rows["outcome"] == ANSWERED) & (rows["at_most"] == 0)]
    by, calls = _by_group(model), np.ones(queues)
    ends = zip(rows["queue"].tolist(), rows["group"].tolist(), strict=True)
    shares = rows["share"] * [1.0 if group == NOBODY else by[queue, group] for queue, group in ends]
    while True:
        more = np.asarray(1 + np.bincount(rows["queue"], shares * calls[rows["to"]], queues), np.float64)
        if np.allclose(more, calls, rtol=1e-9) or more.max() > ENDLESS:
            return np.asarray(more)
        calls = more


def pace(model: Model, row: int) -> float:
    """The mean pace of the groups that answer a queue first."""
    pairs = model.centre.called_pairs[model.centre.called_pairs["queue"] == row]
    return float(pairs["pace"][pairs["rank"] == pairs["rank"].min()].mean()) / PACE_ONE


def mean_ms(sampler: Sampler | None, by: float = 1.0) -> float:
    """The mean of what is drawn over all intervals, ms; 0 without a sampler. `by`: its pace."""
    return 0.0 if sampler is None else shortened(sampler, float(sampler.mean.mean()) * by, by)


def all_answered(model: Model) -> Served:
    """All calls are answered at once."""
    queues = len(model.queues)
    return Served(np.zeros(queues), np.zeros(queues), _by_group(model))


def _by_group(model: Model) -> dict[tuple[int, int], float]:
    """The share of a queue's answered calls that each group takes, where that matters: by rank and quota."""
    found: dict[tuple[int, int], float] = {}
    quotas = {(int(row["queue"]), int(row["group"])): float(row["quota"]) for row in model.centre.conditions}
    rows = model.centre.follows
    for queue in np.unique(rows["queue"][rows["group"] != NOBODY]).tolist():
        mine = model.centre.called_pairs[model.centre.called_pairs["queue"] == queue]
        left = 1.0
        for rank in (ranks := np.unique(mine["rank"]).tolist()):
            groups = mine["group"][mine["rank"] == rank].tolist()
            parts = [quotas.get((queue, group), 0.0) for group in groups]
            parts = parts if any(parts) else [1.0] * len(parts)
            part = left if rank == ranks[-1] else left * (1 - OVERFLOW)
            found |= {
                (queue, group): part * its / sum(parts) for group, its in zip(groups, parts, strict=True)
            }
            left -= part
    return found


def _as_promised(model: Model, found: Traffic, by: dict[tuple[int, int], float]) -> Served:
    """How calls fare with the fewest agents that keep their goals, by Erlang A (C where nobody gives up)."""
    lost, wait = np.zeros(len(model.queues)), np.zeros(len(model.queues))
    rows, stands_for = model.centre.follows, stand_ins(model)
    for row in np.unique(stands_for[np.concatenate([rows["queue"], rows["to"]])]).tolist():
        copy, calls, queue = model.queues[row], found.offered[row], model.demand.queues[row]
        if not calls.any():
            continue
        an_hour = float(calls @ calls / calls.sum()) * HOUR_MS / found.step  # as a call meets it
        handled = mean_ms(queue.talk, pace(model, row)) + mean_ms(queue.wrap)
        aht_s = (handled + float(found.staying[row].sum() / calls.sum())) / 1000
        patience_s = mean_ms(queue.patience) / 1000 or None
        goal = copy.queue.goal or USUAL
        try:
            agents = fewest_agents(
                goal.answer,
                an_hour,
                aht_s,
                patience_s,
                goal.within,
                abandon_at_most=goal.abandon_at_most if patience_s else None,
                asa_at_most_s=goal.asa_at_most,
                counted=model.scenario.goals.counted,
                short_s=model.scenario.goals.short_abandon or 0.0,
            )
        except UserError:  # no number of agents does: all calls are answered, none waits
            continue
        fared = evaluate(agents, an_hour, aht_s, patience_s, goal.within)
        lost[row] = min(fared.p_abandon + queue.balk * fared.p_wait, 1.0)
        wait[row] = fared.wait_s * 1000 if np.isfinite(fared.wait_s) else 0.0
    return Served(lost[stands_for], wait[stands_for], by)


def _stay(model: Model, k: int, served: Served) -> float:
    """How long an agent stays on the line for the next call, as row k of what follows says: ms."""
    row = model.centre.follows[k]
    to = int(row["to"])
    if row["transfer"] not in (WARM, CONSULT):
        return 0.0
    talk = mean_ms(model.demand.queues[to].talk, pace(model, to)) if row["transfer"] == CONSULT else 0.0
    together = mean_ms(model.demand.follows[k][1])
    return float(served.wait[to] + (1 - served.lost[to]) * (talk + together))
