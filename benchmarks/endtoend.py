"""From callsim's own log through history and fit to a run: do new days lie where the fitted scenario says?

    python -m benchmarks.endtoend                    # 6 hidden scenarios, about two minutes
    python -m benchmarks.endtoend --scenarios 50

A hidden scenario is drawn: volume, shape of the day, busyness, talk, wrap, patience, people. It lives nine
weeks of working days. Eight of them are fitted, as log of calls with the people who were logged in; the days
of the ninth are judged by what the fit wrote. Of each figure it is counted how often the real day lies inside
the band of 95 % of its runs. Exit code 1 where that is further from 95 % than luck takes it once in a hundred
times (binomial, by days).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from scipy import stats

import callsim
from callsim.history.fit.question import fit_table
from callsim.history.validate.result import ValidateResult
from callsim.scenario import Scenario
from callsim.study.options import RunOptions
from tests.makers.realities import lived

FITTED, JUDGED = 40, 5  # working days
RUNS = 199
SURE = 0.99
OPEN = range(8, 20)
HIDDEN = """
calendar: {{start: 2024-03-04, interval: 30 min}}
queues:
  service:
    open: 08:00-20:00
    arrivals: {{per_day: {per_day}, profile: {profile}, day_cv: {day_cv}}}
    talk: {{lognormal: {{mean: {talk} s, cv: {cv}}}}}
    wrap: {{exponential: {{mean: {wrap} s}}}}
    patience: {{exponential: {{mean: {patience} s}}}}
    goal: {{answer: 80%, within: 20 s}}
groups: {{agents: {{answers: {{service: {{}}}}, staff: {staff}}}}}
"""


def hidden(number: int, folder: Path) -> Scenario:
    """A scenario that the fit never sees."""
    luck = np.random.default_rng(number)
    per_day, talk, wrap = luck.uniform(500, 2500), luck.uniform(120, 360), luck.uniform(5, 60)
    waves = luck.uniform(1, 2)
    hump = [1 + 0.5 * np.sin((hour - 8) / 12 * np.pi * waves) for hour in OPEN]
    profile = [0.0] * 8 + hump + [0.0] * 4
    loads = per_day * np.array(profile) / sum(profile) * (talk + wrap) / 3600
    agents = np.where(loads > 0, np.ceil(loads + luck.uniform(-0.2, 0.8) * np.sqrt(loads)), 0)
    path = folder / f"hidden{number}.yaml"
    path.write_text(
        HIDDEN.format(
            per_day=round(per_day),
            profile=[round(float(weight), 2) for weight in profile],
            day_cv=round(luck.uniform(0, 0.08), 3),
            talk=round(talk),
            cv=round(luck.uniform(0.7, 1.3), 2),
            wrap=round(wrap),
            patience=round(luck.uniform(60, 300)),
            staff=np.repeat(agents, 2).astype(int).tolist(),
        )
    )
    return callsim.load(path)


def judged(number: int, runs: int) -> ValidateResult:
    """Nine weeks of a hidden scenario: eight fitted, one judged."""
    with tempfile.TemporaryDirectory() as folder:
        secret = hidden(number, Path(folder))
        history = lived(secret, FITTED + JUDGED, seed=1_000_000 + 1000 * number, staffed=True)
        dates = np.unique(history.rows["start"][history.rows["offered"] > 0].astype("datetime64[D]"))
        for name, text in fit_table(history.on(dates[:FITTED])).to_scenario("fitted").items():
            (Path(folder) / name).write_text(text)
        scenario = callsim.load(Path(folder) / "fitted.yaml")
    options = RunOptions(runs=runs, seed=number + 1)
    return callsim.validate(scenario, history.on(dates[FITTED:]), options=options, ladder=False)


def main() -> int:
    """Print how often days lie inside their bands."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scenarios", type=int, default=6)
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    inside: dict[str, list[bool]] = defaultdict(list)
    weeks = []
    for number in range(arguments.scenarios):
        found = judged(number, arguments.runs)
        weeks.append(found.verdict)
        for day in found.days:
            for one in day.figures:
                inside[one.figure].append(one.low <= one.actual <= one.high)
    held = True
    for name, those in inside.items():
        low, high = stats.binom.interval(SURE, len(those), 0.95)
        good = low <= sum(those) <= high
        held &= good
        print(
            f"{name:16} {np.mean(those):6.1%} of {len(those)} days in the band of 95 %{'' if good else '  !'}"
        )
    together = [one for those in inside.values() for one in those]
    print(f"{'all figures':16} {np.mean(together):6.1%}")
    print(f"weeks with p <= 0.05: {np.mean([one.p <= 0.05 for one in weeks]):.0%} of {len(weeks)}")
    words = Counter(one.word for one in weeks)
    print("verdicts:", ", ".join(f"{word} {many}" for word, many in words.items()))
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
