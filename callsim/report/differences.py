"""What two plans differ in, in words and rows: for the comparison's report and its CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from callsim.report import figures

Found = Mapping[str, Any]
ALL = "all queues"
NAMED = 3  # queues in a sentence
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
        yield Text(
            _sentence(pair["verdict"], old, new, by, found["runs"]), STYLES.get(pair["verdict"], "bold")
        )


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


def _listed(questions: Sequence[Found]) -> str:
    """The queues that differ most, with their differences."""
    largest = sorted(questions, key=lambda q: -abs(q["difference"]["mean"] or 0.0))
    more = f" and {len(largest) - NAMED} more" if len(largest) > NAMED else ""
    return ", ".join(map(_named, largest[:NAMED])) + more


def _named(question: Found) -> str:
    what = "abandoned " if question["figure"] == "abandoned_share" else ""
    name = question["queue"] or ALL
    return f"{name} {what}{figures.points_about(question['difference'], 'points')}"


def of_pair(
    pair: Found, most: int, *, differing: bool = False
) -> list[tuple[str, Found | None, Found, float | None]]:
    """The queues that differ most: name, difference of the service level, all differences, gain.

    `differing`: of several, those where not a single call fared otherwise are left out.
    """
    asked = {q["queue"]: q for q in pair["questions"]}
    counted = pair["counted"]

    def level(row: Found) -> Any:
        return row.get("service_level", {}).get(counted)

    queues = [
        (name, level(row), row, asked.get(name, {}).get("gain")) for name, row in pair["queues"].items()
    ]
    if differing and len(queues) > 1:
        queues = [queue for queue in queues if not _nothing(queue[2])]
    queues.sort(key=lambda row: -abs((row[1] or {}).get("mean") or 0.0))
    everything = (ALL, level(pair["total"]), pair["total"], asked.get(None, {}).get("gain"))
    if len(pair["queues"]) == 1:
        return queues if None not in asked else [everything]
    return [*queues[: max(most - 1, 1)], everything]


def _nothing(row: Found) -> bool:
    """Whether all calls were answered alike: no figure differs in any run."""
    waits = row.get("wait_s", {"mean": None})
    return bool(waits["mean"] == 0 and waits["low"] == waits["high"] == 0)


def times(gain: float | None) -> str:
    """How many times as sharp."""
    if gain is None:
        return figures.NOTHING
    return f"{gain:,.0f} ×" if gain >= 9.95 else f"{gain:.1f} ×"
