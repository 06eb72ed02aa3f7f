"""How long large histories take to be read, and how much memory: python -m benchmarks.history [--small].

A year of 50 queues by quarter of an hour (1.75 million rows), plain and as Genesys Cloud has it, and a log of
12 million calls, plain and as Asterisk has it (36 million events). Each is made here and read in a process of
its own; the bars are 60 s of processor time and 1 GB.
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
from callsim.history.read.how import How
from callsim.history.read.reader import read
table = read([sys.argv[1]], How(zone="UTC"))
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


def queue_log(calls: int, days: int) -> Iterator[str]:
    """The same as Asterisk writes it: an event a line in the order of time, agents come and go."""
    luck = np.random.default_rng(1)
    piece, longest, each = 100_000, 86_400, 18  # agents of a queue
    first_s, span = 1_735_689_600, days * 86_400 / calls
    late: list[tuple[int, str]] = []  # events after the last entry of a piece
    begun = 0  # days
    for first in range(0, calls, piece):
        many = min(piece, calls - first)
        at = (first_s + ((first + np.arange(many)) * span)).astype(int)
        wait, talk = luck.integers(0, 90, many), luck.integers(10, 900, many)
        queue = luck.integers(0, QUEUES, many)
        agent = queue + QUEUES * luck.integers(0, each, many)
        gone = luck.random(many) < 0.05
        lines = late
        while begun < days and first_s + 86_400 * begun <= at[-1]:
            lines += _shifts(first_s + 86_400 * begun, QUEUES * each)
            begun += 1
        columns = (column.tolist() for column in (at, queue, gone, wait, talk, agent))
        for number, (when, of, left, waited, spoke, who) in enumerate(zip(*columns, strict=True)):
            name = f"{when}.{first + number}|queue-{of}"
            lines.append((when, f"{when}|{name}|NONE|ENTERQUEUE||555{number:07}|1\n"))
            answer = when + waited
            if left:
                lines.append((answer, f"{answer}|{name}|NONE|ABANDON|1|1|{waited}\n"))
                continue
            end, by = answer + spoke, f"{name}|SIP/u{who}"
            lines.append((answer, f"{answer}|{by}|CONNECT|{waited}|{answer}.{first + number}|3\n"))
            lines.append((end, f"{end}|{by}|COMPLETECALLER|{waited}|{spoke}|1\n"))
        lines.sort(key=lambda line: line[0])
        until = at[-1] if first + many < calls else at[-1] + longest
        yield "".join(line for when, line in lines if when <= until)
        late = [line for line in lines if line[0] > until]


def _shifts(day: int, agents: int) -> Iterator[tuple[int, str]]:
    """The events of all agents on a day that begins at this second."""
    for who in range(agents):
        for at, event in ((0, "ADDMEMBER"), (14_400, "PAUSE"), (18_000, "UNPAUSE"), (86_000, "REMOVEMEMBER")):
            when = day + at + who % 300
            yield when, f"{when}|NONE|queue-{who % QUEUES}|SIP/u{who}|{event}|\n"


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
        ("log, Asterisk", queue_log(calls, days)),
    ):
        rows, told, seconds, megabytes = measured(parts)
        late = seconds > MOST_S or megabytes > MOST_MB
        missed += late
        marked = " MISSED" * late
        print(f"{name:24}{rows:12,} rows {told:14,.0f} calls {seconds:7.1f} s {megabytes:7.0f} MB{marked}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
