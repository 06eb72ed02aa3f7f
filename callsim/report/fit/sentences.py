"""What a fit says in sentences, on text and page alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from callsim.history.fit.answer import (
    Busyness,
    Candidate,
    FitAnswer,
    Patience,
    PatienceCandidate,
    Queue,
    Redials,
    Times,
)
from callsim.history.fit.scenario import LEAST_ERROR
from callsim.sentences import label, say


def headline(found: FitAnswer) -> str:
    """Returns the first line: the queues, calls and days of the history."""
    calls = sum(queue.offered or 0.0 for queue in found.queues.values())
    many = len(found.queues)
    said = say("fit.headline", n=many, calls=calls, days=found.days, dates=found.dates)
    return said + (say("fit.left_out", dates=found.left_out) if found.left_out else "")


def days(weekdays: Sequence[str]) -> str:
    """Weekdays as people write them: `sun–thu`, `fri`."""
    order = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    places = sorted(order.index(day) for day in weekdays)
    if len(places) > 2:
        for first in places:
            run = [(first + k) % 7 for k in range(len(places))]
            if sorted(run) == places:
                return f"{label(order[run[0]])}–{label(order[run[-1]])}"
    return label(", ").join(label(order[place]) for place in places)


def about_arrivals(queue: Queue) -> Iterator[str]:
    """Returns sentences on the arrivals of a queue."""
    arrivals = queue.arrivals
    for kind in arrivals.kinds_of_days:
        name = days(kind.weekdays)
        of = kind.dispersion_without_outages
        if of is not None and of.p is not None:
            square, p = of.chi_square, chance(of.p)
            yield (
                say("fit.chance_alone", days=name, chi_square=square, free=of.free, p=p)
                if of.p > 0.01
                else say("fit.beyond_chance", days=name, chi_square=square, free=of.free, p=p)
            )
        if kind.p_one_profile is not None:
            p = chance(kind.p_one_profile)
            yield (
                say("fit.one_profile", days=name, p=p)
                if kind.one_profile
                else say("fit.own_profiles", days=name, p=p)
            )
    if (within := arrivals.poisson_within_intervals) is not None:
        yield say("fit.poisson", distance=within.distance, calls=within.calls, p=chance(within.p))
    if (busy := arrivals.busyness) is not None:
        yield from _about_busyness(busy)
    for one in arrivals.outages:
        yield say("fit.outage", date=one.date, start=one.from_, end=one.to)
    for spike in arrivals.spikes[:5]:
        yield say("fit.spike", date=spike.date, start=spike.from_, calls=spike.calls, usual=spike.usual)
    if arrivals.missing_intervals:
        raw, clean = arrivals.busyness_with_outages, arrivals.busyness
        apart = "" if raw is None or clean is None else say("fit.missing_apart", sum=raw.excess.mean)
        yield say("fit.missing", intervals=arrivals.missing_intervals, apart=apart)


def _about_busyness(busy: Busyness) -> Iterator[str]:
    excess = busy.excess
    if excess.low is not None and excess.low <= 0:
        yield say("fit.no_busyness")
    elif not busy.told_apart:
        yield say("fit.only_the_sum", sum=excess.mean, low=excess.low, high=excess.high)
    if busy.days > 60:
        yield say("fit.many_days")


def about_times(name: str, times: Times) -> Iterator[str]:
    """Returns sentences on talk or wrap times."""
    if not times.calls:
        return
    if times.short_excess and times.short_share is not None:
        yield say("fit.short", share=times.short_share, part=name)
    if times.outliers and times.longest_s is not None:
        yield say("fit.outliers", n=times.outliers, part=name, longest=times.longest_s)
    heaping = times.heaping
    if heaping and heaping.found:
        yield say("fit.rounded", part=name, to=heaping.to_s)
    if times.by_hour_s and times.p_hours is not None:
        yield say("fit.by_hour", part=name, p=chance(times.p_hours))


def about_patience(patience: Patience | None) -> Iterator[str]:
    """Returns sentences on patience, which is not the wait of the callers who hung up."""
    if patience is None or not patience.candidates:
        return
    exponential = next((one for one in patience.candidates if one.family == "exponential"), None)
    if exponential is not None and patience.wait_of_abandoned_s is not None:
        yield say("fit.gave_up", waited=patience.wait_of_abandoned_s, mean=exponential.mean_s)
    if patience.lower_bound:
        yield say("fit.lower_bound")
    if patience.balked:
        yield say("fit.balked", calls=patience.balked)
    for one in patience.hazards:
        if one.is_bump:
            yield say("fit.bump", start=one.from_s, end=one.to_s, per_minute=one.per_minute)
    if patience.curve:
        yield say("fit.known_up_to", seconds=patience.known_up_to_s)


def about_redials(again: Redials | None) -> Iterator[str]:
    """Returns sentences on callers who call again."""
    if again is None:
        return
    minutes = None if again.mean_after_s is None else again.mean_after_s / 60
    said = say(
        "fit.redials",
        again=again.again_share,
        abandoned=again.abandoned,
        answered=again.again_share_answered,
        probability=again.probability,
        half=1.96 * again.error,
        after="" if minutes is None else say("fit.redials_after", minutes=minutes),
    )
    if again.used:
        yield say("fit.redials_used", redials=said)
    else:
        yield say("fit.redials_not_used", redials=said, known=again.known_share)


def about_certainty(queue: Queue) -> Iterator[str]:
    """How well the means of a queue are known, as the scenario says it."""
    written = {key: error for key, error in queue.uncertain.items() if error >= LEAST_ERROR}
    if written:
        shares = ", ".join(f"{key} {error:.1%}" for key, error in written.items())
        yield say("fit.uncertain", figures=shares)


def chance(p: float) -> str:
    """A probability as it is written."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def family(one: Candidate | PatienceCandidate | None) -> str:
    """A fitted family with its parameters."""
    if one is None:
        return "–"
    parts = []
    for name, value in one.parameters.items():
        unit = " s" if name.endswith("_s") else ""
        parts.append(f"{name.removesuffix('_s')} {value:.4g}{unit}")
    return f"{one.family}: {', '.join(parts)}"
