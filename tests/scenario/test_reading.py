"""What is read is what was meant: units, shares, ranges, distributions, tables, schema."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path

import jsonschema
import pytest

from callsim.scenario import TEMPLATE, describe, load, schema
from callsim.scenario.document import parse

from .conftest import SMALL

CONTRACT = Path(__file__).parent / "contract.yaml"


def valid(text: str) -> bool:
    tree, _ = parse(text, "text")
    validator = jsonschema.Draft202012Validator(schema())
    return validator.is_valid(json.loads(json.dumps(tree.plain())))


def test_the_contract():
    s = load(CONTRACT)
    assert s.name == "Two lines in two parks"
    assert s.path == str(CONTRACT)
    assert s.calendar.start == datetime.date(2017, 6, 5)
    assert (s.calendar.warm_up, s.calendar.interval, s.calendar.intervals) == (3600, 1800, 48)
    telecom, bank = s.queues["telecom"], s.queues["bank"]
    assert telecom.arrivals.per_day == 50_000
    assert telecom.arrivals.profile == (1, 0.6, 0.4)
    assert telecom.arrivals.day_cv == 0.06
    assert telecom.arrivals.surges[0].at == ((36_000_000, 41_400_000),)
    assert (telecom.talk.family, telecom.talk.mean) == ("lognormal", (158.0,))
    assert (telecom.goal.answer, telecom.goal.within, telecom.goal.abandon_at_most) == (0.85, 15, 0.05)
    assert bank.open == ((0, 21_600_000), (28_800_000, 72_000_000), (79_200_000, 86_400_000))
    assert (bank.talk.family, bank.talk.mean) == ("constant", (180.0,))
    answers = s.groups["telecom-xinpu"].answers
    assert (answers["telecom"].rank, answers["bank"].rank) == (1, 2)
    assert (answers["bank"].after, answers["bank"].pace) == (30, 1.2)
    assert s.groups["telecom-xinpu"].shifts == {"early": 200, "night": 120}
    assert s.groups["bank-tongzi"].staff == (40,)
    assert [incident.title for incident in s.incidents][:2] == [
        "tongzi loses 100% of its seats",
        "3 times the calls of telecom",
    ]
    assert s.lines["main"].queues == ("telecom", "bank")
    assert telecom.lines == 3000


def test_the_template(tmp_path):
    path = tmp_path / "new.yaml"
    path.write_text(TEMPLATE, "utf-8")
    assert "A small centre" in "\n".join(describe(load(path)))


def test_schema():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert valid(CONTRACT.read_text("utf-8"))
    assert valid(TEMPLATE)
    assert valid(SMALL)
    assert valid("extends: base.yaml\nqueues: {telecom: {priority: 2, wrap: ~}}")
    assert not valid("queues: {telecom: {priority: 2}}")
    assert not valid(SMALL.replace("3 min", "180"))
    assert not valid(SMALL.replace("calendar", "calender"))
    assert not valid("extends: base.yaml\nqueues: {telecom: {prority: 2}}")
    text = json.dumps(schema())
    assert "After-call work" in text


def test_few_lines_for_many_queues(written):
    queues = "".join(f"  q{i}: {{arrivals: {{per_day: 100}}, talk: 2 min}}\n" for i in range(120))
    answers = ", ".join(f"q{i}: {{}}" for i in range(120))
    s = written(f"queues:\n{queues}groups: {{g: {{answers: {{{answers}}}, staff: 9}}}}")
    lines = describe(s)
    assert "120 queues, 12,000 calls" in lines[1]
    assert len(lines) < 20
    assert all(len(line) < 120 for line in lines)


@pytest.mark.parametrize(
    ("written_as", "mean", "more"),
    [
        ("90 s", 90, {}),
        ("{constant: {mean: 1.5 min}}", 90, {}),
        ("{lognormal: {median: 60 s, sigma: 1}}", 60 * math.exp(0.5), {"cv": math.sqrt(math.e - 1)}),
        ("{lognormal: {mu: 4, sigma: 0.5}}", math.exp(4.125), {"cv": math.sqrt(math.exp(0.25) - 1)}),
        ("{gamma: {shape: 4, scale: 10 s}}", 40, {"cv": 0.5}),
        ("{gamma: {mean: 40 s, cv: 50%}}", 40, {"shape": 4}),
        ("{weibull: {shape: 1, scale: 60 s}}", 60, {"cv": 1}),
        ("{weibull: {shape: 2, scale: 60 s}}", 30 * math.sqrt(math.pi), {"cv": math.sqrt(4 / math.pi - 1)}),
        ("{weibull: {mean: 60 s, cv: 1}}", 60, {"shape": 1}),
        ("{weibull: {mean: 60 s, cv: 0.5227232}}", 60, {"shape": 2}),
        ("{hyperexponential: {weights: [1, 1], means: [30 s, 90 s]}}", 60, {"cv": math.sqrt(1.5)}),
        ("{hyperexponential: {mean: 60 s, cv: 2}}", 60, {"cv": 2}),
        ("{uniform: {low: 0 s, high: 60 s}}", 30, {"cv": 1 / math.sqrt(3)}),
        (
            "{uniform: {mean: 30 s, cv: 0.2}}",
            30,
            {"low": 30 - 6 * math.sqrt(3), "high": 30 + 6 * math.sqrt(3)},
        ),
        ("{empirical: {values: [10 s, 20 s]}}", 15, {}),
    ],
)
def test_distributions(written, written_as, mean, more):
    talk = written(SMALL.replace("{exponential: {mean: 3 min}}", written_as)).queues["telecom"].talk
    assert talk.mean == pytest.approx((mean,))
    for name, value in more.items():
        assert getattr(talk, name) == pytest.approx(value, rel=1e-6)


def test_a_mean_per_interval(written):
    means = ", ".join(["1 min"] * 24 + ["90 s"] * 24)
    talk = written(SMALL.replace("mean: 3 min", f"mean: [{means}]")).queues["telecom"].talk
    assert talk.mean == (60.0,) * 24 + (90.0,) * 24


def test_yaml_is_1_2(written):
    text = SMALL.replace("  bank:", "  NO:").replace("bank:", "NO:").replace("20\n", "0x14\n")
    s = written(text.replace("calendar: {days: 2}", "name: 9:30"))
    assert s.name == "9:30"
    assert "NO" in s.queues
    assert s.groups["desk"].staff == (20,)


def test_defaults(written):
    s = written(SMALL.replace("calendar: {days: 2}", "").replace("telecom: {}", "telecom: "))
    assert s.name == "a"
    assert s.calendar.start == datetime.date(2024, 1, 1)
    assert s.queues["telecom"].open == ((0, 86_400_000),)
    assert s.queues["telecom"].patience is None
    assert s.groups["desk"].answers["telecom"].rank == 1


def test_aliases_are_values(written):
    s = written(SMALL.replace("talk: {exp", "talk: &t {exp").replace("talk: 2 min", "talk: *t"))
    assert s.queues["bank"].talk == s.queues["telecom"].talk
