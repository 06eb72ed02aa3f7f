"""The page of a run: the verdict, the day in charts, the worst intervals, and every table behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from callsim.report.kit import figures
from callsim.report.kit.goals import goals_of
from callsim.report.kit.html_goals import goals, tiles, verdict
from callsim.report.kit.html_page import Cell, Chooser, Facts, Fold, Part, Section, Table, Text
from callsim.report.kit.html_page import page as file_of
from callsim.report.kit.levels import FORMULAS
from callsim.report.kit.ranking import moment, worst_intervals
from callsim.report.run import charts as charts_run
from callsim.report.run import places as html_places
from callsim.report.run.text import LOST
from callsim.results.run import RunResult

WORST = 12  # intervals
SINGLE_QUEUES = "Single queues are left out of the charts, because there are so many intervals; CSV has them."

Found = Mapping[str, Any]
Named = tuple[str, Found]


def page(result: RunResult | Found) -> str:
    """The file."""
    found: Found = result.to_dict() if isinstance(result, RunResult) else result
    sections = [Section("", [verdict(found), tiles(found)]), *_sections(found), small_print(found)]
    data = charts_run.data(found)
    data = replace(data, columns={**data.columns, **html_places.shared_columns(found)})
    return file_of(found["scenario"], sections, data, f"callsim {found['version']}")


def _sections(found: Found) -> Iterator[Section]:
    runs = found["runs"]
    if goals_of(found):
        mean = f"the mean of {runs} runs" if runs > 1 else "one run"
        yield Section("Goals", list(goals(found)), f"What was promised, and {mean}; worst first.")
    by = "day" if len(found["interval_totals"]) == found["days"] else "interval"
    left = "" if len(found["intervals"]) <= charts_run.MOST_CELLS else SINGLE_QUEUES
    yield Section(f"By {by}", [Chooser("Show"), *charts_run.charts(found)], left)
    yield Section("", [charts_run.HEAT])
    yield _worst(found)
    yield Section("Queues", list(_queues(found, _calls)), _about(found))
    yield Section("Waits", list(_queues(found, _waits)), WAITS_SAY)
    yield Section("Service level by all four formulas", [_formulas(found), *_queues(found, _levels)])
    yield from html_places.sections(found)
    if "why" in found:
        yield _why(found)
    if "costs" in found:
        yield Section("Costs", [costs([found])], f"In {found['costs']['currency']}, of all days together.")


def _about(found: Found) -> str:
    days, runs = found["days"], found["runs"]
    calls = f"Calls of {'a day' if days == 1 else f'{days} days'}"
    return f"{calls}, mean of {runs} runs." if runs > 1 else f"{calls}, one run."


def _worst(found: Found) -> Section:
    """The intervals in which most calls fell short."""
    worst, promised_to = worst_intervals(found)[:WORST], goals_of(found)
    if not worst:
        return Section("Worst intervals", [Text("No interval fell short of its goal.")])
    counted, rows = found["counted"], list[Sequence[Cell]]()
    for short, befell, row in worst:
        answer = (promised_to.get(row["queue"]) or {}).get("answer")
        level = row["service_level"][counted]
        rows.append(
            [
                moment(row["start"], found["days"]),
                row["queue"],
                figures.count(row["offered"]),
                figures.percent_about(level, answer),
                figures.percent(row["abandoned_share"]),
                figures.seconds(row["asa_s"]),
                f"{figures.count({'mean': short})} {befell}",
                figures.percent_of_days(row["goal_probability"]) if promised_to else "",
            ]
        )
    last = "beyond the goal" if promised_to else "calls"
    head = ["from", "queue", "offered", "service level", "abandoned", "mean wait", last]
    head.append("met in, of runs" if promised_to else "")
    says = (
        "By the calls beyond what the goal allows." if promised_to else "By the calls not answered in time."
    )
    return Section("Worst intervals", [Table(head, rows, names=2)], says)


# ---- queues: each, families together, and all


def _queues(found: Found, row: Callable[[Found, Found], dict[str, str]]) -> Iterator[Part]:
    """A table with a row for each queue or family, and a fold with the queues of each family."""

    def table(named: Iterable[Named]) -> Table:
        rows = [(name, row(found, figures)) for name, figures in named]
        return Table(["queue", *rows[0][1]], [[name, *cells.values()] for name, cells in rows])

    families = found["families"].items()
    inside = {queue for _, family in families for queue in family["queues"]}
    rows = [(name, queue) for name, queue in found["queues"].items() if name not in inside]
    rows += [(f"{name} ({len(family['queues'])})", family) for name, family in families]
    if len(found["queues"]) > 1:
        rows.append(("all queues", found["total"]))
    yield table(rows)
    for name, family in families:
        each = table((queue, found["queues"][queue]) for queue in family["queues"])
        yield Fold(name, [each], small=f"its {len(family['queues'])} queues")


def _calls(found: Found, queue: Found) -> dict[str, str]:
    lost = {"redialled": "redials"} | dict.fromkeys(LOST, "")
    return {
        "offered": figures.count(queue["offered"]),
        "answered": figures.count(queue["answered"]),
        "abandoned": figures.percent_about(queue["abandoned_share"]),
        **{
            heading or name: figures.count(queue[name])
            for name, heading in lost.items()
            if found["total"][name]["mean"]
        },
        "had to wait": figures.percent_about(queue["delayed_share"]),
        "mean handling": figures.seconds_about(queue["aht_s"]),
    }


WAITS_SAY = (
    "Of answered calls, from joining the queue; p95: 95 % waited no longer. Longest: the mean over runs."
)


def _waits(found: Found, queue: Found) -> dict[str, str]:
    return {
        "mean wait": figures.seconds_about(queue["asa_s"]),
        **{
            f"p{share}": figures.seconds(queue[name]) if (name := f"wait_p{share}_s") in queue else ""
            for share in (50, 90, 95, 99)
        },
        "longest": figures.seconds(queue["wait_max_s"]),
    }


# ---- the four formulas

FORMULA_NAMES = {
    "offered": "of offered",
    "answered": "of answered",
    "quick_abandons_excluded": "quick abandons excluded",
    "quick_abandons_met": "quick abandons met",
}


def _formulas(found: Found) -> Table:
    """Each formula, and which of them the goals use."""
    rows = [
        [FORMULA_NAMES[name], formula, "used by the goals" if name == found["counted"] else ""]
        for name, formula in FORMULAS.items()
    ]
    return Table(["name", "formula; T is the wait that the goal allows, 20 s without one", ""], rows, names=3)


def _levels(found: Found, queue: Found) -> dict[str, str]:
    answer = queue.get("goal", {}).get("answer")
    level = queue["service_level"]
    return {FORMULA_NAMES[name]: figures.percent_about(level[name], answer) for name in FORMULAS}


# ---- why, and for how much


def _why(found: Found) -> Section:
    """What makes one day unlike another: shares of the variance of the service level."""
    why = found["why"]
    kinds = list(why["total"]["shares"])
    named = [*why["queues"].items(), *([("all queues", why["total"])] if len(why["queues"]) > 1 else [])]
    rows: list[list[Cell]] = []
    for name, split in named:
        deviation = split["standard_deviation"]
        points = figures.NOTHING if deviation is None else f"{deviation * 100:.1f} points"
        rows.append([name, points, *(figures.percent_about(split["shares"][kind]) for kind in kinds)])
    says = "The standard deviation of the service level, and the shares of its variance by their cause."
    return Section("Why one day is not like another", [Table(["queue", "varies by", *kinds], rows)], says)


COSTS = {"wages": "wages", "seats": "seats", "abandoned": "abandoned calls", "total": "in all"}


def costs(plans: Sequence[Found]) -> Table:
    """What each plan costs, where it has prices."""
    rows = [
        [plan.get("plan", plan["scenario"]), *(figures.count_about(plan["costs"][name]) for name in COSTS)]
        for plan in plans
        if "costs" in plan
    ]
    return Table(["plan", *COSTS.values()], rows)


# ---- small print


def small_print(found: Found) -> Section:
    """All it takes to get the same numbers again, and how to read them."""
    days, runs = found["days"], found["runs"]
    offered = round((found["total"]["offered"]["mean"] or 0.0) * runs)
    facts = [
        ("Simulated", f"{offered:,} calls: {runs} run{'s' * (runs > 1)} of {days} day{'s' * (days > 1)}"),
        ("From", found["start"]),
        ("Seed", str(found["seed"])),
        ("Engine", f"{found['engine']}, callsim {found['version']}"),
        ("Fingerprint", found["fingerprint"]),
    ]
    facts += [("Warning", warning) for warning in found["warnings"]]
    luck = (
        "± and shaded bands are 95 % intervals over the runs. "
        if runs > 1
        else "One run does not show how far luck goes. "
    )
    return Section(
        "What was run",
        [
            Facts(facts),
            Text(
                f"{luck}A figure belongs to the interval in which the call was offered. "
                "The fingerprint stands for the scenario as it was understood, the version and the seed: "
                "where it and the number of runs are equal, so is every figure.",
                small=True,
            ),
        ],
    )
