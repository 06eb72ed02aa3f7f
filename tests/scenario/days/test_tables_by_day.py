"""Tables for kinds of days that cannot be read: each is a mistake, wherever such a table may be named."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError

PLACES = {
    "counts": "arrivals: {counts: {mon-fri: TABLE, other: good.csv}}, talk: 3 min",
    "counts in words": "arrivals: {counts: {mon-fri: {file: TABLE}, other: {file: good.csv}}}, talk: 3 min",
    "profile": "arrivals: {per_day: 90, profile: {mon-fri: TABLE, other: good.csv}}, talk: 3 min",
    "mean": "arrivals: {per_hour: 9}, talk: {exponential: {mean: {mon-fri: TABLE, other: good.csv}}}",
    "staff": "arrivals: {per_hour: 9}, talk: 3 min",
}
TABLES = {
    "missing.csv": None,
    "empty.csv": "",
    "head.csv": "interval_start,offered\n",
    "words.csv": "interval_start,offered\n09:00,many\n",
    "thousands.csv": 'interval_start,offered\n09:00,"1,1000"\n',
    "twice.csv": "interval_start,offered\n" + 2 * "09:00,3\n",
    "broken.csv": 'interval_start,offered\n09:00,"3\n',
    "other.csv": "x,y\n1,2\n",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_a_kind_of_day_that_cannot_be_read_is_a_mistake(
    tmp_path: Path, place: str, table: str
) -> None:
    column = {"profile": "weight", "mean": "aht_s", "staff": "staff"}.get(place, "offered")
    for name, text in {**TABLES, "good.csv": _of_hours()}.items():
        if text is not None:
            (tmp_path / name).write_text(text.replace("offered", column), "utf-8")
    staff = "{mon-fri: TABLE, other: good.csv}" if place == "staff" else "3"
    text = (
        "calendar: {start: 2026-04-20, days: 7, interval: 1 h}\n"
        f"queues: {{q: {{{PLACES[place]}}}}}\n"
        f"groups: {{desk: {{staff: {staff}, answers: {{q: {{}}}}}}}}\n"
    )
    (tmp_path / "s.yaml").write_text(text.replace("TABLE", table))
    with pytest.raises(ScenarioError) as raised:
        callsim.load(tmp_path / "s.yaml")
    told = str(raised.value)
    assert table in told
    assert "good.csv:" not in told


def _of_hours() -> str:
    return "interval_start,offered\n" + "".join(f"{hour:02d}:00,3\n" for hour in range(24))
