# ruff: noqa: E501
"""How true is callsim? Against exact values, another simulator, and real days; written to docs/truth.md.

    python -m benchmarks.truth                     # about three minutes
    python -m benchmarks.truth --data FOLDER --out truth.md

Real days need the open data of Technion's SEELab, the Anonymous Bank in February 1999: its `calls.csv` (a row
for each call: type, vru_exit, queue_s, outcome, service_s, agent) and `servers_effective_<day>_5min.csv`. They
are looked for in `../shared/data/anonymous-bank`; where they are missing, that part says so.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import callsim
from benchmarks import written
from callsim.erlang import evaluate
from callsim.history.canonical import IntervalTable
from callsim.history.read.reader import read
from callsim.history.validate.result import Compared, ValidateResult
from callsim.report.validate import tables
from callsim.study.options import RunOptions
from tests.independent.test_call_by_call import by_callsim, independently, planned

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "../shared/data/anonymous-bank"
HELD_OUT = ("1999-02-15", "1999-02-24")
CENTRES = 60
STEADY = """
calendar: {{interval: 12 h, warm_up: 12 h}}
queues:
  one:
    arrivals: {{per_hour: {per_hour}}}
    talk: {{exponential: {{mean: 3 min}}}}
    patience: {{exponential: {{mean: 5 min}}}}
    goal: {{answer: 80%, within: 20 s}}
groups: {{all: {{answers: {{one: {{}}}}, staff: {agents}}}}}
"""
CASES = ((14, 200), (50, 1000), (500, 10_000))  # agents, calls an hour
FAR = 4.0  # standard errors, beyond which chance alone explains nothing


def exact(short: list[str]) -> Iterator[str]:
    """Queues of one kind of call, exponential throughout, in steady state; to `short` what lies too far off."""
    yield "| agents | calls an hour | figure | exact | simulated, 95 % interval | z |"
    yield "|---|---|---|---|---|---|"
    for agents, per_hour in CASES:
        formula = evaluate(agents, calls_per_hour=per_hour, aht_s=180, patience_s=300, within_s=20)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "one.yaml"
            path.write_text(STEADY.format(agents=agents, per_hour=per_hour))
            found = callsim.run(callsim.load(path), runs=100, weigh=False).to_dict()["queues"]["one"]
        for name, figure, wanted in (
            ("service level", found["service_level"]["offered"], formula.service_level["offered"]),
            ("abandoned", found["abandoned_share"], formula.p_abandon),
        ):
            half = (figure["high"] - figure["low"]) / 2
            z = (figure["mean"] - wanted) / (half / 1.98)
            if abs(z) > FAR:
                short.append(f"{name} of {agents} agents lies {z:+.1f} standard errors from the exact value")
            yield (
                f"| {agents} | {per_hour:,} | {name} | {wanted:.3%} | {figure['mean']:.3%} ± {half:.3%} | {z:+.1f} |"
            )


def another_simulator(short: list[str]) -> str:
    """Random centres with everything that a file can say, played by a simulator written from the rules alone."""
    alike = calls = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(CENTRES):
            model = planned(Path(folder), seed)
            theirs = independently(model)
            alike += by_callsim(model, "kernel") == theirs
            calls += sum(theirs.values())
    if alike < CENTRES:
        short.append(f"{CENTRES - alike} of {CENTRES} random centres differ from the other simulator")
    return f"{alike} of {CENTRES} random centres, {calls:,} calls: arrival, outcome, wait, talk, wrap and group of each call alike."


def real_days(data: Path, runs: int, short: list[str]) -> Iterator[str]:
    """The regular queue of the bank: fitted to February but two days, which are then judged."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls.csv"
        _regular(data / "calls.csv", log)
        fitted = callsim.fit(str(log), exclude=list(HELD_OUT))
        for name, text in fitted.to_scenario("bank").items():
            (Path(folder) / name).write_text(text)
        scenario = callsim.load(Path(folder) / "bank.yaml")
        options = RunOptions(runs=runs)
        yield "### With the people that the other days had"
        yield ""
        found = callsim.validate(scenario, str(log), [",".join(HELD_OUT)], options=options)
        if tables.tone(found) != "good":
            short.append(f"real days, the people of the other days: {tables.headline(found)}")
        yield from _told(found)
        yield "### With the people that were effectively there"
        yield ""
        yield (
            "Inferred by others from the very log of these days (all busy while somebody waits), so no prediction; "
            "rounded to whole people in each half-hour."
        )
        yield ""
        history = _with_servers(read([str(log)]), data)
        found = callsim.validate(scenario, history, [",".join(HELD_OUT)], options=options, inferred=True)
        if tables.tone(found) != "good":
            short.append(f"real days, the people that were effectively there: {tables.headline(found)}")
        yield from _told(found)


def _regular(source: Path, target: Path) -> None:
    """All calls but those of the type IN, which other people answer."""
    with source.open() as there, target.open("w", newline="") as here:
        rows = csv.DictReader(there)
        assert rows.fieldnames is not None
        table = csv.DictWriter(here, rows.fieldnames)
        table.writeheader()
        table.writerows(row for row in rows if row["type"] != "IN")


def _with_servers(table: IntervalTable, data: Path) -> IntervalTable:
    for date in HELD_OUT:
        with (data / f"servers_effective_{date}_5min.csv").open() as file:
            servers = np.array([float(row["servers"]) for row in csv.DictReader(file)])
        seconds = servers.reshape(table.slots, -1).sum(axis=1) * 300
        mine = table.rows["start"].astype("datetime64[D]") == np.datetime64(date)
        table.rows["staffed_s"][mine] = seconds
    return table


def _told(found: ValidateResult) -> Iterator[str]:
    yield f"**{tables.headline(found)}.** {' '.join(found.verdict.says)} {tables.luck(found)} {tables.chance(found)}"
    yield ""
    yield "| day | figure | actual | simulated | chance alone | p |"
    yield "|---|---|---|---|---|---|"
    for day in found.days:
        yield from (_row(day.date, one) for one in day.figures)
    yield from (_row("both", one) for one in found.figures)
    yield ""
    yield "| part of the model | changes | times its limit | p | finding |"
    yield "|---|---|---|---|---|"
    for part in found.ladder:
        cells = [shown.cells[0] for shown in tables.ladder([part])]
        yield f"| {' | '.join(getattr(cell, 'words', cell) for cell in cells)} |"
    yield ""
    yield "| intervals inside | of | 50 % band | 80 % band | 95 % band |"
    yield "|---|---|---|---|---|"
    for band in found.bands:
        inside = (band.inside_50, band.inside_80, band.inside_95)
        shares = " | ".join("–" if share is None else f"{share:.1%}" for share in inside)
        yield f"| {tables.NAMES[band.figure]} | {band.intervals} | {shares} |"
    yield ""


def _row(day: str, one: Compared) -> str:
    name = one.figure
    band = f"{tables.shown(name, one.low)} to {tables.shown(name, one.high)}"
    cells = (day, tables.NAMES[name], tables.shown(name, one.actual), tables.shown(name, one.simulated), band)
    return f"| {' | '.join(cells)} | {one.p:.3f} |"


def page(data: Path, runs: int) -> str:
    """The page."""
    top, short = written.top("How true is it?", "python -m benchmarks.truth"), list[str]()
    lines = [
        "## Against exact values",
        "",
        "Erlang A in steady state (handling 3 min, patience 5 min, within 20 s), 100 runs of a day after 12 h of warm-up.",
        "",
        *exact(short),
        "",
        "## Against another simulator",
        "",
        another_simulator(short),
        "It shares no line with callsim's engines (`tests/independent/simulator.py`); the luck is the same.",
        "",
        "## Against real days",
        "",
        "The call centre of a bank in Israel, February 1999, call by call: the Anonymous Bank of Technion's SEELab (Guedj and Mandelbaum; Brown and others,",
        "*Statistical analysis of a telephone call center*, JASA 100 (2005) 36–50; thanks to A. Mandelbaum), as in the repository mtpa/mtpa at b279e013.",
        "The log is free for academic use and not part of callsim. All types but IN are one queue, first come, first served, as it was read:",
        "a call arrives when it leaves the menu. 15 and 24 February were left out of the fit. What each figure means: [simulated against actual](validate.md).",
        "",
    ]
    if (data / "calls.csv").is_file():
        lines += real_days(data, runs, short)
    else:
        short.append("the real days were not judged: their log was not there")
        lines += [f"The log was not there ({data.name}/calls.csv) when this page was written.", ""]
    return "\n".join([*top, *written.short(short), *lines]).rstrip() + "\n"


def main() -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/truth.md")
    parser.add_argument("--runs", type=int, default=400, help="of each real day")
    arguments = parser.parse_args()
    arguments.out.write_text(page(arguments.data, arguments.runs), "utf-8")
    print(f"wrote {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
