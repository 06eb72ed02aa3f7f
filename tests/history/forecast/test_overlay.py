"""A forecast as files that a scenario takes, checked by loading them."""

import csv
from pathlib import Path

import numpy as np
import pytest

import callsim
from callsim.history.forecast.overlay import files_of
from callsim.history.forecast.question import forecast
from callsim.history.forecast.result import calls_shown
from tests.makers.histories import dates, day, drawn, means, table

DAYS = dates("2025-09-01", 120)
BASE = """\
name: base
calendar: {{start: 2026-01-05, days: 1, interval: 15 min}}
sites: {{park: {{seats: 100}}}}
queues:
  {one}: {{arrivals: {{per_day: 10, profile: [1, 1]}}, talk: {{exponential: {{mean: 3 min}}}}}}
  {two}: {{arrivals: {{per_hour: 9}}, talk: {{exponential: {{mean: 3 min}}}}}}
groups:
  all: {{site: park, answers: {{{one}: {{}}, {two}: {{}}}}, staff: 20}}
"""


@pytest.mark.parametrize("names", [("sales", "service"), ("0 % & Co/Ü", "true"), ("a b", "A.b")])
def test_counts_and_busyness_go_into_a_scenario(tmp_path: Path, names: tuple[str, str]) -> None:
    counts = [drawn(means(DAYS, 1000), seed, day_cv=0.08) for seed in (1, 2)]
    made = forecast(table(DAYS, **dict(zip(names, counts, strict=True))), day("2025-12-30"), 7)
    quoted = dict(zip(("one", "two"), (f'"{name}"' for name in names), strict=True))
    (tmp_path / "base.yaml").write_text(BASE.format(**quoted))
    files = files_of(made, str(tmp_path / "plan.yaml"), "base.yaml")
    assert len({name.casefold() for name in files}) == 3
    for path, content in files.items():
        Path(path).write_text(content)
    scenario = callsim.load(tmp_path / "plan.yaml")
    assert (str(scenario.calendar.start), scenario.calendar.days) == ("2025-12-30", 7)
    for name in names:
        arrivals, queue = scenario.queues[name].arrivals, made.queues[name]
        assert arrivals.counts is not None
        taken = np.array([offered for _, _, offered in arrivals.rows]).reshape(7, 48)
        np.testing.assert_allclose(taken, queue.expected, rtol=6e-4, atol=1e-9)
        assert arrivals.day_cv == pytest.approx(queue.busyness.day_cv, abs=1e-4)
        assert arrivals.interval_cv == pytest.approx(queue.busyness.interval_cv, abs=1e-4)
        assert arrivals.interval_correlation == pytest.approx(queue.busyness.interval_correlation, abs=0.01)


def test_the_rows_of_one_queue_are_counts_themselves(tmp_path: Path) -> None:
    made = forecast(table(DAYS, sales=drawn(means(DAYS, 1000))), day("2025-12-30"), 2)
    with open(tmp_path / "counts.csv", "w", newline="", encoding="utf-8") as file:
        rows = made.rows()
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    text = BASE.format(one="sales", two="other").replace("per_day: 10, profile: [1, 1]", "counts: counts.csv")
    (tmp_path / "plan.yaml").write_text(
        text.replace("2026-01-05, days: 1, interval: 15", "2025-12-30, days: 2, interval: 30")
    )
    counts = callsim.load(tmp_path / "plan.yaml").queues["sales"].arrivals.rows
    assert counts is not None
    assert sum(offered for _, _, offered in counts) == pytest.approx(
        made.queues["sales"].expected.sum(), abs=0.5
    )


def test_few_calls_keep_their_digits() -> None:
    for size in range(-5, 7):
        for digits in (1.0, 1.2345678, 9.9996):
            calls = digits * 10.0**size
            assert calls_shown(calls) == pytest.approx(calls, rel=5.1e-4)
            assert abs(calls_shown(calls) - calls) <= 0.005
    assert calls_shown(12345.678) == 12345.68
    assert calls_shown(0.0) == 0
