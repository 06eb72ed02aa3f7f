"""The fewest of something that is enough, when more is never worse."""

from __future__ import annotations

from collections.abc import Callable

from callsim.errors import UserError
from callsim.halving import least_whole
from callsim.sentences import say

MOST = 10_000_000  # agents or lines: far above any centre, so a larger number is a slip of the keyboard


def fewest(enough: Callable[[int], bool], start: int) -> int:
    """Returns the least n ≥ 0 that is `enough`: strides that double away from `start`, then bisection.

    `enough` must hold for every n above one for which it holds. Raises UserError where 10 million are not
    enough.
    """
    low, high, stride = -1, max(start, 0), 1  # low is not enough, high is
    if enough(high):
        while high - stride > low and enough(high - stride):
            high, stride = high - stride, stride * 2
        low = max(high - stride, low)
    else:
        while True:
            low, high, stride = high, high + stride, stride * 2
            if low >= MOST:
                raise UserError(say("erlang.no_number_is_enough", most=MOST))
            if enough(high):
                break
    return least_whole(enough, low, high)
