"""A long run in blocks: the same calls and agents, seams that are compared, and what cannot be cut."""

from __future__ import annotations

import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import callsim
from callsim.errors import Interrupted, ScenarioError, UserError
from callsim.model.blocks.cut import block_of, number_of
from callsim.results import seams
from callsim.results.result import Result
from callsim.sim.count.columns import (
    SEAM_COLUMNS,
    SEAM_IN_TIME,
    SEAM_OFFERED,
    SEAM_THERE,
    SEAM_WAIT,
    SEAM_WAITING,
)
from callsim.sim.count.tally import Tally
from callsim.sim.luck.draw import draw
from callsim.sim.luck.presence import come_and_go
from callsim.study.blocks import BY_CELL, SUMMED
from callsim.study.player import model_of
from callsim.study.store.store import Store
from callsim.units import DAY_MS
from tests.makers.bundled import FOLDER

TWO_DAYS = "calendar.blocks={length: 2 d, warm_up: 1 h}"
WEEK = "calendar.blocks={length: 7 d, warm_up: 1 d}"

# What luck and calendars may bring: correlated busyness, means and hours by day, a wave of absence, a night
# shift.
RICH: dict[str, Any] = {
    "calendar": {"start": "2026-03-02", "days": 9, "warm_up": "90 min", "interval": "30 min"},
    "queues": {
        "busy": {
            "arrivals": {"per_hour": 40, "day_cv": "8%", "interval_cv": "15%", "interval_correlation": 0.8},
            "talk": {"exponential": {"mean": {"mon-fri": "3 min", "other": "4 min"}}},
            "patience": {"exponential": {"mean": "2 min"}},
            "redial": {"probability": "40%", "after": {"exponential": {"mean": "5 min"}}},
            "goal": {"answer": "80%", "within": "20 s"},
        },
        "days": {
            "open": {"mon-fri": "08:00-20:00", "other": "closed"},
            "arrivals": {"per_hour": 12, "surges": [{"at": "10:00-11:30", "times": 2, "days": [4]}]},
            "aht": {"lognormal": {"mean": "4 min", "cv": 0.9}},
            "patience": {"exponential": {"mean": "90 s"}},
        },
    },
    "groups": {
        "all-day": {
            "answers": {"busy": {}, "days": {"rank": 2}},
            "shifts": {"day": 4, "night": 2},
            "absence": {"share": "10%", "correlation": 0.1},
        },
    },
    "shifts": {
        "day": {"hours": "07:00-19:00"},
        "night": {"hours": "19:00-07:00"},
    },
    "incidents": [
        {"from": "day 3 00:00", "to": "day 5 24:00", "absence": "30%"},
        {"from": "day 4 12:00", "to": "day 5 06:00", "queue": "busy", "times": 1.5},
    ],
}
NIGHTLY: dict[str, Any] = {
    "calendar": {"start": "2026-03-02", "days": 6, "interval": "1 h"},
    "queues": {
        "desk": {
            "open": "08:00-18:00",
            "arrivals": {"per_hour": 30, "interval_cv": "10%", "interval_correlation": 0.5},
            "talk": {"exponential": {"mean": "4 min"}},
            "patience": {"exponential": {"mean": "3 min"}},
        }
    },
    "groups": {"team": {"answers": {"desk": {}}, "staff": [*[0] * 7, *[3] * 13, *[0] * 4]}},
}
SUMS = (
    "calls",
    "longest",
    "work",
    "absent",
    "sites",
    "seats_peak",
    "cut_off",
    "percentiles",
    "clients",
    "backlog",
)


def loaded(folder: Path, centre: dict[str, Any], *sets: str) -> callsim.Scenario:
    file = folder / "centre.yaml"
    file.write_text(yaml.safe_dump(centre))
    return callsim.load(file, sets)


def both(file: Path, blocks: str, *sets: str, **how: Any) -> tuple[Result, Result]:
    """A run in one piece, and in blocks."""
    whole = callsim.load(file, sets)
    return callsim.run(whole, **how), callsim.run(callsim.load(file, [*sets, blocks]), **how)


def assert_equal(one: Result, two: Result) -> None:
    for name in (*SUMS, "held", "menus", "waits", "called_in", "lost_to_seats"):
        mine, other = getattr(one.sums, name), getattr(two.sums, name)
        assert np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f"), name


@pytest.mark.parametrize(
    ("name", "warm_up"),
    [
        ("overflow", "1 h"),
        ("one-queue", "1 h"),
        ("seat-sharing", "1 h"),
        ("busy-day", "1 h"),
        ("hotline", "12 h"),
        ("second-tier", "12 h"),
        ("first-contact", "1 d"),
        ("reserve", "1 d"),
    ],
)
def test_blocks_of_small_centres_are_the_run_in_one_piece(name: str, warm_up: str) -> None:
    blocks = f"calendar.blocks={{length: 2 d, warm_up: {warm_up}}}"
    whole, cut = both(FOLDER / f"{name}.yaml", blocks, "calendar.days=5", runs=2)
    assert number_of(cut.model) == 3
    assert_equal(whole, cut)


def test_work_that_is_overdue_is_counted_by_the_block_in_which_it_came() -> None:
    blocks = "calendar.blocks={length: 2 d, warm_up: 1 d}"
    sets = "calendar.days=5", "queues.mails.due=3 h"
    whole, cut = both(FOLDER / "reserve.yaml", blocks, *sets, runs=2)
    assert whole.sums.backlog.sum() > 0
    assert_equal(whole, cut)


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_what_differs_by_day_stays_with_its_day(tmp_path: Path, engine: str) -> None:
    loaded(tmp_path, RICH)
    blocks = "calendar.blocks={length: 2 d, warm_up: 12 h}"
    whole, cut = both(tmp_path / "centre.yaml", blocks, runs=2, engine=engine)
    assert number_of(cut.model) == 5
    assert_equal(whole, cut)


def test_a_block_draws_the_calls_of_its_days_and_has_its_agents(tmp_path: Path) -> None:
    model = model_of(loaded(tmp_path, RICH, "queues.days.arrivals.per_hour=11", TWO_DAYS))
    calls = np.concatenate(list(draw(model.demand, 3, 1)))
    days = model.centre.clock.day(model.centre.clock.ends) - model.centre.clock.day(0) + 2
    comings = come_and_go(model.roster, model.centre, 3, 1)
    changes = np.concatenate([next(comings) for _ in range(days)])
    for number in range(1, number_of(model)):
        block = block_of(model, number)
        clock, since = block.centre.clock, block.centre.clock.before
        mine = np.concatenate(list(draw(block.demand, 3, 1)))
        mine["arrive"] += since
        there = (calls["arrive"] >= since) & (calls["arrive"] < since + clock.last)
        assert there.sum() > 1_000
        for column in calls.dtype.names:  # not what lies between the fields
            assert np.array_equal(mine[column], calls[column][there])
        comes = come_and_go(block.roster, block.centre, 3, 1)
        own = np.concatenate([next(comes) for _ in range(4)])
        own["time"] += since
        first, last = since + clock.opens, since + clock.ends
        for column in ("time", "crew", "agents"):
            ours, theirs = (r[column][(first <= r["time"]) & (r["time"] < last)] for r in (own, changes))
            assert ours.tolist() == theirs.tolist()


def test_one_block_is_the_run_itself_but_for_its_fingerprint(tmp_path: Path) -> None:
    plain, cut = loaded(tmp_path, NIGHTLY), loaded(tmp_path, NIGHTLY, WEEK)
    one, two = (callsim.run(scenario, runs=3).to_dict() for scenario in (plain, cut))
    assert one.pop("fingerprint") != two.pop("fingerprint")
    assert one == two


def test_an_empty_building_at_midnight_makes_the_cut_exact(tmp_path: Path) -> None:
    whole, cut = (callsim.run(loaded(tmp_path, NIGHTLY, *sets), runs=3) for sets in ((), (TWO_DAYS,)))
    assert_equal(whole, cut)
    told = cut.told().blocks
    assert told is not None
    assert (told.exact, told.number, told.length_days, told.warm_up_s) == (True, 3, 2, 3_600)
    assert "numbers are those of the run in one piece" in seams.told(told)
    night = loaded(tmp_path, NIGHTLY, TWO_DAYS, "groups.team.staff=2")
    told = callsim.run(night, runs=1).told().blocks
    assert told is not None
    assert not told.exact


def test_any_number_of_jobs_gives_the_same_numbers(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, RICH, TWO_DAYS)
    one, three = (callsim.run(scenario, runs=2, jobs=jobs).to_dict() for jobs in (1, 3))
    assert one == three


def test_records_are_those_of_the_run_in_one_piece_in_the_order_of_days(tmp_path: Path) -> None:
    kept: list[list[np.ndarray]] = []
    for sets in ((), (TWO_DAYS,)):
        rows: list[np.ndarray] = []
        callsim.run(
            loaded(tmp_path, NIGHTLY, *sets),
            runs=1,
            jobs=2,
            also=lambda _, r, rows=rows: rows.append(r.copy()),
        )
        kept.append(rows)
    whole, cut = map(np.concatenate, kept)
    for column in whole.dtype.names:  # not what lies between the fields
        assert np.array_equal(whole[column], cut[column])


def test_what_was_stopped_goes_on_from_its_store(tmp_path: Path) -> None:
    scenario, stop = loaded(tmp_path, RICH, TWO_DAYS), threading.Event()
    whole = callsim.run(scenario, runs=2, jobs=1).to_dict()

    def halfway(done: float, number: int, of: int) -> None:
        if done > 0.5:
            stop.set()

    with pytest.raises(Interrupted):
        callsim.run(scenario, runs=2, jobs=1, store=Store(tmp_path / "kept"), stop=stop, on_progress=halfway)
    left = len(list((tmp_path / "kept").rglob("*")))
    assert left > 2
    assert callsim.run(scenario, runs=2, store=Store(tmp_path / "kept")).to_dict() == whole


def test_calls_that_an_incident_drops_are_counted_once() -> None:
    """The park is lost in the hour before the second block: its warm-up loses it, too."""
    moved = "incidents.0.from=day 2 22:00", "incidents.0.to=day 3 02:00"
    blocks = "calendar.blocks={length: 2 d, warm_up: 12 h}"
    whole, cut = both(FOLDER / "lost-park.yaml", blocks, "calendar.days=4", *moved, runs=1)
    assert whole.sums.cut_off.sum() > 0
    assert whole.sums.cut_off.tolist() == cut.sums.cut_off.tolist()


def test_the_cut_is_part_of_what_a_day_of_a_large_centre_shows() -> None:
    """Ties are decided otherwise; nothing drifts."""
    blocks = "calendar.blocks={length: 1 d, warm_up: 3 h}"
    whole, cut = both(FOLDER / "zunyi-2015.yaml", blocks, "calendar.days=3", runs=1)
    calls, other = whole.sums.calls.sum(axis=(0, 1, 2)), cut.sums.calls.sum(axis=(0, 1, 2))
    assert abs(calls[:6].sum() - other[:6].sum()) < 1e-4 * calls[:6].sum()
    assert abs(calls[6] - other[6]) < 1e-3 * calls[6]
    assert cut.sums.seams is not None
    assert not [warning for warning in cut.warned if warning.what == "blocks apart"]


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["calendar.blocks={length: 36 h}"], "1 d 12 h is not a whole number of days"),
        (["calendar.blocks={length: 1 d}"], "must be shorter than a block"),
        (["calendar.blocks={length: 2 d, warm_up: 3 d}"], "warm-up of 3 d must be shorter"),
        (["calendar.blocks={length: 2 d, warm_up: 10 min}"], "write at least 1 h"),
        (["calendar.blocks={warm_up: 1 h}"], "length"),
        (["calendar.blocks=7 d"], "must be a mapping"),
    ],
)
def test_words_that_make_no_blocks(tmp_path: Path, sets: list[str], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        loaded(tmp_path, NIGHTLY, *sets)


def never_gives_up(staff: int) -> dict[str, Any]:
    desk = {key: value for key, value in NIGHTLY["queues"]["desk"].items() if key != "patience"}
    desk["arrivals"] = {"per_hour": 60}
    return {
        **NIGHTLY,
        "queues": {"desk": desk},
        "groups": {"team": {"answers": {"desk": {}}, "staff": staff}},
    }


def test_work_that_is_never_done_cannot_be_cut(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"when 2026-03-04 begins about .* hours of work wait in desk"):
        callsim.run(loaded(tmp_path, never_gives_up(1), TWO_DAYS), runs=1)
    callsim.run(loaded(tmp_path, never_gives_up(1), WEEK), runs=1)  # one block
    assert_equal(*(callsim.run(loaded(tmp_path, never_gives_up(8), *s), runs=1) for s in ((), (TWO_DAYS,))))


def test_callers_who_call_again_after_the_warm_up_cannot_be_cut(tmp_path: Path) -> None:
    redial = "queues.desk.redial={probability: 50%, after: {exponential: {mean: 3 h}}}"
    with pytest.raises(UserError, match="calls again later than the warm-up of 1 h lasts, after 3 h"):
        callsim.run(loaded(tmp_path, NIGHTLY, TWO_DAYS, redial), runs=1)


def test_supervisors_and_quotas_cannot_be_cut(tmp_path: Path) -> None:
    def watch(floor: Any) -> Any:
        yield floor.wait(60)

    with pytest.raises(UserError, match="what a supervisor remembers"):
        callsim.run(loaded(tmp_path, NIGHTLY, TWO_DAYS), runs=1, supervisors=[watch])
    shared = {**NIGHTLY, "groups": {k: {"answers": {"desk": {"quota": "50%"}}, "staff": 2} for k in "ab"}}
    with pytest.raises(UserError, match="quotas of groups that answer desk"):
        callsim.run(loaded(tmp_path, shared, TWO_DAYS), runs=1)


def test_seams_are_recounted_from_records(tmp_path: Path) -> None:
    """The hour before midnight, as the block that ends then has it, is that of the run in one piece."""
    open_late = "queues.desk.open=00:00-24:00"
    rows: list[np.ndarray] = []
    sets = open_late, "groups.team.staff=3"
    callsim.run(loaded(tmp_path, NIGHTLY, *sets), runs=1, also=lambda _, r: rows.append(r.copy()))
    cut = callsim.run(loaded(tmp_path, NIGHTLY, *sets, TWO_DAYS), runs=1)
    found, calls = cut.sums.seams, np.concatenate(rows)
    assert found is not None
    assert found.shape == (1, 2, 2, 1, SEAM_COLUMNS)
    for seam, day in enumerate((2, 4)):
        at = day * DAY_MS
        last = calls[(calls["arrive"] >= at - 3_600_000) & (calls["arrive"] < at)]
        in_time = (last["outcome"] == 0) & (last["wait"] <= 20_000)
        for column, value in (
            (SEAM_OFFERED, len(last)),
            (SEAM_IN_TIME, in_time.sum()),
            (SEAM_WAIT, last["wait"].sum()),
        ):
            assert found[0, seam, 0, 0, column] == value
        before = calls[calls["arrive"] < at]
        waiting = (before["arrive"] + before["wait"] >= at).sum()
        assert found[0, seam, 0, 0, SEAM_WAITING] == waiting
        assert found[0, seam, 0, 0, SEAM_THERE] >= 3 + waiting


def made_up(apart: int) -> np.ndarray:
    """Seams of five runs: the later block sees `apart` calls fewer wait."""
    sums = np.zeros((5, 2, 2, 1, SEAM_COLUMNS), np.int64)
    sums[..., SEAM_OFFERED], sums[..., SEAM_IN_TIME] = 1_000, 800 + np.arange(5)[:, None, None, None]
    sums[..., SEAM_WAITING] = 20 + np.arange(5)[:, None, None, None]
    sums[:, :, 1, 0, SEAM_WAITING] -= apart
    sums[..., SEAM_THERE] = 100
    return sums


@pytest.mark.parametrize(("apart", "warned"), [(0, False), (1, False), (10, True)])
def test_blocks_that_do_not_meet_are_warned_about(tmp_path: Path, apart: int, warned: bool) -> None:
    model = model_of(loaded(tmp_path, NIGHTLY, TWO_DAYS))
    found = seams.warn(model, made_up(apart))
    assert bool(found) == warned
    if warned:
        assert "another desk" in found[0].text
        assert "22.0 and 12.0 calls left waiting: write a longer warm_up than 1 h" in found[0].text
    told = seams.blocks_of(model, made_up(apart))
    assert told is not None
    assert told.apart["desk"].waiting == -apart
    assert f"calls left waiting by {apart:.2f}" in seams.told(replace(told))


def test_a_backlog_that_luck_leaves_is_warned_about(tmp_path: Path) -> None:
    """A queue that is just overloaded for patient callers, and agents at night who catch up only slowly."""
    centre = never_gives_up(4)
    centre["queues"]["desk"]["open"] = "00:00-24:00"
    centre["queues"]["desk"]["arrivals"] = {"per_hour": 59}
    centre["calendar"] = {**NIGHTLY["calendar"], "days": 12}
    found = callsim.run(loaded(tmp_path, centre, TWO_DAYS), runs=10)
    assert [warning.what for warning in found.warned].count("blocks apart") == 1


def test_each_sum_of_a_run_is_joined_from_its_blocks() -> None:
    apart = {
        "seams",
        "cut_off",
        "back_waits",
    }  # seams have their own form; a loss counts once; nobody calls back
    assert {one.name for one in fields(Tally)} == {*BY_CELL, *SUMMED, *apart}
