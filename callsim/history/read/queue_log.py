"""What became of the calls of Asterisk's `queue_log`, and who was there.

A call is what shares a name and a queue from one ENTERQUEUE to the next. Calls are put together in parts,
each of a share of all names, so that memory holds little besides the calls themselves.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from callsim.database import Unreadable, connected, trouble
from callsim.history.canonical import UNKNOWN
from callsim.history.presence import IN, OUT, stretches
from callsim.history.read.head import mistake
from callsim.history.read.log_events import (
    CONNECTED,
    ENTERED,
    GONE,
    MOVED,
    OF_STAFF,
    SPOKE,
    UNTIMED,
    Events,
    LogEvents,
)

_PART_BITS = 5  # of a call's number, which say the part in which it is put together
_PARTS = 2**_PART_BITS
_EVENT = np.dtype(
    [("call", np.uint64), ("entry", np.uint32), ("kind", np.int8), ("amount", float), ("who", np.uint64)]
)
_OF_AGENT = np.dtype([("epoch", float), ("queue", np.uint64), ("who", np.uint64), ("happened", np.int8)])
_PAIR = np.dtype([("queue", np.uint64), ("who", np.uint64)])


class Calls(NamedTuple):
    """Some calls; times in seconds, NaN where the log does not tell."""

    place: np.ndarray  # int64 [call]  among all entries of the log, in its order
    entered: np.ndarray  # float64 [call]  s since 1970, UTC
    queue: np.ndarray  # int64 [call]  place among the names of queues
    connected: np.ndarray  # bool [call]
    gone: np.ndarray  # bool [call]  whether the caller hung up
    moved: np.ndarray  # bool [call]  whether it left the queue
    wait_connected: np.ndarray  # float64 [call]
    wait_gone: np.ndarray  # float64 [call]
    wait_moved: np.ndarray  # float64 [call]
    talk: np.ndarray  # float64 [call]
    agent: np.ndarray  # int64 [call]  place among the agents who answer, or UNKNOWN


class QueueLog:
    """The events of one log."""

    def __init__(self, events: LogEvents, folder: str):
        self._files = [os.path.join(folder, f"part-{part}") for part in range(_PARTS)]
        self.entries = 0
        """How many calls entered a queue, with or without an end."""
        self._begins, self._ends = np.inf, -np.inf
        of_agents, answers = [np.empty(0, _OF_AGENT)], [np.empty(0, _PAIR)]
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(open(name, "wb")) for name in self._files]
            for some in events:
                self._begins = np.fmin(self._begins, np.fmin.reduce(some.epoch, initial=np.inf))
                self._ends = np.fmax(self._ends, np.fmax.reduce(some.epoch, initial=-np.inf))
                of_agents.append(_of_agents(some))
                answers.append(_answers(some))
                of_calls = self._of_calls(some)
                part = (of_calls["call"] >> np.uint64(64 - _PART_BITS)).astype(np.uint8)
                of_calls = of_calls[np.argsort(part, kind="stable")]
                ends = np.cumsum(np.bincount(part, minlength=_PARTS))
                for file, begin, end in zip(files, [0, *ends[:-1]], ends, strict=True):
                    of_calls[begin:end].tofile(file)
        self._of_agents = np.concatenate(of_agents)
        self._answers = np.unique(np.concatenate(answers))
        self._all = np.uint64(events.all)
        self._agent_keys = np.unique(self._answers["who"])
        named = sorted((name, number) for number, name in events.names.items())
        self.queues = tuple(name for name, _ in named)
        """The names of queues that calls entered, sorted."""
        self._queue_keys = np.array([number for _, number in named], np.uint64)
        self.damaged, self.first_damaged = events.damaged, events.first_damaged
        """How many lines are no events, and the number of the first of them; empty lines do not count."""
        self.without_entry = 0
        """Calls that had been put together without an entry, so far."""

    def _of_calls(self, some: Events) -> np.ndarray:
        """_EVENT [event]: the events of calls; the others have nothing to say of them."""
        at = np.flatnonzero(some.kind <= UNTIMED)
        found = np.empty(len(at), _EVENT)
        kind = some.kind[at]
        entered = kind == ENTERED
        found["call"], found["kind"] = some.call[at], kind
        found["entry"] = self.entries + np.cumsum(entered) - 1
        found["amount"] = np.where(entered, some.epoch[at], some.amount[at])
        found["who"] = np.where(entered, some.queue[at], some.who[at])
        self.entries += int(entered.sum())
        return found

    @property
    def agents(self) -> int:
        """How many agents answered."""
        return len(self._agent_keys)

    def calls(self) -> Iterator[Calls]:
        """Yields all calls that entered a queue, in parts."""
        for name in self._files:
            yield self._together(np.fromfile(name, _EVENT))

    def _together(self, of: np.ndarray) -> Calls:
        order = _order(of["call"])
        call, kind, amount, who = (of[name][order] for name in ("call", "kind", "amount", "who"))
        new = (kind == ENTERED) | (kind == UNTIMED)
        new[1:] |= call[1:] != call[:-1]
        new[:1] = True
        heads = np.flatnonzero(new)
        group = np.cumsum(new) - 1
        begun = kind[heads] == ENTERED

        def some(events: np.ndarray) -> np.ndarray:
            """Whether each call has one of these events."""
            found = np.zeros(len(heads), bool)
            found[group[events]] = True
            return found

        def most(events: np.ndarray, values: np.ndarray) -> np.ndarray:
            """The largest of each call's values; NaN or 0 where it has none."""
            found = np.full(len(heads), np.nan if values.dtype == float else 0, values.dtype)
            np.fmax.at(found, group[events], values[events])
            return np.asarray(found[begun])

        self.without_entry += int((some(kind != UNTIMED) & ~begun).sum())
        where = {each: np.flatnonzero(kind == each) for each in (CONNECTED, GONE, MOVED, SPOKE)}
        was = [some(where[each])[begun] for each in (CONNECTED, GONE, MOVED)]
        times = [most(events, amount) for events in where.values()]
        agent = most(where[CONNECTED], who)
        entries = heads[begun]
        agents = np.where(agent == 0, UNKNOWN, np.searchsorted(self._agent_keys, agent))
        return Calls(
            of["entry"][order[entries]],
            amount[entries],
            _places(self._queue_keys, who[entries]),
            *(*was, *times, agents),
        )

    @property
    def agents_events(self) -> int:
        """How many events of agents the log has."""
        return len(self._of_agents)

    def agents_unseen(self) -> int:
        """How many agents answer calls of a queue without ever being logged in to it or out."""
        happened = self._of_agents["happened"]
        logged = self._at_each(self._of_agents[(happened == IN) | (happened == OUT)])
        seen = np.isin(self._answers, np.unique(logged[["queue", "who"]].astype(_PAIR)))
        return len(np.unique(self._answers["who"][~seen]))

    def there(self) -> np.ndarray:
        """PRESENCE [stretch], times of UTC: when agents were there, of queues that calls entered.

        Agents have numbers of our own.
        """
        events = self._at_each(self._of_agents)
        events = events[np.isin(events["queue"], self._queue_keys)]
        events = events[np.argsort(events["epoch"], kind="stable")]
        agents = np.unique(events["who"])
        return stretches(
            events["epoch"],
            _places(self._queue_keys, events["queue"]),
            np.searchsorted(agents, events["who"]),
            events["happened"],
            float(self._begins),
            float(self._ends),
        )

    def _at_each(self, events: np.ndarray) -> np.ndarray:
        """_OF_AGENT [event]: what happened at all of an agent's queues stands once for each of them."""
        at_all = events["queue"] == self._all
        if not at_all.any():
            return events
        named = self._of_agents[["queue", "who"]][self._of_agents["queue"] != self._all].astype(_PAIR)
        own = np.unique(np.concatenate([self._answers, named]))
        own = own[np.argsort(own["who"], kind="stable")]
        first, last = (np.searchsorted(own["who"], events["who"], side) for side in ("left", "right"))
        many = np.where(at_all, last - first, 1)
        each = np.repeat(events, many)
        place = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many)
        spread = np.repeat(at_all, many)
        each["queue"][spread] = own["queue"][(np.repeat(first, many) + place)[spread]]
        return each


@contextlib.contextmanager
def opened(path: str) -> Iterator[QueueLog]:
    """Opens a log. Raises ScenarioError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder:
        try:
            with trouble(), connected(folder) as there:
                there.execute("SET memory_limit = '200MB'")
                log = QueueLog(LogEvents(path, folder, there), folder)
        except Unreadable as error:
            raise mistake(path, 0, str(error.strerror)) from None
        yield log


def _of_agents(some: Events) -> np.ndarray:
    """_OF_AGENT [event]: what happened to agents."""
    at = np.flatnonzero((some.kind >= OF_STAFF) & (some.who > 0))
    found = np.empty(len(at), _OF_AGENT)
    found["epoch"], found["queue"], found["who"] = some.epoch[at], some.queue[at], some.who[at]
    found["happened"] = some.kind[at] - OF_STAFF
    return found


def _answers(some: Events) -> np.ndarray:
    """_PAIR [pair]: queues and the agents who answer their calls, each pair once."""
    at = np.flatnonzero((some.kind == CONNECTED) & (some.who > 0))
    queue, who = some.queue[at], some.who[at]
    _, first = np.unique(queue ^ (who * np.uint64(0x9E3779B97F4A7C15)), return_index=True)
    found = np.empty(len(first), _PAIR)
    found["queue"], found["who"] = queue[first], who[first]
    return found


def _order(keys: np.ndarray) -> np.ndarray:
    """int64: what sorts uint64 keys and leaves equal ones in their order, faster than a stable sort."""
    order = np.argsort(keys)
    if len(order):
        ordered = keys[order]
        group = np.cumsum(np.concatenate([[False], ordered[1:] != ordered[:-1]]))
        order = np.sort(group * len(order) + order) % len(order)
    return np.asarray(order)


def _places(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """int64: places of keys that are all there; `keys` in any order."""
    order = np.argsort(keys)
    return np.asarray(order[np.searchsorted(keys[order], wanted)])
