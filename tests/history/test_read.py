"""Plain files are read as they are; what cannot be read is told with its place, in a planner's words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.canonical import ABANDONED, ANSWERED, UNKNOWN
from callsim.history.read.reader import read

CALLS = """call,queue,arrival,wait_s,outcome,talk_s,wrap_s,agent,caller
1,sales,2024-01-01 09:00:03,12.5,answered,180.25,20,Eve,555-1
2,service,2024-01-01T09:00:05,0,answered,60,,Bob,555-2

3,sales,2024-01-01 09:00:01,30,abandoned,,,,555-1
4,sales,2024-01-02 23:59:59.999,1,Answered,5,5,Eve,
"""
INTERVALS = """interval_start,queue,offered,answered,abandoned,answered_20s,asa_s,aht_s,avg_abandon_s
2024-01-01 09:00,sales,10,8,2,6,12.5,200,30
2024-01-01 09:30,sales,0,0,0,0,,,
2024-01-01 09:00,service,4,4,0,4,1,100,
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def make(text: str, name: str = "history.csv", encoding: str = "utf-8") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return make


def test_calls(file: Callable[..., str]) -> None:
    table = read([file(CALLS)])
    assert table.calls is not None
    rows = table.calls.rows
    assert table.queues == ("sales", "service")
    assert rows["arrival"].astype(str).tolist()[::3] == ["2024-01-01T09:00:01.000", "2024-01-02T23:59:59.999"]
    assert rows["outcome"].tolist() == [ABANDONED, ANSWERED, ANSWERED, ANSWERED]
    assert rows["wait_ms"].tolist() == [30_000, 12_500, 0, 1_000]
    assert rows["talk_ms"].tolist() == [UNKNOWN, 180_250, 60_000, 5_000]
    assert rows["wrap_ms"].tolist() == [UNKNOWN, 20_000, UNKNOWN, 5_000]
    assert rows["agent"].tolist() == [UNKNOWN, 0, 1, 0]  # by their first call in the file; no name is kept
    assert rows["caller"].tolist() == [0, 0, 1, UNKNOWN]
    assert table.grid("offered", 0)[0, 18] == 2
    assert table.calls.unit_ms == 1


def test_intervals_hold_sums_of_the_averages(file: Callable[..., str]) -> None:
    table = read([file(INTERVALS)])
    assert table.calls is None
    assert table.width_ms == 1_800_000
    assert table.within_s == 20
    first, second, third = table.rows
    assert first["wait_answered_s"] == 100
    assert first["wait_abandoned_s"] == 60
    assert first["handle_s"] == 1600
    assert second["offered"] == 4
    assert third["wait_answered_s"] == 0  # no calls, no wait
    assert np.isnan(table.rows["staffed_s"]).all()


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_separators_and_byte_order_marks(file: Callable[..., str], mark: str) -> None:
    plain = read([file(INTERVALS, "a.csv")])
    other = read([file(INTERVALS.replace(",", mark), "b.csv", "utf-8-sig")])
    assert plain.rows.tobytes() == other.rows.tobytes()
    wide = read([file(INTERVALS.replace(",", mark), "c.csv", "utf-16")])
    assert plain.rows.tobytes() == wide.rows.tobytes()


def test_quotes_and_other_ends_of_lines(file: Callable[..., str]) -> None:
    text = INTERVALS.replace("sales", '"sales, ""new"""').replace("\n", "\r\n")
    assert read([file(text)]).queues == ('sales, "new"', "service")


def test_the_order_of_rows_and_columns_changes_nothing(file: Callable[..., str]) -> None:
    lines = [line.split(",") for line in INTERVALS.strip().split("\n")]
    moved = [lines[0], *lines[:0:-1]]
    turned = "\n".join(",".join(line[::-1]) for line in moved)
    assert read([file(INTERVALS, "a.csv")]).rows.tobytes() == read([file(turned, "b.csv")]).rows.tobytes()


def test_several_files_are_one_history(file: Callable[..., str]) -> None:
    second = INTERVALS.replace("2024-01-01", "2024-01-02").replace("sales", "help")
    table = read([file(INTERVALS, "a.csv"), file(second, "b.csv")])
    assert table.queues == ("help", "sales", "service")
    assert np.nansum(table.rows["offered"]) == 28
    assert len(table.dates) == 2
    with pytest.raises(UserError, match="is in two of the files"):
        read([file(INTERVALS, "a.csv"), file(INTERVALS, "b.csv")])
    with pytest.raises(UserError, match="some of these files are tables of calls"):
        read([file(INTERVALS, "a.csv"), file(CALLS, "b.csv")])


def test_columns_may_have_other_names(file: Callable[..., str]) -> None:
    text = INTERVALS.replace("offered", "Anrufe").replace("queue", "Skill")
    table = read([file(text)], {"offered": "Anrufe", "queue": "Skill"})
    assert table.rows.tobytes() == read([file(INTERVALS, "b.csv")]).rows.tobytes()
    assert read([file(INTERVALS, "b.csv")], queue="service").queues == ("service",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "first line is empty"),
        ("a,b\n1,2\n", "no known shape of a history has the columns a, b"),
        ("interval_start,offered,offered\n", "the column offered is there twice"),
        ("interval_start,offered\n", "there are no rows"),
        (INTERVALS.replace("10,8", "1.200.000,8"), ":2:24: offered: 1.200.000 is not a number"),
        (INTERVALS.replace("10,8", '"1,200",8'), ":2:24: offered: 1,200 is not a number"),
        (INTERVALS.replace("10,8", "-1,8"), "offered: -1 is not a number of 0 or more"),
        (INTERVALS.replace("10,8", "nan,8"), "offered: nan is not a number"),
        (INTERVALS.replace("10,8", "1e3,8"), "offered: 1e3 is not a number"),
        (INTERVALS.replace("10,8", "10"), ":2:1: this row has 8 fields, and there are 9 columns"),
        (
            INTERVALS.replace("2024-01-01 09:30", "1.1.2024 09:30"),
            ":3:1: interval_start: '1.1.2024 09:30' is not a date",
        ),
        (
            INTERVALS.replace("2024-01-01 09:30", "2024-02-30 09:30"),
            "interval_start: '2024-02-30 09:30' is not a date",
        ),
        (INTERVALS.replace("2024-01-01 09:30", ""), "interval_start is empty"),
        (
            INTERVALS.replace("2024-01-01 09:30", "2024-01-01 09:00"),
            ":3:1: the interval 2024-01-01 09:00 is there twice",
        ),
        (INTERVALS.replace("2024-01-01 09:30", "2024-01-01 09:07"), "does not divide a day"),
        (INTERVALS.replace("service", ""), ":4:1: the queue is empty"),
        (CALLS.replace("abandoned", "lost"), ":5:1: outcome lost is unknown; it is one of answered"),
        (CALLS.replace("12.5", "0:12"), ":2:29: wait_s: 0:12 is not a time in seconds"),
        (CALLS.replace("12.5", "99999999"), "wait_s: 99999999 is not a time in seconds"),
        (CALLS.replace("1,sales", '"1,sales'), "is a quotation mark never closed?"),
    ],
)
def test_what_cannot_be_read_is_told(file: Callable[..., str], text: str, says: str) -> None:
    path = file(text)
    with pytest.raises(UserError) as caught:
        read([path])
    assert says in str(caught.value)
    assert path in str(caught.value)


def test_only_text_files_are_read(file: Callable[..., str], tmp_path: Path) -> None:
    for path, says in (
        (str(tmp_path / "none.csv"), "no such file"),
        (str(tmp_path), "folder"),
        (file(INTERVALS.replace("sales", "försäljning"), "l.csv", "latin-1"), "UTF-8"),
    ):
        with pytest.raises(UserError, match=says):
            read([path])


@pytest.mark.parametrize(
    ("columns", "queue", "says"),
    [
        ({"offerd": "Anrufe"}, None, "did you mean offered"),
        ({"offered": "Anrufe"}, None, "has no column anrufe"),
        ({}, "sale", "did you mean sales"),
        ({}, "xyz", "there are sales, service"),
    ],
)
def test_wrong_options(
    file: Callable[..., str], columns: dict[str, str], queue: str | None, says: str
) -> None:
    with pytest.raises(UserError, match=says):
        read([file(INTERVALS)], columns, queue)
