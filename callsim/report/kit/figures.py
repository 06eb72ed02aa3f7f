"""Figures as people read them: `12,345`, `84.3 % ± 0.6`, `12.4 s`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callsim.results.declared import Unit
from callsim.results.measures import Figure
from callsim.sentences import say

Words = Callable[[Figure], str]

NOTHING = "–"


def count(figure: Figure) -> str:
    """Calls or hours, in whole numbers unless they are few."""
    mean = figure.mean
    if mean is None:
        return NOTHING
    return f"{mean:,.1f}" if 0 < mean < 9.95 and mean != round(mean) else f"{mean:,.0f}"


def percent(figure: Figure, bound: float | None = None) -> str:
    """A share; never rounded to its `bound` when it is not there: 84.97 % has missed 85 %."""
    mean = figure.mean
    if mean is None:
        return NOTHING
    digits = 1
    while bound is not None and mean != bound and digits < 4 and round(mean * 100, digits) == bound * 100:
        digits += 1
    return f"{mean * 100:.{digits}f} %"


def percent_about(figure: Figure, bound: float | None = None) -> str:
    """A share with its 95 % interval, in points."""
    half = _half(figure)
    return percent(figure, bound) + (f" ± {half * 100:.1f}" if half is not None else "")


def promise(share: float) -> str:
    """A share that somebody has set, as exactly as it was set."""
    return f"{round(share * 100, 6):g} %"


def percent_of_days(figure: Figure) -> str:
    """A share of days, in whole points; 100 % only if it was every day, 0 % only if none."""
    mean = figure.mean
    if mean is None:
        return NOTHING
    return percent(figure) if 0 < mean < 0.005 or 0.995 <= mean < 1 else f"{mean * 100:.0f} %"


def percent_range(figure: Figure) -> str:
    """A share's 95 % interval by its ends, which may lie unevenly."""
    low, high = figure.low, figure.high
    return NOTHING if low is None or high is None else f"{low * 100:.0f}–{high * 100:.0f} %"


def seconds(figure: Figure, bound: float | None = None) -> str:
    """A wait, in seconds up to an hour; in seconds never rounded to its `bound` when it is not there."""
    mean = figure.mean
    if mean is None:
        return NOTHING
    if mean >= 3600:
        return f"{mean / 3600:,.1f} h"
    digits = 1 if mean < 99.95 else 0
    while bound is not None and mean != bound and digits < 3 and round(mean, digits) == bound:
        digits += 1
    return f"{mean:,.{digits}f} s"


def seconds_about(figure: Figure, bound: float | None = None) -> str:
    """A wait with its 95 % interval, where seconds can tell it."""
    half, mean = _half(figure), figure.mean
    if half is None or mean is None or mean >= 3600:
        return seconds(figure, bound)
    return seconds(figure, bound) + (f" ± {half:.1f}" if mean < 99.95 else f" ± {half:,.0f}")


def waited(figure: Figure) -> str:
    """A wait on a page: seconds, from 100 on minutes and seconds (17:57), from an hour on h:mm:ss."""
    mean = figure.mean
    return seconds(figure) if mean is None or mean < 99.95 else _clock(mean)


def waited_about(figure: Figure) -> str:
    """The same with its 95 % interval."""
    half, mean = _half(figure), figure.mean
    if half is None or mean is None or mean < 99.95:
        return seconds_about(figure)
    return f"{_clock(mean)} ± {_clock(half)}"


def _clock(time_s: float) -> str:
    minutes, left = divmod(round(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def more(figure: Figure) -> str:
    """A difference of counts or amounts, with its interval."""
    if figure.mean is None:
        return NOTHING
    half, mean = _half(figure), figure.mean
    return f"{mean:+,.0f}".replace("-", "−") + (f" ± {half:,.0f}" if half else "")


def count_about(figure: Figure) -> str:
    """Calls or amounts with their 95 % interval."""
    half = _half(figure)
    return count(figure) + (f" ± {half:,.0f}" if half else "")


def points_about(figure: Figure, unit: str = "") -> str:
    """A difference of shares in points of 100, with its interval."""
    if figure.mean is None:
        return NOTHING
    half, points = _half(figure), figure.mean * 100
    digits = 2 if half is not None and half < 0.0005 and points else 1
    said = "0" if not points and not half else f"{points:+.{digits}f}".replace("-", "−")
    return said + (f" ± {half * 100:.{digits}f}" if half else "") + (f" {unit}" if unit else "")


def more_seconds(figure: Figure) -> str:
    """A difference of waits; below a twentieth of a second with its hundredths."""
    if figure.mean is None:
        return NOTHING
    digits = 2 if abs(figure.mean) < 0.05 else 1
    return f"{figure.mean:+z,.{digits}f} s".replace("-", "−") if figure.mean else "0 s"


def _half(figure: Figure) -> float | None:
    """Half the interval; the longer side where it is cut at 0 or 100 %."""
    mean, low, high = figure.mean, figure.low, figure.high
    return None if mean is None or low is None or high is None else max(high - mean, mean - low)


def price(figure: Figure) -> str:
    """What one of something costs, to the hundredth."""
    return NOTHING if figure.mean is None else f"{figure.mean:,.2f}"


def more_price(figure: Figure) -> str:
    """A difference of prices."""
    return NOTHING if figure.mean is None else f"{figure.mean:+,.2f}".replace("-", "−")


PLAIN: Mapping[Unit, Words] = {
    "count": count,
    "share": percent,
    "seconds": seconds,
    "hours": count,
    "amount": count,
    "price": price,
    "times": price,
}
ABOUT: Mapping[Unit, Words] = {
    **PLAIN,
    "share": percent_about,
    "seconds": seconds_about,
    "amount": count_about,
}
PAGE: Mapping[Unit, Words] = {**PLAIN, "seconds": waited}
PAGE_ABOUT: Mapping[Unit, Words] = {**ABOUT, "seconds": waited_about}
DIFFERENCE: Mapping[Unit, Words] = {
    "count": more,
    "share": points_about,
    "seconds": more_seconds,
    "hours": more,
    "amount": more,
    "price": more_price,
    "times": more_price,
}


def costs_about(days: int, currency: str | None) -> str:
    """Of how many days costs are, and in which money, to stand behind "Costs"."""
    if currency:
        return say("pages.costs_of_in", n=days, currency=currency)
    return say("pages.costs_of", n=days)
