"""What a client meets in menus: how long each takes, whether the call ends there, and where it goes on.

All of it is read from streams under the client's name, so it is the same whoever asks, whenever.
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from callsim.sim.centre import NOBODY
from callsim.sim.jit import aside, rule
from callsim.sim.luck.menu_sums import M_ABANDONED, M_BLOCKED, M_CONTAINED, M_OFFERED, M_TIME
from callsim.sim.luck.random import begin, uniform, word
from callsim.sim.luck.sampling import Samplers, one

MENU = np.dtype(
    [
        ("abandon", np.float64),  # share that hangs up
        ("contained", np.float64),  # share that needs no agent
        ("holds", np.int64),  # 1: its clients hold lines
        ("passes", np.int64),  # the queue to which all calls go at once, or NOBODY
        ("first", np.int64),  # row of the first way out …
        ("last", np.int64),  # … and the row after the last
    ]
)
WAY = np.dtype(
    [
        ("until", np.float64),  # shares of the ways up to this one
        ("key", np.uint64),  # names what the client meets there
        ("to", np.int64),  # row of a queue, or of a menu behind the queues
    ]
)
# What a number of a client is for: the highest bits of a stream's name.
_FOR = [np.uint64(purpose << 58) for purpose in range(9)]
PATH = np.uint64(10 << 58)
TALK, WRAP, PATIENCE, AGAIN_AFTER, DURATION, FATE, WAY_OUT, BALKS, REDIALS = _FOR
STEP = np.uint64(9 << 58)


class Ways(NamedTuple):
    """Menus as arrays, for compiled code."""

    menus: np.ndarray  # MENU [menu]
    ways: np.ndarray  # WAY [way]
    alike: np.ndarray  # bool [queue]  whose wrap is drawn with its talk
    # int64 [6] ms: when reporting begins, the run's first midnight, widths of interval and cell,
    # when counting ends, and from day 1 until reporting begins
    clock: np.ndarray


class MenuLuck(NamedTuple):
    """What is drawn in menus, for those who find no line: see take_back."""

    ways: Ways
    queues: np.ndarray  # int64 [1]  how many there are, before the rows of menus
    roots: np.ndarray  # uint64 [queue or menu, WORDS]
    samplers: Samplers


@rule
def pass_menu(ways, queues, samplers, root, at, name, time):  # type: ignore[no-untyped-def]
    """What a client of this name meets who comes to a menu, row `at` behind the queues.

    Returns the ms that the client is in it, whether the client hangs up there, whether the call ends there,
    and, if not, where it goes on and the client's name there.
    """
    menu, midnight, width = ways.menus[at - queues], ways.clock[1], ways.clock[2]
    stays = one(samplers, at, 0, (time - midnight) // width, begin(root, name ^ DURATION))
    fate, _ = uniform(begin(root, name ^ FATE))
    hangs_up = fate < menu["abandon"]
    if hangs_up:  # anywhere in that time; what is left of the number is uniform, too
        stays = np.int64(stays * (fate / menu["abandon"]))
    if hangs_up or fate < menu["abandon"] + menu["contained"]:
        return stays, hangs_up, True, np.int64(at), name
    u, _ = uniform(begin(root, name ^ WAY_OUT))
    way = menu["first"]
    while way < menu["last"] - 1 and u >= ways.ways[way]["until"]:
        way += 1
    there, _ = word(begin(root, name ^ ways.ways[way]["key"] ^ STEP))
    return stays, hangs_up, False, np.int64(ways.ways[way]["to"]), there


@aside
def take_back(luck, sums, dial, time):  # type: ignore[no-untyped-def]
    """A client who came to a menu at `time` found no line: counted there, and in no menu behind it.

    `luck`: MenuLuck; `sums`: int64 [cell, menu, MENU_COLUMNS], beside those to which `lead` has added the
    call as if it had found one; `dial`: row of DIALLED.
    """
    cell, queues = dial["cell"], luck.queues[0]
    if cell < 0:
        return
    at, name = np.int64(dial["menu"]), dial["name"]
    sums[cell, at - queues, M_BLOCKED] += 1
    if luck.ways.menus[at - queues]["passes"] != NOBODY:
        return
    root = luck.roots[dial["first"]]
    came, leaves = 0, False  # to the menu that holds lines the client came
    while at >= queues and not leaves:
        stays, hangs_up, leaves, to, next_name = pass_menu(
            luck.ways, queues, luck.samplers, root, at, name, time
        )
        sums[cell, at - queues, M_OFFERED] -= came
        sums[cell, at - queues, M_ABANDONED] -= hangs_up
        sums[cell, at - queues, M_CONTAINED] -= leaves and not hangs_up
        sums[cell, at - queues, M_TIME] -= stays
        came = 1
        time += stays
        if not leaves:
            at, name = to, next_name
