"""Flat textbook days need the agents that Erlang's formulas say, from a call a week to a thousand at once.

Some ninety cases by default, on days of eight intervals; CALLSIM_GRID=300 takes this many of each grid, on
days of 24.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from callsim.study.staff.curve import Curve
from callsim.study.staff.search import SHARP
from tests.makers.textbook import Case, any_goal, find, small

MANY = int(os.environ.get("CALLSIM_GRID", "0"))
# CI takes small loads for the most part: they cost a moment each, large ones up to a minute.
INTERVAL = "1 h" if MANY else "3 h"
SMALL, ANY = (
    small(MANY or 64, INTERVAL),
    [case for case in any_goal(MANY or 200, INTERVAL) if MANY or case.load <= 30][: MANY or 24],
)
RESOLUTION = 2.5  # standard errors of a share that may be missed at most, beside what rounding may cost


def judged(case: Case, folder: Path) -> None:
    found = find(case, folder)
    staff, exact = found.staff[:, 0], case.exact
    assert staff.min() >= 1
    assert staff.max() <= exact + 1, (staff, exact)
    # What the search says of its own doubt covers what is missed.
    stated = SHARP + RESOLUTION * float(found.share_doubt.max())
    assert case.missed_by(int(staff.min())) <= stated, (staff, exact, stated)


@pytest.mark.parametrize(("load", "aht_s", "goal"), [(1.0, 180.0, 0.95), (1.4, 600.0, 0.9)])
def test_lucky_days_do_not_decide_of_few_agents(
    load: float, aht_s: float, goal: float, tmp_path: Path
) -> None:
    """Seed 1 has 48 days that are lucky by 3.4 standard errors: three agents seem to do for four."""
    judged(Case(load, aht_s, 60.0, goal, 20.0, None, 1), tmp_path)


def test_lucky_days_do_not_decide_where_an_agent_is_worth_half_of_what_may_be_lost(tmp_path: Path) -> None:
    judged(Case(5.0, 400.0, 60.0, 0.9, 20.0, 0.01, 2), tmp_path)


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_small_loads(case: Case, tmp_path: Path) -> None:
    judged(case, tmp_path)


@pytest.mark.parametrize("case", ANY, ids=str)
def test_any_goal(case: Case, tmp_path: Path) -> None:
    judged(case, tmp_path)


@pytest.mark.parametrize("patience", [None, 5.0, 120.0])
@pytest.mark.parametrize("counted", ["offered", "answered", "quick_abandons_met", "kept"])
def test_a_curve_has_no_edges(counted: str, patience: float | None) -> None:
    """Never falling in agents, never rising in load, from nothing to ten thousand erlangs."""
    if counted == "kept" and patience is None:
        return
    curve = Curve(counted, 20.0, 180.0, patience)
    loads = 10.0 ** np.arange(-8, 4.1, 0.5)
    for load in loads:
        agents = np.unique(
            np.floor(load + np.array([0, 0.2, 0.5, 1, 2, 4, 8, 16]) * (np.sqrt(load) + 0.1) + 1)
        )
        quantiles = curve.quantile(np.full(len(agents), load), agents)
        assert (np.diff(quantiles) >= -1e-6).all(), (load, agents, quantiles)
        assert quantiles[-1] > 3  # sixteen roots above any load nearly nobody waits
    if counted in ("answered", "quick_abandons_met") and patience is not None:
        return  # of those who are answered, or leave soon, a larger share may be in time where more are lost
    for agents in (1.0, 3.0, 30.0, 1000.0):
        quantiles = curve.quantile(loads, np.full(len(loads), agents))
        assert (np.diff(quantiles) <= 1e-3).all(), (agents, quantiles)
