"""Compiled code that Python enters directly."""

from __future__ import annotations

import numpy as np

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
