"""Random centres of several islands that share sites and lines, of which many are short of both."""

from __future__ import annotations

from typing import Any

import numpy as np

CALENDAR = {"start": "2024-01-01", "interval": "6 h", "warm_up": "0 s"}


def archipelago(rng: np.random.Generator, short: bool) -> dict[str, Any]:
    """A centre of three or four islands; where it is `short`, seats and lines soon run out."""
    centre: dict[str, Any] = {
        "calendar": dict(CALENDAR),
        "queues": {},
        "groups": {},
        "sites": {},
        "lines": {},
    }
    names = ["ash", "elm", "fir", "oak"][: int(rng.integers(3, 5))]
    for name in names:
        _island(centre, name, rng)
    people = sum(group["staff"] for group in centre["groups"].values())
    seats = {"hill": people // 3 if short else 4 * people, "lake": 4 * people}
    centre["sites"] = {site: {"seats": max(int(many), 2)} for site, many in seats.items()}
    held = [queue for queue in centre["queues"] if rng.random() < 0.5]
    if len(held) > 1:
        centre["lines"] = {"main": {"count": 3 if short else 500, "queues": held}}
    if rng.random() < 0.4:
        centre["incidents"] = [
            {"site": "lake", "seats_lost": "30%", "from": "day 1 09:00", "to": "day 1 11:00",
             "calls_in_progress": str(rng.choice(["dropped", "finished"]))}
        ]  # fmt: skip
    return centre


def _island(centre: dict[str, Any], name: str, rng: np.random.Generator) -> None:
    queues = [f"{name}-{kind}" for kind in ("a", "b")[: int(rng.integers(1, 3))]]
    for queue in queues:
        centre["queues"][queue] = {
            # Times on whole seconds are full of ties.
            "arrivals": {"per_hour": int(rng.integers(8, 24))},
            "talk": f"{rng.integers(150, 500)} s",
            "wrap": f"{rng.integers(0, 30)} s",
            "patience": f"{rng.integers(10, 90)} s",
            "redial": {"probability": "50%", "after": "60 s", "at_most": 2},
        }
    for kind in ("x", "y")[: int(rng.integers(1, 3))]:
        centre["groups"][f"{name}-{kind}"] = {
            "site": str(rng.choice(["hill", "hill", "lake"])),
            "answers": {queue: {"rank": int(rng.integers(1, 3))} for queue in queues},
            "staff": int(rng.integers(2, 6)),
            "absence": {"share": "10%", "correlation": 0.1},
        }


def changed(centre: dict[str, Any], name: str, rng: np.random.Generator) -> dict[str, Any]:
    """The same centre, one island of which has other staff, handling, routing or one queue more."""
    other = {**centre, "queues": dict(centre["queues"]), "groups": dict(centre["groups"])}
    for queue in [queue for queue in other["queues"] if queue.startswith(name)]:
        other["queues"][queue] = {**other["queues"][queue], "talk": f"{rng.integers(150, 500)} s"}
    for group in [group for group in other["groups"] if group.startswith(name)]:
        was = other["groups"][group]
        answers = {queue: {"rank": int(rng.integers(1, 4))} for queue in was["answers"]}
        if rng.random() < 0.5:
            new = f"{name}-0"  # before all others of its island, so that their rows move
            other["queues"][new] = {"arrivals": {"per_hour": 5}, "talk": "2 min", "patience": "1 min"}
            answers[new] = {}
        other["groups"][group] = {**was, "answers": answers, "staff": max(int(was["staff"]) - 1, 1)}
    return other


def shuffled(value: Any, rng: np.random.Generator) -> Any:
    """The same tree with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(one, rng) for one in value] if isinstance(value, list) else value
