"""The layouts of CSV files that a scenario names, each with an example that is read as it stands."""

from __future__ import annotations

from typing import NamedTuple

from callsim.sentences import say


class Layout(NamedTuple):
    """One way to write a file."""

    key: str  # where its name stands
    words: str
    example: str  # its first lines


def layouts() -> tuple[Layout, ...]:
    """Returns every layout, those of one key beside each other."""
    return (
        Layout(
            "agents",
            say("layouts.agents"),
            "name,site,shift,sales,support\nLi,xinpu,early,1,2\n",
        ),
        Layout(
            "queues.*.arrivals.counts",
            say("layouts.counts"),
            "interval_start,offered\n00:00,3\n00:30,2\n",
        ),
        Layout(
            "queues.*.arrivals.counts",
            say("layouts.counts_by_date"),
            "interval_start,offered\n2026-03-02T00:00,3\n2026-03-02T00:30,2\n",
        ),
        Layout(
            "queues.*.arrivals.profile",
            say("layouts.profile"),
            "weight\n0\n0\n7\n",
        ),
        Layout(
            "queues.*.arrivals.replay",
            say("layouts.replay"),
            "arrival,talk_s\n2026-03-02T08:00:11,184\n2026-03-02T08:00:47,95\n",
        ),
        Layout(
            "groups.*.staff",
            say("layouts.staff"),
            "interval_start,staff\n00:00,2\n00:30,1\n",
        ),
        Layout(
            "queues.*.talk.empirical.file",
            say("layouts.values"),
            "seconds\n184\n95.5\n",
        ),
    )
