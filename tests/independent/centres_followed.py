"""Random small centres in which calls follow calls."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .centres import CONDITIONS, centre

OUTCOMES = ("answered", "answered", "answered", "abandoned", "blocked", "dropped", "closed")
TRANSFERS = (None, "cold", "warm", "consult")


def followed(seed: int, without: frozenset[str] = CONDITIONS) -> dict[str, Any]:
    """A centre of `centre`, and on it rows of follow-ups; of every second one all times are whole seconds."""
    luck, words = random.Random(f"follow-ups {seed}"), centre(seed, without)
    whole = seed % 2 == 1
    for queue in words["queues"].values():
        if whole:
            queue["talk"] = _time(luck, whole, [60, 120, 180])
            for name in ("wrap", "patience"):
                if name in queue:
                    queue[name] = _time(luck, whole, [30, 60])
            if "redial" in queue:
                queue["redial"]["after"] = _time(luck, whole, [60, 300])
    for name, queue in words["queues"].items():
        able = [group for group, rest in words["groups"].items() if name in rest["answers"]]
        queue["follow_ups"] = list(_rows(luck, whole, able, list(words["queues"])))
    return words


def _rows(luck: random.Random, whole: bool, groups: Sequence[str], queues: Sequence[str]) -> Any:
    """Shares of one outcome add up to at most 60 %, so that no chain is without an end."""
    left = dict.fromkeys(OUTCOMES, 60)
    for _ in range(luck.randint(1, 4)):
        outcome = luck.choice(OUTCOMES)
        share = luck.choice([10, 20, 30])
        if left[outcome] < share:
            continue
        left[outcome] -= share
        transfer = luck.choice(TRANSFERS) if outcome == "answered" else None
        row: dict[str, Any] = {"outcome": outcome, "share": f"{share}%", "to": luck.choice(queues)}
        if outcome == "answered" and luck.random() < 0.4:
            row["by"] = luck.choice(groups)
        if luck.random() < 0.3:
            row["at_most"] = luck.choice([1, 2])
        if transfer:
            row["transfer"] = transfer
        elif luck.random() < 0.8:
            row["after"] = _time(luck, whole, [30, 300, 3600])
        if transfer in ("warm", "consult") and luck.random() < 0.6:
            row["conference"] = _time(luck, whole, [20, 60])
        yield row


def _time(luck: random.Random, whole: bool, means: Sequence[int]) -> dict[str, Any]:
    return {"constant" if whole else "exponential": {"mean": f"{luck.choice(means)} s"}}
