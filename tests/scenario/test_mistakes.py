"""Every kind of mistake: found, at its line and column, with what to write instead."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from callsim.scenario.words.distributions import FAMILIES

from .conftest import SMALL

TELECOM_TALK = "    talk: {exponential: {mean: 3 min}}"

# line that is replaced → (what stands there instead, place, fragment of the text)
ONE = [
    ("calendar: {days: 2}", "calender: {days: 2}", "1:1", "unknown key calender; did you mean calendar?"),
    ("calendar: {days: 2}", "calendar: {start: 2017-02-30}", "1:19", "there is no 2017-02-30"),
    ("calendar: {days: 2}", "calendar: {start: monday}", "1:19", "YYYY-MM-DD"),
    ("calendar: {days: 2}", "calendar: {days: 0}", "1:18", "at least 1"),
    ("calendar: {days: 2}", "calendar: {days: 731}", "1:18", "at most 730"),
    ("calendar: {days: 2}", "calendar: {days: 1.5}", "1:18", "not a whole number"),
    ("calendar: {days: 2}", "calendar: {days: true}", "1:18", "true is not a number"),
    ("calendar: {days: 2}", "calendar: {interval: 7 min}", "1:22", "7 min does not divide a day"),
    ("calendar: {days: 2}", "calendar: {interval: 30 s}", "1:22", "at least 1 min"),
    ("calendar: {days: 2}", "calendar: {warm_up: 31 d}", "1:21", "at most 30 d"),
    ("calendar: {days: 2}", "calendar: [1]", "1:11", "must be a mapping"),
    ("calendar: {days: 2}", "goals: {counted: ofered}", "1:18", "write offered, answered, quick_abandons_excluded"),
    ("calendar: {days: 2}", "1: 2", "1:1", "a key must be a word, not 1; put it in quotes"),
    ("calendar: {days: 2}", "<<: {days: 2}", "1:1", "extends"),
    ("calendar: {days: 2}", "calendar: !!python/object:os.system {}", "1:11", "tag"),
    ("calendar: {days: 2}", "calendar: *x", "1:11", "names no anchor"),
    ("calendar: {days: 2}", "calendar: &x [*x]", "1:15", "contains itself"),
    ("calendar: {days: 2}", "queues: {}", "2:1", "queues is written twice; the first is on line 1"),
    ("calendar: {days: 2}", "extends: nowhere.yaml", "1:10", "nowhere.yaml: there is no such file"),
    ("calendar: {days: 2}", "extends: a.yaml", "1:10", "a.yaml extends itself"),
    ("calendar: {days: 2}", "extends: [b.yaml]", "1:10", "name of a file"),
    ("calendar: {days: 2}", "name: 2015", "1:7", "put it in quotes"),
    ("calendar: {days: 2}", "sites: {x: {seats: -1}}", "1:20", "at least 1"),
    ("calendar: {days: 2}", "lines: {m: {count: 3, queues: [telecon]}}", "1:32", "did you mean telecom?"),
    ("calendar: {days: 2}", "lines: {m: {count: 3, queues: []}}", "1:12", "nobody comes over these lines"),
    ("calendar: {days: 2}", "lines: {m: {count: 3, queues: [bank, bank]}}", "1:38", "bank is in m already"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 20}}", "5:32", "20 has no unit; write a duration such as '20 s' or '4 min'"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 20 sx}}", "5:32", "'sx' is not a unit of time"),
    (TELECOM_TALK, "    talk: {exponential: {mean: -3 min}}", "5:32", "negative"),
    (TELECOM_TALK, "    talk: {exponential: {mean: .nan}}", "5:32", "NaN is not a duration"),
    (TELECOM_TALK, "    talk: {exponential: {mean: .inf}}", "5:32", "infinity is not a duration"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 3:00}}", "5:32", "3:00 is not a duration; write 3m00s, or 3h00m if these are hours"),
    (TELECOM_TALK, "    talk: 3:30", "5:11", "write 3m30s, or 3h30m if these are hours"),
    (TELECOM_TALK, "    talk: 1:03:30", "5:11", "write 1h03m30s"),
    (TELECOM_TALK, "    talk: 1,5 min", "5:11", "write 1.5 min with a point"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 1,5 min}}", "5:32", "write 1.5 min with a point"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {answer: 0,8, within: 20 s}", "6:20", "0,8 is cut at its comma; write 0.8 with a point"),
    (TELECOM_TALK, "    talk: 1 s\n    goal:\n      answer: 0,8\n      within: 20 s", "7:15", "0,8 is not a share; write 0.8 with a point"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {asa_at_most: 25}", "6:25", "25 has no unit; write a duration such as '20 s' or '4 min'"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {asa_at_most: 0 s}", "6:25", "more than 0 s"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {asa_at_most: 25%}", "6:25", "not a duration"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {asa: 25 s}", "6:12", "asa_at_most"),
    (TELECOM_TALK, "    talk: 1 s\n    balk: 5,5%", "6:11", "write 5.5% with a point"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 0 s}}", "5:25", "more than 0 s"),
    (TELECOM_TALK, "    talk: {exponential: {mean: [1 s, 2 s]}}", "5:32", "a list of 2 does not fit; write one value, or 48"),
    (TELECOM_TALK, "    talk: {exponential: {mean: []}}", "5:32", "does not fit"),
    (TELECOM_TALK, "    talk: {exponentail: {mean: 3 min}}", "5:11", "did you mean exponential?"),
    (TELECOM_TALK, "    talk: {exponential: {maen: 3 min}}", "5:26", "unknown key maen; did you mean mean?"),
    (TELECOM_TALK, "    talk: {exponential: 3 min}", "5:11", "exponential does not say what '3 min' is; for a mean write {exponential: {mean: 3 min}}"),
    (TELECOM_TALK, "    talk: {lognormal: 90 s}", "5:11", "for a mean write {lognormal: {mean: 90 s, cv: 1}}"),
    (TELECOM_TALK, "    talk: {weibull: [1, 2]}", "5:11", "write such as {weibull: {mean: 3 min, cv: 1}}"),
    (TELECOM_TALK, "    talk: {empirical: talk.csv}", "5:11", "write such as {empirical: {file: values.csv}}"),
    (TELECOM_TALK, "    talk: {exponential: {mean: 3 min, at_most: 10 s}}", "5:25", "more than nine values in ten"),
    (TELECOM_TALK, "    talk: {lognormal: {mean: 3 min}}", "5:23", "mean and cv, or mu and sigma, or median and sigma"),
    (TELECOM_TALK, "    talk: {lognormal: {mean: 3 min, cv: 0}}", "5:41", "write constant"),
    (TELECOM_TALK, "    talk: {hyperexponential: {mean: 3 min, cv: 0.5}}", "5:48", "at least 1"),
    (TELECOM_TALK, "    talk: {hyperexponential: {weights: [1], means: [1 s, 2 s]}}", "5:30", "1 weights do not fit 2 means"),
    (TELECOM_TALK, "    talk: {uniform: {mean: 3 min, cv: 0.9}}", "5:21", "at most 0.577"),
    (TELECOM_TALK, "    talk: {uniform: {low: 3 min, high: 1 min}}", "5:21", "low must be less than high"),
    (TELECOM_TALK, "    talk: {empirical: {file: none.csv}}", "5:30", "none.csv: there is no such file"),
    (TELECOM_TALK, "    talk: {empirical: {file: none}}", "5:30", "not the name of a CSV file"),
    (TELECOM_TALK, "    talk: {constant: {mean: 1 s}, gamma: {}}", "5:11", "one family, not 2"),
    (TELECOM_TALK, "    talk: ", "5:10", "must be a distribution"),
    (TELECOM_TALK, "    wrap: 1 s", "3:3", "talk is missing here"),
    (TELECOM_TALK, "\ttalk: 1 s", "5:1", "a tab cannot indent"),
    (TELECOM_TALK, "    talk: a: b", "5:12", "':' too many"),
    (TELECOM_TALK, "    talk: 1 s\n    open: [08:00-12:00, 11:00-13:00]", "6:11", "overlap at 11:00"),
    (TELECOM_TALK, "    talk: 1 s\n    open: [08:00-12:00, 13-18]", "6:25", "HH:MM-HH:MM"),
    (TELECOM_TALK, "    talk: 1 s\n    open: 08:00-25:00", "6:11", "there is no 25:00"),
    (TELECOM_TALK, "    talk: 1 s\n    open: 08:00-08:00", "6:11", "empty"),
    (TELECOM_TALK, "    talk: 1 s\n    at_close: wait", "6:15", "write serve or disconnect"),
    (TELECOM_TALK, "    talk: 1 s\n    balk: 5", "6:11", "5 is more than 1; write 5% or 0.05"),
    (TELECOM_TALK, "    talk: 1 s\n    balk: 105%", "6:11", "more than 100%"),
    (TELECOM_TALK, "    talk: 1 s\n    balk: -5%", "6:11", "negative"),
    (TELECOM_TALK, "    talk: 1 s\n    priority: NO", "6:15", "NO is not a number"),
    (TELECOM_TALK, "    talk: 1 s\n    priority: 0", "6:15", "at least 1"),
    (TELECOM_TALK, "    talk: 1 s\n    copies: 1e400", "6:13", "infinity is not a number"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {answer: 80%}", "6:11", "within is missing"),
    (TELECOM_TALK, "    talk: 1 s\n    goal: {within: 20 s}", "6:11", "answer and within"),
    (TELECOM_TALK, "    talk: 1 s\n    copies: 3", "11:3", None),
    (TELECOM_TALK, "    talk: 1 s\n    redial: {probability: 1, after: 1 min}", "6:13", "at_most"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: -1}", "4:25", "at least 0"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1.200}", "4:25", "1.200 can be read in two ways; write 1_200 if thousands are meant, or 1.2"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_hour: 12.345}", "4:26", "write 12_345 if thousands are meant, or 12.3450"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1.200.000}", "4:25", "write 1200000 or 1_200_000"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1,200}", "4:25", "write 1200 or 1_200"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: '1,200'}", "4:25", "write 1200 or 1_200"),
    ("    arrivals: {per_day: 1000}", "    arrivals:\n      per_day: 1,200", "5:16", "1,200 is not a number; write 1200 or 1_200"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, weekdays: [1, 1, 1, 1, 1, 1, 1, 1]}", "4:38", "here are 8"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, per_hour: 2}", "4:15", "exactly one of"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {}", "4:15", "exactly one of"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, profile: [1, 2, 3, 4, 5, 6, 7]}", "4:37", "a profile of 7"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, profile: [0, 0]}", "4:37", "zero"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, profile: flat}", "4:37", "profile.csv"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, weekdays: [1, 1]}", "4:38", "write exactly 7 factors, Monday to Sunday; here are 2"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, day_cv: 6}", "4:36", "6% or 0.06"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, interval_correlation: 1}", "4:50", "less than 1"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {per_day: 1, surges: [{at: 9:00-10:00, times: 2, days: 3}]}", "4:70", "the run has 2"),
    ("    arrivals: {per_day: 1000}", "    open: 8:00-9:00\n    arrivals: {per_day: 1, surges: [{at: 9:00-10:00, times: 2}]}", "3:3", "outside the hours"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {replay: none.csv}", "4:24", "none.csv: there is no such file"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {replay: log}", "4:24", "not the name of a CSV file"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {counts: {exact: true}}", "4:24", "write {file: volumes.csv, …}"),
    ("    arrivals: {per_day: 1000}", "    arrivals: {counts: {fil: a.csv}}", "4:25", "unknown key fil; did you mean file?"),
    ("    staff: 20", "    staff: 0", "12:12", "desk has no staff"),
    ("    staff: 20", "    staff: [0, 0, 0]", "12:12", "a list of 3 does not fit; write one value, or 48: one per interval of a day, the same every day"),
    ("    staff: 20", "    staff: 0\n    occupancy_at_most: 88%", "12:12", "desk has no staff"),
    ("    staff: 20", "    staff: 20\n    occupancy_at_most: 0", "13:24", "more than 0%; nobody would ever be on a call"),
    ("    staff: 20", "    staff: 20\n    occupancy_at_most: 120%", "13:24", "a share"),
    ("    staff: 20", "    staff: 20\n    occupancy_at_most: 88", "13:24", "88"),
    ("    staff: 20", "    staff: 20\n    occupancy_at_most: 5 min", "13:24", "not a share"),
    ("    staff: 20", "    staff: 2.5", "12:12", "not a whole number"),
    ("    staff: 20", "    site: b\n    staff: 20", "12:11", "there is no site b"),
    ("    answers: {telecom: {}, bank: {rank: 2}}", "    answers: {telecon: {}, bank: {rank: 2}}", "11:15", "did you mean telecom?"),
    ("    answers: {telecom: {}, bank: {rank: 2}}", "    answers: {telecom: {}}", "6:3", "nobody answers bank"),
    ("    answers: {telecom: {}, bank: {rank: 2}}", "    answers: {telecom: {}, bank: {pace: 20}}", "11:41", "at most 10"),
    ("    answers: {telecom: {}, bank: {rank: 2}}", "    answers: {}", "11:14", "write at least one queue, such as telecom: {}"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "spoiled", "place", "text"), ONE, ids=[case[1].strip() for case in ONE])
def test_one_mistake(refused, written, line, spoiled, place, text):
    assert line in SMALL
    spoilt = SMALL.replace(line, spoiled, 1)
    if text is None and "copies" in spoiled:  # only one of the queues has copies: that is allowed
        assert written(spoilt).queues["telecom"].copies == 3
        return
    mistakes = refused(spoilt)
    assert any(m.startswith(f"a.yaml:{place}: ") and (text or "") in m for m in mistakes), mistakes


def test_unequal_copies(refused):
    text = SMALL.replace("    talk: 2 min", "    talk: 2 min\n    copies: 2").replace(
        "  bank:\n", "    copies: 3\n  bank:\n"
    )
    (mistake,) = refused(text)
    assert mistake.startswith("a.yaml:12:3: desk is copied along")
    assert "telecom 3, bank 2" in mistake


def test_names_of_copies(refused):
    text = SMALL.replace("  bank:", "    copies: 3\n  telecom-2:").replace("bank:", "telecom-2:")
    (mistake,) = refused(text)
    assert mistake.startswith("a.yaml:7:3: telecom-2 is also what a copy of telecom is called")


def test_all_mistakes_at_once_in_the_order_of_the_file(refused):
    text = (
        SMALL.replace("days: 2", "days: 0, dais: 3")
        .replace("3 min", "20")
        .replace("per_hour: 60", "per_hour: .nan")
        .replace("telecom: {}", "telecon: {}")
        .replace("    talk: 2 min", "    talk: 2 min\n    talk: 3 min\n    open: 7")
        .replace("staff: 20", "staff: [1, 2]")
    )
    places = [mistake.split(" ")[0] for mistake in refused(text)]
    assert places == [
        "a.yaml:1:18:",
        "a.yaml:1:21:",
        "a.yaml:3:3:",
        "a.yaml:5:32:",
        "a.yaml:7:26:",
        "a.yaml:9:5:",
        "a.yaml:10:11:",
        "a.yaml:13:15:",
        "a.yaml:14:12:",
    ]


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("", "1:1", "empty"),
        ("# only a comment\n", "1:1", "empty"),
        ("- a\n", "1:1", "a scenario is a mapping"),
        ("just words", "1:1", "a scenario is a mapping"),
        ("a: 1\n---\nb: 2\n", "2:1", "second document"),
        ("a: 1\nb: \x00\n", "2:4", "U+0000"),
        (b"a: 1\nb: \xc3\xa9\xff\n", "2:5", "UTF-8"),
        ("name: x".encode("utf-16"), "1:1", "UTF-16"),
        ("a: [" * 100, "1:81", "deep"),
        ("a: 'x\n", "2:1", "quotes"),
        ("a: [1, 2\n", "2:1", "']'"),
        ("x" * 10_000_001, "1:1", "larger than 10 MB"),
        ("a: [" + "1," * 200_000 + "]", "1:399999", "200,000 values"),
    ],
)
def test_files_that_are_no_scenario(refused, text, place, fragment):
    mistakes = refused(text)
    assert mistakes[0].startswith(f"a.yaml:{place}: "), mistakes[0]
    assert fragment in mistakes[0]


def test_alias_bomb(refused):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert "200,000 values" in refused("\n".join(lines))[0]


def test_a_file_that_is_not_there(tmp_path, refused):
    from callsim.errors import ScenarioError
    from callsim.scenario import load

    for path, text in (
        (tmp_path / "no.yaml", "no such file"),
        (tmp_path, "folder"),
        ("/dev/zero", "not a file"),
    ):
        with pytest.raises(ScenarioError, match=text):
            load(path)


def test_bounds_of_what_is_long_stay_short(refused):
    assert all(len(m) < 300 for m in refused(SMALL.replace("staff: 20", f"staff: {'9' * 5000}")))


@pytest.mark.parametrize("number", ["0.125", "1.2", "1.20", "1.2000", "1234.567", "1_200.500", "1.200e0"])
def test_numbers_that_can_be_read_in_one_way(written, number):
    arrivals = written(SMALL.replace("1000", number)).queues["telecom"].arrivals
    assert arrivals.per_day == float(number)
    assert type(arrivals.per_day) is float


def test_only_what_may_be_thousands_is_read_in_two_ways(written):
    s = written(SMALL.replace("rank: 2", "pace: 1.200"))
    assert s.groups["desk"].answers["bank"].pace == 1.2


def test_a_cut_number_is_one_mistake(refused):
    for text in ("per_day: 1,200", "per_day: 0,8", "per_day: 1,200, day_cv: 5%"):
        assert len(refused(SMALL.replace("per_day: 1000", text))) == 1


DEMAND = "    arrivals: {per_day: 1000}"


@pytest.mark.parametrize(
    ("line", "spoiled", "place", "text"),
    [
        (DEMAND, "    arrivals: {per_day:900}", "4:16", "a space is missing after the colon of per_day"),
        (DEMAND, "    arrivals:\n      per_day:900", "5:7", "a space is missing after the colon of per_day"),
        (DEMAND, "    arrivals:\n      per_day:900\n      profile: [1, 2]", "5:7", "a space is missing after the colon of per_day"),
        (DEMAND, "    arrivals:\n      profile: [1, 2]\n\n      per_day:900\n      # all\n      day_cv: 5%", "7:7", "a space is missing after the colon of per_day"),
        (DEMAND, "    arrivals\n      per_day: 900", "4:5", "a colon is missing after arrivals"),
        (TELECOM_TALK, "    talk {exponential: {mean: 3 min}}", "5:5", "a colon is missing after talk"),
        (TELECOM_TALK, "    talk: {exponential {mean: 3 min}}", "5:12", "a colon is missing after exponential"),
        (TELECOM_TALK, "    talk: {exponential: {mean 3 min}}", "5:26", "a colon is missing after mean"),
        (TELECOM_TALK, "    talk:{exponential: {mean: 3 min}}", "5:5", "a space is missing after the colon of talk"),
        (TELECOM_TALK, "    talk: {exponential: {mean:3 min}}", "5:26", "a space is missing after the colon of mean"),
        ("    staff: 20", "    staff 20", "12:5", "a colon is missing after staff"),
        ("    staff: 20", "    staff:20", "12:5", "a space is missing after the colon of staff"),
        ("groups:", "groups", "9:1", "a colon is missing after groups"),
        ("calendar: {days: 2}", "calendar:{days: 2}", "1:1", "a space is missing after the colon of calendar"),
    ],
)  # fmt: skip
def test_a_slip_at_a_colon_is_named_in_its_line(refused, line, spoiled, place, text):
    mistakes = refused(SMALL.replace(line, spoiled, 1))
    assert mistakes[0].startswith(f"a.yaml:{place}: "), mistakes
    assert mistakes[0].endswith(text), mistakes


@pytest.mark.parametrize("family", FAMILIES)
def test_the_example_of_a_family_can_be_written(refused, written, family):
    (mistake,) = refused(SMALL.replace("{exponential: {mean: 3 min}}", f"{{{family}: 90 s}}"))
    example = mistake[mistake.index("{") :]
    s = written(
        SMALL.replace("{exponential: {mean: 3 min}}", example.replace("file: values.csv", "values: [90 s]"))
    )
    assert s.queues["telecom"].talk.family == family
    assert s.queues["telecom"].talk.mean == (
        (90,) if family != "triangular" else (240,)
    )  # it is given no mean
