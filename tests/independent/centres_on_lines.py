"""Random small centres whose clients hold lines in menus."""

from __future__ import annotations

import random
from typing import Any

from .centres_menus import behind_menus


def on_lines(seed: int) -> dict[str, Any]:
    """A centre of `behind_menus`, with one or two trunk groups that some menus and queues share; of every
    second one all times are whole seconds.
    """
    luck, words = random.Random(f"lines of menus {seed}"), behind_menus(seed)
    menus, queues = list(words["menus"]), list(words["queues"])
    for name in ["main", "second"][: luck.randint(1, 2)]:
        words["lines"][name] = {
            "count": luck.randint(2, 12),
            "queues": luck.sample(queues, luck.randint(0 if name == "second" else 1, len(queues))),
            "menus": luck.sample(menus, luck.randint(1, len(menus))),
        }
    return words
