"""Compiled code that Python enters directly."""

from __future__ import annotations

import numpy as np
from numba import types

from callsim.sim.jit import direct, rule


@rule
def first(numbers):  # type: ignore[no-untyped-def]
    """The first of some numbers."""
    return numbers[0]


def test_it_is_entered_for_the_types_it_was_first_called_with() -> None:
    assert first(np.array([0.5])) == 0.5  # another version, compiled before
    entered = direct(first)
    for number in (3, 4):  # through numba, then past it
        assert entered(np.array([number])) == number


def test_what_is_not_compiled_is_left_as_it_is() -> None:
    def plain(number: int) -> int:
        return number

    assert direct(plain) is plain


@rule
def twice(number):  # type: ignore[no-untyped-def]
    """A number, doubled."""
    return number + number


@rule
def many(numbers):  # type: ignore[no-untyped-def]
    """Calls a rule with constants and with numbers of other widths."""
    return twice(0) + twice(1) + twice(numbers[0]) + twice(np.int64(numbers[0]))


def test_a_rule_is_compiled_once_for_all_whole_numbers() -> None:
    assert many(np.array([3], np.int32)) == 14
    if hasattr(twice, "for_rules"):  # compiled
        assert len(twice.for_rules.overloads) <= 1  # none, where the caller was kept from an earlier run


def test_python_and_rules_have_a_version_each() -> None:
    """What rules call cannot be entered from Python, so it must never be what Python finds."""
    assert many(np.array([3], np.int32)) == 14
    assert twice(3) == 6
    if hasattr(twice, "for_rules"):
        assert twice.overloads.keys() == {(types.int64,)}
        assert twice.for_rules is not twice
