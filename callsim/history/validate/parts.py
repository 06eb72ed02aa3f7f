"""One part of reality at a time in the place of the model's: its calls, their talk, patience, the people."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from callsim.errors import UserError
from callsim.history.canonical import ABANDONED, ANSWERED, UNKNOWN, days_of
from callsim.history.validate.figures import OFFERED
from callsim.history.validate.reality import RealDay
from callsim.scenario import Arrivals, Counts, LoggedCall, Queue, Scenario
from callsim.scenario.scaled import mean_s, with_handling
from callsim.sentences import say
from callsim.units import DAY_MS

ARRIVALS, TALK, PATIENCE, STAFFING = "arrivals", "talk", "patience", "staffing"


def on_day(scenario: Scenario, date: datetime.date) -> Scenario:
    """The scenario on one day only, a day like those of its weekday. Incidents and surges of single days are
    left out: they were written for other days. Raises UserError where counts know no such day."""
    queues = {
        name: queue.model_copy(update={"arrivals": _of_day(name, queue.arrivals, date)})
        for name, queue in scenario.queues.items()
    }
    calendar = scenario.calendar.model_copy(update={"start": date, "days": 1})
    return scenario.model_copy(update={"calendar": calendar, "queues": queues, "incidents": ()})


def _of_day(name: str, arrivals: Arrivals, date: datetime.date) -> Arrivals:
    if arrivals.replay is not None:
        raise UserError(say("judged.replay", queue=name))
    changed: dict[str, object] = {"surges": tuple(s for s in arrivals.surges if s.days is None)}
    if arrivals.counts is not None and arrivals.counts.rows[0][0] is not None:
        dates = {day for day, _, _ in arrivals.counts.rows if day is not None}
        alike = {day for day in dates if day.weekday() == date.weekday()}
        chosen = {date} if date in dates else alike
        if not chosen:
            raise UserError(say("judged.counts", queue=name, date=date))
        totals: dict[int, float] = {}
        for day, at, offered in arrivals.counts.rows:
            if day in chosen:
                totals[at] = totals.get(at, 0.0) + offered / len(chosen)
        rows = tuple((None, at, offered) for at, offered in sorted(totals.items()))
        changed["counts"] = Counts(rows=rows, exact=arrivals.counts.exact)
    return arrivals.model_copy(update=changed)


def with_reality(
    scenario: Scenario, real: RealDay, names: Sequence[str], rows: Mapping[int, int], parts: frozenset[str]
) -> Scenario:
    """The scenario of the day with these parts as they were. `names`: the queues by our rows; `rows`: our row
    of each of the history's queues."""
    if not parts:
        return scenario
    queues = dict(scenario.queues)
    if ARRIVALS in parts:
        for row, name in enumerate(names):
            queues[name] = _replayed(queues[name], name, row, real, rows, parts)
    groups = scenario.groups
    if STAFFING in parts and real.staffed_s is not None:
        width_s = DAY_MS / 1000 / real.staffed_s.shape[1]
        groups = dict(groups)
        for group, mine in pools(scenario, names):
            # Queues that share agents tell the same agents each.
            agents = np.max(real.staffed_s[mine], axis=0) / width_s
            staff = tuple(int(many) for many in np.floor(agents + 0.5))
            groups[group] = groups[group].model_copy(
                update={"staff": staff, "shifts": None, "shrinkage": 0.0, "absence": None}
            )
    return scenario.model_copy(update={"queues": queues, "groups": groups})


def pools(scenario: Scenario, names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Groups whose people can be told from what queues report, and the rows of these queues: a group that is
    the only one of its queues. Empty where one group is not of this kind."""
    found = []
    for queues, groups in _tied(scenario):
        if len(groups) != 1:
            return []
        found.append((groups[0], [names.index(queue) for queue in queues]))
    return found


def _tied(scenario: Scenario) -> list[tuple[list[str], list[str]]]:
    """Queues and groups that are tied by who may answer whom."""
    own = {name: name for name in scenario.queues}
    for group in scenario.groups.values():
        first, *others = group.answers
        for other in others:
            old, new = own[other], own[first]
            own = {name: new if found == old else found for name, found in own.items()}
    return [
        (
            [name for name in own if own[name] == one],
            [name for name, group in scenario.groups.items() if own[next(iter(group.answers))] == one],
        )
        for one in sorted(set(own.values()))
    ]


def _replayed(
    queue: Queue, name: str, row: int, real: RealDay, rows: Mapping[int, int], parts: frozenset[str]
) -> Queue:
    """Who called again is among the calls."""
    changed: dict[str, object] = {"redial": None}
    if real.log is None:
        offered = real.calls[:, row] @ OFFERED
        width = DAY_MS // len(offered)
        counts = tuple((None, k * width, float(many)) for k, many in enumerate(offered.tolist()))
        changed["arrivals"] = Arrivals(counts=Counts(rows=counts, exact=True))
        found = queue.model_copy(update=changed)
        usual = mean_s(queue.talk) + mean_s(queue.wrap)
        if TALK in parts and np.isfinite(real.aht_s[row]) and usual > 0:
            found = with_handling(found, float(real.aht_s[row]) / usual)
        return found
    places = [place for place, mine in rows.items() if mine == row]
    mine = real.log[np.isin(real.log["queue"], places)]
    if not len(mine):
        changed["arrivals"] = Arrivals(per_hour=0.0)
    else:
        changed["arrivals"] = queue.arrivals.model_copy(update=_NO_OTHER | {"replay": logged(mine, parts)})
    return queue.model_copy(update=changed)


_NO_OTHER: dict[str, object] = {
    "per_day": None,
    "per_hour": None,
    "counts": None,
    "weekdays": None,
    "day_cv": 0.0,
    "day_factor": None,
    "interval_cv": 0.0,
    "interval_correlation": 0.0,
    "surges": (),
}


def logged(mine: np.ndarray, parts: frozenset[str]) -> tuple[LoggedCall, ...]:
    """Calls of a log, CALL [call], as a replay has them: of talk and patience what `parts` names."""
    nothing = np.full(len(mine), UNKNOWN)
    talk, wrap, patience, waited = nothing, nothing, nothing, nothing
    answered, gone = mine["outcome"] == ANSWERED, mine["outcome"] == ABANDONED
    if TALK in parts:
        talked = np.where(mine["talk_ms"] >= 0, mine["talk_ms"] + np.maximum(mine["hold_ms"], 0), UNKNOWN)
        talk, wrap = np.where(answered, talked, UNKNOWN), np.where(answered, mine["wrap_ms"], UNKNOWN)
    if PATIENCE in parts:
        patience = np.where(gone, mine["wait_ms"], UNKNOWN)
        waited = np.where(gone, UNKNOWN, mine["wait_ms"])
    day = days_of(mine["arrival"])
    at = (mine["arrival"] - day).astype("timedelta64[ms]").astype(np.int64)
    columns = (day.tolist(), at, talk, wrap, patience, waited)
    return tuple(zip(*(list(map(int, c)) if k else c for k, c in enumerate(columns)), strict=True))
