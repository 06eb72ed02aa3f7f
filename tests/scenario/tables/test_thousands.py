"""Thousands in numbers of a table: read where a column can only mean them, else asked for, never guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.errors import ScenarioError
from callsim.scenario.reading.tables.numbers import marks_of, number_of


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["484", "968", "1,100", "1,738", "2,001"], [484, 968, 1100, 1738, 2001]),
        (["484", "968", "1.100", "1.738", "2.001"], [484, 968, 1100, 1738, 2001]),
        (["484", "968", "1,101", "1,738", "2,001"], None),
        (["484", "968", "1,100", "1,738"], None),  # two may be by hand
        (["484.5", "1,738"], [484.5, 1738]),
        (["1,234,567", "1,001"], [1234567, 1001]),
        (["1.234.567", "1.001"], [1234567, 1001]),
        (["1,738.50", "12"], [1738.5, 12]),
        (["1,484", "1,100"], None),  # 1,1 of three digits?
        (["1,738", "998"], None),
        (["0", "1,100"], None),  # some write 0 among decimals of three digits
        (["2", "1.250"], None),  # of weights, by hand
        (["280", "283.120", "300"], None),
        (["1000", "1,100"], None),
    ],
)
def test_a_column_tells_its_thousands_or_is_asked_for(fields: list[str], found: list[float] | None) -> None:
    assert read(fields, commas=False) == found


def read(fields: list[str], commas: bool, said: str = "") -> list[float] | None:
    """The numbers of a column, or None where one of them is refused."""
    marks = marks_of(fields, commas, said)
    try:
        return [number_of(marks.plain(field), marks.decimal, commas, False) for field in fields]
    except ValueError:
        return None


def german(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_written_is_read_as_meant_or_refused(seed: int) -> None:
    luck = np.random.default_rng(seed)
    size, most = int(luck.integers(1, 9)), 10 ** luck.uniform(0, 7)
    whole = [int(one) for one in luck.uniform(0, most, size)]
    digits = int(luck.integers(1, 5))
    parts = [round(float(one), digits) for one in luck.uniform(0, most, size)]
    written: list[tuple[list[str], list[float]]] = [
        ([f"{one:,}" for one in whole], list(map(float, whole))),
        ([f"{one}" for one in whole], list(map(float, whole))),
        ([f"{one:,.{digits}f}" for one in parts], parts),
        ([f"{one:.{digits}f}" for one in parts], parts),
        ([f"{one:.{digits}f}".rstrip("0").rstrip(".") for one in parts], parts),
    ]
    for texts, meant in written:
        for fields, decimal in ((texts, "."), (list(map(german, texts)), ",")):
            for commas in (False, True):
                assert read(fields, commas) in (None, meant), fields
                assert read(fields, commas, said=decimal) == meant, fields


@pytest.mark.parametrize(("decimal", "calls"), [("'.'", 1484), ("','", 1.484)])
def test_a_word_of_the_file_settles_it(tmp_path: Path, decimal: str, calls: float) -> None:
    rows = "".join(f'{hour:02d}:00,"1,484"\n' for hour in range(24))
    (tmp_path / "v.csv").write_text("interval_start,offered\n" + rows)
    text = (
        "calendar: {start: 2026-04-20, interval: 1 h}\n"
        "queues: {q: {arrivals: {counts: COUNTS}, talk: 3 min}}\n"
        "groups: {desk: {staff: 3, answers: {q: {}}}}\n"
    )
    (tmp_path / "s.yaml").write_text(text.replace("COUNTS", "v.csv"))
    with pytest.raises(ScenarioError, match=r"decimal: '\.'"):
        callsim.load(tmp_path / "s.yaml")
    (tmp_path / "s.yaml").write_text(text.replace("COUNTS", f"{{file: v.csv, decimal: {decimal}}}"))
    counts = callsim.load(tmp_path / "s.yaml").queues["q"].arrivals.counts
    assert counts is not None
    assert {count for *_, count in counts.rows} == {calls}
