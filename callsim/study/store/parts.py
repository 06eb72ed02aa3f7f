"""What is kept of a part of a run: its sums, who was absent, and what it used of what parts share."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from callsim.model import Model
from callsim.sim.count.lines import LineUse
from callsim.sim.count.seats import SeatTimeline
from callsim.sim.count.tally import Tallier, Tally
from callsim.sim.floor.state import SEAT_CHANGE
from callsim.study.store.content import content_of, name_of
from callsim.study.store.store import Arrays, Store
from callsim.study.store.supervised import told_of

_SUMS = [field.name for field in dataclasses.fields(Tally)]


class Shelf:
    """The store, for one run: all that its parts depend on beside themselves."""

    def __init__(self, store: Store, engine: str, seed: int, run: int, luck_of: Mapping[int, int]):
        self._store, self._luck = store, (engine, seed, run, dict(luck_of))
        self._noted = (
            np.zeros(0),
            b"",
        )  # when seats are noted, alike for all parts; its name

    def tally(
        self,
        model: Model,
        play: Callable[[], Tally],
        absent: np.ndarray,
        seats: SeatTimeline | None = None,
        stays: int = 0,
        lines: LineUse | None = None,
        wait: bool = True,
    ) -> Tally | None:
        """Returns the sums of a part, which is played only where it is not known.

        One with a supervisor that has no name is played each time (see `supervised`). Fills `absent`, int64
        [crew] ms, `seats` and `lines`, as `play` does. None where `wait` is False and another thread plays
        this part just now.
        """
        supervisors = told_of(model)
        if supervisors is None:
            return play()
        name = name_of(
            content_of(model),
            supervisors,
            self._luck,
            stays,
            None if seats is None else self._moments(seats),
            None if lines is None else lines.counted,
        )

        def like(part: Arrays) -> bool:
            return _like(part, model, len(absent), seats, lines)

        def played() -> Arrays:
            return _kept(_arrays(play(), absent, seats, lines))

        part = self._store.part(name, played, like, wait)
        if part is None:
            return None
        absent[:] = part["absent"]
        if seats is not None:
            seats.know(part["seat_changes"], part["seats_waited"], int(part["seats_until"]))
        if lines is not None:
            lines.changes = part["line_changes"]
        found = {name: wide(part[name]) for name in _SUMS}
        return Tally(**{**found, "cut_short": int(part["cut_short"])})  # type: ignore[arg-type]

    def _moments(self, seats: SeatTimeline) -> bytes:
        """Names when the seats of a part are noted."""
        if seats.comings is None:
            return b"always"
        if self._noted[0] is not seats.comings:
            self._noted = seats.comings, name_of(seats.comings)
        return self._noted[1]


def _arrays(tally: Tally, absent: np.ndarray, seats: SeatTimeline | None, lines: LineUse | None) -> Arrays:
    part = {name: np.asarray(getattr(tally, name)) for name in _SUMS}
    part["absent"] = absent
    if seats is not None:
        part["seat_changes"], part["seats_waited"] = seats.changes(), seats.waited
        part["seats_until"] = np.array(seats.until)
    if lines is not None:
        part["line_changes"] = lines.changes
    return part


def _kept(part: Arrays) -> Arrays:
    """Copies in as few bytes as hold all numbers, for most counts are small; nobody can write to them."""
    found = {name: narrow(array) for name, array in part.items()}
    for array in found.values():
        array.flags.writeable = False
    return found


def _like(part: Arrays, model: Model, crews: int, seats: SeatTimeline | None, lines: LineUse | None) -> bool:
    """Whether the arrays of a file have the shapes of this part."""
    blank = Tallier(model.centre, model.within, model.grid, menus=len(model.demand.menus)).tally
    blank.called_in = np.zeros(model.centre.groups, np.int64)
    blank.cut_off = np.zeros(len(model.centre.losses), np.int64)
    wanted = dict(_arrays(blank, np.zeros(crews, np.int64), None, None))
    if lines is not None:
        wanted["line_changes"] = lines.changes
    rest = {"seat_changes", "seats_waited", "seats_until"} if seats is not None else set()
    if set(part) != wanted.keys() | rest:
        return False
    if seats is not None:
        wanted["seat_changes"] = np.zeros(part["seat_changes"].size, SEAT_CHANGE)
        wanted["seats_waited"], wanted["seats_until"] = (
            np.zeros(model.centre.sites + 1, np.bool_),
            np.array(0),
        )
    return all(
        part[key].shape == array.shape and _holds(array.dtype, part[key].dtype)
        for key, array in wanted.items()
    )


def narrow(array: np.ndarray) -> np.ndarray:
    """Returns a copy in as few bytes as hold all whole numbers."""
    if array.dtype.kind != "i" or not array.size:
        return array.copy()
    low, high = array.min(), array.max()
    for kind in (np.int8, np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return array.astype(kind)
    return array.copy()


def wide(array: np.ndarray) -> np.ndarray:
    """Returns whole numbers as int64, all else as it is."""
    return array.astype(np.int64) if array.dtype.kind == "i" else array


def _holds(wide: np.dtype, narrow: np.dtype) -> bool:
    """Whether what is kept so is of that type, perhaps in fewer bytes."""
    return narrow == wide or (narrow.kind == wide.kind == "i" and narrow.itemsize <= wide.itemsize)
