"""The export of a week of two queues with hours, as German, US and Chinese Excel write it: calls and handling
times of one file, without rows of the hours in which the queue is closed."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.history.read.head import shape_of
from callsim.history.read.how import How

MONDAY = datetime.date(2026, 10, 5)
HALF_HOURS = [datetime.time(hour, minute) for hour in range(8, 12) for minute in (0, 30)]
SCENARIO = """
calendar: {{start: 2026-10-05, days: 7}}
queues:
  {claims}:
    open: {{mon-fri: 08:00-12:00, sat: 08:00-10:00, sun: closed}}
    arrivals: {{counts: {table}}}
    aht: {{exponential: {{mean: {table}}}}}
  {policy}:
    open: {{mon-fri: 08:00-12:00, sat: 08:00-10:00, sun: closed}}
    arrivals: {{counts: {table}}}
    aht: {{exponential: {{mean: {table}}}}}
groups:
  desk: {{answers: {{{claims}: {{}}, {policy}: {{}}}}, staff: 5}}
"""
Fields = list[list[object]]


def rows(form: Callable[[datetime.date, datetime.time, int, int, int], list[object]]) -> Fields:
    """One row for each open half hour and queue: its date, start, queue (0, 1), calls and seconds."""
    return [
        form(MONDAY + datetime.timedelta(days=day), at, of, 10 * day + k + 40 * of, 300 + k + 60 * of)
        for day in range(6)
        for k, at in enumerate(HALF_HOURS[: 4 if day == 5 else 8])
        for of in (0, 1)
    ]


def text(fields: Fields, mark: str) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=mark).writerows(fields)
    return file.getvalue()


def half(at: datetime.time, words: tuple[str, str]) -> str:
    return words[at.hour >= 12]


def ms(at: datetime.time) -> int:
    """ms of the day."""
    return (at.hour * 60 + at.minute) * 60_000


def german(path: Path) -> None:
    def row(day: datetime.date, at: datetime.time, queue: int, calls: int, aht: int) -> list[object]:
        end = (datetime.datetime.combine(day, at) + datetime.timedelta(minutes=30)).time()
        return [
            f"{day:%d.%m.%Y}",
            f"{at:%H:%M} - {end:%H:%M}",
            ("Schaden", "Vertrag")[queue],
            calls,
            f"{aht},0",
        ]

    head = ["Datum", "Intervall", "Warteschlange", "Angebotene Anrufe", "Ø Bearbeitungszeit (s)"]
    fields = [["Bericht"], ["5.10. bis 11.10."], head, *rows(row), ["Gesamt", "", "", 999, "310,2"]]
    path.write_bytes(text(fields, ";").encode("windows-1252"))


def american(path: Path) -> None:
    def row(day: datetime.date, at: datetime.time, queue: int, calls: int, aht: int) -> list[object]:
        clock = f"{at.hour % 12 or 12}:{at:%M} {half(at, ('AM', 'PM'))}"
        date = f"{day.month}/{day.day}/{day.year}"
        return [date, clock, ("Schaden", "Vertrag")[queue], calls, f"{aht // 60}:{aht % 60:02d}"]

    head = ["Date", "Interval Start", "Queue", "Calls Offered", "Avg Handle Time"]
    path.write_text(text([head, *rows(row), ["Total", "", "", "1,999", "5:12"]], ","), "utf-8-sig")


def chinese(path: Path) -> None:
    def row(day: datetime.date, at: datetime.time, queue: int, calls: int, aht: int) -> list[object]:
        date = f"{day.year}年{day.month}月{day.day}日"
        clock = f"{half(at, ('上午', '下午'))}{at.hour % 12 or 12}:{at:%M}"
        return [date, clock, ("理赔", "保单")[queue], calls, aht]

    head = ["日期", "时间", "队列", "来电量", "平均处理时长（秒）"]
    path.write_bytes(text([["周报"], head, *rows(row), ["合计", "", "", 999, 312]], ",").encode("gb18030"))


def merged(path: Path) -> None:
    """A workbook with the queues over their columns, and a sheet of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Volumen"])
    sheet.append(["Datum", "Uhrzeit", "Schaden", "", "Vertrag", ""])
    sheet.append(["", "", "Anrufe", "AHT (min)", "Anrufe", "AHT (min)"])
    for cells in ("A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        sheet.merge_cells(cells)
    found = rows(lambda day, at, queue, calls, aht: [day, at, calls, aht / 60])
    for first, second in zip(found[::2], found[1::2], strict=True):
        sheet.append([*first, *second[2:]])
    sheet.append(["Summe", "", 999, "", 999])
    book.create_sheet("Notizen")["A1"] = "nicht ändern"
    book.save(path)


FORMS = {
    "german": (german, "c.csv", "encoding: windows-1252", ("Schaden", "Vertrag")),
    "american": (american, "c.csv", "unit: m:ss", ("Schaden", "Vertrag")),
    "chinese": (chinese, "c.csv", "encoding: gb18030", ("理赔", "保单")),
    "merged": (merged, "c.xlsx", "", ("Schaden", "Vertrag")),
}


@pytest.mark.parametrize("form", FORMS)
def test_calls_and_handling_times_of_one_export(tmp_path: Path, form: str) -> None:
    write, name, more, (claims, policy) = FORMS[form]
    write(tmp_path / name)
    table = f"{{file: {name}, {more}}}" if more else name
    (tmp_path / "s.yaml").write_text(SCENARIO.format(claims=claims, policy=policy, table=table), "utf-8")
    scenario = callsim.load(tmp_path / "s.yaml")
    for queue, name in enumerate((claims, policy)):
        wanted = rows(lambda day, at, of, calls, aht: [of, day, ms(at), calls])
        found = scenario.queues[name].arrivals.rows
        assert len(found) == 7 * 48
        assert {(day, at): calls for day, at, calls in found if calls} == {
            (day, at): calls for of, day, at, calls in wanted if of == queue and calls
        }
        means = scenario.queues[name].aht.mean
        for day, many in (("2026-10-05", 8), ("2026-10-10", 4)):
            open_hours = means[day][16 : 16 + many]
            assert open_hours == pytest.approx([300 + k + 60 * queue for k in range(many)])


def test_a_form_that_must_be_told_is_asked_for_once(tmp_path: Path) -> None:
    for form, asked in (
        ("german", "as windows-1252 it is 'Ø Bearbeitungszeit \\(s\\)'"),
        ("chinese", "as gb18030 it is 周报 or as windows-1252"),
        ("american", "write {file: c.csv, unit: m:ss}, or h:mm"),
    ):
        write, name, _, (claims, policy) = FORMS[form]
        write(tmp_path / name)
        (tmp_path / "s.yaml").write_text(SCENARIO.format(claims=claims, policy=policy, table=name), "utf-8")
        with pytest.raises(ScenarioError, match=asked) as told:
            callsim.load(tmp_path / "s.yaml")
        assert len(told.value.mistakes) <= 2


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        ("Datum;Intervall;Warteschlange;Angebotene Anrufe;Angenommene Anrufe;Ø Bearbeitungszeit (s)", "s"),
        ("Date;Interval Start;Queue;Calls Offered;Calls Handled;Avg Handle Time", None),
        ("日期;时间;队列;来电量;接通量;平均处理时长（秒）", "s"),
        ("Datum;Uhrzeit;Hotline;Anrufe;Angenommen;AHT (min)", "min"),
    ],
)
def test_histories_know_the_same_names(names: str, unit: str | None) -> None:
    """Handling times in minutes are not taken for seconds."""
    shape = shape_of(tuple(names.lower().split(";")), How())
    assert shape is not None
    assert set(shape.names) == {"date", "clock", "queue", "offered", "answered", "aht_s"}
    assert shape.units.get("aht_s") == unit


def test_an_open_hour_without_a_row_is_missing(tmp_path: Path) -> None:
    american(tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "10/6/2026,9:30" not in line]
    (tmp_path / "c.csv").write_text("".join(kept), "utf-8")
    table = "{file: c.csv, unit: m:ss}"
    (tmp_path / "s.yaml").write_text(
        SCENARIO.format(claims="Schaden", policy="Vertrag", table=table), "utf-8"
    )
    with pytest.raises(ScenarioError, match=r"2026-10-06 09:30 missing.* as the queue is open then") as told:
        callsim.load(tmp_path / "s.yaml")
    assert "missing: zero}" in told.value.mistakes[0].text
