"""`callsim bench` as a table of 80 columns."""

from __future__ import annotations

from callsim.report.kit.wrapping import wrapped
from callsim.sentences import say
from callsim.study.runs.bench import Bench

HEADS = ("agents", "engine", "calls", "calls/s", "draw", "play", "tally", "peak")
UNITS = ("", "", "", "", "ns/call", "ns/call", "ns/call", "MB")
WIDTHS = (8, 10, 11, 11, 8, 8, 8, 7)


def as_text(bench: Bench, width: int) -> str:
    """The table, after the machine it was measured on."""
    what = bench.machine
    head = [
        say("bench.machine", processor=what.processor, cores=what.cores, system=what.system),
        say(
            "bench.versions",
            callsim=what.callsim,
            python=what.python,
            numpy=what.numpy,
            numba=what.numba,
            simpy=what.simpy,
        ),
        say("bench.day"),
    ]
    lines = [*(wrapped(line, width) for line in head), "", _line(*HEADS), _line(*UNITS)]
    for case in bench.cases:
        spent = (f"{ns:,.0f}" for ns in (case.draw_ns, case.play_ns, case.tally_ns))
        size, calls, speed = f"{case.agents:,}", f"{case.calls:,}", f"{case.calls_per_s:,.0f}"
        lines.append(_line(size, case.engine, calls, speed, *spent, f"{case.peak_mb:,.0f}"))
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return " ".join(cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
