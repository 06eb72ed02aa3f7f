"""Handling times without a unit: seconds where they can be nothing else, else asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from callsim import cli
from callsim.errors import ScenarioError
from callsim.scenario.reading.tables.of_file import spec_on_command_line, times_in


def read(folder: Path, name: str, cells: Sequence[str], **said: str) -> list[float]:
    """Seconds of the cells below a column's name."""
    rows = [f"2026-03-02 {8 + k:02d}:00;20;{cell}" for k, cell in enumerate(cells)]
    (folder / "aht.csv").write_text("\n".join([f"time;calls;{name}", *rows]) + "\n")
    return list(times_in(spec_on_command_line(str(folder / "aht.csv"), said)).values())


@pytest.mark.parametrize(
    "cells", [["4.5", "4.2", "5.1"], ["4,5", "4,2", "5,1"], ["4", "5", "4"], ["4", "", "0"]]
)
def test_small_numbers_are_asked_for_once(tmp_path: Path, cells: list[str]) -> None:
    with pytest.raises(ScenarioError) as found:
        read(tmp_path, "AHT", cells)
    told = [mistake.text for mistake in found.value.mistakes]
    assert len(told) == 1
    assert "seconds or as minutes" in told[0]
    assert "unit: min" in told[0]


@pytest.mark.parametrize(
    ("name", "cells", "said", "seconds"),
    [
        ("AHT", ["4.5", "4.2"], {"unit": "min"}, [270, 252]),
        ("AHT", ["4.5", "4.2"], {"unit": "s"}, [4.5, 4.2]),
        ("AHT (min)", ["4.5", "4.2"], {}, [270, 252]),
        ("AHT (s)", ["4.5", "4.2"], {}, [4.5, 4.2]),
        ("AHT", ["240", "12", "250"], {}, [240, 12, 250]),  # one short call in a quiet hour
        ("AHT", ["0:04:30", "0:04:12"], {}, [270, 252]),
        ("AHT", ["4 min", "5 min"], {}, [240, 300]),
        ("AHT", ["20", "20"], {}, [20, 20]),
    ],
)
def test_what_can_be_one_thing_only_is_read(
    tmp_path: Path, name: str, cells: list[str], said: dict[str, str], seconds: list[float]
) -> None:
    assert read(tmp_path, name, cells, **said) == pytest.approx(seconds)


def test_the_command_line_asks_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{8 + k:02d}:00,20,4.5" for k in range(3)]
    (tmp_path / "aht.csv").write_text("\n".join(["time,offered,AHT", *rows]) + "\n")
    file = str(tmp_path / "aht.csv")
    assert cli.main(["erlang", file, "--goal", "80%"]) == 2
    assert "seconds or as minutes" in " ".join(capsys.readouterr().err.split())
    assert cli.main(["erlang", file, "--goal", "80%", "--table", "unit=min"]) == 0
    assert "calls of 4 min 30 s" in capsys.readouterr().out
