"""Rows of tables, of notes and of single runs: each in a few seconds."""

from __future__ import annotations

import json
from math import fsum
from pathlib import Path

import pytest

from tests.cases.typed import run, typed


def numbers_in_two_ways() -> None:
    """A number with a mark that may be of thousands or of decimals is a mistake at its place."""
    counts, staff = "queues.q.arrivals.counts=csv/", "groups.g.staff=csv/"
    for setting, place in (
        (counts + "60_thousand_unquoted.csv", "60_thousand_unquoted.csv:2:9: "),
        (counts + "52_dec_comma_csv.csv", "52_dec_comma_csv.csv:2:9: "),
        (counts + "08_semi_thousand_dot.csv", "08_semi_thousand_dot.csv:18:7: 2.000 can be read in two ways"),
        (staff + "62_staff_dot.csv", "62_staff_dot.csv:2:7: 12.000 can be read in two ways"),
        ("queues.q.talk={empirical: {file: csv/77_talk_values.csv}}", "77_talk_values.csv:3:1: 1.200 can be"),
    ):
        said = typed("check", "csv/s.yaml", "--set", setting)
        assert said.code == 2, setting
        assert place in said.all, said
        assert "Traceback" not in said.all


def days_that_are_simulated() -> None:
    """A table of seven days: the calls are those of the day that is simulated, not the mean of all."""
    said = typed(
        "check",
        "csv/s.yaml",
        *(
            "--set",
            "queues.q.arrivals.counts=csv/72_counts_dated_7.csv",
            "--set",
            "calendar.start=2024-01-10",
        ),
    )
    assert "576 calls" in said.out


def forms_of_excel() -> None:
    """German, US and Chinese ways to save one week: the same 6,608 calls, and the evidence is said."""
    weeks = {}
    for file in ("de", "de_1252", "sep", "serial", "total", "us", "utf16"):
        said = typed("check", "excel/t.yaml", "--set", f"queues.sales.arrivals.counts=excel/v_{file}.csv")
        assert said.code == 0, said
        weeks[file] = said.all.split("1 queue, ")[1].split(" calls")[0]
        for evidence, files in (
            ("day first", ("de", "de_1252")),
            ("month first", ("us",)),
            ("totals", ("total",)),
        ):
            assert (evidence in said.all) == (file in files)
    assert set(weeks.values()) == {"944"}
    said = typed("check", "excel/t.yaml", "--set", "queues.sales.arrivals.counts=excel/v_thou.csv")
    assert said.code == 2
    assert "v_thou.csv:2:18: 1.000 can be read in two ways" in said.all


def wide_file_of_excel() -> None:
    """A column a queue; two half hours without counts are asked for by name, and filled when that is said."""
    file = "volumes_excel_de.csv"
    said = typed("check", "excel/t.yaml", "--set", f"queues.sales.arrivals.counts={file}")
    assert said.code == 2
    assert f"{file}:120:18: " in said.all
    assert "missing: interpolate" in said.all
    table = f"{{file: {file}, missing: interpolate}}"
    said = typed("check", "excel/t.yaml", "--set", f"queues.sales.arrivals.counts={table}")
    assert said.code == 0, said
    rows = [line.split(";") for line in Path(file).read_text("utf-8-sig").splitlines()[1:]]
    counted = fsum(float(row[2] or 0) for row in rows if row[0][:2].isdigit())
    # Two of 336 half hours lie between 42 and 77 calls.
    shown = float(said.all.split("1 queue, ")[1].split(" calls")[0].replace(",", ""))
    assert 7 * shown == pytest.approx(counted + 42 + 77, abs=4)


def plausible_or_not() -> None:
    """`talk: 4 h`: handling time, load at the peak, the agents beside it, and that it is hardly meant."""
    said = typed("check", "trap.yaml")
    assert said.code == 0
    for part in (
        "handling time 4 h",
        "86.7 erlangs for 8.8 agents on duty",
        "takes 4 h of an agent on the mean (talk 4 h); if 4 min is meant",
        "9.85 times the work that the 8.8 agents on duty can do",
    ):
        assert part in said.all, part
    assert typed("check", "trap.yaml", "--strict").code == 3


def everybody_at_lunch() -> None:
    """41 of the 60 agents on duty have their break at 11:30, and the run says so."""
    said = typed("run", "centre.yaml", "--runs", "2")
    assert "41 of 60 from 11:30 to 12:00" in said.all


def nobody_on_duty() -> None:
    """Hours without anybody are told as such, never as a multiple of what nobody can do."""
    said = typed("run", "31_weekend.yaml", "--runs", "2")
    assert "nobody is on duty for q from 2024-01-12T00:00 to 2024-01-12T08:00" in said.all
    assert "times the work" not in said.all
    said = typed("run", "80_night.yaml", "--runs", "2", "--set", "shifts.night.days=mon-fri")
    assert "nobody is on duty for q from 2024-01-08T00:00 to 2024-01-08T06:00" in said.all
    assert "times the work" not in said.all


def waits_until_morning() -> None:
    """Who waits at the close of a desk that nobody minds by night is told of."""
    said = typed("run", "30_overnight.yaml", "--runs", "2")
    assert "who still wait when nobody is on duty any more" in said.all


def outcomes_of_an_interval() -> None:
    """Every call that is offered in an interval has one of five outcomes."""
    found = run("60_callcc.yaml", "--runs", "5")
    outcomes = "answered", "abandoned", "balked", "blocked", "dropped"
    for row in found["intervals"]:
        parts = fsum(row[name]["mean"] for name in outcomes)
        assert row["offered"]["mean"] == pytest.approx(parts), row["start"]
        assert "closed" in row
    balked = fsum(row["balked"]["mean"] for row in found["intervals"])
    assert balked == pytest.approx(found["total"]["balked"]["mean"])
    assert balked > 0


def names_like_patterns() -> None:
    """Results in folders `a`, `a1` and `a[1]`: a name is a name, and 4 agents are worse than 6."""
    for name, staff in (("a", 6), ("a1", 7), ("a[1]", 4)):
        words = "--runs", "3", "--set", f"groups.desk.staff={staff}", "--format", "parquet", "--out", name
        assert typed("run", "faults/s.yaml", *words).code == 0
    between = typed("compare", "a", "a[1]", "--format", "json").json["differences"]
    (pair,) = between.values()
    assert pair["queues"]["service"]["service_level"]["offered"]["mean"] < -0.2


def damaged_states() -> None:
    """What a program may have written and somebody damaged: said in a line, and never a traceback."""
    for name in ("int", "keysnull", "null", "unhash"):
        said = typed("stress", "faults/s.yaml", "--runs", "2", "--state", f"faults/state-{name}.st")
        assert said.code == 2
        assert "--state names a folder" in said.all


def supervisors_at_fault() -> None:
    """A supervisor that exits, waits for a bare number or for no time: its file, its line, what to write."""
    for name, place, instead in (
        ("quit", "quit.py, line 4", "write return"),
        ("num", "num.py, line 3", 'write yield floor.wait("60 s")'),
        ("wait0", "wait0.py, line 2", "wait for more than 0 s"),
    ):
        said = typed("run", f"faults/{name}.yaml", "--runs", "2")
        assert said.code == 1, name
        assert place in said.all, said
        assert instead in said.all, said
        assert "Traceback" not in said.all


def order_of_shifts() -> None:
    """A group's shifts in another order: every figure equal."""
    one, other = (run(f"faults/shift-order-{name}.yaml", "--runs", "3") for name in "ab")
    for found in (one, other):  # the file's name, and its words in their order
        del found["inputs"], found["fingerprint"]
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def cut_off_when_it_happens() -> None:
    """Two incidents of one half hour: 19 and 20 calls cut off, and each in its own queue."""
    cut = run("faults/repro-dropped.yaml", "--runs", "1")["queues"]
    assert [cut[queue]["dropped"]["mean"] for queue in "ab"] == [19, 20]
    cut = run("faults/repro-dropped-same.yaml", "--runs", "1")["queues"]
    assert sum(cut[queue]["dropped"]["mean"] for queue in "ab") == 38


def incidents_without_seats() -> None:
    """An incident that takes no seat leaves what is lost to seats; nobody takes a seat that is not there."""
    lost = [
        run(f"faults/repro-zero-{name}.yaml", "--runs", "1")["sites"]["east"]["calls_lost_to_seats"]["mean"]
        for name in ("none", "seats")
    ]
    assert lost == [594, 594]
    found = run("faults/repro-peak2.yaml", "--runs", "1")["sites"]["east"]
    assert found["seats_used_peak"]["mean"] == 0


def copies_of_shared() -> None:
    """The inputs are those of the folder beside the project, where it is there."""
    from tests.cases.typed import INPUTS

    shared = Path(__file__).resolve().parents[3] / "shared" / "cases"
    if not shared.is_dir():
        pytest.skip(f"there is no {shared}")
    for file in INPUTS.rglob("*"):
        if file.is_file():
            assert file.read_bytes() == (shared / file.relative_to(INPUTS)).read_bytes(), file


ROWS = (
    numbers_in_two_ways,
    days_that_are_simulated,
    forms_of_excel,
    wide_file_of_excel,
    plausible_or_not,
    everybody_at_lunch,
    nobody_on_duty,
    waits_until_morning,
    outcomes_of_an_interval,
    names_like_patterns,
    damaged_states,
    supervisors_at_fault,
    order_of_shifts,
    cut_off_when_it_happens,
    incidents_without_seats,
    copies_of_shared,
)
