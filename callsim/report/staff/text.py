"""The report of `callsim staff`: what it takes, whether that is enough, why so many, and what to paste."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.goals import listed, promise
from callsim.report.kit.page import written
from callsim.report.kit.tables import Column, Page, others, title
from callsim.scenario.document import parse
from callsim.scenario.reading.staffed_file import hours, staffed_file
from callsim.scenario.reading.write import block
from callsim.scenario.words import by_day
from callsim.study.staff.repair import too_rarely

MOST = 20  # rows of a table; all of them are in the JSON
EVERY_DAY = "every day"
FEW = 6  # groups whose lists find room on the terminal

COLUMNS = "staff", "required", "standard_error"  # of a group by interval

Found = Mapping[str, Any]


def report(found: Found, width: int, colour: bool = False) -> str:
    """The whole report, ready to be written; without colour it is plain text."""
    return written(lambda page: _parts(found, page), width, colour)


def _parts(found: Found, page: Page) -> Iterator[RenderableType | None]:
    yield _verdict(found)
    yield _shifts(found, page) if "programme" in found else _groups(found, page)
    yield _goals(found, page)
    yield _staircase(found, page)
    yield _to_paste(found, page)
    yield _how(found, page)


def in_words(found: Found) -> tuple[bool, str, list[str]]:
    """Whether all is well, the first sentence and what stands in the way: no more than the check saw."""
    certainty = found["certainty"]
    aim = "on the mean" if certainty is None else f"on {figures.promise(certainty)} of days"
    if found["verdicts"]:
        return False, f"Not all goals can be met {aim}:", [verdict["text"] for verdict in found["verdicts"]]
    if "programme" in found:
        people = sum(group["people"] * group["copies"] for group in found["groups"].values())
        many = f"{people:,.0f} people on shifts"
    else:
        hours = sum(group["agent_hours"] * group["copies"] for group in found["groups"].values())
        many = f"{hours:,.0f} agent-hours a day"
    queues = found["queues"]
    missed = [name for name, queue in queues.items() if queue["expected"]["met"] is False]
    if missed:
        told = f"{len(missed)} of {len(queues)} goals are missed on fresh days: {listed(missed)}."
        return False, f"{many} were enough in the search, but {told}", list(found.get("missed", ()))
    if found.get("missed"):
        return False, f"{many} are not enough {aim}: the check on fresh days saw", list(found["missed"])
    rare = [name for name in queues if certainty is not None and not _often(found, name)]
    if rare:
        told = ", ".join(f"{name} on {_of_days(found, name)} of days" for name in rare[:FEW])
        return False, f"{many} are not enough {aim}: fresh days met the goal of {told}.", []
    seldom = [name for name in queues if certainty is not None and _mean(found, name) < certainty]
    close = [name for name, queue in queues.items() if _is_close(queue) or name in seldom]
    if close:
        return False, f"{many} may meet the goals {aim}; the check leaves open: {listed(close)}.", []
    rarest = min(queues, key=lambda name: _mean(found, name))
    seen = "" if certainty is None else f" (fresh days: {_of_days(found, rarest)})"
    below = sum(queue["intervals_below"] for queue in queues.values())
    of_them = "1 interval does" if below == 1 else f"{below} intervals do"
    where = "" if "programme" in found else f", but {of_them} not" if below else ", in every interval"
    return True, f"{many} meet the goals {aim}{seen}{where}.", []


def _is_close(queue: Found) -> bool:
    """Whether its goal may be missed as well as met: `run` on the same days must not say otherwise."""
    expected = queue["expected"]
    judged = "service_level" in expected or "abandoned_share" in expected
    return judged and (expected["met"] is None or queue["goal"]["met"] is False)


def _often(found: Found, queue: str) -> bool:
    """Whether the goal of a queue was met on as many fresh days as it shall be, as far as they tell."""
    days = found["queues"][queue]["goal"]["probability"]
    return not too_rarely(days, float(found["certainty"]))


def _mean(found: Found, queue: str) -> float:
    """The share of fresh days that met the goal; infinite where nobody called."""
    mean = found["queues"][queue]["goal"]["probability"]["mean"]
    return math.inf if mean is None else float(mean)


def _of_days(found: Found, queue: str) -> str:
    """Between what the share of days that meet the goal lies, as fresh days show it."""
    return figures.percent_range(found["queues"][queue]["goal"]["probability"])


def _verdict(found: Found) -> RenderableType:
    good, headline, lines = in_words(found)
    says = [Text(headline, "bold green" if good else "bold red"), *(Text(f"- {line}") for line in lines)]
    return Group(Text(found["scenario"], "bold"), *says)


def _groups(found: Found, page: Page) -> RenderableType:
    groups = list(found["groups"].items())
    shown = groups[:MOST]
    peaks = [peak_of(found, group) for _, group in shown]
    table = page.fitted(
        "agents",
        [
            Column("group", [name for name, _ in shown], names=True),
            Column("copies", [f"{group['copies']:,}" for _, group in shown], 3),
            Column("most agents", [f"{peak:,}" for peak, _ in peaks]),
            Column("at", [at for _, at in peaks]),
            Column("fewest", [f"{_fewest(group):,}" for _, group in shown], 1),
            Column("agent-hours a day", [f"{group['agent_hours']:,.1f}" for _, group in shown]),
            Column("known to", [_known(group) for _, group in shown], 2),
        ],
    )
    left = [others(len(groups) - len(shown), "group")] if len(groups) > len(shown) else []
    wishes = [
        Text(
            f"{name}: at most {figures.promise(round(told['reached'], 3))} busy, at {told['at']}; "
            f"wished for: at most {figures.promise(told['at_most'])}"
            f"{'' if told['met'] else ', which is missed'}",
            "" if told["met"] else "bold red",
        )
        for name, group in shown
        if (told := group.get("occupancy"))
    ]
    return Group(title("Agents scheduled", ", each copy"), table, *left, *wishes)


def of_days(staff: Any) -> dict[str, Sequence[float]]:
    """Lists by day; one for all days is called "every day"."""
    return dict(staff) if isinstance(staff, Mapping) else {EVERY_DAY: staff}


def peak_of(found: Found, group: Found) -> tuple[int, str]:
    """The most agents at once, and when."""
    days = of_days(group["staff"])
    places = ((day, k) for day, of_day in days.items() for k in range(len(of_day)))
    day, interval = max(places, key=lambda place: days[place[0]][place[1]])
    peak = int(days[day][interval])
    return peak, clock(found, interval) if day == EVERY_DAY else f"{day} {clock(found, interval)}"


def _fewest(group: Found) -> int:
    return int(min(map(min, of_days(group["staff"]).values())))


def _known(group: Found) -> str:
    """The 95 % half width of the agents of a busy interval."""
    return f"± {1.96 * max(map(max, of_days(group['standard_error']).values())):,.1f}"


def _shifts(found: Found, page: Page) -> RenderableType:
    places = list(worked(found))
    shown = places[: 2 * MOST]
    table = page.fitted(
        "shifts",
        [
            Column("group", [name for name, *_ in shown], names=True),
            Column("shift", [shift for *_, shift, _ in shown], names=True),
            Column("agents", [f"{agents:,}" for *_, agents in shown]),
            Column("copies", [f"{group['copies']:,}" for _, group, *_ in shown], 1),
        ],
    )
    left = [others(len(places) - len(shown), "place")] if len(places) > len(shown) else []
    refused = [Text(f"{name} is left out: {why}") for name, why in found["shifts_refused"].items()]
    return Group(title("Agents on each shift", ", each copy"), table, *left, *refused)


def worked(found: Found) -> Iterator[tuple[str, Found, str, int]]:
    """Group, what is known of it, shift, and how many work it: where anybody does."""
    for name, group in found["groups"].items():
        for shift, agents in group["shifts"].items():
            if agents:
                yield name, group, shift, agents


def _goals(found: Found, page: Page) -> RenderableType:
    order = {False: 0, None: 1, True: 2}
    queues = sorted(found["queues"].items(), key=lambda queue: order[queue[1]["expected"]["met"]])
    shown = (queues if len(queues) > MOST else list(found["queues"].items()))[:MOST]
    words = {True: Text("met", "green"), None: Text("close", "yellow"), False: Text("MISSED", "bold red")}
    figure = [queue["expected"] for _, queue in shown]
    goal = [queue["goal"] for _, queue in shown]
    table = page.fitted(
        "goals",
        [
            Column("", [words[kept["met"]] for kept in figure], names=True),
            Column("queue", [name for name, _ in shown], names=True),
            Column("service level", [share(kept, "service_level") for kept in figure]),
            Column("goal", [promise(one) for one in goal]),
            Column("abandoned", [share(kept, "abandoned_share") for kept in figure], 1),
            Column("at most", [limit(one) for one in goal], 3),
            Column("days", [figures.percent_of_days(one["probability"]) for one in goal], 2, usual="100 %"),
        ],
    )
    notes = []
    if len(queues) > len(shown):
        notes.append(others(len(queues) - len(shown), "goal"))
    low = [name for name, queue in queues if queue["intervals_below"]]
    if low:
        intervals = sum(found["queues"][name]["intervals_below"] for name in low)
        notes.append(
            Text(f"{intervals} interval{'s' * (intervals != 1)} more than 2 points below: {listed(low)}")
        )
    heading = title(
        "Checked on fresh days", f", {found['check']['runs']} runs of seed {found['check']['seed']}"
    )
    return Group(heading, table, *notes)


def share(kept: Found, name: str) -> str:
    """A share of the fresh days, with its interval."""
    return figures.percent_about(kept[name]) if name in kept else figures.NOTHING


def limit(goal: Found) -> str:
    """The share that may abandon."""
    most = goal["abandon_at_most"]
    return figures.NOTHING if most is None else figures.promise(most)


def _staircase(found: Found, page: Page) -> RenderableType:
    steps = found["staircase"]
    table = page.fitted(
        "staircase",
        [
            Column("step", [step["step"] for step in steps], names=True),
            Column("agents", [f"{step['agents']:+,.1f}" for step in steps]),
            Column("together", [f"{step['total']:,.1f}" for step in steps]),
            Column("why", [step["why"] for step in steps], names=True),
        ],
    )
    return Group(title("Why so many", ", in agents who work 8 h, on a mean day, all copies"), table)


def _to_paste(found: Found, page: Page) -> RenderableType | None:
    if len(found["groups"]) > FEW:
        return Text("--out roster.yaml writes a file to be run, laid over this one.")
    return Group(title("To paste"), Text(_block(found, page.width).rstrip()))


def _how(found: Found, page: Page) -> RenderableType:
    lines = [
        f"{found['search']['calls']:,} calls simulated in the search, seed {found['seed']}.",
        *how(found),
    ]
    if page.left_out:
        lines.append(f"Left out for lack of room (--format json has all): {'; '.join(page.left_out)}.")
    return Text("\n".join(lines), "dim")


def how(found: Found) -> list[str]:
    """How sure the answer is, and how to read it."""
    if "programme" in found:
        programme = found["programme"]
        proven = (
            "not proven to be the fewest, for not every moment can be covered,"
            if programme["gap"] is None
            else f"proven within {programme['gap']:.2%} of the fewest"
        )
        lines = [
            f"Programme: {programme['hours']:,.0f} paid hours, {proven} in {programme['seconds']:.1f} s; "
            f"repaired {programme['repairs']} times by simulation."
        ]
        lines += [
            f"{site}: at most {taken['mean']:,.1f} of {taken['seats']:,} seats are taken on the mean; on "
            f"days when more come up to {taken['most']:,} are wanted, and who finds none waits for one."
            for site, taken in found["seats"].items()
            if taken["most"] > taken["seats"]
        ]
        if found["begins_empty"]:
            lines.append(
                "The first interval of the first day begins with an empty centre, which flatters it; "
                "calendar.warm_up: 1 h fills it. People are found for a day that follows another."
            )
        return lines
    lower = found["lower"]
    was = sum(queue["intervals_missed"] for queue in found["queues"].values())
    of = sum(queue["intervals_judged"] for queue in found["queues"].values())
    missed = f"; surely missed for the whole day: {listed(lower['missed'])}" if lower["missed"] else ""
    return [
        "With one agent in a hundred less, at least one in each interval, "
        f"{lower['intervals_missed']:,} of {of:,} intervals miss their goal instead of {was:,}{missed}.",
        "Shares are freed of the luck of how many called; days: share of days that met the goal.",
        "Known to: 95 % interval of the agents that an interval needs, at its widest.",
    ]


def overlay(
    found: Found, base: str, overrides: Sequence[str] = (), changes: Mapping[str, object] | None = None
) -> str:
    """A scenario file to be laid over the one that was staffed. `base`: its name, seen from the new file;
    `changes`: what `overrides` change in that file, which the new one then holds.
    """
    said = [f"Staff found by callsim staff, version {found['version']}, seed {found['seed']}."]
    here = "which this file holds" if changes else "run it with the same"
    said += [f"Found with --set {override}: {here}." for override in overrides]
    return staffed_file(base, changes or {}, *staffed(found), said)


def staffed(found: Found) -> tuple[dict[str, object], dict[str, object]]:
    """The groups' staff or shifts, and the shifts that are new, as a scenario file has them."""
    key = "shifts" if "programme" in found else "staff"
    short = dict if key == "shifts" else _short
    groups: dict[str, object] = {name: {key: short(group[key])} for name, group in found["groups"].items()}
    new = found.get("new_shifts") or {}
    return groups, {name: parse(words, "")[0].plain() for name, words in new.items()}


def _short(agents: Any) -> Any:
    """One number where all intervals have the same, one range of weekdays where several days have."""
    if isinstance(agents, Mapping):
        return by_day.in_ranges({key: _short(value) for key, value in agents.items()})
    return agents[0] if isinstance(agents, Sequence) and len(set(agents)) == 1 else agents


def _block(found: Found, width: int) -> str:
    """What to paste."""
    return block(hours(*staffed(found)), width=width)


def clock(found: Found, interval: int) -> str:
    """When an interval of the day begins, HH:MM."""
    minutes = round(interval * found["interval_s"] / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def rows(found: Found) -> list[dict[str, Any]]:
    """For CSV: one row per group and interval, or per group and shift."""
    if "programme" in found:
        return [
            {"group": name, "shift": shift, "agents": agents}
            for name, group in found["groups"].items()
            for shift, agents in group["shifts"].items()
        ]
    groups = found["groups"].items()
    days = {name: [of_days(group[what]) for what in COLUMNS] for name, group in groups}
    return [
        {"group": name, "start": clock(found, k)} | dict(zip(COLUMNS, figures, strict=True)) | {"day": day}
        for name, columns in days.items()
        for day in columns[0]
        for k, figures in enumerate(zip(*(column[day] for column in columns), strict=True))
    ]
