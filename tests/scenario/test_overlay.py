"""Files laid over files, and --set over both."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from .conftest import SMALL


def test_key_by_key(written):
    s = written(
        "extends: b.yaml\nqueues: {telecom: {priority: 2}, bank: ~}\n"
        "groups: {desk: {answers: {bank: ~}}, late: {answers: {telecom: }, staff: 3}}",
        b_yaml=SMALL,
    )
    assert s.queues["telecom"].priority == 2
    assert s.queues["telecom"].arrivals.per_day == 1000
    assert list(s.queues) == ["telecom"]
    assert list(s.groups) == ["desk", "late"]
    assert s.calendar.days == 2


def test_alternatives_give_way(written):
    s = written(
        "extends: b.yaml\nqueues: {telecom: {arrivals: {per_hour: 5}, talk: {lognormal: {mean: 1 min, cv: 1}}}}",
        b_yaml=SMALL.replace("per_day: 1000", "per_day: 1000, profile: [1, 2], day_cv: 5%"),
    )
    arrivals = s.queues["telecom"].arrivals
    assert (arrivals.per_day, arrivals.per_hour, arrivals.day_cv) == (None, 5, 0.05)
    assert s.queues["telecom"].talk.family == "lognormal"


def test_chains_and_places(refused, written):
    s = written("extends: b.yaml\nname: top", b_yaml="extends: c.yaml\nname: middle", c_yaml=SMALL)
    assert s.name == "top"
    mistakes = refused("extends: b.yaml\nname: 3", b_yaml=SMALL.replace("staff: 20", "staff: none"))
    assert [m.split(" ")[0] for m in mistakes] == ["a.yaml:2:7:", "b.yaml:12:12:"]


def test_cycle(refused):
    (mistake,) = refused("extends: b.yaml", b_yaml="extends: a.yaml")
    assert mistake == "b.yaml:1:10: a.yaml extends itself, in the end"


def test_set(written):
    words = [
        "queues.telecom.priority=2",
        "queues.bank.talk={gamma: {mean: 5 min, cv: 1}}",
        "queues.telecom.arrivals.per_hour=7",
        "queues.telecom.talk.lognormal={mean: 1 min, cv: 1}",
        'groups."desk".answers.bank.pace=1.5',
        "queues.bank.arrivals.surges=[{at: 10:00-11:00, times: 2}]",
        "queues.bank.arrivals.surges.0.times=3",
        "queues.bank.arrivals.surges[0].days=1",
        "calendar.days=",
    ]
    s = written(SMALL, words)
    telecom, bank = s.queues["telecom"], s.queues["bank"]
    assert telecom.priority == 2
    assert (telecom.arrivals.per_day, telecom.arrivals.per_hour) == (None, 7)
    assert telecom.talk.family == "lognormal"
    assert (bank.talk.family, bank.talk.mean) == ("gamma", (300.0,))
    assert (bank.arrivals.surges[0].times, bank.arrivals.surges[0].days) == (3, (1,))
    assert s.groups["desk"].answers["bank"].pace == 1.5
    assert s.calendar.days == 1


def test_set_from_python(written):
    import datetime

    s = written(SMALL, {"groups.desk.staff": [3] * 48, "calendar.start": datetime.date(2017, 6, 5)})
    assert s.groups["desk"].staff == (3,) * 48
    assert s.calendar.start.year == 2017


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("queues.telecom.priority=0", "--set queues.telecom.priority: 0 is out of range"),
        (
            "queues.telecom.prority=2",
            "--set queues.telecom.prority: unknown key prority; did you mean priority?",
        ),
        (
            "queues.telecon.priority=2",
            "--set queues.telecon.priority: there is no telecon in queues; did you mean",
        ),
        (
            "groups.desk.staff=+2",
            "--set groups.desk.staff: this sets a value, it does not add; write the new number",
        ),
        ("groups.desk.staff = + 2", "--set groups.desk.staff: this sets a value, it does not add"),
        ("groups.desk.staff+=2", "--set groups.desk.staff: this sets a value, it does not add"),
        ("queues.telecom.arrivals.per_day=+10%", "--set queues.telecom.arrivals.per_day: this sets a value"),
        (
            "queues.telecom.arrivals.per_day=1.200",
            "--set queues.telecom.arrivals.per_day: 1.200 can be read in two ways",
        ),
        ("queues.telecom.priority", "--set queues.telecom.priority: write path=value"),
        ("queues..priority=2", "--set queues..priority=2: write path=value"),
        ("queues.telecom.priority=[", "--set queues.telecom.priority: "),
        ("calendar.days.x=2", "--set calendar.days.x: calendar.days is 2; nothing is below it"),
        ("queues.bank.arrivals.weekdays.7=2", "--set queues.bank.arrivals.weekdays.7: "),
    ],
)
def test_mistakes_of_set(refused, word, text):
    text_with_list = SMALL.replace("per_hour: 60", "per_hour: 60, weekdays: [1, 1, 1, 1, 1, 1, 1]")
    mistakes = refused(text_with_list, [word])
    assert len(mistakes) == 1
    assert mistakes[0].startswith(text), mistakes
