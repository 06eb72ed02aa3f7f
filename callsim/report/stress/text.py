"""The report of a stress on a terminal: what breaks first, and how much of each thing every goal stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.goals import FAILED
from callsim.report.kit.paper import printed
from callsim.report.kit.tables import NARROWEST, Column, Page, others, title
from callsim.units import show_duration

MOST = 20  # rows of a table

MISSED_SAYS = "holds to: missed as it is, and met up to this amount"

Found = Mapping[str, Any]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written."""
    return printed(_parts(found, Page(max(width, NARROWEST))), width, colour)


def _parts(found: Found, page: Page) -> Iterator[RenderableType | None]:
    yield Group(Text(found["scenario"], "bold"), verdict(found))
    yield _ranking(found, page)
    yield _mending(found, page)
    yield _limits(found, page)
    yield _sites(found, page)
    yield _tornado(found, page)
    said = f"{found['runs']} runs of each look, the same calls in all of them, seed {found['seed']}"
    lines = [f"{said}; callsim {found['version']}", *(f"No room for {left}" for left in page.left_out)]
    yield Text("\n".join(lines), "dim")


def verdict(found: Found) -> Text:
    """What breaks first, in one sentence."""
    missed = [name for name, goal in found["goals"].items() if goal["met"] is False]
    if not found["goals"]:
        return Text("No queue has a goal: nothing can fail.")
    if missed:
        more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
        return Text(f"Broken already, as it is: {missed[0]}{more}{_cure(found)}.", "bold red")
    if not found["ranking"]:
        return Text("Nothing that was tried breaks a goal.", "bold green")
    first = found["ranking"][0]
    return Text(f"Breaks first: {first['goal']}, {room(first)}.", "bold yellow")


def room(row: Found) -> str:
    """How much worse it takes until a goal that is met fails, in words."""
    part = row["room"]
    if row["what"].startswith("loss of"):
        return f"at the {row['what']}"
    if row["what"] == "opening delay":
        return f"when seats open {round(part * 365)} days late"
    if row["what"] == "absence":
        return f"when {part:.0%} of the agents stay away"
    return f"at {part:.0%} more {row['what']}"


def mend(row: Found) -> str:
    """How much better it takes until a goal that is missed holds, in words."""
    holds = row["holds_at"]
    if row["what"] == "absence":
        return "does not hold although nobody stays away"
    if row["what"] == "opening delay":
        return "does not hold although all seats open in time"
    if holds is None:
        return f"does not hold with any {row['what']} that was tried"
    less = "fewer calls" if row["what"] == "volume" else f"less {row['what']}"
    return f"holds with {1 - holds:.0%} {less}"


def fate(limit: Found) -> str:
    """When a goal fails, or what would mend it where it is missed already."""
    if limit["room"] is None:
        return "does not fail"
    return mend(limit) if is_missed(limit) else f"fails {room(limit)}"


def is_missed(limit: Found) -> bool:
    """Whether the goal of a limit is missed as it is."""
    return limit["room"] is not None and limit["room"] <= 0


def _cure(found: Found) -> str:
    """The first thing that would mend all that is missed."""
    rows = [row for row in found["mending"] if row["what"] in ("volume", "handling time")]
    ways = [mend(row).removeprefix("holds with ") for row in rows if row["holds_at"] is not None]
    missed = sum(goal["met"] is False for goal in found["goals"].values())
    return f"; {'it holds' if missed == 1 else 'all hold'} with {' or '.join(ways)}" if ways else ""


def _mending(found: Found, page: Page) -> RenderableType | None:
    rows = found["mending"]
    if not rows:
        return None
    columns = [
        Column("what changes", [row["what"] for row in rows], names=True),
        Column("goal that takes most", [row["goal"] for row in rows], names=True),
        Column("", [mend(row) for row in rows], names=True),
    ]
    return Group(title("What would mend what is missed"), page.fitted("mending", columns))


def _ranking(found: Found, page: Page) -> RenderableType | None:
    rows = found["ranking"]
    if not rows:
        return None
    columns = [
        Column("", [str(number) for number in range(1, len(rows) + 1)]),
        Column("goal", [row["goal"] for row in rows], names=True),
        Column("fails", [room(row) for row in rows], names=True),
    ]
    return Group(title("What breaks first"), page.fitted("ranking", columns))


def _limits(found: Found, page: Page) -> RenderableType | None:
    """One row for each goal, one column for each thing; those with the least room first."""
    kinds = list(dict.fromkeys(limit["what"] for limit in found["limits"] if limit["goal"] in found["goals"]))
    by_goal: dict[str, dict[str, Found]] = {}
    for limit in found["limits"]:
        by_goal.setdefault(limit["goal"], {})[limit["what"]] = limit
    names = sorted(found["goals"], key=lambda name: _least(by_goal[name]))
    shown = names[:MOST]
    table = page.fitted(
        "limits",
        [
            Column("goal", shown, names=True),
            Column("level now", [_level(found["goals"][name]) for name in shown], 1),
            *(
                Column(kind, [amount(by_goal[name].get(kind)) for name in shown], number)
                for number, kind in enumerate(kinds)
            ),
        ],
    )
    more = [others(len(names) - MOST, "goal")] if len(names) > MOST else []
    plan = [limit for limit in found["limits"] if limit["goal"] not in found["goals"]]
    notes = [Text(MISSED_SAYS, "dim")] if any(map(is_missed, found["limits"])) else []
    return Group(title("The first amount at which each goal fails"), table, *notes, *more, *_plan(plan))


def _plan(limits: list[Found]) -> list[RenderableType]:
    """What the phases of a build-out stand, the weakest goal of each."""
    lines = []
    for what in dict.fromkeys(limit["what"] for limit in limits):
        failing = [limit for limit in limits if limit["what"] == what and limit["room"] is not None]
        weakest: dict[str, Found] = {}
        for limit in sorted(failing, key=lambda one: float(one["room"])):
            weakest.setdefault(limit["goal"].partition(": ")[0], limit)
        for phase, limit in weakest.items():
            lines.append(Text(f"{phase}, {what}: {limit['goal'].partition(': ')[2]} {fate(limit)}"))
    return [Text(), title("Phases of the build-out"), *lines] if lines else []


def _least(limits: Mapping[str, Found]) -> float:
    return min((limit["room"] for limit in limits.values() if limit["room"] is not None), default=9.0)


def _level(goal: Found) -> str | Text:
    words = figures.percent(goal["service_level"], goal["answer"])
    return Text(FAILED + words, "bold red") if goal["met"] is False else words


def amount(limit: Found | None) -> str:
    """The first amount at which a goal fails; of one that is missed as it is the last at which it holds."""
    if limit is None:
        return figures.NOTHING
    if is_missed(limit):
        holds = limit["holds_at"]
        return "missed" if not holds or "times" not in limit else f"holds to × {holds:.2f}"
    if limit["share"] is not None:
        return f"{limit['share']:.0%}"
    if limit["times"] is not None:
        return f"× {limit['times']:.2f}"
    if limit.get("days") is not None:
        return f"{limit['days']} d"
    if limit["what"] == "opening delay":
        return f"> {limit['looked_up_to']} d"
    up_to = limit["looked_up_to"]
    return f"> {up_to:.0%}" if limit["what"] == "absence" else f"> × {up_to:g}"


def _sites(found: Found, page: Page) -> RenderableType | None:
    rows = found["sites"]
    if not rows:
        return None
    table = page.fitted(
        "sites",
        [
            Column("site", [row["site"] for row in rows], names=True),
            Column("lost", [lost(row, rows) for row in rows], names=True),
            Column("goals missed", [f"{len(row['missed'])} of {row['goals']}" for row in rows]),
            Column("before", [str(len(row["missed_before"])) for row in rows], 3),
            Column("level of the day", [figures.percent(row["service_level"]) for row in rows]),
            Column("abandoned", [figures.percent(row["abandoned_share"]) for row in rows], 2),
            Column("cut off", [figures.count(row["dropped"]) for row in rows], 2),
            Column("goals kept again", [recovery(row) for row in rows], 1),
        ],
    )
    return Group(title("Each site lost in turn", " in its busiest four hours"), table)


def lost(row: Found, rows: Sequence[Found]) -> str:
    """When a site is lost, with the weekday where rows are of several days."""
    several = len({one["date"] for one in rows}) > 1
    return f"{row['weekday'].capitalize()} " * several + f"{row['from']}–{row['to']}"


def recovery(row: Found) -> str:
    """When all goals are kept again, those of the slowest queue last; never where one was missed before."""
    if row["missed_before"]:
        return f"never: {len(row['missed_before'])} missed before"
    shares = {name: share for name, share in row["recovered"].items() if share is not None}
    if not shares:
        return "nobody calls" if row["recovered"] else figures.NOTHING
    if min(shares.values()) == 0:
        return "not that day"
    slowest = max(row["recovery_s"][name] for name in shares)
    after = f"{show_duration(60 * round(slowest / 60))} later" if slowest >= 30 else f"from {row['to']} on"
    return after if min(shares.values()) == 1 else f"{after}, not in every run"


def _tornado(found: Found, page: Page) -> RenderableType | None:
    rows = sorted(found["tornado"], key=lambda row: row["high"]["service_level"]["mean"] or 0.0)
    if not rows:
        return None
    table = page.fitted(
        "a tenth",
        [
            Column("", [row["what"] for row in rows], names=True),
            Column("a tenth less", [_end(row, "low") for row in rows]),
            Column("as it is", [figures.percent(row["as_it_is"]["service_level"]) for row in rows]),
            Column("a tenth more", [_end(row, "high") for row in rows]),
            Column("goals met", [_goals(row) for row in rows], 1),
        ],
    )
    return Group(title("Service level of all calls", " if one thing changes by a tenth"), table)


def _end(row: Found, end: str) -> str:
    unchanged = row["what"] == "absence" and end == "low"
    return figures.NOTHING if unchanged else figures.percent(row[end]["service_level"])


def _goals(row: Found) -> str:
    return " · ".join(str(row[end]["goals_met"]) for end in ("low", "as_it_is", "high"))
