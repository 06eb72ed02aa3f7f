"""Rows that name a queue nearly: they are asked for, not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.errors import ScenarioError

HOURS = [f"2026-04-2{day};{hour:02d}:00" for day in (0, 1) for hour in range(24)]


def read(folder: Path, other: str, rows: int, more: str = "") -> callsim.Scenario:
    """A file of two days and of two queues, of which the last rows of `Orders` are called otherwise."""
    names = ["Orders"] * (len(HOURS) - rows) + [other] * rows
    lines = [f"{at};{name};7" for at, name in zip(HOURS, names, strict=True)]
    lines += [f"{at};Returns;3" for at in HOURS]
    (folder / "v.csv").write_text("Date;Time;Queue;Calls\n" + "\n".join(lines) + "\n", "utf-8")
    (folder / "s.yaml").write_text(
        "calendar: {start: 2026-04-20, days: 2, interval: 1 h}\n"
        f"queues: {{Orders: {{arrivals: {{counts: {{file: v.csv, missing: zero{more}}}}}, talk: 3 min}}}}\n"
        "groups: {desk: {staff: 3, answers: {Orders: {}}}}\n"
    )
    return callsim.load(folder / "s.yaml")


@pytest.mark.parametrize("other", ["Oders", "Orderrs", "ORDES", "Ordres", "Order"])
@pytest.mark.parametrize("rows", [1, 4])
def test_a_name_that_is_nearly_the_queues_is_a_mistake(tmp_path: Path, other: str, rows: int) -> None:
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, other, rows)
    (told,) = raised.value.mistakes
    assert (Path(told.file).name, told.line, told.column) == ("v.csv", len(HOURS) - rows + 2, 18)
    assert told.text.startswith(f"{other} is nearly Orders, and {rows} row")
    assert "where: {Queue: Orders}" in told.text


@pytest.mark.parametrize(
    ("other", "rows", "more"),
    [
        ("orders", 4, ""),  # the same name
        ("Orders 2", 4, ""),  # a digit tells them apart
        ("Orders B", 4, ""),  # and so does a letter by itself
        ("Complaints", 4, ""),
        ("Oders", 10, ""),  # a queue of its own has many rows
        ("Oders", 4, ", where: {Queue: Orders}"),  # the file says which are meant
    ],
)
def test_another_queue_is_left_out(tmp_path: Path, other: str, rows: int, more: str) -> None:
    scenario = read(tmp_path, other, rows, more)
    kept = len(HOURS) - (0 if other == "orders" else rows)
    assert sum(count for *_, count in scenario.queues["Orders"].arrivals.counts.rows) == 7 * kept  # type: ignore[union-attr]
