"""What two plans differ in, in words and rows: for the comparison's report and its CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.text import Text

from callsim.report.kit import figures

Found = Mapping[str, Any]
ALL = "all queues"
NAMED = 3  # queues in a sentence
ALIKE = 0.001  # a tenth of a point
STYLES = {"better": "bold green", "worse": "bold red", "mixed": "bold yellow", "open": "bold yellow"}


def rows(found: Found) -> list[dict[str, Any]]:
    """One row per pair of plans and queue, for CSV."""
    return [
        {"before": pair["before"], "after": pair["after"], "queue": name, **row}
        for pair in found["differences"].values()
        for name, row in ((None, pair["total"]), *pair["queues"].items())
    ]


def letters(found: Found) -> dict[str, str]:
    """A short name for each plan: A, B … Z, then 27, 28 …"""
    return {
        plan["plan"]: chr(ord("A") + row) if row < 26 else str(row + 1)
        for row, plan in enumerate(found["plans"])
    }


def pairs(found: Found, most: int) -> list[Found]:
    """The pairs to show: all, or of many only neighbours."""
    everything = list(found["differences"].values())
    if len(everything) <= most:
        return everything
    order = [plan["plan"] for plan in found["plans"]]
    return [p for p in everything if order.index(p["after"]) == order.index(p["before"]) + 1]


def verdicts(found: Found, letters: Mapping[str, str], shown: Sequence[Found]) -> Iterator[Text]:
    """One sentence for each pair."""
    for pair in shown:
        old, new = letters[pair["before"]], letters[pair["after"]]
        by = {
            verdict: [q for q in pair["questions"] if q["verdict"] == verdict]
            for verdict in ("better", "worse", "open", "alike")
        }
        words = _sentence(pair["verdict"], old, new, by, found["runs"])
        if pair["verdict"] == "alike" and (others := _differing(pair)):
            words = f"{old} and {new} are alike in what their goals ask first, but differ in {others}."
        yield Text(words, STYLES.get(pair["verdict"], "bold"))


def _sentence(verdict: str, old: str, new: str, by: Mapping[str, Sequence[Found]], runs: int) -> str:
    if verdict == "alike":
        return f"{old} and {new} are alike: no queue differs by more than a tenth of a point."
    close = f"too close to call after {runs} run{'s' * (runs != 1)}: {_listed(by['open'])}"
    if verdict == "open":
        return f"{old} or {new}: {close}."
    better, worse = _listed(by["better"]), _listed(by["worse"])
    but = f"; {close}" if by["open"] else ""
    if verdict == "mixed":
        return f"{new} is better than {old} for {better}, worse for {worse}{but}."
    return f"{new} is {verdict} than {old}: {better or worse}{but}."


def _differing(pair: Found) -> str:
    """Figures of queues that differ by more than a tenth of a point, though nothing asked of them does."""
    counted = pair["counted"]
    found = [
        {"queue": name, "figure": figure, "difference": difference}
        for name, row in pair["queues"].items()
        for figure, difference in (
            ("service_level", row.get("service_level", {}).get(counted)),
            ("abandoned_share", row.get("abandoned_share")),
        )
        if difference is not None and abs(difference["mean"] or 0.0) > ALIKE
    ]
    return _listed(found) if found else ""


def _listed(questions: Sequence[Found]) -> str:
    """The queues that differ most, with their differences."""
    largest = sorted(questions, key=lambda q: -abs(q["difference"]["mean"] or 0.0))
    more = f" and {len(largest) - NAMED} more" if len(largest) > NAMED else ""
    return ", ".join(map(_named, largest[:NAMED])) + more


def _named(question: Found) -> str:
    what = "abandoned " if question["figure"] == "abandoned_share" else ""
    name = question["queue"] or ALL
    return f"{name} {what}{figures.points_about(question['difference'], 'points')}"


class Rows(NamedTuple):
    """The queues of a pair that are shown, and how many are not."""

    shown: list[tuple[str, Found | None, Found, float | None]]  # name, service level, all differences, gain
    alike: int  # of them not a single call fared otherwise
    more: int  # there is no room for them


def of_pair(pair: Found, most: int, *, differing: bool = False) -> Rows:
    """The queues that differ most, and all queues together.

    `differing`: of several, those where not a single call fared otherwise are left out.
    """
    asked = {q["queue"]: q for q in pair["questions"]}
    counted = pair["counted"]

    def level(row: Found) -> Any:
        return row.get("service_level", {}).get(counted)

    every = [(name, level(row), row, asked.get(name, {}).get("gain")) for name, row in pair["queues"].items()]
    queues = [one for one in every if not (differing and len(every) > 1 and _nothing(one[2]))]
    alike = len(every) - len(queues)
    queues.sort(key=lambda one: -_size(one[1], one[2]))
    everything = (ALL, level(pair["total"]), pair["total"], asked.get(None, {}).get("gain"))
    if len(every) == 1:
        return Rows(queues if None not in asked else [everything], 0, 0)
    shown = queues[: max(most - 1, 1)]
    return Rows([*shown, everything], alike, len(queues) - len(shown))


def _size(level: Found | None, row: Found) -> float:
    """By how much a queue differs: the service level or the abandoned share, whichever differs more."""
    both = ((level or {}).get("mean"), row.get("abandoned_share", {}).get("mean"))
    return max(abs(float(mean or 0.0)) for mean in both)


def _nothing(row: Found) -> bool:
    """Whether all calls fared alike: no figure differs in any run."""
    if "mean" not in row:
        return all(_nothing(inner) for inner in row.values() if isinstance(inner, Mapping))
    return not any(row[part] for part in ("mean", "low", "high"))


def times(gain: float | None) -> str:
    """How many times as sharp."""
    if gain is None:
        return figures.NOTHING
    return f"{gain:,.0f} ×" if gain >= 9.95 else f"{gain:.1f} ×"
