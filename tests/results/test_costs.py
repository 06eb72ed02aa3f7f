"""What a plan costs, by hand: paid hours, seats with and without limit, and callers who are lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim

FILE = Path(__file__).parents[1] / "study" / "buildout" / "cases" / "costs2.yaml"
MONTH = 365.25 / 12  # days


def test_a_balked_call_costs_what_an_abandoned_one_does() -> None:
    found = callsim.run(callsim.load(FILE), runs=3).to_dict()
    total, costs = found["total"], {name: one["mean"] for name, one in found["costs"].items() if one}
    assert total["balked"]["mean"] > 50
    assert costs["abandoned"] == pytest.approx(2 * (total["abandoned"]["mean"] + total["balked"]["mean"]))
    assert costs["wages"] == pytest.approx(30 * (12 + 8) * 48)
    # Of the mill, which has no limit, as many as were used at once; of the hall all that there are.
    assert costs["seats"] == pytest.approx((12 * 450 + 30 * 100) * 2 / MONTH)
    assert costs["total"] == pytest.approx(costs["wages"] + costs["seats"] + costs["abandoned"])
