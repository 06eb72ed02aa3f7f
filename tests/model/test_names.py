"""Rows stand in the order of names, a copy's number as a number."""

from __future__ import annotations

import random

from callsim.model.names import in_order


def test_names_in_order() -> None:
    wanted = ["bank", "sales", "sales-1", "sales-02", "sales-2", "sales-10", "sales-", "sales-b"]
    wanted += ["tel-10-1", "tel-2-1", "tel-2-2", "tel-2-11"]
    names = list(wanted)
    for seed in range(20):
        random.Random(seed).shuffle(names)
        assert in_order(names) == wanted
