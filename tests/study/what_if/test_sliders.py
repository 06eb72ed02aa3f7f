"""Every slider of the page, also with menus, callbacks, follow-ups and unlike days: a look is a run."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.report.what_if.asked import Asked, Lost, changes
from callsim.report.what_if.told import plan, values

SCENARIOS = Path(__file__).parents[3] / "scenarios"
WEEK = """
name: days that differ
calendar: {start: 2026-03-06, days: 2, interval: 30 min, warm_up: 1 h}
scale: {staff: 1.1}
sites: {park: {seats: 12}, hill: {}}
queues:
  calls:
    copies: 2
    arrivals: {per_day: {mon-fri: 900, sat: 300, sun: 0}, day_cv: 10%}
    talk: 180 s
    patience: 90 s
    goal: {answer: 80%, within: 20 s, asa_at_most: 30 s}
  mail: {arrivals: {per_hour: 20}, talk: 300 s, goal: {answer: 90%, within: 4 h}}
shifts: {early: {from: 06:00, to: 14:00, days: mon-fri}, late: {from: 13:00, to: 22:00}}
groups:
  desk: {site: park, answers: {calls: {}, mail: {rank: 2}}, shifts: {early: 9, late: 8}, shrinkage: 12%}
  back: {site: park, answers: {mail: {}}, staff: {mon-fri: 3, sat-sun: 1}, absence: {share: 5%}}
  night: {site: hill, answers: {calls: {}}, staff: 2, occupancy_at_most: 70%}
"""
TOLD = """
name: a menu that holds lines, announcements, callbacks and redials
calendar: {start: 2026-03-02, days: 1, interval: 30 min}
lines: {main: {count: 12, queues: [service, bills], menus: [hotline]}}
menus:
  hotline:
    arrivals: {per_day: 900, day_cv: 5%}
    duration: {lognormal: {mean: 45 s, cv: 0.6}}
    abandon: 4%
    contained: {share: 30%, sd: 5%}
    to: {service: 80%, bills: 20%}
queues:
  service:
    talk: {lognormal: {mean: 4 min, cv: 0.9}}
    patience: {exponential: {mean: 3 min}}
    redial: {probability: 40%, after: 5 min}
    goal: {answer: 80%, within: 30 s}
    announcement: {wait: expected, steps: [{from: 20 s, patience: 1.5, hang_up: 10%, callback: 40%}]}
    callback: {place: last, reached: 85%, ring: 20 s, attempts: 3, every: 20 min}
  bills: {talk: 3 min, patience: 90 s, goal: {answer: 80%, within: 20 s}}
  mail: {arrivals: {per_day: 200}, talk: 5 min, goal: {answer: 90%, within: 4 h}}
groups:
  desk: {answers: {service: {}, bills: {rank: 2}}, staff: 2, shrinkage: 5%}
  back: {answers: {mail: {}, bills: {}}, staff: 2, absence: {share: 5%}}
"""
DIALLED = """
name: lists beside calls
calendar: {start: 2026-03-02, days: 2, interval: 1 h}
sites: {park: {seats: 9}, hill: {}}
queues:
  calls:
    copies: 2
    open: 08:00-18:00
    arrivals: {per_hour: 40}
    talk: 3 min
    patience: 2 min
    goal: {answer: 80%, within: 20 s}
  apart: {open: 08:00-18:00, arrivals: {per_hour: 30}, talk: 4 min, goal: {answer: 80%, within: 20 s}}
campaigns:
  renewals:
    contacts: 900
    open: 09:00-17:00
    ring: 15 s
    reached: 40%
    talk: 2 min
    right_party: 70%
    redial: {probability: 100%, after: 1 h}
  surveys: {contacts: {once: 3_000}, dial: {ratio: 1.5}, ring: 12 s, reached: 30%, talk: 1 min}
groups:
  blended:
    site: park
    answers: {calls: {}, renewals: {rank: 2, reserve: 1}}
    shifts: {early: 5, late: 4}
    absence: {share: 5%}
  desk: {site: hill, answers: {apart: {}}, staff: 4}
  diallers: {site: hill, answers: {renewals: {}}, staff: 2}
  surveyors: {site: hill, answers: {surveys: {}}, staff: 3}
shifts: {early: {from: 08:00, to: 14:00, breaks: ["10:00-10:30"]}, late: {from: 12:00, to: 18:00}}
"""
WRITTEN = {"week.yaml": WEEK, "told.yaml": TOLD, "dialled.yaml": DIALLED}
FILES = "hotline.yaml", "second-tier.yaml", "overflow.yaml", "callback.yaml", *WRITTEN


@pytest.mark.parametrize("name", FILES)
def test_every_slider_is_a_run_of_the_file_with_its_key(tmp_path: Path, name: str) -> None:
    file = SCENARIOS / name
    if name in WRITTEN:
        file = tmp_path / name
        file.write_text(WRITTEN[name])
    scenario, luck = callsim.load(file), random.Random(name)
    desk = callsim.what_if(scenario, jobs=1)
    asked = []
    for key, value in values(scenario).items():
        times = key.partition(".scale.")[1] or key == "scale.volume"
        moved = (
            value * luck.choice((0.8, 1.1, 1.25)) if times else min(value + luck.choice((0.03, 0.1)), 0.97)
        )
        asked.append(Asked({key: round(moved, 6)}))
    asked += [Asked(lost=Lost(site, luck.choice(("10:00", "21:30")))) for site in plan(desk)["sites"]]  # type: ignore[attr-defined]
    some = luck.sample(list(values(scenario).items()), 3)
    asked.append(Asked({key: round(value * 1.05, 6) for key, value in some}))
    for one in asked:
        keys = changes(desk, one)
        seen = desk.result(keys)
        fresh = callsim.run(callsim.load(file, keys), runs=1, jobs=1, weigh=False)
        for figure, sums in vars(fresh.sums).items():
            np.testing.assert_array_equal(getattr(seen.sums, figure), sums, err_msg=f"{keys}: {figure}")
        assert {goal: told.met for goal, told in seen.goals.items()} == {
            goal: told.met for goal, told in fresh.goals.items()
        }
        if name == "told.yaml":  # and all of it happens
            assert fresh.sums.told.any()
            assert fresh.sums.menus.any()
        if one.lost is None and next(iter(one.set)).endswith(".aht"):
            assert not np.array_equal(fresh.sums.work, desk.result({}).sums.work), keys  # it moves something


def test_words_of_campaigns_play_their_islands_alone(tmp_path: Path) -> None:
    file = tmp_path / "dialled.yaml"
    file.write_text(DIALLED)
    desk, names = callsim.what_if(file, jobs=1), ("campaigns.renewals", "campaigns.surveys")
    assert desk.together == []  # copies of one line, and lists
    found = []
    for keys in (
        {f"{names[0]}.reached": "60%"},
        {f"{names[1]}.contacts.once": 500},
        {f"{names[0]}.dial.ratio": 2, f"{names[1]}.right_party": "10%"},
        {"groups.surveyors.staff": 6},
    ):
        *_, seen = desk.look(keys)
        assert seen.result is not None
        fresh = callsim.run(callsim.load(file, keys), runs=1, jobs=1, weigh=False)
        for figure, sums in vars(fresh.sums).items():
            np.testing.assert_array_equal(getattr(seen.result.sums, figure), sums, err_msg=figure)
        assert not np.array_equal(seen.before.dialled, seen.after.dialled), keys
        found.append((seen.changed, seen.islands))
    assert found == [(1, 3), (1, 3), (2, 3), (1, 3)]


def test_calls_through_menus_are_moved_together(tmp_path: Path) -> None:
    scenario = callsim.load(SCENARIOS / "hotline.yaml")
    assert [key for key in values(scenario) if key.endswith("volume")] == ["scale.volume"]
    desk = callsim.what_if(scenario, jobs=1)
    was, now = (desk.result(some).sums.calls.sum() for some in ({}, {"scale.volume": 1.2}))
    assert now > 1.1 * was
    tiers = callsim.load(SCENARIOS / "second-tier.yaml")
    assert [key for key in values(tiers) if key.endswith("volume")] == ['queues."front".scale.volume']
