"""How many runs it takes to see one agent in a hundred: with the same calls, and with separate luck.

    python -m benchmarks.precision                      # 20,000 seats, some ten minutes on one core
    python -m benchmarks.precision --scenario scenarios/overflow.yaml

First both plans meet the same calls, looked at after 10, 20, 40 … runs, until it is decided for every queue
which is better. Then three times as many runs are played with another seed for the second plan, and it is
counted for how many queues they decide it; how many they would need follows from the variances. Exit code 1
where separate luck would need less than three times as many.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import callsim
from callsim.results import measures
from callsim.scenario import Scenario
from callsim.study.runs.multiple import holm

TIMES = 3


def fewer(path: str, share: float) -> dict[str, list[int] | dict[str, int]]:
    """Staff or shifts of every group, so large a share smaller; fractions are carried over: it is exact."""
    owed, found = 0.0, {}

    def less(agents: Iterable[int]) -> Iterator[int]:
        nonlocal owed
        for some in agents:
            owed += some * share
            gone = min(int(owed), some)
            owed -= gone
            yield some - gone

    for name, group in callsim.load(path).groups.items():
        if group.shifts is not None:
            found[f"groups.{name}.shifts"] = dict(zip(group.shifts, less(group.shifts.values()), strict=True))
        else:
            found[f"groups.{name}.staff"] = list(less(group.staff or ()))
    return found


def plans(path: str, share: float) -> list[Scenario]:
    """The plan with fewer agents, and the plan itself."""
    less: Mapping[str, Any] = {**fewer(path, share), "name": f"{share:.0%} fewer"}
    return [callsim.load(path, set=less), callsim.load(path)]


def main() -> int:
    """Print how many runs each way takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="scenarios/zunyi-2016.yaml")
    parser.add_argument("--share", type=float, default=0.01, help="of agents taken away")
    asked = parser.parse_args()
    both = plans(asked.scenario, asked.share)

    same = callsim.compare(both)
    ((before, after),) = same.pairs
    answers = same.answers(before, after)
    open_ = [answer.question.queue or "all" for answer in answers if answer.verdict == "open"]
    runs = same.plans[before].runs
    gains = sorted(answer.gain for answer in answers if answer.gain is not None)
    clear = len(answers) - len(open_)
    print(f"the same calls: {clear} of {len(answers)} questions decided after {runs} runs")
    if open_:
        print(f"still open: {', '.join(open_)}")
    print(f"separate luck would need {gains[0]:,.0f} to {gains[-1]:,.0f} times as many, by the variances")

    more = TIMES * runs
    first, second = callsim.run(both[0], runs=more, seed=1), callsim.run(both[1], runs=more, seed=2)
    doubts = []
    for answer in answers:
        old, new = (answer.question.of(result.estimates) for result in (first, second))
        doubts.append(measures.doubt(old, new))  # paired with a stranger: as good as apart
    decided = sum(doubt is not None and doubt * same.looks < 0.05 for doubt in holm(doubts))
    print(f"separate luck: {decided} of {len(answers)} questions decided after {more} runs")
    return 0 if gains[0] >= TIMES and decided < clear else 1


if __name__ == "__main__":
    sys.exit(main())
