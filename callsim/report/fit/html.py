"""The page of a fit: what was read, the pictures, and what could not be known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from callsim.history.fit.answer import FitAnswer, Queue
from callsim.report.fit import sentences
from callsim.report.fit.charts import charts, data
from callsim.report.kit import figures
from callsim.report.kit.html_page import (
    Cell,
    Chooser,
    Facts,
    Fold,
    Part,
    Section,
    Sheet,
    Table,
    Text,
    Tile,
    Tiles,
    Verdict,
)
from callsim.results.measures import Figure
from callsim.sentences import label, say


def page(found: FitAnswer) -> Sheet:
    """The page."""
    return Sheet(found.name, list(_sections(found)), data(found), f"callsim {found.version}")


def _sections(found: FitAnswer) -> Iterator[Section]:
    queues = sorted(found.queues.items(), key=lambda item: -(item[1].offered or 0))
    assumed = len(found.assumed)
    lines = [say("fit.assumed", n=assumed)] if assumed else []
    yield Section(
        "", [Verdict("none", sentences.headline(found), lines), _tiles([queue for _, queue in queues])]
    )
    if found.notes:
        notes = [(note.kind, note.text) for note in found.notes]
        yield Section(say("fit.read"), [Facts(notes)])
    chooser: list[Part] = [Chooser("Show")] if len(queues) > 1 else []
    yield Section(say("fit.pictures"), [*chooser, *charts(found)])
    yield Section("The queues", [_queues(queues)])
    yield Section(say("fit.what_else"), [_said(name, queue) for name, queue in queues])
    if found.assumed:
        rows = [(one.path, one.text) for one in found.assumed]
        yield Section("Assumed", [Facts(rows)], say("fit.assumed_about"))
    texts = [Fold(name, [Text(line) for line in text.splitlines()]) for name, text in _yaml(found)]
    yield Section("The scenario", texts, say("fit.writes_files"))


def _yaml(found: FitAnswer) -> Iterator[tuple[str, str]]:
    for name, text in found.scenario.items():
        if name.endswith(".yaml"):
            yield name, text


def _tiles(queues: Sequence[Queue]) -> Tiles:
    offered = sum(queue.offered or 0 for queue in queues)
    told = [queue for queue in queues if queue.abandoned is not None]
    abandoned = sum(queue.abandoned or 0 for queue in told)
    of = sum(queue.offered or 0 for queue in told)
    answered = sum(queue.answered or 0 for queue in queues)

    def mean(of: Callable[[Queue], float | None]) -> Figure:
        """Over the answered calls of all queues where it is known."""
        known = [
            (each, queue.answered) for queue in queues if (each := of(queue)) is not None and queue.answered
        ]
        many = sum(answered for _, answered in known)
        return Figure(sum(each * answered for each, answered in known) / many if many else None)

    return Tiles(
        [
            Tile("Offered", f"{offered:,.0f}"),
            Tile("Answered", f"{answered:,.0f}"),
            Tile("Abandoned", figures.percent(Figure(abandoned / of if of else None))),
            Tile("ASA", figures.waited(mean(lambda queue: queue.asa_s))),
            Tile("AHT", figures.waited(mean(lambda queue: queue.aht_s))),
        ]
    )


def _queues(queues: list[tuple[str, Queue]]) -> Table:
    rows: list[list[Cell]] = []
    for name, queue in queues:
        busy, talk, patience = queue.arrivals.busyness, queue.talk, queue.patience
        best = next(iter(talk.candidates or ()), None)
        first = next(iter(patience.candidates if patience else ()), None)
        rows.append(
            [
                name,
                f"{queue.offered:,.0f}",
                figures.NOTHING if busy is None else figures.percent_about(busy.day_cv),
                figures.NOTHING if busy is None else figures.percent_about(busy.interval_cv),
                figures.NOTHING if busy is None else f"{busy.correlation.mean:.2f}",
                sentences.family(best),
                figures.NOTHING if best is None or best.distance is None else f"{best.distance:.3f}",
                sentences.family(first),
            ]
        )
    head = ["queue", "calls", "day_cv", "interval_cv", "correlation", "talk", "K–S distance", "patience"]
    return Table(head, rows)


def _said(name: str, queue: Queue) -> Fold:
    lines = [
        *sentences.about_arrivals(queue),
        *sentences.about_times("talk", queue.talk),
        *sentences.about_times("wrap", queue.wrap),
        *sentences.about_patience(queue.patience),
        *sentences.about_redials(queue.redials),
        *sentences.about_certainty(queue),
    ]
    return Fold(name, [Text(f"{line[0].upper()}{line[1:]}{label('.')}") for line in lines])
