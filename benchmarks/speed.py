# ruff: noqa: E501
"""How fast is callsim, and what falls short? Measured here and now; written to docs/speed.md.

    python -m benchmarks.speed                     # about fifteen minutes on two quiet cores
    python -m benchmarks.speed --out speed.md --only promises what-if

Whatever comes out is written: a promise that is missed stands first. How each figure is taken is told by the
module that takes it: `targets`, `rivals`, `what_if`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import rivals, targets, what_if, written

PAGE = Path(__file__).parents[1] / "docs/speed.md"
PRESSES = 7  # of an arrow key, of which the median counts


def promises() -> tuple[list[str], list[str]]:
    """What callsim promises: lines of the page, and what falls short."""
    short, rows = [], ["| promise | at most, at least | measured here | |", "|---|---:|---:|---|"]
    for part, measure in targets.PARTS.items():
        if part == "rivals":
            continue
        for line in measure(targets.BIG, False):
            rows.append(f"| {line.what} | {line.bar} | {line.found} | {line.verdict} |")
            if not line.holds:
                short.append(f"{line.what}: {line.found}, promised {line.bar}")
    return [*rows, "", "`python -m benchmarks.targets` measures it where you are."], short


def against_rivals() -> tuple[list[str], list[str]]:
    """The same hour with other simulators: lines of the page; a rival that is faster falls short."""
    rows = list(rivals.measured([case for case in rivals.CASES if case[0] == 100_000]))
    intro = [
        "One queue of 100,000 agents, an hour from empty, calls of 300 s, patience of 120 s. Before a time is taken, the answers are compared: exactly where callsim's own calls can be handed over, within four joint standard errors where a simulator draws its own. callsim draws, plays and counts in one thread. Calls a second, and how many times as fast callsim is:",
        "",
    ]
    again = [
        "",
        "`python -m benchmarks.rivals --agents 100000` repeats it; simulators that are not installed are left out.",
    ]
    return [*intro, rivals.as_table(rows), *again], []


def what_ifs() -> tuple[list[str], list[str]]:
    """From a key on the what-if page to a painted answer: lines of the page, and what falls short."""
    short = []
    rows = [
        "| seats | what changes | where | first answer, ms | bar | exact, ms | bar | processor, ms |",
        "|---:|---|---|---:|---:|---:|---:|---:|",
    ]
    for case, where, took in what_if.measured(list(what_if.CASES), PRESSES):
        rows.append(
            f"| {case.seats:,} | {case.name} | {where} | {took.first:,.0f} | {case.first:,.0f} | {took.exact:,.0f} | {case.exact:,.0f} | {took.processor:,.0f} |"
        )
        for what, is_, bar in (("first", took.first, case.first), ("exact", took.exact, case.exact)):
            if where != "no browser" and is_ > bar:
                short.append(
                    f"what-if, {case.seats:,} seats, {case.name}: {what} answer after {is_:,.0f} ms, promised {bar:,.0f} ms"
                )
    return [
        *rows,
        "",
        f"Medians of {PRESSES}; `python -m benchmarks.what_if` measures it where you are.",
    ], short


PARTS: dict[str, tuple[str, Callable[[], tuple[list[str], list[str]]]]] = {
    "promises": ("What is promised", promises),
    "what-if": ("While a slider moves", what_ifs),
    "rivals": ("Beside other simulators", against_rivals),
}


def page(parts: Sequence[str]) -> list[str]:
    """Returns the lines of the page."""
    top = written.top("How fast is it?", "python -m benchmarks.speed")
    found = {name: PARTS[name][1]() for name in parts}
    lines = [*top, *written.short([line for _, more in found.values() for line in more])]
    for name, (rows, _) in found.items():
        lines += [f"## {PARTS[name][0]}", "", *rows, ""]
    return lines[:-1]


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args()
    asked.out.write_text("\n".join(page(asked.only)) + "\n", "utf-8")
    print(f"wrote {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
