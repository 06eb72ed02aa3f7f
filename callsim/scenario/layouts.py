"""The layouts of CSV files that a scenario names, each with an example that is read as it stands."""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """One way to write a file."""

    key: str  # where its name stands
    words: str
    example: str  # its first lines


LAYOUTS = (
    Layout(
        "queues.*.arrivals.counts",
        "Mean calls of each interval of a day, the same every day: every interval of `calendar.interval` has "
        "a row, with 0 where nobody calls.",
        "interval_start,offered\n00:00,3\n00:30,2\n",
    ),
    Layout(
        "queues.*.arrivals.counts",
        "Mean calls of each interval of each day that is simulated; other days of the file are left out.",
        "interval_start,offered\n2026-03-02T00:00,3\n2026-03-02T00:30,2\n",
    ),
    Layout(
        "queues.*.arrivals.profile",
        "Weights of a day, as many as divide it; a column `interval_start` beside them is optional.",
        "weight\n0\n0\n7\n",
    ),
    Layout(
        "queues.*.arrivals.replay",
        "The very calls of a log, one in a row; of `queue`, `wait_s`, `outcome`, `talk_s`, `wrap_s`, "
        "`patience_s` and `priority` what is missing is drawn.",
        "arrival,talk_s\n2026-03-02T08:00:11,184\n2026-03-02T08:00:47,95\n",
    ),
    Layout(
        "groups.*.staff",
        "Agents scheduled in each interval of a day; without the column `interval_start` rows are in order.",
        "interval_start,staff\n00:00,2\n00:30,1\n",
    ),
    Layout(
        "queues.*.talk.empirical.file",
        "Measured times in seconds, one in a row, as for wrap, patience and `redial.after`.",
        "seconds\n184\n95.5\n",
    ),
)
