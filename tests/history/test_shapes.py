"""Phone systems' files of one log: each gives what it tells, exactly or to its unit, and nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from callsim.errors import UserError
from callsim.history.canonical import SUMS, IntervalTable
from callsim.history.clean import clean
from callsim.history.read.how import How
from callsim.history.read.reader import read
from callsim.history.understood.question import understood
from tests.makers import exports, worlds
from tests.makers.exports import SHAPES, ZONE, Call, Export, Sums

COUNTS = ("offered", "answered", "abandoned")
TRUTH: dict[str, Callable[[Sums], float]] = {
    "offered": lambda one: one.offered,
    "answered": lambda one: one.answered,
    "abandoned": lambda one: one.abandoned,
    "answered_in_sl": lambda one: one.in_time,
    "abandoned_in_sl": lambda one: one.gone_in_time,
    "abandoned_short": lambda one: one.gone_short,
    "wait_answered_s": lambda one: one.waited,
    "wait_abandoned_s": lambda one: one.waited_gone,
    "wait_max_s": lambda one: max(one.longest, one.longest_gone),
    "talk_s": lambda one: one.talked,
    "handle_s": lambda one: one.talked,
}
IN_TIME = ("answered_in_sl", "abandoned_in_sl")
WAITS = ("wait_answered_s", "wait_abandoned_s")
SPOKEN = ("talk_s", "handle_s")

# shape → the figures it gives, and how coarse its mean times are: s for each call, 0 where it has sums.
GIVES: dict[str, tuple[tuple[str, ...], float]] = {
    "Avaya hsplit": ((*COUNTS, *IN_TIME, *WAITS, *SPOKEN), 0),
    "AXA": (("offered", "answered", "wait_answered_s", *SPOKEN), 0),
    "Genesys Cloud": ((*COUNTS, "wait_answered_s", *SPOKEN), 0.001),
    "PureConnect": ((*COUNTS, *IN_TIME, *WAITS, *SPOKEN), 0),
    "UCCX": ((*COUNTS, *WAITS, "wait_max_s", "handle_s"), 0.5),
    "UCCE": ((*COUNTS, *IN_TIME, "abandoned_short", *WAITS, *SPOKEN), 0),
    "Amazon metrics": ((*COUNTS, *WAITS, "handle_s"), 0.005),
    "Amazon records": ((*COUNTS, *IN_TIME, *WAITS, "wait_max_s", *SPOKEN), 0),
    "Teleopti": ((*COUNTS, *IN_TIME, "abandoned_short", *WAITS, "wait_max_s", *SPOKEN), 0),
    "IEX": ((*COUNTS, *IN_TIME, "wait_answered_s", *SPOKEN), 0),
    "Asterisk": ((*COUNTS, *IN_TIME, *WAITS, "wait_max_s", *SPOKEN), 0),
    "Excel": ((*COUNTS, "wait_answered_s", *SPOKEN), 0.5),
}
NONE = {"flow_out", "hold_s", "wrap_s", "available_s"}  # told as 0 by some
TABLES = [name for name in SHAPES if name not in ("Amazon records", "Asterisk")]
NAMED = [name for name in TABLES if name != "Teleopti"]  # shapes with a line of names
BY_END = ("Avaya hsplit", "AXA", "UCCE")
SHORT_APART = ("AXA", "UCCE")  # callers who hang up at once are in no other figure


NEEDED = {
    "Avaya hsplit": {"row_date", "starttime", "callsoffered", "split"},
    "AXA": {"DATE", "CSPL_RECEIVED_CALLS"},
    "Genesys Cloud": {"Interval Start", "Offer", "Queue Name"},
    "PureConnect": {"dIntervalStart", "nEnteredAcd", "cName"},
    "UCCX": {"Interval Start Time", "Calls Presented"},
    "UCCE": {"DateTime", "CallsOffered", "CallTypeID"},
    "Amazon metrics": {"StartInterval", "Contacts queued", "Queue"},
    "IEX": {"date", "period", "contactsReceived", "queue"},
    "Excel": {"Datum", "Intervall", "Anrufe", "Ø Gesprächszeit"},  # the last one tells what 1:44 means
}
"""The columns without which a file of two queues cannot be read."""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """Fifteen days of a world's calls: a 13 among the days tells which number is the month."""
    scenario = worlds.world(tmp_path_factory.mktemp("world"), days=15, per_day=300, staff=3)
    return exports.calls_of(worlds.log(scenario, 5))


@pytest.fixture
def made(calls: list[Call], tmp_path: Path) -> Callable[..., str]:
    def make(shape: str, change: Callable[[Export], None] | None = None, of: list[Call] | None = None) -> str:
        export = SHAPES[shape](calls if of is None else of)
        if change is not None:
            change(export)
        path = tmp_path / export.name
        path.write_bytes(export.content())
        return str(path)

    return make


def how_of(shape: str) -> How:
    """What a planner must say of a shape, because the file does not."""
    if shape == "Excel":
        return How(encoding="windows-1252")
    return How(zone=ZONE) if shape.startswith(("Amazon", "Asterisk")) else How()


def expected(
    calls: list[Call], shape: str, named: dict[str, str] | None = None
) -> dict[tuple[str, str], Sums]:
    """By the file's name of a queue (`named`: by ours) and by the start of an interval."""
    cells = exports.sums_of(calls, by_end=shape in BY_END, short_apart=shape in SHORT_APART)
    if named is None:
        named = {"sales": "calls"} if shape == "Excel" else {"help": "help", "sales": "sales"}
    return {
        (named[queue], str(np.datetime64(at, "s").astype("datetime64[ms]"))): one
        for (at, queue), one in cells.items()
        if queue in named and one.offered
    }


def held(table: IntervalTable, calls: list[Call], shape: str, named: dict[str, str] | None = None) -> None:
    """Every figure that the shape gives is the truth, and it gives no other."""
    figures, unit = GIVES[shape]
    truth = expected(calls, shape, named)
    there = {
        (table.queues[row["queue"]], str(row["start"])): row for row in table.rows if row["offered"] != 0
    }
    assert there.keys() == truth.keys()
    for cell, one in truth.items():
        for name in figures:
            right = TRUTH[name](one)
            spare = (
                unit * (one.abandoned if name == "wait_abandoned_s" else one.answered)
                if name[-2:] == "_s"
                else 0
            )
            assert there[cell][name] == pytest.approx(right, abs=spare + 1e-9, rel=0), (cell, name)
    told = {name for name in SUMS if np.isfinite(table.rows[name]).any()}
    assert told - NONE == set(figures)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_gives_what_it_tells(shape: str, made: Callable[..., str], calls: list[Call]) -> None:
    table = read([made(shape)], how_of(shape))
    held(table, calls, shape)
    assert table.width_ms == 1_800_000
    assert table.owner == ("end" if shape in BY_END else "arrival")
    assert len(table.dates) == 15


@pytest.mark.parametrize("shape", NAMED)
def test_columns_in_another_order_change_nothing(
    shape: str, made: Callable[..., str], calls: list[Call]
) -> None:
    def turn(export: Export) -> None:
        export.head.reverse()
        for row in export.rows:
            row.reverse()

    held(read([made(shape, turn)], how_of(shape)), calls, shape)


@pytest.mark.parametrize("shape", NAMED)
def test_a_column_that_is_missing_is_unknown(shape: str, made: Callable[..., str], calls: list[Call]) -> None:
    """Each in turn: what the others tell stays the same, and is needed only where a mistake says so."""

    def without(at: int) -> Callable[[Export], None]:
        def change(export: Export) -> None:
            for row in (export.head, *export.rows):
                del row[at]

        return change

    some = [call for call in calls if exports.moment(call.at).day in (13, 14)]
    whole = read([made(shape, None, some)], how_of(shape))
    head, needed, said = SHAPES[shape](some).head, [], []
    for at, name in enumerate(head):
        try:
            table = read([made(shape, without(at), some)], how_of(shape))
        except UserError as error:
            needed.append(name)
            said.append(str(error))
            continue
        if len(table.queues) < len(whole.queues):
            continue  # the queues are added where a system writes parts
        for figure in SUMS:
            told, right = table.rows[figure], whole.rows[figure]
            assert np.isnan(told).all() or told == pytest.approx(right, nan_ok=True), (name, figure)
    assert set(needed) == NEEDED[shape]
    near = "the columns .* is missing; say which|no column the day|twice in its queue|--unit m:ss"
    assert all(re.search(near, one) for one in said), said
    assert head[_offered(head)] in needed


def _offered(head: list[str]) -> int:
    wanted = {
        "callsoffered",
        "CSPL_RECEIVED_CALLS",
        "CallsOffered",
        "Offer",
        "nEnteredAcd",
        "Calls Presented",
        "Contacts queued",
        "contactsReceived",
        "Anrufe",
    }
    return next(at for at, name in enumerate(head) if name in wanted) if head else 5


@pytest.mark.parametrize("shape", TABLES)
@pytest.mark.parametrize(("field", "shown"), [("9x", False), ("+49 30 1234567", False), ("-7", True)])
def test_a_damaged_field_is_a_mistake_at_its_row(
    shape: str, field: str, shown: bool, made: Callable[..., str], calls: list[Call]
) -> None:
    def damage(export: Export) -> None:
        export.rows[3][_offered(export.head)] = field

    line = 4 + bool(SHAPES[shape](calls).head) + 2 * (shape == "Excel")
    with pytest.raises(UserError) as caught:
        read([made(shape, damage)], how_of(shape))
    said = str(caught.value)
    assert f":{line}:" in said
    assert (field in said) == shown


@pytest.mark.parametrize("shape", TABLES)
def test_a_row_that_is_cut_is_a_mistake_at_its_row(shape: str, made: Callable[..., str]) -> None:
    def cut(export: Export) -> None:
        del export.rows[3][-3:]

    with pytest.raises(UserError, match="fields, and there are"):
        read([made(shape, cut)], how_of(shape))


@pytest.mark.parametrize("shape", ["Asterisk", "Amazon records"])
def test_a_damaged_line_of_a_log_is_told(shape: str, made: Callable[..., str], calls: list[Call]) -> None:
    def damage(export: Export) -> None:
        export.lines.insert(7, export.lines[7][:30])

    table = read([made(shape, damage)], how_of(shape))
    held(table, calls, shape)
    damaged = [note for note in table.notes if note.kind == "dropped" and "delivered" not in note.text]
    assert [note.rows for note in damaged] == [1]
    assert "8" in damaged[0].text


def test_a_log_that_was_cut_is_told(made: Callable[..., str], calls: list[Call]) -> None:
    def rotate(export: Export) -> None:
        del export.lines[:40]

    table = read([made("Asterisk", rotate)], how_of("Asterisk"))
    assert any("call has no entry into its queue" in note.text for note in table.notes)
    assert table.rows["offered"].sum() < len(calls)


@pytest.mark.parametrize("shape", ["Amazon metrics", "Amazon records", "Asterisk"])
def test_utc_needs_a_zone(shape: str, made: Callable[..., str]) -> None:
    with pytest.raises(UserError, match="--zone"):
        read([made(shape)])


def test_what_can_be_read_in_two_ways_is_a_mistake(made: Callable[..., str], calls: list[Call]) -> None:
    first = min(call.at for call in calls)
    early = [call for call in calls if call.at < first + 86_400]

    def day(number: int) -> Callable[[Export], None]:
        def change(export: Export) -> None:
            for row in export.rows:
                row[0] = str(row[0]).replace("01/01/", f"02/{number:02d}/")

        return change

    with pytest.raises(UserError, match="day first or month first"):
        read([made("Avaya hsplit", day(3), early)])
    assert str(read([made("Avaya hsplit", day(3), early)], How(dates="day-first")).dates[0]) == "2024-03-02"
    assert str(read([made("Avaya hsplit", day(3), early)], How(dates="month-first")).dates[0]) == "2024-02-03"
    assert str(read([made("Avaya hsplit", day(13), early)]).dates[0]) == "2024-02-13"
    with pytest.raises(UserError, match="--encoding windows-1252"):
        read([made("Excel")])


def test_a_thousand_and_a_fraction_are_not_guessed(made: Callable[..., str]) -> None:
    def change(export: Export) -> None:
        export.rows[2][_offered(export.head)] = "1.234"

    with pytest.raises(UserError, match=r"1\.234 can be a thousand or a fraction"):
        read([made("Avaya hsplit", change)])

    def german(export: Export) -> None:
        export.rows[2][2] = "1.234"

    table = read([made("Excel", german)], how_of("Excel"))  # 81,5 % in the same file: the comma is decimal
    assert table.rows["offered"].max() == 1234


def test_the_unit_of_durations_is_found_by_how_long_calls_take(
    made: Callable[..., str], calls: list[Call]
) -> None:
    def in_seconds(export: Export) -> None:
        for row in export.rows:
            for name in ("ASA", "Avg Handle", "Avg Talk"):
                at = export.head.index(name)
                row[at] = "" if row[at] == "" else int(str(row[at])) / 1000

    held(read([made("Genesys Cloud", in_seconds)]), calls, "Genesys Cloud")

    def in_minutes(export: Export) -> None:
        for row in export.rows:
            for name in ("ASA", "Avg Handle", "Avg Talk"):
                at = export.head.index(name)
                row[at] = "" if row[at] == "" else round(int(str(row[at])) / 60_000, 4)

    with pytest.raises(UserError, match="--unit"):
        read([made("Genesys Cloud", in_minutes)])


@pytest.mark.parametrize("shape", SHAPES)
def test_the_clean_table_is_the_history(shape: str, made: Callable[..., str], tmp_path: Path) -> None:
    table = read([made(shape)], how_of(shape))
    path = tmp_path / "clean.csv"
    text = "".join(clean(table))
    path.write_text(text, "utf-8")
    again = read([str(path)])
    assert again.queues == table.queues
    assert again.owner == table.owner
    assert again.width_ms == table.width_ms
    for name in SUMS:
        assert again.rows[name] == pytest.approx(table.rows[name], rel=1e-9, nan_ok=True), name
    assert "+49" not in text
    assert "agent 1" not in text


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_understood(shape: str, made: Callable[..., str]) -> None:
    found = understood(read([made(shape)], how_of(shape)))
    assert all(one.broken == 0 for one in found.identities)
    assert (found.first, found.last) == ("2024-01-01", "2024-01-15")
    right = [one.formula for one in found.levels if one.right]
    if shape in ("Genesys Cloud", "UCCX", "Amazon metrics", "Excel"):
        assert right == ["calls in time ÷ offered"]
    else:
        assert right == []


def test_what_does_not_add_up_is_told(made: Callable[..., str], calls: list[Call]) -> None:
    def more(export: Export) -> None:
        at = export.head.index("acdcalls")
        export.rows[0][at] = int(str(export.rows[0][at])) + 3

    found = understood(read([made("Avaya hsplit", more)]))
    (balance,) = [one for one in found.identities if one.name.startswith("offered =")]
    assert (balance.broken, balance.most) == (1, 3)
    assert balance.first is not None
    assert balance.first.endswith("2024-01-01")


def test_holes_and_outages_are_found(calls: list[Call]) -> None:
    rows = exports.SHAPES["Teleopti"](calls)
    assert rows.rows  # the makers tell every interval
    table = dataclasses.replace(_grown(calls))
    found = understood(table)
    assert [(gap.what, gap.date, gap.from_, gap.to) for gap in found.gaps] == [
        ("no calls", "2024-01-09", "10:00", "12:00"),
        ("no rows", "2024-01-10", "10:00", "11:00"),
    ]


def _grown(calls: list[Call]) -> IntervalTable:
    """Days of twenty calls in each half-hour from 8 to 20, but for an outage and a hole."""
    from tests.makers.histories import dates, table

    counts = np.zeros((15, 48))
    counts[:, 16:40] = 20.0
    counts[8, 20:24] = 0
    counts[9, 20:22] = np.nan
    return table(dates("2024-01-01", 15), sales=counts)
