"""Files as they come: line ends of two kinds, wrong years, units in names, columns that are not ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.canonical import IntervalTable
from callsim.history.fit import question
from callsim.history.read import reader
from callsim.history.read.how import How
from callsim.history.read.reader import read

HEAD = "interval_start,queue,offered,answered\n"
ROWS = [f"2026-02-{day:02d} {hour:02d}:00,a,{hour},{hour}\n" for day in (2, 3) for hour in range(8, 20)]
CALLS = "arrival,queue,wait_s,outcome,talk_s\n2026-02-02 09:00:00,a,3,answered,120\n"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], str]:
    def written(text: str) -> str:
        path = tmp_path / "history.csv"
        path.write_bytes(text.encode())
        return str(path)

    return written


def test_carriage_returns_alone_are_line_ends(file: Callable[[str], str]) -> None:
    table = read([file((HEAD + "".join(ROWS)).replace("\n", "\r"))])
    assert (len(table.rows), table.rows["offered"].sum()) == (24, 2 * sum(range(8, 20)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "".join(ROWS[:5]) + ROWS[5].replace("\n", "\r") + "".join(ROWS[6:]), 7),
        ((HEAD + "".join(ROWS)).replace("\n", "\r\r\n"), 1),
        (CALLS + "2026-02-02 09:01:00,a,3,answered,120\r" + CALLS.split("\n", 1)[1], 3),
    ],
)
def test_line_ends_of_two_kinds_are_a_mistake_at_their_line(
    text: str, line: int, file: Callable[[str], str]
) -> None:
    with pytest.raises(UserError, match=rf":{line}:1: this line holds a carriage return"):
        read([file(text)])


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (HEAD + "".join(ROWS) + "2341-01-01 08:00,a,3,3\n", How()),
        (HEAD + "".join(ROWS) + "0001-01-01 08:00,a,3,3\n", How()),
        (CALLS + "2341-01-01 09:00:00,a,3,answered,120\n", How()),
        (
            "".join(
                f"{at}|{at}.1|q|NONE|ENTERQUEUE||x|1\n{at + 3}|{at}.1|q|NONE|ABANDON|1|1|3\n"
                for at in (1_770_000_000, 11_707_200_000)
            ),
            How(zone="Asia/Shanghai"),
        ),
    ],
)
def test_a_wrong_year_is_refused_before_centuries_are_laid_out(
    text: str, how: How, file: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> IntervalTable:
        raise AssertionError("a grid of centuries")

    monkeypatch.setattr(reader, "summed", never)
    with pytest.raises(UserError, match="days; are all of its dates right"):
        read([file(text)], how)
    with pytest.raises(UserError, match="days; are all of its dates right"):
        question.fit([file(text)], columns=how)


@pytest.mark.parametrize(
    ("head", "fields", "seconds"),
    [
        ("Date,Interval,Offered,Answered,AHT (min)", "10,9,4.5", 270),
        ("Date,Interval,Offered,Answered,aht_min", "10,9,4.5", 270),
        ("Date,Interval,Offered,Answered,Avg Handle Time (Minutes)", "10,9,4.5", 270),
        ("Date,Interval,Offered,Answered,AHT (ms)", "10,9,270000", 270),
        ("Date,Interval,Offered,Answered,AHT (s)", "10,9,270", 270),
        ("Date,Interval,Offered,Answered,AHT (s)", "10,9,12", 12),  # short calls, but the name says so
        ("Date,Interval,Offered,Answered,AHT (h:mm)", "10,9,0:05", 300),
        ("Date,Interval,Offered,Answered,AHT (m:ss)", "10,9,4:30", 270),
        ("Datum;Intervall;Anrufe;Angenommen;Ø Gesprächszeit (Min.)", "10;9;4,5", 270),
        ("日期,时段,呼入量,接起量,平均处理时长（分钟）", "10,9,4.5", 270),
    ],
)
def test_the_unit_in_a_name_counts(
    head: str, fields: str, seconds: float, file: Callable[[str], str]
) -> None:
    mark = ";" if ";" in head else ","
    rows = [mark.join((f"2026-02-{day:02d}", "08:00", fields)) for day in (2, 3)]
    table = read([file("\n".join((head, *rows)) + "\n")])
    assert table.rows["handle_s"] == pytest.approx(9 * seconds)
    doubts = [note.text for note in table.notes if note.kind == "undecided"]
    assert bool(doubts) == (not 30 <= seconds <= 1800)


def test_units_are_those_of_their_own_column(file: Callable[[str], str]) -> None:
    head = "Date,Interval,Offered,Answered,Avg Talk (min),Wrap (s),ASA (s)"
    table = read([file(f"{head}\n2026-02-02,08:00,10,9,4.5,30,12\n2026-02-03,08:00,10,9,4.5,30,12\n")])
    assert table.rows["talk_s"] == pytest.approx(9 * 270)
    assert table.rows["wrap_s"] == pytest.approx(9 * 30)
    assert table.rows["handle_s"] == pytest.approx(9 * 300)
    assert table.rows["wait_answered_s"] == pytest.approx(9 * 12)


def test_a_unit_is_not_carried_from_minutes_to_waits(file: Callable[[str], str]) -> None:
    rows = "2026-02-02,08:00,10,9,4.5,12\n2026-02-03,08:00,10,9,4.5,12\n"
    with pytest.raises(UserError, match=r"no column tells how long calls take.*--unit"):
        read([file(f"Date,Interval,Offered,Answered,AHT (min),ASA\n{rows}")])
    for unit, asa in (("s", 12), ("min", 720)):
        table = read([file(f"Date,Interval,Offered,Answered,AHT (min),ASA\n{rows}")], How(unit=unit))
        assert table.rows["handle_s"] == pytest.approx(9 * 270)
        assert table.rows["wait_answered_s"] == pytest.approx(9 * asa)
    table = read([file(f"Date,Interval,Offered,Answered,AHT (s),ASA\n{rows.replace('4.5', '270')}")])
    assert table.rows["wait_answered_s"] == pytest.approx(9 * 12)


def test_columns_that_are_not_read_are_told(file: Callable[[str], str]) -> None:
    table = read([file(HEAD.strip() + ",colour,+49 170 1234567\n" + "2026-02-02 08:00,a,3,3,red,1\n")])
    assert [note.text for note in table.notes] == ["2 columns are not read: colour, (not shown)"]
    assert not read([file(HEAD + "".join(ROWS))]).notes


def test_work_after_a_call_is_beside_the_handle_time_of_iex(file: Callable[[str], str]) -> None:
    head = "date|period|TZ|queue|contactsReceived|contactsHandled|handleTime|workTime"
    table = read([file(f"{head}\n02132026|08:00|Asia/Shanghai|a|3|2|400|50\n")])
    row = table.rows[0]
    assert (row["talk_s"], row["wrap_s"], row["handle_s"]) == (400, 50, 450)
    assert np.isnan(row["hold_s"])
    assert any("workTime" in note.text for note in table.notes)


@pytest.mark.parametrize(
    ("columns", "unused"),
    [
        ("Calls,AHT (s)", ["aht (s)"]),
        ("Calls,AHT (s),ASA", ["aht (s)", "asa"]),
        ("Calls,Wrap (s),AHT (s)", ["aht (s)", "wrap (s)"]),
        ("Calls,Abandoned,AHT (s)", ["aht (s)"]),
        ("Calls,Answered,AHT (s)", []),
        ("Calls,Answered,AHT (s),ASA", []),
    ],
)
def test_means_that_nothing_weighs_are_listed(
    columns: str, unused: list[str], file: Callable[[str], str]
) -> None:
    more = ",180" * (columns.count(",") + 1)
    rows = "".join(f"2026-02-{day:02},{hour:02}:00{more}\n" for day in (2, 3) for hour in range(8, 20))
    table = read([file(f"Date,Time,{columns}\n{rows}")])
    found = [note for note in table.notes if "means" in note.text]
    assert [note.kind for note in found] == ["undecided"] * bool(unused)
    assert "".join(note.text.partition("abandoned: ")[2] for note in found) == ", ".join(unused)
    assert np.isnan(table.rows["handle_s"]).all() == ("Answered" not in columns)
