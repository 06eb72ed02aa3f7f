"""Days named on the command line."""

from __future__ import annotations

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.days import chosen, in_words

FEBRUARY = np.arange(np.datetime64("1999-02-01"), np.datetime64("1999-03-01"))  # begins on a Monday


def the_days(use: list[str], exclude: list[str]) -> list[int]:
    return [int(day) + 1 for day in np.flatnonzero(chosen(FEBRUARY, use, exclude))]


@pytest.mark.parametrize(
    ("use", "exclude", "days"),
    [
        ([], [], list(range(1, 29))),
        (["1999-02-14"], [], [14]),
        (["1999-02-07 to 1999-02-09"], [], [7, 8, 9]),
        (["1999-02-07 to 1999-02-09, 1999-02-20"], ["1999-02-08"], [7, 9, 20]),
        (["1999-02-01 to 1999-02-14"], ["fri-sat"], [1, 2, 3, 4, 7, 8, 9, 10, 11, 14]),
        (["sun-mon"], ["1999-02-10 to 1999-03-10"], [1, 7, 8]),
        (["1999-02-27 to 1999-05-01"], [], [27, 28]),
    ],
)
def test_days(use: list[str], exclude: list[str], days: list[int]) -> None:
    assert the_days(use, exclude) == days


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("1999-02-30", "there is no 1999-02-30"),
        ("14.2.1999", "is no day"),
        ("1999-02-14..1999-02-20", "is no day"),
        ("1999-02-14 to 1999-02-10", "ends before it begins"),
        ("2099-02-14", "the history has no 2099-02-14"),
        ("funday", "is no day"),
        ("", "is no day"),
        ("1999-02-14,", "is no day"),
    ],
)
def test_what_is_no_day_is_refused(word: str, says: str) -> None:
    for option in ("use", "exclude"):
        with pytest.raises(UserError, match=says) as caught:
            chosen(FEBRUARY, **{option: [word]})
        assert f"--{option}" in str(caught.value)


def test_in_words() -> None:
    assert in_words(FEBRUARY) == "1999-02-01 to 1999-02-28"
    assert in_words(FEBRUARY[[0, 1, 5]]) == "1999-02-01 to 1999-02-02, 1999-02-06"
    assert in_words(FEBRUARY[::2]) == "14 days of 1999-02-01 to 1999-02-27"
    assert in_words(FEBRUARY[:0]) == "no day"
