"""Two real weeks of a bank as the files of ten phone systems, each gives what it tells.

The data is not ours to ship; without it these are skipped.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from callsim.history.read.how import How
from callsim.history.read.reader import read
from tests.history.test_shapes import BY_END, held
from tests.makers import exports

FILES = Path(__file__).parents[3] / "shared" / "data" / "vendor-shapes"
if not FILES.is_dir():
    pytest.skip("there is no shared/data beside this repository", allow_module_level=True)

FIRST = np.datetime64("1999-02-07")
UTC = How(zone="Asia/Jerusalem")
NAMED = {"sales": "REG", "help": "IN"}
# shape → its file, the days that it tells, its names of queues, what a planner must say; figures: GIVES.
TABLE: dict[str, tuple[str, int, dict[str, str], How]] = {
    "Avaya hsplit": ("avaya_cms_hsplit.csv", 14, {"sales": "1", "help": "2"}, How()),
    "Genesys Cloud": ("genesys_cloud_queue_intervals.csv", 14, NAMED, How()),
    "PureConnect": ("pureconnect_iwrkgrpqueuestats.csv", 14, NAMED, How()),
    "UCCX": ("cisco_uccx_csq_interval.csv", 14, NAMED, How()),
    "Amazon metrics": ("amazon_connect_metrics.csv", 14, NAMED, UTC),
    "Amazon records": ("amazon_connect_ctr.jsonl", 2, NAMED, UTC),
    "Teleopti": ("teleopti_queue.txt", 14, NAMED, How()),
    "IEX": ("iex_ctqueue.txt", 14, NAMED, How()),
    "Asterisk": ("asterisk_queue_log", 7, {"sales": "reg", "help": "in"}, UTC),
    "Excel": ("excel_german.csv", 14, {"sales": "calls"}, How(encoding="windows-1252")),
}

DROPPED = {
    "UCCX": [2, 2],  # empty rows, sums
    "PureConnect": [397],  # rows of all queues together
    "Amazon records": [1],  # delivered twice
    "Excel": [1],  # a sum
}


@pytest.fixture(scope="module")
def truth() -> list[exports.Call]:
    with (FILES / "truth_calls.csv").open(encoding="utf-8") as file:
        return [
            exports.Call(
                number,
                "sales" if row["queue"] == "REG" else "help",
                int(np.datetime64(row["arrival"], "s").astype(np.int64)),
                int(row["wait_s"]),
                int(row["talk_s"]) if row["outcome"] == "answered" else None,
                0,
            )
            for number, row in enumerate(csv.DictReader(file))
        ]


@pytest.mark.parametrize("shape", TABLE)
def test_each_file_gives_what_it_tells(shape: str, truth: list[exports.Call]) -> None:
    name, days, named, how = TABLE[shape]
    until = int((FIRST + days).astype("datetime64[s]").astype(np.int64))
    ends = [call.at + (call.wait + (call.talk or 0) if shape in BY_END else 0) for call in truth]
    table = read([str(FILES / name)], how)
    held(table, [call for call, end in zip(truth, ends, strict=True) if end < until], shape, named)
    assert table.width_ms == 1_800_000
    assert table.dates[0] == FIRST
    assert FIRST + days - 2 <= table.dates[-1] < FIRST + days
    dropped = [note.rows for note in table.notes if note.kind == "dropped"]
    assert dropped == DROPPED.get(shape, [])


def test_another_extract_of_the_same_system() -> None:
    """A queue of the assistance centre, as the centre had it."""
    path = FILES.parent / "axa-assistance" / "original_layout_CAT.csv"
    table = read([str(path)])
    assert table.queues == ("calls",)
    assert table.rows["offered"].sum() == 1_097_254
