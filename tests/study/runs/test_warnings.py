"""What a run warns of is true: nobody on duty, waits that really grow, nights, breaks; equals in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

import callsim
from callsim.results.warned import (
    DURATION,
    Pause,
    Piece,
    Warned,
    alike,
    amount,
    in_one_line,
    names,
    sentence,
)
from callsim.study.runs.unmanned import _breaks_told

HEAD = "name: w\ncalendar: {start: 2024-01-12, days: %d, interval: 60 min}\n"  # a Friday
ALWAYS = "queues: {q: {arrivals: {per_hour: 60}, talk: 3 min, goal: {answer: 80%, within: 20 s}}}\n"


def warned(folder: Path, text: str, days: int = 1, runs: int = 2) -> str:
    file = folder / "w.yaml"
    file.write_text(HEAD % days + text)
    return "\n".join(callsim.run(callsim.load(file), runs=runs).warnings)


def test_nobody_on_duty_is_said_as_such(tmp_path: Path) -> None:
    said = warned(
        tmp_path,
        "queues: {q: {arrivals: {per_hour: 2}, talk: 10 min}}\n"
        "shifts: {day: {from: 08:00, to: 16:00, days: mon-fri}}\n"
        "groups: {g: {answers: {q: {}}, shifts: {day: 2}}}\n",
    )
    assert (
        "nobody is on duty for q from 2024-01-12T00:00 to 2024-01-12T08:00 and from "
        "2024-01-12T16:00 to the end, when" in said
    )
    assert "times the work" not in said


def test_hours_in_which_nobody_may_call_need_nobody(tmp_path: Path) -> None:
    said = warned(
        tmp_path,
        "queues: {q: {open: 22:00-06:00, at_close: disconnect, arrivals: {per_hour: 30}, talk: 2 min}}\n"
        "shifts: {night: {from: '22:00', to: '06:00', days: fri}}\n"
        "groups: {g: {answers: {q: {}}, shifts: {night: 3}}}\n",
    )
    assert "nobody is on duty for q from 2024-01-12T00:00 to 2024-01-12T06:00, when" in said


@pytest.mark.parametrize("copies", [1, 5])
def test_copies_without_anybody_are_one_line(tmp_path: Path, copies: int) -> None:
    said = warned(
        tmp_path,
        f"queues: {{q: {{copies: {copies}, arrivals: {{per_hour: 9}}, talk: 1 min}}}}\n"
        f"groups: {{g: {{answers: {{q: {{}}}}, staff: [{', '.join(['0'] * 12 + ['1'] * 12)}]}}}}\n",
    )
    assert said.count("nobody is on duty") == 1
    assert ("q-1, q-2, q-3 and 2 more" in said) is (copies == 5)


def test_a_loss_system_has_no_growing_waits(tmp_path: Path) -> None:
    text = ALWAYS.replace("talk", "lines: 2, talk") + "groups: {g: {answers: {q: {}}, staff: 2}}\n"
    assert "grow" not in warned(tmp_path, text)


def test_patience_keeps_a_queue_from_growing_for_ever(tmp_path: Path) -> None:
    """Load 1.05 and a patience of an hour: waits settle at 1 h × ln 1.05, about 3 minutes."""
    text = (
        "queues: {q: {arrivals: {per_hour: 1260}, talk: {exponential: {mean: 3 min}},\n"
        "  patience: {exponential: {mean: 60 min}}}}\ngroups: {g: {answers: {q: {}}, staff: 60}}\n"
    )
    assert "grow" not in warned(tmp_path, text)


def test_waits_that_really_grow_are_told_with_their_length(tmp_path: Path) -> None:
    """Load 1.5 and nobody hangs up: the last of 24 hours' callers wait half a day."""
    said = warned(tmp_path, ALWAYS + "groups: {g: {answers: {q: {}}, staff: 2}}\n")
    assert "overloaded from 2024-01-12T00:00 to the end: q with all" in said
    assert "waits grow all that time, to 11 h" in said


def test_callers_who_wait_through_the_night(tmp_path: Path) -> None:
    text = (
        "queues: {q: {open: 08:00-17:00, at_close: %s, arrivals: {per_hour: 60}, talk: 1 min}}\n"
        f"groups: {{g: {{answers: {{q: {{}}}}, staff: [{', '.join(['0'] * 8 + ['1'] * 9 + ['0'] * 7)}]}}}}\n"
    )
    said = warned(tmp_path, text % "serve", 2)
    assert (
        "callers of q who still wait when nobody is on duty any more (2024-01-12T17:00) wait until "
        "2024-01-13T08:00" in said
    )
    assert "still wait when" not in warned(tmp_path, text % "disconnect", 2)


def test_a_shift_that_goes_to_lunch_together(tmp_path: Path) -> None:
    text = (
        "queues: {q: {open: 08:00-16:00, arrivals: {per_hour: 200}, talk: 3 min,\n"
        "  patience: {exponential: {mean: 2 min}}, goal: {answer: 80%%, within: 20 s}}}\n"
        "shifts: {early: {from: 08:00, to: 16:00, breaks: ['12:00-13:00']}, late: {from: 08:00, to: 16:00}}\n"
        "groups: {g: {answers: {q: {}}, shifts: {early: %d, late: %d}}}\n"
    )
    together = warned(tmp_path, text % (9, 4), 2)
    assert (
        "9 of 13 agents are on break together from 12:00 to 13:00 on 2 days, and q misses its goal"
        in together
    )
    assert "on break" not in warned(tmp_path, text % (4, 9))  # fewer than half
    assert "on break" not in warned(tmp_path, text % (60, 40))  # the goal holds


MINUTE = 60_000


def pause(at: tuple[int, int], away: int, planned: int) -> tuple[Pause, int]:
    """Of a quarter of an hour, on one day."""
    begin = (60 * at[0] + at[1]) * MINUTE
    return Pause(begin=begin, end=begin + 15 * MINUTE, away=away, planned=planned), 1


def other(*parts: str | Piece) -> Warned:
    return Warned(what="other", pieces=sentence(parts))


def test_breaks_together_are_one_line_whenever_they_are() -> None:
    """Times of day were taken for figures: from 02 to 06:00 to 30 to 02 to 06:00 to 15."""
    one = _breaks_told(["a-1"], [pause((2, 0), 135, 228)])
    queues = ["b", "a-1", "c", *(f"d-{k}" for k in range(12))]
    two = _breaks_told(queues, [pause((2, 0), 113, 195), pause((6, 0), 113, 195)])
    advice = "then: let shifts or breaks begin at different times"
    assert one.text == (
        f"135 of 228 agents are on break together from 02:00 to 02:15, and a-1 misses its goal {advice}"
    )
    assert two.text == (
        "113 of 195 agents are on break together from 02:00 to 02:15, 113 of 195 from 06:00 to 06:15, and "
        f"b, a-1, c and 12 more miss their goals {advice}"
    )
    assert in_one_line([one]) == [one.text]
    assert in_one_line([one, other("other"), two]) == [
        "113 to 135 of 195 to 228 agents are on break together from 02:00 to 02:15, from 06:00 to 06:15, and "
        "up to 15 queues miss their goals then, as a-1, b, c: let shifts or breaks begin at different times "
        "(2 times)",
        "other",
    ]


def test_breaks_that_are_not_shown_are_within_the_range() -> None:
    """A warning shows three times; the range of several was read from those alone."""
    one = _breaks_told(["q"], [pause((hour, 0), 10 + hour, 20 + hour) for hour in range(1, 6)])
    two = _breaks_told(["q"], [pause((1, 0), 11, 21)])
    assert "and at 2 more times" in one.text
    assert in_one_line([one, two])[0].startswith("11 to 15 of 21 to 25 agents are on break together")


def test_equal_warnings_are_one_line_with_a_range() -> None:
    months = [
        other(
            "overloaded from ",
            Piece(moment=f"2017-{m:02d}-06T10:00"),
            " to ",
            Piece(moment=f"2017-{m:02d}-06T11:00"),
            ": q, ",
            amount(1 + m / 100, ".2f"),
            " times",
        )
        for m in (1, 2, 5)
    ]
    silent = [other("no call of ", *names([queue]), " was ever answered") for queue in ("q", "q1", "q2")]
    assert in_one_line([*months, silent[0]]) == [
        "overloaded from 2017-01-06T10:00 to 2017-01-06T11:00: q, 1.01 to 1.05 times "
        "(3 times, from 2017-01-06 to 2017-05-06)",
        "no call of q was ever answered",
    ]
    assert in_one_line(silent[1:]) == [
        "no call of q1 was ever answered",
        "no call of q2 was ever answered",
    ]
    lacking = [other(f"from 02:00 to 0{k}:30 ", amount(k, ".0f"), " agents lack") for k in (3, 4)]
    assert in_one_line(lacking) == [
        "from 02:00 to 03:30 3 agents lack",
        "from 02:00 to 04:30 4 agents lack",
    ]
    assert in_one_line([]) == []
    assert in_one_line([other("a ", amount(2, ".0f"))] * 2) == ["a 2"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ((39_600, 43_200), "11 to 12 h"),
        ((2_700, 43_200), "45 min to 12 h"),
        ((4_800, 8_400), "1 h 20 min to 2 h 20 min"),
        ((60, 60), "1 min"),
    ],
)
def test_waits_of_any_length_are_one_line(seconds: tuple[int, int], told: str) -> None:
    """Minutes and hours stood in two lines, and 1 h 20 min with 2 h 35 min became 1 to 2 h 20 to 35 min."""
    waits = [other("up to ", amount(wait, DURATION), ": ", Piece(moment="2017-01")) for wait in seconds]
    (line,) = in_one_line(waits)
    assert line.startswith(f"up to {told}: 2017-01")


def test_of_many_names_the_first_are_told() -> None:
    assert alike(["a", "b", "c"]) == "a, b, c"
    assert alike(list("abcde")) == "a, b, c and 2 more"


def test_a_comparison_warns_of_each_plan_as_a_run_does(tmp_path: Path) -> None:
    plans = {}
    for name, first in (("full", "9"), ("empty", "0")):
        staff = ", ".join([first] * 6 + ["9"] * 18)
        group = f"groups: {{g: {{answers: {{q: {{}}}}, staff: [{staff}]}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(HEAD % 1 + ALWAYS + group)
        plans[name] = callsim.load(tmp_path / f"{name}.yaml")
    full, empty = callsim.compare(list(plans.values()), runs=2, names=list(plans)).to_dict()["plans"]
    assert full["warnings"] == []
    assert empty["warnings"] == callsim.run(plans["empty"], runs=2).warnings
    assert "nobody is on duty for q" in empty["warnings"][0]


def test_alike_warnings_of_queues_and_times_are_one_line(tmp_path: Path) -> None:
    queue = "arrivals: {per_hour: %d}, talk: 3 min, goal: {answer: 80%%, within: 20 s}"
    said = warned(
        tmp_path,
        f"queues: {{a: {{{queue % 60}}}, b: {{{queue % 60}}}}}\n"
        "shifts:\n"
        "  day: {from: 08:00, to: 16:00, breaks: [10:00-11:00, 12:00-13:00, 14:00-15:00]}\n"
        "  long: {from: 08:00, to: 18:00, breaks: [10:00-11:00, 12:00-13:00, 14:00-15:00]}\n"
        "groups:\n  g: {answers: {a: {}}, shifts: {day: 8}}\n  h: {answers: {b: {}}, shifts: {long: 8}}\n",
    )
    assert said.count("nobody is on duty") == 1
    assert "for a from" in said
    assert "and for b from" in said
    assert said.count("on break together") == 1
    assert "16 of 16 agents are on break together from 10:00 to 11:00, 16 of 16 from 12:00 to 13:00" in said
