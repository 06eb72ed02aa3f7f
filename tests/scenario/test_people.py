"""Shifts, absence, incidents and supervisors: what is understood, and every mistake at its place."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from callsim.scenario import describe
from callsim.scenario.words.shifts import Shift, most_at_once
from callsim.units import DAY_MS

H = 3_600_000
M = 60_000

WORKED = """\
calendar: {start: 2017-06-05, days: 2}
sites: {a: {seats: 30}, b: {}}
queues:
  telecom: {arrivals: {per_hour: 60}, talk: 2 min}
groups:
  desk:
    site: a
    answers: {telecom: {}}
    shifts: {early: 20, night: 5}
    absence: {share: 4%, correlation: 0.05}
    shrinkage: 20%
shifts:
  early: {from: 07:00, to: 16:00, breaks: ["09:00-09:15", "12:00-13:00"], days: mon-fri}
  night: {from: "22:00", to: "06:00", breaks: 02:00-02:30}
  farm: {hours: [09:00-11:00, 14:00-16:00]}
lines: {main: {count: 90, queues: [telecom]}}
incidents:
  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 40%}
supervisors: []
"""
EARLY = '  early: {from: 07:00, to: 16:00, breaks: ["09:00-09:15", "12:00-13:00"], days: mon-fri}'
FARM = "  farm: {hours: [09:00-11:00, 14:00-16:00]}"
INCIDENT = "  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 40%}"


def test_what_is_understood(written):
    scenario = written(WORKED)
    early, night, farm = (scenario.shifts[name] for name in ("early", "night", "farm"))
    assert early.spans == ((7 * H, 9 * H), (9 * H + 15 * M, 12 * H), (13 * H, 16 * H))
    assert early.days == (0, 1, 2, 3, 4)
    assert night.spans == ((22 * H, 26 * H), (26 * H + 30 * M, 30 * H))
    assert night.days == (0, 1, 2, 3, 4, 5, 6)
    assert farm.spans == ((9 * H, 11 * H), (14 * H, 16 * H))
    (incident,) = scenario.incidents
    assert (incident.from_, incident.to, incident.calls_in_progress) == (10 * H, 14 * H, "dropped")
    told = describe(scenario)
    assert "  desk: early 20, night 5 agents less 20% shrinkage and 4% absent at a, answering telecom" in told
    assert "1 group, at most 20 agents" in told
    assert "  day 1 10:00 to day 1 14:00: a loses 40% of its seats" in told


@pytest.mark.parametrize(
    ("words", "days"),
    [("sat-mon", (0, 5, 6)), (("mon", "wed-thu"), (0, 2, 3)), ("sun", (6,)), ("Mon-Sun", tuple(range(7)))],
)
def test_days_of_the_week(words, days):
    assert Shift.model_validate({"from": "07:00", "to": "16:00", "days": words}).days == days


def test_breaks_are_paid_below_20_minutes_or_as_said():
    def paid(*breaks: object) -> float:
        return Shift.model_validate({"from": "08:00", "to": "17:00", "breaks": breaks}).paid_ms / 60_000

    assert paid("12:00-12:19") == 540
    assert paid("12:00-12:20") == 520
    assert paid({"length": "19 min", "between": "10:00-14:00"}) == 540
    assert paid({"length": "1 h", "between": "10:00-14:00"}, "09:00-09:15") == 480
    assert paid({"length": "1 h", "between": "2 h-5 h", "paid": "yes"}) == 540
    assert paid({"at": "12:00-12:10", "paid": False}) == 530


def test_shifts_of_a_family():
    family = Shift.model_validate(
        {
            "starts": {"from": "06:00", "to": "07:00", "every": "30 min"},
            "lengths": ("6 h", "7h30m"),
            "breaks": {"length": "30 min", "between": "2 h-5 h"},
            "days": "mon-fri",
        }
    )
    members = family.members("flexible")
    names = [f"flexible-{start}-{length}" for start in ("0600", "0630", "0700") for length in ("6h", "7h30m")]
    assert list(members) == names
    plain = {"from": "06:30", "to": "14:00", "days": "mon-fri"}
    one = Shift.model_validate({**plain, "breaks": {"length": "30 min", "between": "08:30-11:30"}})
    assert members["flexible-0630-7h30m"] == one


def test_most_at_once_looks_over_midnight_and_sunday():
    def shift(begin: str, end: str, days: object = "mon-sun") -> Shift:
        return Shift.model_validate({"from": begin, "to": end, "days": days})

    assert most_at_once([(shift("22:00", "06:00"), 3), (shift("05:00", "13:00"), 4)]) == 7
    assert most_at_once([(shift("22:00", "06:00", "sun"), 3), (shift("05:00", "13:00", "mon"), 4)]) == 7
    assert most_at_once([(shift("22:00", "05:00"), 3), (shift("05:00", "13:00"), 4)]) == 4
    assert most_at_once([(shift("16:00", "24:00", "sun"), 3), (shift("00:00", "08:00", "mon"), 4)]) == 4
    assert most_at_once([]) == 0


def test_an_incident_ends_with_its_last_day(written):
    scenario = written(WORKED.replace("to: day 1 14:00", "to: day 2 24:00"))
    assert scenario.incidents[0].to == 2 * DAY_MS


ONE = [
    (EARLY, "  early: {from: 07:00}", "13:10", "write from and to, or hours"),
    (EARLY, "  early: {}", "13:10", "write from and to, or hours"),
    (EARLY, "  early: {from: 07:00, to: 16:00, hours: 09:00-11:00}", "13:10", "hours does not go with from and to"),
    (EARLY, "  early: {from: 07:00, to: 07:00}", "13:10", "from and to are equal; write from: 00:00, to: 24:00"),
    (EARLY, "  early: {from: 24:00, to: 07:00}", "13:17", "there is no 24:00 on the clock"),
    (EARLY, "  early: {from: 7, to: 16:00}", "13:17", "7 is not a clock time; write HH:MM, such as 09:30"),
    (EARLY, '  early: {from: 07:00, to: 16:00, breaks: ["06:00-06:15"]}', "13:43", "the break 06:00–06:15 lies outside the shift, 07:00–16:00"),
    (EARLY, '  early: {from: 07:00, to: 16:00, breaks: ["15:50-16:15"]}', "13:43", "the break 15:50–16:15 lies outside the shift, 07:00–16:00"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [09:00-09:30, 09:15-09:45]}", "13:43", "the breaks overlap at 09:15"),
    (EARLY, "  early: {from: 22:00, to: 06:00, breaks: [12:00-12:30]}", "13:43", "outside the shift, 22:00–06:00"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: 07:00-16:00}", "13:43", "no time to work"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: 15 min}", "13:43", "'15 min' is not a range of the day"),
    (EARLY, "  early: {from: 07:00, to: 16:00, days: [mon, teu]}", "13:41", "teu is not a day of the week; did you mean tue?"),
    (EARLY, "  early: {from: 07:00, to: 16:00, days: []}", "13:41", "the list is empty"),
    (EARLY, "  early: {from: 07:00, to: 16:00, days: 1}", "13:41", "1 is not a day of the week"),
    (EARLY, "  early: {form: 07:00, to: 16:00}", "13:11", "unknown key form; did you mean from?"),
    (FARM, "  farm: {hours: [09:00-11:00, 10:00-16:00]}", "15:17", "these hours overlap at 10:00"),
    (FARM, "  farm: {hours: [22:00-06:00, 20:00-23:00]}", "15:17", "longer than 24 h"),
    (FARM, "  farm: {hours: [], days: mon}", "15:17", "the list is empty"),
    (FARM, "  farm: {hours: [09:00-11:00, 14:00-16:00], breaks: 11:00-11:15}", "15:53", "lies outside the shift, 09:00–11:00 and 14:00–16:00"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: {length: 30 min, between: 06:00-09:00}}", "13:43", "the window 06:00–09:00 of a break of 30 min lies outside the shift, 07:00–16:00"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: {length: 30 min, between: 8 h-10 h}}", "13:43", "the window 15:00–17:00 of a break of 30 min lies outside"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: {length: 1 h, between: 09:00-09:30}}", "13:43", "a break of 1 h does not fit into 09:00–09:30"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [{length: 1 h, between: 09:00-10:30}, 09:30-09:45]}", "13:43", "these breaks do not fit beside each other"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: {length: 1 h, betwen: 09:00-10:30}}", "13:57", "unknown key betwen; did you mean between?"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [{length: 1 h}]}", "13:44", "write length and between, such as"),
    (EARLY, '  early: {from: 07:00, to: 16:00, breaks: [{at: "09:00-09:30", length: 1 h}]}', "13:44", "at does not go with length and between"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [{length: 60, between: 09:00-12:00}]}", "13:53", "60 has no unit"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [{length: 90 s, between: 09:00-12:00}]}", "13:53", "no whole number of minutes"),
    (EARLY, "  early: {from: 07:00, to: 16:00, breaks: [{length: 30 min, between: 5 h-2 h}]}", "13:70", "ends before it begins"),
    (EARLY, '  early: {from: 07:00, to: 16:00, breaks: [{at: "09:00-09:30", paid: maybe}]}', "13:70", "maybe is neither yes nor no"),
    (FARM, "  farm: {starts: {from: 06:00, to: 12:00, every: 30 min}}", "15:9", "write starts and lengths"),
    (EARLY, "  early: {starts: {from: 06:00, to: 12:00, every: 30 min}, lengths: 8 h}", "9:14", "early is a family of shifts"),
    (FARM, "  farm: {starts: {from: 06:00, to: 12:00, every: 30 min}, lengths: 8 h, from: 07:00}", "15:9", "starts and lengths do not go with from, to and hours"),
    (FARM, "  farm: {starts: {from: 06:00, to: 05:00, every: 30 min}, lengths: 8 h}", "15:18", "to is earlier than from"),
    (FARM, "  farm: {starts: {from: 06:00, to: 12:00, every: 1 min}, lengths: [6 h, 7 h, 8 h]}", "15:9", "more than 1,000 shifts"),
    (FARM, "  farm: {starts: {from: 06:00, to: 12:00, every: 30 min}, lengths: [4 h, 8 h], breaks: {length: 30 min, between: 2 h-5 h}}", "15:88", "the window from 2 h to 5 h after the beginning ends after 4 h"),
    (FARM, "  farm: {starts: {from: 06:00, to: 12:00, every: 30 min}, lengths: 8 h, breaks: 10:00-10:30}", "15:81", "count its breaks from their beginning"),
    ("    shifts: {early: 20, night: 5}", "    shifts: {erly: 20, night: 5}", "9:14", "there is no shift erly; did you mean early?"),
    ("    shifts: {early: 20, night: 5}", "    shifts: {early: 0, night: 0}", "9:5", "desk has nobody on any shift"),
    ("    shifts: {early: 20, night: 5}", "    shifts: {}", "9:13", "this is empty"),
    ("    shifts: {early: 20, night: 5}", "    shifts: {early: 2.5}", "9:21", "2.5 is not a whole number"),
    ("    shifts: {early: 20, night: 5}", "    shifts: {early: 20}\n    staff: 3", "6:3", "write staff (agents by the interval) or shifts (agents by the shift); here is both"),
    ("    shifts: {early: 20, night: 5}", "    # nobody", "6:3", "write staff (agents by the interval) or shifts (agents by the shift); here is none"),
    ("    absence: {share: 4%, correlation: 0.05}", "    absence: {share: 100%}", "10:22", "less than 100%"),
    ("    absence: {share: 4%, correlation: 0.05}", "    absence: {share: 4%, correlation: 1}", "10:39", "less than 1"),
    ("    absence: {share: 4%, correlation: 0.05}", "    absence: 4%", "10:14", "must be a mapping"),
    ("    shrinkage: 20%", "    shrinkage: 20", "11:16", "20 is more than 1; write 20% or 0.2"),
    ("    shrinkage: 20%", "    shrinkage: 100%", "11:16", "less than 100%"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 140%}", "18:63", "140% is more than 100%"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 0%}", "18:63", "more than 0%"),
    (INCIDENT, "  - {site: c, from: day 1 10:00, to: day 1 14:00, seats_lost: 40%}", "18:12", "there is no site c; here can stand: a, b"),
    (INCIDENT, "  - {site: b, from: day 1 10:00, to: day 1 14:00, seats_lost: 40%}", "18:63", "b has no seat limit, so 40% of it is unknown; write seats, or 100%"),
    (INCIDENT, "  - {site: a, from: day 3 10:00, to: day 3 14:00, seats_lost: 40%}", "18:21", "day 3 is after the last; the run has 2 (calendar.days)"),
    (INCIDENT, "  - {site: a, from: day 2 10:00, to: day 3 14:00, seats_lost: 40%}", "18:38", "day 3 is after the last; the run has 2 (calendar.days)"),
    (INCIDENT, "  - {site: a, from: day 0 10:00, to: day 1 14:00, seats_lost: 40%}", "18:21", "there is no day 0"),
    (INCIDENT, "  - {site: a, from: 10:00, to: day 1 14:00, seats_lost: 40%}", "18:21", "10:00 is not a moment of the run; write such as day 1 10:00"),
    (INCIDENT, "  - {site: a, from: day 1 14:00, to: day 1 10:00, seats_lost: 40%}", "18:5", "this ends at day 1 10:00, before it begins"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00}", "18:5", "write exactly one of seats_lost, times, absence, lost; here is none"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00, seats_lost: 1, times: 2}", "18:5", "here is seats_lost and times"),
    (INCIDENT, "  - {from: day 1 10:00, to: day 1 14:00, seats_lost: 40%}", "18:5", "site is missing here: seats_lost needs it"),
    (INCIDENT, "  - {queue: telecon, from: day 1 10:00, to: day 1 14:00, times: 3}", "18:13", "there is no queue telecon; did you mean telecom?"),
    (INCIDENT, "  - {queue: [telecom, x], from: day 1 10:00, to: day 1 14:00, times: 3}", "18:23", "there is no queue x"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00, times: 3}", "18:5", "queue is missing here: times needs it"),
    (INCIDENT, "  - {site: a, queue: telecom, from: day 1 10:00, to: day 1 14:00, times: 3}", "18:5", "times happens to a queue; site does not go with it"),
    (INCIDENT, "  - {lines: mian, from: day 1 10:00, to: day 1 14:00, lost: 50%}", "18:13", "there is no trunk group mian; did you mean main?"),
    (INCIDENT, "  - {lines: main, from: day 1 10:00, to: day 1 14:00, lost: 50%, calls_in_progress: dropped}", "18:5", "calls_in_progress goes with seats_lost, not with lost"),
    (INCIDENT, "  - {site: a, from: day 1 10:00, to: day 1 14:00, absence: 100%}", "18:60", "less than 100%"),
    (INCIDENT, f"{INCIDENT}\n  - {{site: a, from: day 1 12:00, to: day 1 15:00, seats_lost: 70%}}", "19:63", "incidents of that time take 110% of a together"),
    ("supervisors: []", "supervisors: ops.py", "19:14", "ops.py names no function; write a Python file and its function: my_ops.py:evening"),
    ("supervisors: []", "supervisors: [none.py:evening]", "19:15", "none.py: there is no such file"),
    ("supervisors: []", "supervisors: [ops.py:evning]", "19:15", "ops.py has no function evning; did you mean evening?"),
    ("supervisors: []", "supervisors: [ops.py:never]", "19:15", "never in ops.py, line 4, never waits"),
    ("supervisors: []", "supervisors: [broken.py:evening]", "19:15", "broken.py, line 1, is not Python"),
]  # fmt: skip

MY_OPS = """\
def evening(floor):
    while True:
        yield floor.wait("5 min")
def never(floor):
    floor.move(3, "a", "b")
later = evening
"""


@pytest.mark.parametrize(("line", "spoiled", "place", "text"), ONE, ids=[case[1].strip() for case in ONE])
def test_one_mistake(refused, line, spoiled, place, text):
    assert line in WORKED
    found = refused(WORKED.replace(line, spoiled, 1), ops_py=MY_OPS, broken_py="def evening(:")
    assert any(m.startswith(f"a.yaml:{place}: ") and text in m for m in found), found
    assert len(found) == 1, found


def test_supervisors_are_found_beside_their_file_and_not_run(written, tmp_path):
    spy = "raise SystemExit('run')\n" + MY_OPS
    scenario = written(
        WORKED.replace("supervisors: []", "supervisors: [ops.py:evening, ops.py:later]"), ops_py=spy
    )
    assert [one.function for one in scenario.supervisors] == ["evening", "later"]
    assert {one.file for one in scenario.supervisors} == {str(tmp_path / "ops.py")}


def test_a_shift_may_lie_over_a_list(written):
    base = WORKED.replace("shifts: {early: 20, night: 5}", "staff: 4")
    over = "extends: base.yaml\ngroups: {desk: {staff: , shifts: {farm: 7}}}"
    scenario = written(over, base_yaml=base)
    assert scenario.groups["desk"].staff is None
    assert scenario.groups["desk"].shifts == {"farm": 7}


def test_a_group_whose_shifts_fall_on_no_day(refused):
    text = WORKED.replace("days: mon-fri", "days: wed-sun").replace(", night: 5", "")
    (mistake,) = refused(text)
    assert mistake.startswith("a.yaml:9:5: none of the shifts of desk falls on a day of the run")


def test_last_evenings_night_shift_is_a_shift_of_the_run(written):
    text = WORKED.replace("days: mon-fri", "days: wed-sun").replace(
        "breaks: 02:00", "days: sun, breaks: 02:00"
    )
    assert written(text).groups["desk"].shifts == {"early": 20, "night": 5}


@pytest.mark.parametrize(
    "none", ["staff: 0", "staff: {mon-fri: 0, other: [0, 0, 0, 0]}", "shifts: {early: 0}"]
)
def test_a_group_that_nobody_needs_may_be_empty(written, refused, none):
    text = """\
calendar: {days: 2, interval: 6 h}
queues:
  telecom: {arrivals: {per_hour: 60}, talk: 3 min}
  quiet: {arrivals: {per_hour: 0}, talk: 3 min}
groups:
  desk: {answers: {telecom: {}}, staff: 5}
  help: {answers: {telecom: {rank: 2}, quiet: {}}, NONE}
shifts:
  early: {from: 07:00, to: 16:00}
""".replace("NONE", none)
    assert written(text).groups["help"].staff_lists in ([], [(0,)], [(0,), (0, 0, 0, 0)])
    (mistake,) = refused(text.replace("staff: 5", "staff: 0"))[:1]
    assert "desk has no staff at any time, and nobody else answers telecom" in mistake
    (mistake,) = refused(text.replace("per_hour: 0", "per_hour: 1"))
    assert "help has no" in mistake
    assert "nobody else answers quiet" in mistake
