"""What happens in menus, written from the rules: who hangs up, who is served there, who comes to which queue.

Numbers are callsim's, each asked for under the client's name; what is made of them is told here.

Where the rules say nothing it was fitted to callsim:

- of those who hang up the smallest numbers hang up first, and those with the next are served;
- ways out are gone through by their names; time in menus is in whole milliseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from callsim.model import Model
from callsim.model.demand import key_of
from callsim.sim.luck import in_menus as drawn
from callsim.sim.luck.draw import draw
from callsim.sim.luck.menus import contained
from callsim.sim.luck.random import Stream, begin, exponential, uniform, word
from callsim.sim.luck.sampling import one, tabulate
from callsim.sim.luck.streams import LATER, PURPOSES, UNCERTAIN, roots_of

DAY = 86_400_000


class LuckOfMenus:
    """Numbers of a run, no rules."""

    def __init__(self, model: Model, run: int):
        demand = model.demand
        self.clock, self.first_midnight = demand.clock, demand.clock.opens + demand.clock.day(0) * DAY
        every = demand.dialled.queues
        roots = roots_of(every, 1, [run] * PURPOSES)
        self.later, self.brings = roots[:, LATER], tabulate([_brought(queue) for queue in every])
        self.alike = [queue.wraps_alike for queue in demand.queues]
        self.contained = contained(demand.menus, roots[len(demand.queues) :, UNCERTAIN]).tolist()
        self.seen: Counter[tuple[int, int]] = Counter()

    def first(self, menu: int, time: int) -> np.uint64:
        """The name of a client who dials a menu, row `menu` behind the queues; they must be named by time."""
        interval = (time - int(self.clock.opens)) // int(self.clock.width)
        number = self.seen[menu, interval]
        self.seen[menu, interval] += 1
        return np.uint64((interval + (1 << 26)) | number << 32)

    def _stream(self, dialled: int, name: np.uint64) -> Stream:
        return Stream(*map(np.uint64, begin(self.later[dialled], name)))

    def number(self, dialled: int, name: np.uint64, what: np.uint64) -> float:
        """Between 0 and 1."""
        return float(uniform(self._stream(dialled, name ^ what))[0])

    def after(self, dialled: int, name: np.uint64, way: str) -> np.uint64:
        """The client's name on a way out, such as `way 'menu' 'queue'`."""
        return np.uint64(word(self._stream(dialled, name ^ np.uint64(key_of(way)) ^ drawn.STEP))[0])

    def path(self, dialled: int, name: np.uint64) -> int:
        """32 bits that name the client from the queue on."""
        return max(int(word(self._stream(dialled, name ^ drawn.PATH))[0]) >> 32, 1)

    def time(self, dialled: int, name: np.uint64, what: np.uint64, row: int, column: int, at: int) -> int:
        """Ms, of column `column` of queue or menu `row`, for somebody there at some time."""
        interval = (at - self.first_midnight) // int(self.clock.width)
        return int(one(self.brings, row, column, interval, self._stream(dialled, name ^ what)))

    def willing(self, dialled: int, name: np.uint64) -> float:
        """Exponential: how stubborn a caller is."""
        return float(exponential(self._stream(dialled, name ^ drawn.REDIALS))[0])


def _brought(queue: Any) -> tuple[Any, ...]:
    nothing, for_ever = queue.talk._replace(family=0), queue.talk._replace(family=0)
    nothing, for_ever = (
        one._replace(mean=np.array([ms]), shape=(), at_most=np.inf)
        for one, ms in ((nothing, 0.0), (for_ever, 2.0**31 - 1))
    )
    again = queue.redial.after if queue.redial else nothing
    return queue.talk, queue.wrap or nothing, queue.patience or for_ever, again


def share(text: Any) -> float:
    """30% as a number."""
    return float(text.rstrip("%")) / 100 if isinstance(text, str) else float(text)


@dataclass
class Held:
    """A client who comes to a menu that holds lines."""

    since: int  # ms
    menu: str
    told: Counter[tuple[str, str]]  # of the menus from there on, if there is a line
    counts: bool
    until: int = 0  # ms, of a client who comes to no queue


class Menus:
    """Goes through the menus of a scenario's words with every client."""

    def __init__(self, model: Model, words: Mapping[str, Any], run: int = 0):
        self.words = words["menus"]
        self.queues = [copy.name for copy in model.queues]
        self.names = sorted(self.words)
        self.luck, self.model, self.run = LuckOfMenus(model, run), model, run
        self.told: Counter[tuple[str, str]] = Counter()  # (menu, what) → how many, or ms
        self.on_lines = {name for lines in words.get("lines", {}).values() for name in lines.get("menus", ())}
        self.end_there: list[Held] = []  # clients who hold lines, and come to no queue

    def calls(self) -> list[dict[str, Any]]:
        """All first calls as they come to queues, by time; see Held for those that hold lines before."""
        found = []
        for row in np.concatenate(list(draw(self.model.demand.dialled, 1, self.run))):
            call = {name: row[name].item() for name in row.dtype.names}
            if call["queue"] < len(self.queues):
                found.append(call)
            elif (came := self._through(call)) is not None:
                found.append(came)
        return sorted(found, key=lambda call: (call["arrive"], call["queue"]))

    def _through(self, call: Mapping[str, Any]) -> dict[str, Any] | None:
        luck, dialled, time = self.luck, call["queue"], call["arrive"]
        counts = time >= int(luck.clock.opens)
        name, at = luck.first(dialled, time), self.names[dialled - len(self.queues)]
        told, held = self.told, None
        while at in self.words:
            menu, row = self.words[at], len(self.queues) + self.names.index(at)
            if held is None and at in self.on_lines:
                told = Counter()
                held = Held(time, at, told, counts)
            stays = luck.time(dialled, name, drawn.DURATION, row, 0, time)
            fate = luck.number(dialled, name, drawn.FATE)
            hang_up, contained = share(menu.get("abandon", 0)), luck.contained[self.names.index(at)]
            told[at, "offered"] += counts
            if fate < hang_up:  # anywhere in that time
                stays = int(stays * (fate / hang_up))
            told[at, "time"] += stays * counts
            time += stays
            if fate < hang_up + contained:
                told[at, "abandoned" if fate < hang_up else "contained"] += counts
                if held is not None:
                    held.until = time
                    self.end_there.append(held)
                return None
            before = at
            at = self._way_out(menu["to"], luck.number(dialled, name, drawn.WAY_OUT))
            name = luck.after(dialled, name, f"way {before!r} {at!r}")
        return self._brings(dialled, name, self.queues.index(at), time) | {"held": held}

    def _way_out(self, ways: Mapping[str, Any], level: float) -> str:
        taken = [(name, share(ways[name])) for name in sorted(ways) if share(ways[name]) > 0]
        for name, some in taken[:-1]:
            if level < some:
                return name
            level -= some
        return taken[-1][0]

    def _brings(self, dialled: int, name: np.uint64, queue: int, time: int) -> dict[str, Any]:
        luck, of = self.luck, self.model.demand.queues[queue]
        wrap = drawn.TALK if luck.alike[queue] else drawn.WRAP
        found: dict[str, Any] = {"arrive": time, "queue": queue, "path": luck.path(dialled, name)}
        for column, (what, stream) in enumerate(
            (
                ("talk", drawn.TALK),
                ("wrap", wrap),
                ("patience", drawn.PATIENCE),
                ("again_after", drawn.AGAIN_AFTER),
            )
        ):
            found[what] = luck.time(dialled, name, stream, queue, column, time)
        found["balks"] = luck.number(dialled, name, drawn.BALKS) < of.balk
        found["redials"] = 0
        if of.redial is not None and of.redial.probability > 0:  # each time with this probability
            often = (
                luck.willing(dialled, name) / -np.log(of.redial.probability)
                if of.redial.probability < 1
                else 1e9
            )
            found["redials"] = int(min(often, of.redial.at_most, 250))
        return found
