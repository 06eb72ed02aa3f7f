"""CSV files that a scenario names."""

# ruff: noqa: E501
from __future__ import annotations

import datetime

import pytest

from ..conftest import SMALL

HOURS = [f"{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)]
COUNTS = SMALL.replace("per_day: 1000", "counts: c.csv")
ROWS = "interval_start,offered\n" + "".join(f"{hour},{i}\n" for i, hour in enumerate(HOURS))
DATED = "offered;interval_start\n" + "".join(
    f"{i};2024-01-{day:02d}T{hour}\n" for day in (1, 2, 3) for i, hour in enumerate(HOURS)
)


def test_counts(written):
    counts = written(COUNTS, c_csv=ROWS).queues["telecom"].arrivals.rows
    assert counts[:2] == ((None, 0, 0.0), (None, 1_800_000, 1.0))
    assert len(counts) == 48


def test_dated_counts(written):
    counts = written(COUNTS, c_csv=DATED).queues["telecom"].arrivals.rows
    assert counts[49] == (datetime.date(2024, 1, 2), 1_800_000, 1.0)


@pytest.mark.parametrize("content", ["20\n" * 48, "staff\n" + "20\n" * 48, "group,agents\n" + "x,20\n" * 48])
def test_staff(written, content):
    assert written(SMALL.replace("20", "c.csv"), c_csv=content).groups["desk"].staff == (20,) * 48


def test_profile_and_values(written):
    s = written(
        SMALL.replace("1000", "1000, profile: p.csv").replace(
            "{exponential: {mean: 3 min}}", "{empirical: {file: v.csv}}"
        ),
        p_csv="1\n2\n3\n",
        v_csv="talk\n10\n20.5\n",
    )
    assert s.queues["telecom"].arrivals.profile == (1, 2, 3)
    assert s.queues["telecom"].talk.values == (10, 20.5)
    assert s.queues["telecom"].talk.mean == (15.25,)


@pytest.mark.parametrize(
    ("content", "place", "text"),
    [
        (ROWS.replace("10:30,21", "10:30,many"), "c.csv:23:7", "many is not a number (this file is named at a.yaml:4:24)"),
        (ROWS.replace("10:30,21", "10:30,-1"), "c.csv:23:7", "0 or more"),
        (ROWS.replace("10:30,21", "10:30,nan"), "c.csv:23:7", "0 or more"),
        (ROWS.replace("10:30,21\n", ""), "c.csv:1:1", "10:30 missing"),
        (ROWS.replace("10:30", "10:00"), "c.csv:23:1", "twice"),
        (ROWS.replace("10:30", "10:31"), "c.csv:23:1", "grid of 30 min"),
        (ROWS.replace("10:30", "half"), "c.csv:23:1", "neither HH:MM"),
        (ROWS.replace("10:30,21", "10:30"), "c.csv:23:1", "1 of 2 columns"),
        (ROWS.replace("offered", "ofered"), "c.csv:1:1", "the column offered is missing; did you mean ofered?"),
        (DATED.replace("01-02T10:30", "01-05T10:30"), "c.csv:1:1", "2024-01-02 10:30 missing"),
        ("", "c.csv:1:1", "empty"),
        ("interval_start,offered\n", "c.csv:1:1", "no rows"),
    ],
)  # fmt: skip
def test_mistakes_in_a_table(refused, content, place, text):
    mistakes = refused(COUNTS, c_csv=content)
    assert mistakes[0].startswith(f"{place}: "), mistakes
    assert text in mistakes[0]


def test_a_list_of_the_wrong_length(refused):
    (mistake,) = refused(SMALL.replace("20", "c.csv"), c_csv="20\n" * 47)
    assert mistake.startswith("a.yaml:12:12: a list of 47 does not fit")


def test_relative_to_the_file_that_names_it(written, tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "base.yaml").write_text(SMALL.replace("20", "c.csv"))
    (tmp_path / "below" / "c.csv").write_text("7\n" * 48)
    assert written("extends: below/base.yaml").groups["desk"].staff == (7,) * 48


STAFF = SMALL.replace("staff: 20", "staff: c.csv")
PROFILE = SMALL.replace("per_day: 1000", "per_day: 1000, profile: c.csv")
BY_TIME = [f"{hour},{i}" for i, hour in enumerate(HOURS)]


def by_time(rows, head="interval_start,staff"):
    return "\n".join([head, *rows])


def test_staff_by_time_in_any_order(written):
    for rows in (BY_TIME, BY_TIME[::-1]):
        assert written(STAFF, c_csv=by_time(rows)).groups["desk"].staff == tuple(range(48))


def test_profile_by_time_in_any_order_on_its_own_grid(written):
    for rows in (BY_TIME[::2], BY_TIME[46::-2]):
        s = written(PROFILE, c_csv=by_time(rows, "Interval_Start,weight"))
        assert s.queues["telecom"].arrivals.profile == tuple(range(0, 48, 2))


@pytest.mark.parametrize("text", [STAFF, PROFILE], ids=["staff", "profile"])
@pytest.mark.parametrize(
    ("old", "new", "place", "fragment"),
    [
        ("10:30", "banana", "23:1", "banana is neither HH:MM nor a date and time"),
        ("10:30", "99:99", "23:1", "there is no 99:99 on the clock"),
        ("10:30", "24:00", "23:1", "there is no 24:00 on the clock"),
        ("10:30", "2024-01-01T10:30", "23:1", "some rows have a date and some have none"),
        ("10:30", "10:31", "23:1", "10:31 is not on the grid of 30 min"),
        ("10:30", "10:00", "23:1", "10:00 is there twice"),
        ("10:30,21\n", "", "1:1", "10:30 missing: every interval needs a row"),
        ("10:30,21", "10:30,-3", "23:7", "0 or more"),
        ("staff", "koepfe", "1:1", "{file: c.csv, column: koepfe}"),
    ],
)
def test_mistakes_in_times_of_staff_and_profile(refused, text, old, new, place, fragment):
    content = by_time(BY_TIME)
    if text is PROFILE and old != "staff":
        content = content.replace("staff", "weight")
    (mistake,) = refused(text, c_csv=content.replace(old, new))
    assert mistake.startswith(f"c.csv:{place}: "), mistake
    assert fragment in mistake


@pytest.mark.parametrize("head", ["", "staff\n", "day,agents\n"])
@pytest.mark.parametrize(
    ("value", "text"),
    [("7.5", "7.5 is not a whole number"), ("few", "few is not a number"), ("-2", "0 or more"), ("1e9", "at most 10,000,000")],
)  # fmt: skip
def test_what_is_no_staff_is_found_in_its_row(refused, head, value, text):
    before = "1," if "," in head else ""
    rows = [f"{before}{n}" for n in range(47)]
    content = head + "\n".join([*rows[:20], before + value, *rows[20:]])
    (mistake,) = refused(STAFF, c_csv=content)
    assert mistake.startswith(f"c.csv:{21 + bool(head)}:{1 + len(before)}: "), mistake
    assert text in mistake


def test_of_many_alike_mistakes_three_are_listed(refused):
    content = "interval_start,offered\n" + "".join(
        f"2024/01/01 at {hour},{i}\n" for i, hour in enumerate(HOURS)
    )
    mistakes = refused(COUNTS, c_csv=content.replace(",21\n", ",many\n"))
    places = [mistake.split(" ")[0] for mistake in mistakes]
    assert places == ["c.csv:2:1:", "c.csv:3:1:", "c.csv:4:1:", "c.csv:23:21:"]
    assert mistakes[2].endswith("2024-01-31T09:30; and 45 more like this (this file is named at a.yaml:4:24)")
    assert not any("more like this" in mistakes[index] for index in (0, 1, 3))


def test_many_alike_mistakes_in_staff(refused):
    mistakes = refused(STAFF, c_csv=by_time([f"at {hour},7.{i}" for i, hour in enumerate(HOURS)]))
    assert len(mistakes) == 6
    assert sum("45 more like this" in mistake for mistake in mistakes) == 1  # 7.0 is whole
    assert sum("44 more like this" in mistake for mistake in mistakes) == 1


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (["06:00,1"], "06:00 is not on the grid"),
        (["00:00,1", "00:07,2"], "00:07 is not on the grid of 12 h"),
        (["06:00,1", "12:00,1", "18:00,3"], "00:00 missing"),
        (["00:00,1", "13:00,1", "14:20,3", "20:00,1", "21:05,1", "22:03,1", "23:07,1"], "is not on the grid"),
    ],
)
def test_times_of_a_profile_cover_the_day(refused, rows, text):
    assert text in refused(PROFILE, c_csv=by_time(rows, "interval_start,weight"))[0]
