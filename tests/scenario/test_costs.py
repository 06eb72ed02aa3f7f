"""Prices: one number or one by name, and names that must be there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callsim.scenario import Scenario
from callsim.scenario.words.costs import price

from .conftest import SMALL


def test_one_price_holds_for_all_and_names_have_their_own(written: Callable[..., Scenario]) -> None:
    costs = written(
        SMALL + "costs: {currency: CNY, wage_per_hour: 30, per_abandoned_call: {telecom: 2, bank: 5}}"
    )
    assert costs.costs is not None
    assert price(costs.costs.wage_per_hour, "desk") == 30
    assert [price(costs.costs.per_abandoned_call, name) for name in ("telecom", "bank")] == [2, 5]
    assert price(costs.costs.per_seat_month, "xinpu") == 0
    assert written(SMALL).costs is None


@pytest.mark.parametrize(
    ("costs", "mistake"),
    [
        ("{wage_per_hour: -1}", "a.yaml:13:24: -1 is out of range; it must be at least 0"),
        ("{wage_per_hour: 30 CNY}", "a.yaml:13:24: '30 CNY' is not a number"),
        ("{wages_per_hour: 30}", "a.yaml:13:9: unknown key wages_per_hour; did you mean wage_per_hour?"),
        ("{wage_per_hour: {desc: 30, desk: 1}}", "a.yaml:13:25: there is no group desc; did you mean desk?"),
        ("{wage_per_hour: {desk: -3}}", "a.yaml:13:31: -3 is out of range; it must be at least 0"),
        (
            "{per_abandoned_call: {bank: 30}}",
            "a.yaml:13:9: a price is missing for telecom; write 0 where there is none",
        ),
        (
            "{per_seat_month: 100}",
            "a.yaml:13:9: per_seat_month is for the seats of sites; there is no `sites` in this scenario",
        ),
    ],
)
def test_mistakes(refused: Callable[..., list[str]], costs: str, mistake: str) -> None:
    assert refused(SMALL + f"costs: {costs}") == [mistake]
