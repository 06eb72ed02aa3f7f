"""Head count: nobody is lost, attrition is what was said, and a case with a closed form comes out exactly."""

from __future__ import annotations

import datetime
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import callsim
from callsim.model.buildout import Years, lay_out
from callsim.scenario import Attrition, Experience
from callsim.scenario.buildout.classes import WEEK_MONTHS
from callsim.study.buildout import tenure
from callsim.study.buildout.head_count import INTAKE, MARKET, ROOMS, TRAINERS, Flow, flow

HAZARD = (0.08, 0.06, 0.05, 0.04, 0.04, 0.04, *[0.03] * 6, 0.02)  # domain facts, section 3
DATES = [datetime.date(2015, 6, 1) + datetime.timedelta(days=170 * k) for k in range(4)]

BASE = """
sites: {a: {seats: 100}, b: {seats: 50}}
queues:
  x: {arrivals: {per_hour: 100}, talk: 3 min}
  y: {arrivals: {per_hour: 100}, talk: 3 min}
groups:
  xa: {site: a, answers: {x: {}}, staff: 40}
  yb: {site: b, answers: {y: {}}, staff: 20}
"""


def years(folder: Path, buildout: str) -> Years:
    path = folder / "plan.yaml"
    path.write_text(f"{BASE}\nbuildout:\n{buildout}")
    return lay_out(callsim.load(path))


def conserved(played: Flow) -> None:
    """Everybody who ever came is somewhere: present, in class, failed or gone."""
    came = played.at_start[:, None] + played.hired
    went = played.present + played.learning + played.failed + played.left
    np.testing.assert_allclose(came, went, rtol=1e-12, atol=1e-9)
    for counted in (played.hired, played.learning, played.failed, played.present, played.new, played.left):
        assert (counted >= -1e-9).all()
    assert (np.diff(played.hired) >= 0).all()
    assert (np.diff(played.left) >= -1e-9).all()
    assert (played.new <= played.present + 1e-9).all()


shares = st.sampled_from(["0%", "7%", "30%", "90%"])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    phases=st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 200), st.sampled_from(["0 s", "30 d", "160 d"])),
        min_size=1,
        max_size=4,
    ),
    people=st.fixed_dictionaries(
        {
            "attrition": st.sampled_from(["0%", "39%", "95%", "{turnover: 1}", "{turnover: 5}"]),
            "at_start": shares,
            "new_at_start": shares,
            "support": st.sampled_from(["0%", "10%"]),
            "hire_ahead": st.sampled_from(["0 s", "90 d"]),
        }
    ),
    schools=st.lists(
        st.tuples(
            st.integers(0, 60),
            st.integers(10, 20),
            st.sampled_from(["1 d", "14 d", "75 d"]),
            shares,
            st.sampled_from(["0 s", "30 d"]),
        ),
        max_size=3,
    ),
    force=st.sampled_from([None, 50, 500]),
    late=st.integers(0, 9),
)
def test_nobody_is_lost(tmp_path_factory, phases, people, schools, force, late):
    words = [
        f"  - {{name: p{k}, on: {DATES[k]}, over: {over}, seats: {{a: {a}, b: {b}}}, close: [a, b]}}"
        for k, (a, b, over) in enumerate(phases)
    ]
    courses = ", ".join(
        f"s{k}: {{intake: {intake}, class_size: {size}, rooms: 20, length: {length}, fails: {fails}, "
        f"lead: {lead}}}"
        for k, (intake, size, length, fails, lead) in enumerate(schools)
    )
    settled = ", ".join(f"{key}: {value}" for key, value in people.items())
    market = f", labour_market: {{labour_force: {force}}}" if force else ""
    text = "  phases:\n" + "\n".join(words)
    text += f"\n  people: {{{settled}, schools: {{{courses}}}{market}}}\n"
    laid = years(tmp_path_factory.getbasetemp(), text)
    played = flow(laid, late=lambda school, week: (school + week) * late % 5)
    conserved(played)
    if force:
        there = (played.present + played.learning).sum(axis=0) / (1 - laid.plan.people.support)
        assert (there <= max(force, there[0]) + 1e-6).all()


def test_the_hazard_of_the_facts_is_39_percent_a_year():
    rates = tenure.leaving_rates(Attrition(first_year=0.39), HAZARD)
    assert 1 - tenure.stay(rates, np.array([12.0]))[0] == pytest.approx(0.39, abs=1e-12)
    # Scaled by hardly anything: unscaled it is 39 % to the point, and 18 % within 90 days.
    plain = tenure.leaving_rates(Attrition(first_year=1 - math.prod(1 - h for h in HAZARD[:12])), HAZARD)
    np.testing.assert_allclose(-np.expm1(-plain), HAZARD, rtol=1e-12)
    assert round(1 - tenure.stay(plain, np.array([12.0]))[0], 2) == 0.39
    assert round(1 - tenure.stay(plain, np.array([3.0]))[0], 2) == 0.18


@pytest.mark.parametrize("turnover", [0.2, 1.0, 3.0])
def test_turnover_is_one_over_the_mean_stay(turnover):
    rates = tenure.leaving_rates(Attrition(turnover=turnover), HAZARD)
    assert 12 / tenure.mean_stay(rates) == pytest.approx(turnover, rel=1e-9)
    # The mean stay is the area under the curve of those who stay.
    months = np.linspace(0, 2400, 240_001)
    area = np.trapezoid(tenure.stay(rates, months), months)
    assert tenure.mean_stay(rates) == pytest.approx(area, rel=1e-5)


def test_a_class_loses_what_the_attrition_says(tmp_path):
    text = """
  until: 2016-07-01
  phases: [{name: one, on: 2015-06-01, seats: {a: 100, b: 50}}]
  people: {attrition: 39%, hazard: [8%, 6%, 5%, 4%, 4%, 4%, 3%, 3%, 3%, 3%, 3%, 3%, 2%], new_at_start: 0%}
"""
    laid = years(tmp_path, text)
    played = flow(laid)
    conserved(played)
    # Those of the start have 52 weeks behind them.
    rates = tenure.leaving_rates(Attrition(first_year=0.39), HAZARD)
    before, after = tenure.stay(rates, np.array([52, 104]) * WEEK_MONTHS)
    assert played.present[0, 52] / played.at_start[0] == pytest.approx(after / before, rel=1e-9)


def test_constant_intake_and_exponential_leaving_have_a_closed_form(tmp_path):
    # More is wanted than can be found: every week brings the same, and everyone leaves at one rate.
    text = """
  until: 2019-06-01
  phases: [{name: one, on: 2015-06-01, seats: {a: 100, b: 50}}]
  people:
    at_start: 0%
    attrition: 50%
    schools: {college: {intake: 3, class_size: 10, rooms: 1, length: 14 d, fails: 20%}}
"""
    played = flow(years(tmp_path, text))
    conserved(played)
    weekly = 3 * WEEK_MONTHS * 0.8
    keeps = 0.5 ** (WEEK_MONTHS / 12)
    week = np.arange(played.present.shape[1])
    classes = np.maximum(week - 1, 0)  # the first is done in week 2
    expected = weekly * (1 - keeps**classes) / (1 - keeps)
    np.testing.assert_allclose(played.present.sum(axis=0), expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(played.hired.sum(axis=0), 3 * WEEK_MONTHS * (week + 1), rtol=1e-9)
    assert (played.limit == INTAKE).all()


@pytest.mark.parametrize(
    ("school", "market", "limit"),
    [
        ("intake: 5, class_size: 10, rooms: 1", "", INTAKE),
        ("intake: {2015-01: 5, 2015-09: 9}, class_size: 2, rooms: 3", "", INTAKE),
        ("class_size: 4, rooms: 5, trainers: 6", "", ROOMS),
        ("class_size: 4, rooms: 6, trainers: 5", "", TRAINERS),
        (
            "intake: 40, class_size: 4, rooms: 9",
            ", labour_market: {labour_force: 1_000, at_most: 2%}",
            MARKET,
        ),
    ],
)
def test_what_stops_the_hiring_is_named(tmp_path, school, market, limit):
    people = f"{{at_start: 0%, schools: {{s: {{{school}, length: 14 d}}}}{market}}}"
    phases = "  phases: [{name: one, on: 2015-06-01, seats: {a: 100, b: 50}}]\n  until: 2015-12-01\n"
    played = flow(years(tmp_path, f"{phases}  people: {people}\n"))
    conserved(played)
    assert limit in played.limit


def test_people_are_ready_when_they_are_needed_and_no_more_are_hired(tmp_path):
    text = """
  until: 2016-06-01
  phases:
    - {name: one, on: 2015-06-01, seats: {a: 50, b: 25}}
    - {name: two, on: 2015-12-07, seats: {a: 100, b: 50}}
  people:
    attrition: 40%
    schools: {s: {intake: 10_000, class_size: 100, rooms: 100, length: 21 d, fails: 10%, lead: 14 d}}
"""
    laid = years(tmp_path, text)
    played = flow(laid)
    conserved(played)
    # Leavers of the first weeks cannot be replaced sooner than lead and class allow.
    ready = slice(6, None)
    np.testing.assert_allclose(played.present[:, ready], laid.needed[:, ready], rtol=1e-9)


def test_beginners_slow_a_team_down_by_what_they_do_not_answer(tmp_path):
    text = """
  phases: [{name: one, on: 2015-06-01, seats: {a: 100, b: 50}}]
  people: {new_at_start: 50%, experience: {starts_at: 2, fades: 366 d}}
"""
    played = flow(years(tmp_path, text))
    ages = 7.0 * np.arange(13)
    new = tenure.pace(Experience(starts_at=2, fades="366 d"), ages)
    old = tenure.pace(Experience(starts_at=2, fades="366 d"), np.array([7.0 * 52]))
    answered = 0.5 * np.mean(1 / new) + 0.5 / old[0]
    assert played.pace[0, 0] == pytest.approx(1 / answered, rel=1e-12)
