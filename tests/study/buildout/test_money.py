"""The account of a month, against the same sums by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.scenario.buildout.classes import MONTH_DAYS
from callsim.study.buildout.plan import plan
from tests.makers.plans import ONE_PHASE, loaded

MONEY = {
    "price": 4000,
    "wages": {"a": 2600, "b": 2300},
    "support_wage": 1.5,
    "employer_share": 0.28,
    "night_pay": 15,
    "fit_out": 24_000,
    "fit_out_years": 4,
    "rent": 50,
    "platform": 200,
    "telecom_minute": 0.12,
    "vat": "6%",
    "vat_surcharge": "12%",
    "profit_tax": "25%",
    "sources": {"wages": "A", "telecom_minute": "L"},
}


def test_a_month_adds_up(tmp_path: Path) -> None:
    people = {"support": "10%", "attrition": "0%"}
    scenario = loaded(tmp_path, ONE_PHASE, money=MONEY, people=people)
    found = plan(scenario, runs=2).to_dict()
    money = found["periods"][0]["money"]
    month = {what: line["sum"] for what, line in money["month"].items()}
    in_a, in_b = 9 * 168 / 40, 5 * 168 / 40
    agents = in_a + in_b
    wages = in_a * 2600 + in_b * 2300
    assert month["revenue"] == pytest.approx(4000 * agents)
    assert month["wages of agents"] == pytest.approx(-wages)
    assert month["wages of others"] == pytest.approx(-wages / 9 * 1.5)
    assert month["employer's share"] == pytest.approx(-wages * (1 + 1.5 / 9) * 0.28)
    assert month["night pay"] == pytest.approx(-agents * 40 / 7 * MONTH_DAYS / 3 / 8 * 15)
    assert month["hiring and training"] == 0
    assert month["fit-out"] == pytest.approx(-60 * 24_000 / 48)
    assert month["rent"] == pytest.approx(-60 * 50)
    # Nine and five sit there at once, on the phones: one seat is used by many who are employed.
    assert month["platform"] == pytest.approx(-(9 + 5) * 200)
    usual = found["periods"][0]["days"]["day"]
    talk = sum(
        calls * 24 * usual["talk_h"][name] * 60 / usual["queues"][name]["offered"]["mean"] * MONTH_DAYS
        for name, calls in (("x", 120), ("y", 60))
    )
    # Talk of three minutes, of all who are answered: as good as what was played.
    answered = sum(
        calls * 24 * queue["answered"]["mean"] / queue["offered"]["mean"] * 3 * MONTH_DAYS
        for calls, queue in ((120, usual["queues"]["x"]), (60, usual["queues"]["y"]))
    )
    assert talk == pytest.approx(answered)
    assert month["telecom"] == pytest.approx(-talk * 0.12)
    bought = -sum(month[what] for what in ("fit-out", "rent", "platform", "telecom"))
    vat = 0.06 * (month["revenue"] - bought)
    assert month["VAT"] == pytest.approx(-vat)
    assert month["VAT surcharges"] == pytest.approx(-0.12 * vat)
    profit = sum(amount for what, amount in month.items() if what != "profit tax")
    assert month["profit tax"] == pytest.approx(-max(0, profit) * 0.25)
    assert money["tax_a_year"] == pytest.approx(12 * (1.12 * vat + max(0, profit) * 0.25))
    assert money["output_a_seat_year"] == pytest.approx(12 * 4000 * agents / 60)
    assert money["month"]["wages of agents"]["source"] == "A"
    assert plan(loaded(tmp_path, ONE_PHASE), runs=1).to_dict()["periods"][0]["money"] == {}
