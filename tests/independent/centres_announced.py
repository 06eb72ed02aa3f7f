"""Random small centres that tell callers how long they will wait."""

from __future__ import annotations

import random
from typing import Any

from .centres_followed import followed

SHARES = (0, 0, 20, 40)


def announced(seed: int) -> dict[str, Any]:
    """A centre of `followed`, of which most queues tell waits; of every second one all times are whole
    seconds, and of every fourth no call follows another.
    """
    luck, words = random.Random(f"announcements {seed}"), followed(seed, frozenset())
    for number, queue in enumerate(words["queues"].values()):
        if seed % 4 == 0:
            del queue["follow_ups"]
        if number == 0 or luck.random() < 0.7:
            queue["announcement"] = _announcement(luck)
    return words


def _announcement(luck: random.Random) -> dict[str, Any]:
    wait = luck.choice(["expected", "expected", "longest", "last", None])
    after = sorted(luck.sample([0, 10, 30, 60, 120, 300, 900], luck.randint(0, 3)))
    steps = []
    for number, since in enumerate(after):
        step: dict[str, Any] = {"from": f"{since} s"} if since or number or luck.random() < 0.5 else {}
        if luck.random() < 0.6:
            step["patience"] = luck.choice([0.5, 1.3, 2])
        if share := luck.choice(SHARES):
            step["hang_up"] = f"{share}%"
        steps.append(step)
    return {**({"wait": wait} if wait else {}), "steps": steps}
