"""Random small centres that dial numbers."""

from __future__ import annotations

import random
from typing import Any

from .centres_followed import followed


def dialled(seed: int) -> dict[str, Any]:
    """A centre of `followed` with one to three campaigns; of every second one all times are whole seconds."""
    luck, words = random.Random(f"campaigns {seed}"), followed(seed, frozenset())
    whole = seed % 2 == 1
    words["campaigns"] = {f"c{k}": _campaign(luck, whole) for k in range(luck.randint(1, 3))}
    groups = list(words["groups"])
    for name in words["campaigns"]:
        for group in luck.sample(groups, luck.randint(1, len(groups))):
            words["groups"][group]["answers"][name] = {
                **({"rank": luck.randint(1, 3)} if luck.random() < 0.5 else {}),
                **({"pace": luck.choice([0.7, 1.3])} if luck.random() < 0.4 else {}),
                **({"reserve": luck.choice([0, 1, 2])} if luck.random() < 0.6 else {}),
            }
    return words


def _campaign(luck: random.Random, whole: bool) -> dict[str, Any]:
    dial = luck.choice(
        [
            None,
            {"ratio": 1},
            {"ratio": 1.4},
            {"ratio": 2.5},
            {"ratio": 1, "abandon_at_most": "3%"},
            {"ratio": 2, "abandon_at_most": "20%"},
            {"preview": "20 s"},
        ]
    )
    length = luck.choice([20, 150, 600])
    reached = luck.choice(["30%", "80%", ["20%", "70%"] * 6, {"mon": "60%", "other": ["10%", "50%"] * 6}])
    return {
        "contacts": luck.choice([length, {"once": length}]),
        "ring": _time(luck, whole, [10, 20]),
        "reached": reached,
        "talk": _time(luck, whole, [60, 120, 240]),
        **({"dial": dial} if dial else {}),
        **({"open": luck.choice(["09:00-20:00", "00:00-12:00"])} if luck.random() < 0.7 else {}),
        **({"priority": luck.randint(1, 3)} if luck.random() < 0.7 else {}),
        **({"right_party": "60%"} if luck.random() < 0.6 else {}),
        **({"wrong_party": _time(luck, whole, [30])} if luck.random() < 0.5 else {}),
        **({"wrap": _time(luck, whole, [30, 60])} if luck.random() < 0.6 else {}),
        **({"patience": _time(luck, whole, [5, 60])} if luck.random() < 0.6 else {}),
        **({"redial": _redial(luck, whole)} if luck.random() < 0.7 else {}),
    }


def _redial(luck: random.Random, whole: bool) -> dict[str, Any]:
    return {
        "probability": luck.choice(["50%", "100%"]),
        "after": _time(luck, whole, [120, 3600]),
        **({"at_most": luck.choice([1, 2])} if luck.random() < 0.6 else {}),
    }


def _time(luck: random.Random, whole: bool, means: list[int]) -> dict[str, Any]:
    return {"constant" if whole else "exponential": {"mean": f"{luck.choice(means)} s"}}
