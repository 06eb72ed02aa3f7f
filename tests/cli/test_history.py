"""`callsim history` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callsim.cli import main
from tests.makers import exports
from tests.makers.exports import SHAPES, Call


def _calls() -> list[Call]:
    """Calls of two weeks, ten an hour, every fifth given up."""
    first = 1_704_096_000  # 2024-01-01 08:00
    found = []
    for number in range(14 * 120):
        day, place = divmod(number, 120)
        talk = None if number % 5 == 0 else 100 + number % 200
        at = first + day * 86_400 + place * 360
        found.append(Call(number, exports.QUEUES[number % 3 > 0], at, number % 50, talk, number % 7))
    return found


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "hsplit.csv"
    path.write_bytes(SHAPES["Avaya hsplit"](_calls()).content())
    return str(path)


def test_what_was_understood_is_told(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", report]) == 0
    said = capsys.readouterr().out
    assert "Avaya CMS hsplit" in said
    assert "offered = answered + abandoned, by day: holds" in said
    assert "2024-01-01 to 2024-01-14" in said


def test_the_json_has_its_kind(report: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", report, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["kind"] == "history"
    assert found["owner"] == "end"
    assert sum(queue["offered"] for queue in found["queues"].values()) == len(_calls())


@pytest.mark.parametrize("shape", ["Avaya hsplit", "Asterisk"])
def test_the_clean_table_is_read_by_every_command(
    shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = SHAPES[shape](_calls())
    path, clean = tmp_path / export.name, tmp_path / "clean.csv"
    path.write_bytes(export.content())
    assert main(["history", str(path), "--zone", exports.ZONE, "--out", str(clean)]) == 0
    assert "wrote" in capsys.readouterr().err
    assert main(["history", str(clean), "--format", "csv"]) == 0
    assert capsys.readouterr().out == clean.read_text("utf-8")
    assert main(["fit", str(clean), "--format", "json"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert sum(queue["offered"] for queue in fitted["queues"].values()) == len(_calls())
    assert main(["fit", str(path), "--zone", exports.ZONE, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["queues"] == fitted["queues"]


def test_a_mistake_writes_nothing(report: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "clean.csv"
    assert main(["history", report, "--dates", "day-first", "--out", str(out)]) == 2
    assert "is no day of the calendar" in capsys.readouterr().err
    assert not out.exists()
    assert main(["history", report, "--zone", "Asia/Nowhere"]) == 2
    assert main(["history", report, "--out", report]) == 2
