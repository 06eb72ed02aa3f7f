"""A long run that is cut into blocks: what is played apart becomes one run again, in the order of days."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from callsim.arrays import Ints
from callsim.model import Model
from callsim.model.blocks.cut import number_of
from callsim.sim.count.tally import Tally
from callsim.study.player import Around, Run, Task, model_of, play

BY_CELL = (
    "calls",
    "longest",
    "work",
    "sites",
    "seats_peak",
    "clients",
    "menus",
    "told",
    "backlog",
    "dialled",
)
"""Sums of a run that have a row for each cell: those of blocks stand behind each other."""
SUMMED = ("waits", "in_hand", "held", "called_in", "cut_short")
"""Sums of a run that are added over its blocks."""


def blocks_of(task: Task) -> list[Task]:
    """Returns the tasks of all blocks of a run; of a run in one piece, and of a block, the task itself."""
    blocks = number_of(model_of(task.scenario, task.supervisors))
    if blocks == 1 or task.block is not None:
        return [task]
    return [
        dataclasses.replace(task, block=number, warm=task.warm and number == 0) for number in range(blocks)
    ]


def play_whole(task: Task, around: Around) -> Run:
    """Play a run, block after block where it is cut; see `player.play`, which raises the same."""
    parts = blocks_of(task)
    if len(parts) == 1:
        return play(task, around)

    def runs() -> Iterator[tuple[Task, Run]]:
        for number, part in enumerate(parts):
            yield part, play(part, around._replace(progress=_of_part(around.progress, number, len(parts))))

    (found,) = joined(runs())
    return found


def _of_part(tell: Callable[[float], None] | None, number: int, parts: int) -> Callable[[float], None] | None:
    return None if tell is None else lambda done: tell((number + done) / parts)


def joined(played: Iterable[tuple[Task, Run]]) -> Iterator[Run]:
    """Yields whole runs from tasks and what they gave; the blocks of a run come one after another."""
    whole: _Whole | None = None
    for task, run in played:
        if task.block is None:
            yield run
            continue
        if whole is None:
            whole = _Whole(model_of(task.scenario, task.supervisors))
        whole.add(run)
        if len(whole.cells) == whole.blocks:
            yield whole.run()
            whole = None


class _Whole:
    """A run that grows block by block. Its sums need no more memory than those of a run in one piece."""

    def __init__(self, model: Model):
        self.blocks = number_of(model)
        self.cells: list[dict[str, Ints]] = []
        self._sums: dict[str, Ints | int] = {}
        self._seams: list[Ints] = []
        self._cut_off = np.zeros(len(model.centre.losses), np.int64)
        self._first: Run | None = None
        clock, blocks = model.centre.clock, model.scenario.calendar.blocks
        assert blocks is not None
        day = [clock.day(begins) for begins in model.centre.losses["begins"].tolist()]
        # A loss that two blocks see is counted once.
        self._owner = np.clip(np.array(day, np.int64) // blocks.days, 0, self.blocks - 1)

    def add(self, run: Run) -> None:
        """The next block."""
        tally = run.tally
        mine = self._owner == len(self.cells)
        self._cut_off[mine] = tally.cut_off[mine]
        self.cells.append({name: getattr(tally, name) for name in BY_CELL})
        self._seams.append(tally.seams)
        for name in SUMMED:
            self._sums[name] = self._sums.get(name, 0) + getattr(tally, name)
        if self._first is None:
            self._first, self._absent, self._lost = run, run.absent, run.lost_to_seats
        else:
            self._absent, self._lost = self._absent + run.absent, self._lost + run.lost_to_seats

    def run(self) -> Run:
        """All blocks as one run."""
        assert self._first is not None
        by_cell = {name: np.concatenate([cells[name] for cells in self.cells]) for name in BY_CELL}
        none = self._seams[0][:0]
        sums: dict[str, object] = {**by_cell, **self._sums, "seams": none, "cut_off": self._cut_off}
        sums["back_waits"] = self._first.tally.back_waits  # no queue calls back in a run in blocks
        found = Run(Tally(**sums), self._absent, self._lost)  # type: ignore[arg-type]
        found.warm = self._first.warm
        found.seams = np.stack(
            [np.stack([one[1], two[0]]) for one, two in zip(self._seams, self._seams[1:], strict=False)]
        )
        return found
