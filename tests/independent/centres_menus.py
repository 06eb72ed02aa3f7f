"""Random small centres whose calls come through menus, and may be followed by others."""

from __future__ import annotations

import random
from typing import Any

from .centres_followed import followed


def behind_menus(seed: int) -> dict[str, Any]:
    """A centre of `followed`; calls of some queues, or of all, come through one to three menus.

    Of every second one all times are whole seconds.
    """
    luck, words = random.Random(f"menus {seed}"), followed(seed, frozenset())
    whole, queues = seed % 2 == 1, list(words["queues"])
    names = [f"m{k}" for k in range(luck.randint(1, 3))]
    led_to: set[str] = set()
    words["menus"] = {}
    for number, name in enumerate(names):
        ways = luck.sample(queues, luck.randint(1, len(queues))) + names[number + 1 : number + 2]
        cuts = [0, *sorted(luck.sample(range(10, 100, 10), len(ways) - 1)), 100]
        menu = {"to": {way: f"{cuts[k + 1] - cuts[k]}%" for k, way in enumerate(ways)}}
        led_to |= {way for way in ways if way in queues}
        if number == 0 or luck.random() < 0.5:
            menu["arrivals"] = _arrivals(luck)
        mean = luck.choice([20, 60, 600])
        if luck.random() < 0.8:
            menu["duration"] = {"constant" if whole else "exponential": {"mean": f"{mean} s"}}
        if luck.random() < 0.6:
            menu["abandon"] = f"{luck.choice([5, 20])}%"
        if luck.random() < 0.6:
            contained = luck.choice([20, 40])
            menu["contained"] = {"share": f"{contained}%", "sd": f"{luck.choice([0, 5])}%"}
        words["menus"][name] = menu
    for name in sorted(led_to):
        if luck.random() < 0.5:
            del words["queues"][name]["arrivals"]
    return words


def _arrivals(luck: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"per_hour": luck.choice([30, 60])}
    if luck.random() < 0.4:
        found["day_cv"] = "20%"
    if luck.random() < 0.4:
        found["interval_cv"] = "20%"
    return found
