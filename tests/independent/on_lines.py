"""The simulator with menus that hold lines, written from the rules: from the first dial to the last hang-up.

Where the rules say nothing it was fitted to callsim:

- a client who went through menus without lines takes one on coming to the first menu that has some;
- who dials again, or calls again later, comes to the queue, not to the menu.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .followed import Followed, Story
from .menus import Held, Menus
from .simulator import ARRIVAL, Call


class OnLines(Followed):
    """`menus` counts what happens in menus as it happens."""

    def __init__(self, *args: Any, menus: Menus, **rest: Any):
        self.menus, self.held = menus, None
        super().__init__(*args, **rest)
        for held in menus.end_there:
            self._at(held.since, ARRIVAL, next(self.numbers), self._dial, (held, None))

    def _will_arrive(self, row: Any) -> None:
        self.held = row.get("held")
        super()._will_arrive(row)
        self.held = None

    def _comes(self, call: Call) -> None:
        if self.held is None:
            super()._comes(call)
        else:
            self.stories[call] = Story(self.luck.through(self.path))
            self._at(self.held.since, ARRIVAL, call.number, self._dial, (self.held, call))

    def _dial(self, what: tuple[Held, Call | None]) -> None:
        """A client comes to a menu that holds lines; the call comes to a queue later, or to none."""
        held, call = what
        trunks = self._trunks(held.menu)
        if any(self.used[trunk] >= self.lines[trunk] for trunk in trunks):
            self.menus.told[held.menu, "offered"] += held.counts
            self.menus.told[held.menu, "blocked"] += held.counts
            return
        self.menus.told.update(held.told)
        self._take(trunks)
        if call is None:
            self._at(held.until, ARRIVAL, next(self.numbers), self._leave_menu, trunks)
        else:
            call.lines = trunks
            self._at(call.arrive, ARRIVAL, call.number, self._arrive, call)

    def _trunks(self, menu: str) -> list[int]:
        row = self.centre.queues + self.menus.names.index(menu)
        return [int(trunk) for queue, trunk in self.centre.holds if queue == row]

    def _take(self, trunks: Sequence[int], lines: int = 1) -> None:
        for trunk in trunks:
            self.used[trunk] += lines

    def _leave_menu(self, trunks: Sequence[int]) -> None:
        self._take(trunks, -1)
