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


def headline(found: FitAnswer) -> str:
    """How much history there is."""
    calls = sum(queue.offered or 0.0 for queue in found.queues.values())
    many = len(found.queues)
    said = f"{calls:,.0f} calls of {many:,} queue{'s' * (many != 1)}, {found.days:,} days: {found.dates}"
    return said + (f"; left out: {found.left_out}" if found.left_out else "")


def days(weekdays: Sequence[str]) -> str:
    """Weekdays as people write them: `sun–thu`, `fri`."""
    order = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    places = sorted(order.index(day) for day in weekdays)
    if len(places) > 2:
        for first in places:
            run = [(first + k) % 7 for k in range(len(places))]
            if sorted(run) == places:
                return f"{order[run[0]]}–{order[run[-1]]}"
    return ", ".join(order[place] for place in places)


def about_arrivals(queue: Queue) -> Iterator[str]:
    """What is to be said of the arrivals of a queue."""
    arrivals = queue.arrivals
    for kind in arrivals.kinds_of_days:
        name = days(kind.weekdays)
        of = kind.dispersion_without_outages
        if of is not None and of.p is not None:
            than = "no more than" if of.p > 0.01 else "more than"
            yield (
                f"{name}: from day to day calls vary {than} chance makes them: χ² {of.chi_square:,.0f} "
                f"with {of.free:,} degrees of freedom, p {chance(of.p)}"
            )
        if kind.p_one_profile is not None:
            same = (
                "one profile serves these weekdays" if kind.one_profile else "each has a profile of its own"
            )
            yield f"{name}: {same} (permutation test, p {chance(kind.p_one_profile)})"
    if (within := arrivals.poisson_within_intervals) is not None:
        yield (
            f"within a quarter of an hour calls are {within.distance:.3f} from a Poisson process "
            f"(Lewis' test, {within.calls:,} calls, p {chance(within.p)})"
        )
    if (busy := arrivals.busyness) is not None:
        yield from _about_busyness(busy)
    for one in arrivals.outages:
        yield f"outage left out: {one.date} {one.from_}–{one.to}, no calls where many are usual"
    for spike in arrivals.spikes[:5]:
        usual = f"{spike.usual:,.0f} are usual"
        yield f"spike kept: {spike.date} {spike.from_}, {spike.calls:,.0f} calls where {usual}"
    if arrivals.missing_intervals:
        many = f"{arrivals.missing_intervals:,} intervals within the hours have no row"
        raw, clean = arrivals.busyness_with_outages, arrivals.busyness
        apart = "" if raw is None or clean is None else f" (as empty ones the sum were {raw.excess.mean:.4f})"
        yield f"{many}: they are unknown, not empty{apart}"


def _about_busyness(busy: Busyness) -> Iterator[str]:
    if busy.excess.low is not None and busy.excess.low <= 0:
        yield "busyness of days and intervals cannot be told from chance; the scenario has none"
    elif not busy.told_apart:
        yield (
            f"busyness: only the sum is known well, {busy.excess.mean:.4f} "
            f"({busy.excess.low:.4f} to {busy.excess.high:.4f}); day_cv and interval_cv cannot "
            "be told apart here, for busyness that lasts looks like a busy day"
        )
    if busy.days > 60:
        yield "over so many days day_cv holds trend and season, too: for plans take that of callsim forecast"


def about_times(name: str, times: Times) -> Iterator[str]:
    """What is to be said of talk or wrap times."""
    if not times.calls:
        return
    if times.short_excess and times.short_share is not None:
        yield (
            f"{times.short_share:.1%} of {name} times are shorter than 10 s, more than the shape of the "
            "others has: agents who hang up, perhaps. They are in the mean, not in the shape"
        )
    if times.outliers and times.longest_s is not None:
        many = times.outliers
        upto = f"of up to {times.longest_s:,.0f} s"
        yield f"{many} {name} time{'s' * (many > 1)} {upto} left out, far from all others"
    heaping = times.heaping
    if heaping and heaping.found:
        yield f"{name} times are rounded, most of them to {heaping.to_s} s: the shape is less sure"
    if times.by_hour_s and times.p_hours is not None:
        yield f"mean {name} time differs by hour (analysis of variance, p {chance(times.p_hours)})"


def about_patience(patience: Patience | None) -> Iterator[str]:
    """What is to be said of patience: first of all that the wait of those who hung up is none."""
    if patience is None or not patience.candidates:
        return
    exponential = next((one for one in patience.candidates if one.family == "exponential"), None)
    if exponential is not None and patience.wait_of_abandoned_s is not None:
        yield (
            f"those who gave up had waited {patience.wait_of_abandoned_s:.1f} s; that is not patience, "
            f"whose mean is {exponential.mean_s:.1f} s: the patient ones were answered"
        )
    if patience.lower_bound:
        yield "the waits of those who gave up are unknown, so patience is at least this long"
    if patience.balked:
        yield f"{patience.balked:,} hung up at once (after 0 s): balk, not patience"
    for one in patience.hazards:
        if one.is_bump:
            yield (
                f"between {one.from_s} and {one.to_s} s more hang up than before and after "
                f"({one.per_minute:.3f} a minute): an announcement, perhaps"
            )
    if patience.curve:
        yield (
            f"beyond {patience.known_up_to_s:,.0f} s fewer than 30 callers were still waiting (marked *): "
            "longer patience rests on the family alone"
        )


def about_redials(again: Redials | None) -> Iterator[str]:
    """What is to be said of callers who call again."""
    if again is None:
        return
    after = "" if again.mean_after_s is None else f", after {again.mean_after_s / 60:.1f} min"
    said = (
        f"{again.again_share:.1%} of {again.abandoned:,} known callers who gave up called again within "
        f"an hour, {again.again_share_answered:.1%} of those answered: redial probability "
        f"{again.probability:.1%} ± {1.96 * again.error:.1%}{after}"
    )
    if again.used:
        yield f"{said}; redials are taken out of the arrivals"
    else:
        yield (
            f"{said}; not in the scenario, for callers of only {again.known_share:.0%} of calls are "
            "known: redials are in the arrivals"
        )


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
