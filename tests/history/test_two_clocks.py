"""A field with two clock times is an interval, never the offset of a zone, unless its column shows it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from callsim.errors import ScenarioError, UserError
from callsim.history.read.fields import moments
from callsim.history.read.how import How
from callsim.history.read.reader import read
from callsim.scenario.reading.tables.offsets import meaning_of, tells_zone

HALF = 1_800_000
CLOCKS = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(49)]
HALVES = list(zip(CLOCKS[:-1], [*CLOCKS[1:-1], "00:00"], strict=True))  # 00:00 to 00:00 of the next day


def table(tmp_path: Path, rows: str, head: str = "Datum,Zeit,Anrufe") -> str:
    path = tmp_path / "calls.csv"
    path.write_text(f"{head}\n{rows}", "utf-8")
    return str(path)


@pytest.mark.parametrize("between", ["-", "–", "~", " - ", " -", "- ", " bis ", "至"])
@pytest.mark.parametrize(("first", "last"), [(0, 48), (16, 40), (25, 27), (16, 18), (26, 27)])
@pytest.mark.parametrize("zone", ["", "Asia/Shanghai"])
def test_intervals_stay_where_they_are(
    between: str, first: int, last: int, zone: str, tmp_path: Path
) -> None:
    cells = [(begin, f"{begin}{between}{end}") for begin, end in HALVES[first:last]]
    rows = "".join(f"2026-04-20,{cell},{number}\n" for number, (_, cell) in enumerate(cells, 3))
    found = read([table(tmp_path, rows)], How(zone=zone))
    assert found.width_ms == HALF
    assert found.zone == ""
    expected = [(f"2026-04-20T{begin}", number) for number, (begin, _) in enumerate(cells, 3)]
    assert [(str(row["start"])[:16], row["offered"]) for row in found.rows] == expected


@pytest.mark.parametrize("between", ["-", "–", " - "])
def test_intervals_with_their_date(between: str, tmp_path: Path) -> None:
    rows = "".join(f"2026-04-20 {begin}{between}{end},{7}\n" for begin, end in HALVES)
    found = read([table(tmp_path, rows, "Zeit,Anrufe")])
    assert [str(start)[11:16] for start in found.rows["start"]] == CLOCKS[:-1]
    assert found.width_ms == HALF
    once = read([table(tmp_path, "2026-04-20 12:30-13:00,7\n2026-04-21 12:30-13:00,8\n", "Zeit,Anrufe")])
    assert once.width_ms == HALF
    assert str(once.rows["start"][0])[:16] == "2026-04-20T12:30"


@pytest.mark.parametrize(("last", "width"), [("29", HALF), ("29:59", HALF), ("09", 600_000), ("14", 900_000)])
def test_an_interval_may_name_its_last_minute(last: str, width: int, tmp_path: Path) -> None:
    starts = [8 * 60 + width // 60_000 * number for number in range(6)]
    length = int(last[:2])
    rows = "".join(
        f"2026-04-20,{at // 60:02}:{at % 60:02}-{(at + length) // 60:02}:{(at + length) % 60:02}{last[2:]},"
        "5\n"
        for at in starts
    )
    assert read([table(tmp_path, rows)]).width_ms == width


@pytest.mark.parametrize(
    ("texts", "hours"),
    [
        (["12:30+08:00"], 8),
        (["2026-04-20T12:30:00-05:00"], -5),
        (["2026-04-20T12:30:00.250-05:00"], -5),
        (["2026-04-20 12:30-0500"], -5),
        (["12:30-05:00", "13:00-05:00"], -5),  # one end of two starts
        (["12:30-05:00"], -5),  # 16.5 h are no part of a day
        (["2026-01-01 09:00Z", "2026-01-01 10:00-01:00"], None),
        (["2026-03-08 01:30-08:00", "2026-03-08 03:30-07:00", "2026-03-08 04:00-07:00"], None),
        ([f"2026-04-20 {clock}-03:30" for clock in CLOCKS[:-1]], -3.5),
    ],
)
def test_offsets_stay_offsets(texts: list[str], hours: float | None) -> None:
    told = moments(texts).utc
    assert None not in told
    if hours is not None:
        assert set(told) == {hours * 3_600_000}
    assert any(map(tells_zone, texts)) or meaning_of(texts) == "offset"


@pytest.mark.parametrize("text", ["12:30+15:00", "12:30-1300", "12:30+09:75", "12:30-2400"])
def test_offsets_that_no_place_has_are_none(text: str) -> None:
    assert moments([text]).utc == [None]
    assert moments([text]).found == [None]


@pytest.mark.parametrize(
    "texts",
    [
        ["04:00-05:00"],
        ["04:00-05:00", "05:00-06:00"],
        ["23:00-00:00"],
        ["8:00-9:00", "2026-04-20T12:30:00-05:00"],
        ["2026-04-20 09:00+01:00", "2026-04-20 12:30-13:00"],
    ],
)
def test_what_may_be_both_asks(texts: list[str]) -> None:
    assert moments(texts).doubt in texts


def test_the_remedy_of_the_question_is_read(tmp_path: Path) -> None:
    rows = "2026-04-20,04:00{}05:00,7\n2026-04-21,04:00{}05:00,8\n"
    with pytest.raises(ScenarioError, match=r"write 04:00 - 05:00 .* 04:00:00-05:00") as caught:
        read([table(tmp_path, rows.format("-", "-"))])
    assert caught.value.mistakes[0].line == 2
    hour = read([table(tmp_path, rows.format(" - ", " - "))])
    assert hour.width_ms == 2 * HALF
    assert str(hour.rows["start"][0])[11:16] == "04:00"
    zoned = table(tmp_path, rows.format(":00-", ":00-"))
    with pytest.raises(UserError, match="--zone"):
        read([zoned])
    moved = read([zoned], How(zone="Europe/Berlin"))
    assert [str(row["start"])[:16] for row in moved.rows] == ["2026-04-20T11:00", "2026-04-21T11:00"]
