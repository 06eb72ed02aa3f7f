"""How long large histories take to be read, and how much memory: python -m benchmarks.history [--small].

A year of 50 queues by quarter of an hour (1.75 million rows), plain and as Genesys Cloud has it, and a log of
12 million calls. Each is made here and read in a process of its own; the bars are 60 s of processor time and
1 GB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

QUEUES, DAYS, SLOTS, CALLS = 50, 365, 96, 12_000_000
MOST_S, MOST_MB = 60.0, 1000.0
_READ = """
import json, resource, sys
from callsim.history.read.reader import read
table = read([sys.argv[1]])
mine, helpers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
spent = mine.ru_utime + mine.ru_stime + helpers.ru_utime + helpers.ru_stime
rows = len(table.rows) if table.calls is None else len(table.calls.rows)
print(json.dumps([rows, float(table.rows["offered"].sum()), spent, mine.ru_maxrss / 1024]))
"""


def plain(queues: int, days: int) -> Iterator[str]:
    """A report as our own tables have it."""
    yield "interval_start,queue,offered,answered,abandoned,answered_20s,wait_answered_s,"
    yield "wait_abandoned_s,talk_s\n"
    luck = np.random.default_rng(1)
    for start in _starts(days):
        offered = luck.poisson(20, queues).tolist()
        for queue, calls in enumerate(offered):
            yield f"{start},queue {queue},{calls},{calls},0,{calls},{calls * 7},0,{calls * 211}\n"


def genesys(queues: int, days: int) -> Iterator[str]:
    """The same as Genesys Cloud writes it: quoted, 12 hours, means in ms."""
    yield (
        '"Interval Start","Interval End","Interval Complete","Media Type","Queue Name","Offer",'
        '"Answer","Abandon","ASA","Service Level %","Avg Handle"\n'
    )
    luck = np.random.default_rng(1)
    for start in _starts(days):
        when = start.astype("datetime64[s]").item()
        half = "AM" if when.hour < 12 else "PM"
        said = f"{when.month}/{when.day}/{when:%y} {when.hour % 12 or 12}:{when:%M} {half}"
        offered = luck.poisson(20, queues).tolist()
        for queue, calls in enumerate(offered):
            yield (
                f'"{said}","","true","voice","queue {queue}","{calls}","{calls}","0","7000","1",'
                f'"{211_000 + queue}"\n'
            )


def log(calls: int, days: int) -> Iterator[str]:
    """A log of calls."""
    yield "arrival,queue,outcome,wait_s,talk_s,wrap_s,agent\n"
    luck = np.random.default_rng(1)
    piece = 100_000
    span = days * 86_400_000 / calls
    for first in range(0, calls, piece):
        many = min(piece, calls - first)
        at = ((first + np.arange(many)) * span).astype("timedelta64[ms]") + np.datetime64("2025-01-01", "ms")
        wait, talk = luck.integers(0, 90, many), luck.integers(10, 900, many)
        queue, agent = luck.integers(0, QUEUES, many), luck.integers(0, 900, many)
        gone = luck.random(many) < 0.05
        lines = zip(at.astype(str), queue, gone, wait, talk, agent, strict=True)
        yield "".join(
            f"{when},queue {of},abandoned,{waited},,,\n"
            if left
            else f"{when},queue {of},answered,{waited},{spoke},30,u{who}\n"
            for when, of, left, waited, spoke, who in lines
        )


def _starts(days: int) -> np.ndarray:
    return np.datetime64("2025-01-01T00:00", "m") + np.arange(days * SLOTS) * np.timedelta64(15, "m")


def measured(parts: Iterator[str]) -> tuple[int, float, float, float]:
    """Rows, calls, s of processor time and MB at most, of reading a file of these parts."""
    with tempfile.TemporaryDirectory(prefix="callsim-") as folder:
        path = Path(folder, "history.csv")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(parts)
        done = subprocess.run(
            [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True
        )
    rows, calls, seconds, megabytes = json.loads(done.stdout)
    return rows, calls, seconds, megabytes


def main() -> int:
    """Prints a line for each file; returns 1 where one is above its bars."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--small", action="store_true", help="a hundredth of each")
    small = words.parse_args().small
    queues, days, calls = (5, 36, CALLS // 100) if small else (QUEUES, DAYS, CALLS)
    missed = 0
    for name, parts in (
        ("report, plain", plain(queues, days)),
        ("report, Genesys Cloud", genesys(queues, days)),
        ("log of calls", log(calls, days)),
    ):
        rows, told, seconds, megabytes = measured(parts)
        late = seconds > MOST_S or megabytes > MOST_MB
        missed += late
        marked = " MISSED" * late
        print(f"{name:24}{rows:12,} rows {told:14,.0f} calls {seconds:7.1f} s {megabytes:7.0f} MB{marked}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
