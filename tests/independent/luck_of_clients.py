"""The luck of calls that follow others, as callsim draws it: numbers under a client's name, no rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from callsim.sim.floor import story
from callsim.sim.luck.random import Stream, exponential

NAMED = 17  # bits of an interval of the day in a name; above them stands the day


class LuckOfClients:
    """A name stands for the steps that led to a call; every number is asked for by name."""

    def __init__(self, centre: Any, later: Any):
        """`later`: streams and tables of the run, see callsim.sim.luck.draw.later."""
        found = story.open_follow(centre, later, 1)
        assert found is not None
        self.told, self.clock = found, centre.clock
        self.keys = [int(key) for key in found.rows["key"]]
        self.seen: dict[tuple[int, int], int] = {}

    def first(self, queue: int, arrive: int) -> int:
        """The name of a first call; they must be named by time."""
        day, time = divmod(arrive - int(self.clock.opens), 86_400_000)
        interval = (story.MOST_WARM_UP + day) << NAMED | time // int(self.clock.width)
        number = self.seen[queue, interval] = self.seen.get((queue, interval), -1) + 1
        return interval | number << 32

    def through(self, path: int) -> int:
        """The name of the first call of a client who came through menus."""
        return 1 << 57 | path

    def after(self, name: int, queue: int, row: int | None) -> int:
        """The name of the call that comes after one to this queue; row None: the caller dials again."""
        key = story.REDIAL if row is None else np.uint64(self.keys[row])
        return int(story.step(self._of(name), 0, queue, key))

    def fork(self, name: int, queue: int) -> float:
        """Between 0 and 1: which way the client goes."""
        return float(story.share_of(self._of(name), 0, queue, story.FORK))

    def hears(self, name: int, queue: int) -> float:
        """Between 0 and 1: what the client does who is told how long it will take."""
        return float(story.share_of(self._of(name), 0, queue, story.TOLD))

    def called_back(self, name: int, queue: int) -> int:
        """The name of the callback that was promised in a call to this queue."""
        return int(story.step(self._of(name), 0, queue, story.STEP_BACK))

    def picks_up(self, name: int, queue: int, tries: int) -> float:
        """Between 0 and 1: whether the client does, who was rung so often before."""
        return float(story.share_of(self._of(name), 0, queue, story.PICKS_UP ^ np.uint64(tries << 40)))

    def until_next(self, name: int, queue: int, row: int, arrive: int) -> int:
        """Ms until the next call."""
        return int(story.read_of_row(self._of(name), 0, queue, row, story.AFTER, arrive))

    def together(self, name: int, queue: int, row: int, arrive: int) -> int:
        """Ms that two agents and the client talk together."""
        return int(story.read_of_row(self._of(name), 0, queue, row, story.TOGETHER, arrive))

    def brought(self, name: int, queue: int, arrive: int) -> dict[str, Any]:
        """What a later call brings with it."""
        told, luck = self._of(name), self.told.luck
        talk, wrap, patience, again_after = (
            int(story.read_brought(told, 0, queue, column, arrive))
            for column in (story.TALK, story.WRAP, story.PATIENCE, story.AGAIN_AFTER)
        )
        stream = story.stream_of(told, 0, queue, story.DIALS_AGAIN)
        willing, _ = exponential(Stream(*map(np.uint64, stream)))
        times, most = luck.redials[queue]
        return {
            "talk": talk,
            "wrap": wrap,
            "patience": patience,
            "again_after": again_after,
            "balks": bool(story.share_of(told, 0, queue, story.BALKS) < luck.balk[queue]),
            "redials": int(min(willing * times, most)),
        }

    def _of(self, name: int) -> Any:
        self.told.stories["name"][0] = name
        return self.told
