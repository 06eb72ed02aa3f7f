"""What text and page of a validation both say: sentences, and the columns of their tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from callsim.history.validate.result import Band, Compared, Day, Part, Staffing, ValidateResult
from callsim.report.kit.both import Missed, Said, Shown
from callsim.report.kit.verdicts import Tone
from callsim.sentences import label, say

NAMES = {
    "offered": "offered",
    "aht_s": "AHT",
    "abandoned_share": "abandoned",
    "service_level": "service level",
    "asa_s": "ASA",
    "wait_p90_s": "wait p90",
    "occupancy": "occupancy",
}
"""What reports call the figures."""
SHARES = ("abandoned_share", "service_level", "occupancy")


def staffing(found: ValidateResult) -> str:
    """Returns the source of the staffing, in words."""
    said: dict[Staffing, str] = {
        "log": say("validate.staff_log"),
        "inferred": say("validate.staff_inferred"),
        "plan": say("validate.staff_plan"),
    }
    return said[found.staffing]


def headline(found: ValidateResult) -> str:
    """The verdict and how sure it is."""
    verdict = found.verdict
    sure = "" if verdict.sure is None else f"{label(', ')}{_sure(verdict.sure)} {label('sure')}"
    sure = f"{label(', ')}p = {verdict.p:.3f}" if verdict.word == "consistent" else sure
    word = say("validate.in_sample") if verdict.word == "in sample" else label(verdict.word)
    word = word[0].upper() + word[1:]
    return say("validate.headline", verdict=word, sure=sure, n=judged(found), runs=found.runs)


def _sure(share: float) -> str:
    return label("more than 99 %") if share > 0.99 else f"{100 * share:.0f} %"


TONES: Mapping[str, Tone] = {
    "valid": "good",
    "consistent": "good",
    "usable": "close",
    "in sample": "none",
}


def tone(found: ValidateResult) -> Tone:
    """Of the verdict, as pages have it."""
    return TONES.get(found.verdict.word, "bad")


def judged(found: ValidateResult) -> int:
    """Returns the number of days that the verdict rests on."""
    new = sum(not day.in_sample for day in found.days)
    return new or len(found.days)


def chance(found: ValidateResult) -> str:
    """How large chance alone is, which comes first."""
    parts = [f"{label(NAMES[one.figure])} {_band(one)}" for one in found.figures if one.limit is not None]
    return say("validate.chance", figures=label("; ").join(parts))


def luck(found: ValidateResult) -> str:
    """The p values, bias before bands."""
    of = found.verdict
    return say("validate.luck", p=of.p, bias=of.p_bias, days=of.p_days, shape=of.p_shape)


def shown(figure: str, value: float | None, signed: bool = False) -> str:
    """A figure with its unit; a difference of shares in points."""
    if value is None or not math.isfinite(value):
        return "–"
    sign = "+" if signed else ""
    if figure in SHARES:
        return f"{100 * value:{sign}.1f} {label('pts') if signed else '%'}"
    if figure == "offered":
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.1f} s"


def figures(rows: Sequence[Compared]) -> list[Shown]:
    """Each figure beside the runs."""
    return [
        Shown("figure", [label(NAMES[one.figure]) for one in rows], names=True),
        Shown("actual", [shown(one.figure, one.actual) for one in rows]),
        Shown("simulated", [shown(one.figure, one.simulated) for one in rows]),
        Shown("chance alone", [_band(one) for one in rows]),
        Shown("off by", [_off(one) for one in rows]),
        Shown(
            say("validate.good_up_to"),
            [shown(one.figure, one.limit, True).replace("+", "±") for one in rows],
            1,
        ),
        Shown("p", [f"{one.p:.3f}" for one in rows]),
    ]


def _band(one: Compared) -> str:
    return say("lists.span", first=shown(one.figure, one.low), last=shown(one.figure, one.high))


def _off(one: Compared) -> Said:
    text = shown(one.figure, one.difference, True)
    return Missed(text) if one.limit is not None and abs(one.difference) > 2 * one.limit else text


def days(rows: Sequence[Day]) -> list[Shown]:
    """Day by day: as it was → as it was simulated."""
    names = [one.figure for one in rows[0].figures]
    found = [
        Shown("day", [f"{row.date}{label(' (fitted)') * row.in_sample}" for row in rows], names=True),
        Shown("p", [f"{row.p:.3f}" for row in rows]),
    ]
    for name in names:
        cells = []
        for row in rows:
            own = {one.figure: one for one in row.figures}
            cells.append(_pair(own[name]) if name in own else "–")
        found.append(Shown(NAMES[name], cells, 0 if name in SHARES else 1))
    return found


def _pair(one: Compared) -> str:
    return f"{shown(one.figure, one.actual)} → {shown(one.figure, one.simulated)}"


def bands(rows: Sequence[Band]) -> list[Shown]:
    """Calibration of intervals."""
    return [
        Shown("figure", [label(NAMES[row.figure]) for row in rows], names=True),
        Shown("intervals", [f"{row.intervals:,}" for row in rows]),
        *(
            Shown(f"in {band} % band", [_share(getattr(row, f"inside_{band}")) for row in rows])
            for band in (50, 80, 95)
        ),
        Shown("95 % interval", [_ends(row) for row in rows]),
    ]


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _ends(row: Band) -> str:
    if row.low_95 is None:
        return "–"
    return say("lists.span", first=_share(row.low_95), last=_share(row.high_95))


def ladder(rows: Sequence[Part]) -> list[Shown]:
    """What each part of the model changes."""
    return [
        Shown("part", [label(row.part) for row in rows], names=True),
        Shown("changes", [_change(row) for row in rows]),
        Shown(
            say("validate.of_its_limit"),
            ["–" if row.level is None else f"{row.level:.1f}{label(' times')}" for row in rows],
        ),
        Shown("p", ["–" if row.p is None else f"{row.p:.3f}" for row in rows]),
        Shown("finding", [Missed(row.says) if row.guilty else row.says for row in rows], names=True),
    ]


def _change(row: Part) -> str:
    if row.figure is None:
        return label("not tested")
    return f"{label(NAMES[row.figure])} {shown(row.figure, row.change, True)}"


def csv_rows(found: ValidateResult) -> list[Mapping[str, object]]:
    """A row for each day and figure, and for all days together."""
    parts = [("all", False, found.figures), *((day.date, day.in_sample, day.figures) for day in found.days)]
    return [
        {
            "day": day,
            "in_sample": in_sample,
            "figure": one.figure,
            "actual": one.actual,
            "simulated": one.simulated,
            "low": one.low,
            "high": one.high,
            "difference": one.difference,
            "limit": one.limit,
            "p": one.p,
        }
        for day, in_sample, rows in parts
        for one in rows
    ]
