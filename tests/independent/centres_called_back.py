"""Random small centres that call back callers who do not want to wait."""

from __future__ import annotations

import random
from typing import Any

from .centres_announced import announced


def called_back(seed: int) -> dict[str, Any]:
    """A centre of `announced`, of which most queues that tell waits offer callbacks, in all four places; of
    every second one all times are whole seconds.
    """
    luck, words = random.Random(f"callbacks {seed}"), announced(seed)
    queues = list(words["queues"])
    for number, queue in enumerate(words["queues"].values()):
        if "announcement" not in queue or (number and luck.random() < 0.3):
            continue
        steps = queue["announcement"]["steps"] = queue["announcement"]["steps"] or [{}]
        asked = luck.sample(range(len(steps)), luck.randint(1, len(steps)))
        for k in asked:
            steps[k]["callback"] = f"{luck.choice([20, 40, 60])}%"
        own = {"queue": luck.choice(queues)}
        place = luck.choice(["kept", "last", "last", own, own, {"at": "announced"}, _later(luck), None])
        queue["callback"] = {
            **({"place": place} if place else {}),
            **({"reached": luck.choice(["40%", "85%"])} if luck.random() < 0.8 else {}),
            **({"ring": luck.choice(["10 s", "30 s"])} if luck.random() < 0.8 else {}),
            **({"attempts": luck.choice([2, 3])} if luck.random() < 0.7 else {}),
            **({"every": luck.choice(["90 s", "5 min", "3 h"])} if luck.random() < 0.7 else {}),
            **({"at_most": luck.choice([1, 3, 20])} if luck.random() < 0.6 else {}),
        }
    return words


def _later(luck: random.Random) -> dict[str, Any]:
    return {"at": "announced", "times": luck.choice([0.5, 1.5])}
