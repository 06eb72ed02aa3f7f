"""When each row of a table is: the columns that tell it, the order of dates, starts or ends of intervals."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from callsim import units
from callsim.scenario.reading.tables.layout import CLOCKS, DATES, ENDS, STARTS, WEEKDAYS, plain
from callsim.scenario.reading.tables.moments import DAY_FIRST, MONTH_FIRST, NUMBERS, Moment, moment, number
from callsim.scenario.reading.tables.offsets import is_two_clocks, meaning_of, tells_zone
from callsim.scenario.reading.tables.spec import Spec
from callsim.scenario.reading.tables.table import Cell, Table, has
from callsim.scenario.words.calendar import Calendar
from callsim.sentences import say
from callsim.units import DAY_MS, shown

Day = datetime.date | int | None
"""A date, a weekday (0 is Monday), or every day."""
Row = tuple[int, Cell, Day, int]
"""A row's index, the field that tells its time, its day, and ms of the day."""

_KNOWN = {*STARTS, *ENDS, *DATES, *CLOCKS, *WEEKDAYS}
_ONE_DAY = datetime.timedelta(days=1)
_WORKING_WEEK = 5  # days


def has_times(table: Table, spec: Spec) -> bool:
    """Whether a table has a column that tells times, so that its rows may stand in any order."""
    return bool(spec.time) or bool(_by_name(table)) or bool(_by_content(table))


def times(table: Table, spec: Spec, calendar: Calendar | None, grid: int | None) -> list[Row]:
    """The time of each row that can be read; what cannot is noted at its place.

    `grid`: ms of an interval, or None where the table has its own.
    """
    columns = _columns(table, spec)
    if not columns:
        return []
    if any(_of_a_zone(table, column) for column in columns):
        return []
    read = [_reader(table, column) for column in columns]
    rows: list[tuple[int, Cell, Moment]] = []
    for at in range(1, len(table.rows)):
        cells = [Cell(table, at, column) for column in columns]
        found = _joined([_of(cell, how) for cell, how in zip(cells, read, strict=True)])
        if found is None:
            _refuse(cells, read)
        else:
            rows.append((at, cells[0], found))
    order = _order(table, [(cell, found) for _, cell, found in rows], spec, calendar)
    if order is None:
        return []
    dated = [(at, cell, _day(found, order), found.at or 0) for at, cell, found in rows]
    if _are_ends(table, columns, [found for _, _, found in rows], dated, grid):
        # 00:00 ends the day before, or, where it stands last among the rows of a day, its own.
        own = [ms for _, _, day, ms in dated if day == dated[0][2]][-1] == 0
        return [(at, cell, *_earlier(day, ms, grid or 0, own)) for at, cell, day, ms in dated]
    for _, cell, _, ms in dated:
        if ms == DAY_MS:
            table.wrong(cell, say("units.not_on_the_clock", value="24:00", last="23:59"))
    return [row for row in dated if row[3] < DAY_MS]


def _of_a_zone(table: Table, column: int) -> bool:
    """Whether fields such as 04:00-05:00 tell a zone, or may do so; the mistakes are noted."""
    found = [
        cell
        for at in range(1, len(table.rows))
        if column < len(table.rows[at]) and is_two_clocks((cell := Cell(table, at, column)).text)
    ]
    meaning = meaning_of(_fields(table, column)) if found else "interval"
    for cell in found if meaning == "offset" else found[:1] if meaning == "open" else []:
        text = say("tables.zone", value=shown(cell.text))
        if meaning == "open":
            start, _, end = cell.text.rpartition("-")
            text = say("tables.interval_or_zone", text=shown(cell.text), start=start.strip(), end=end)
        table.wrong(cell, text)
    return meaning != "interval"


def days_of_rows(
    table: Table, spec: Spec, calendar: Calendar | None, apart: set[int]
) -> dict[int, tuple[Cell, Day]]:
    """The day of each row, by its index, and the field that tells it, of a table whose times name columns.

    `apart`: those columns. Without a column of days there may be one row only, which is of every day.
    """
    columns = _asked(table, spec) if spec.time else _day_columns(table, apart)
    if table.mistakes:
        return {}
    if not columns:
        if len(table.rows) > 2:
            there = has([name for at, name in enumerate(table.head) if at not in apart])
            text = say("tables.days_unknown", rows=len(table.rows) - 1, hint=there, file=table.short)
            table.wrong(table.top, text)
        elif len(table.rows) == 2:
            table.notes.append(say("tables.every_day"))
        return {at: (Cell(table, at, 0), None) for at in range(1, len(table.rows))}
    how = _reader(table, columns[0])
    read: dict[int, tuple[Cell, Moment]] = {}
    for at in range(1, len(table.rows)):
        cell = Cell(table, at, columns[0])
        found = _of(cell, how)
        if found is not None and (found.numbers or found.weekday is not None) and not found.at:
            read[at] = cell, found
        elif not table.certain and len(table.rows[at]) > columns[0] and not cell.text.isascii():
            table.unsure(cell)
        else:
            told = shown(cell.text) if len(table.rows[at]) > columns[0] else say("tables.this_row")
            table.wrong(cell, say("tables.no_day", day=told))
    order = None if table.mistakes else _order(table, list(read.values()), spec, calendar)
    return {} if order is None else {at: (cell, _day(found, order)) for at, (cell, found) in read.items()}


def _day_columns(table: Table, apart: set[int]) -> list[int]:
    """The column that tells the day of a row, if any; the mistake is noted where it may be several."""
    found = [index for index in _by_name(table) or _by_content(table) if index not in apart]
    kinds = {index: _kind(table, index) for index in found}
    dates = [index for index in found if kinds[index] in ("date", "moment")]
    several = dates or [index for index in found if kinds[index] == "weekday"]
    if not several:  # a column that is called so and tells no day is told at its fields
        named = enumerate(map(plain, table.head))
        several = [at for at, name in named if name in (*DATES, *WEEKDAYS) and at not in apart]
    if len(several) > 1 and (better := [i for i in several if plain(table.head[i]) in (*DATES, *WEEKDAYS)]):
        several = better
    if len(several) > 1:
        names = ", ".join(shown(table.rows[0][index]) for index in several)
        table.wrong(
            table.top,
            say("tables.day_columns", columns=names, file=table.short),
        )
    return several[:1]


def _by_name(table: Table) -> list[int]:
    return [index for index, name in enumerate(table.head) if plain(name) in _KNOWN and _kind(table, index)]


def _by_content(table: Table) -> list[int]:
    return [index for index in range(len(table.head)) if _kind(table, index, named=False)]


def _columns(table: Table, spec: Spec) -> list[int]:
    """The columns that together tell the time, the day first; none, with the mistake, where it is unknown."""
    if spec.time:
        return _asked(table, spec)
    head = list(map(plain, table.head))
    ours = [index for index, name in enumerate(head) if name == STARTS[0]]
    found = _by_name(table) or _by_content(table)
    dated = [index for index in found if head[index] in DATES and _kind(table, index) in ("date", "moment")]
    by_weekday = [index for index in found if _kind(table, index) == "weekday"]
    told = len(dated) == 1 or (not dated and len(by_weekday) == 1)
    if ours and not (told and _kind(table, ours[0]) == "clock"):
        return ours[:1]
    starts = [index for index in found if head[index] not in ENDS] or found
    kinds = {index: _kind(table, index) for index in starts}
    whole = [index for index in starts if kinds[index] == "moment" and not _is_midnight(table, index)]
    days = [i for i in starts if kinds[i] == "date" or (kinds[i] == "moment" and i not in whole)]
    clocks = [index for index in starts if kinds[index] == "clock"]
    weekdays = [index for index in starts if kinds[index] == "weekday"]
    for named in (STARTS, DATES, CLOCKS):
        for several in (whole, days, clocks):
            if len(several) > 1 and (better := [index for index in several if head[index] in named]):
                several[:] = better
    if len(whole) == 1:
        return whole
    if not whole and len(clocks) == 1 and len(days) <= 1:
        return [*(days or weekdays[:1]), *clocks]
    names = ", ".join(shown(table.rows[0][index]) for index in (*whole, *days, *clocks))
    if names and (len(whole) > 1 or len(days) > 1 or len(clocks) > 1):
        text = say("tables.time_columns", columns=names, file=table.short)
    else:
        text = say("tables.no_times", hint=has(table.head), file=table.short)
    table.wrong(table.top, text)
    return []


def _asked(table: Table, spec: Spec) -> list[int]:
    found = []
    for name in spec.time:
        alike = [index for index, one in enumerate(table.head) if plain(one) == plain(name)]
        if not alike:
            table.wrong(
                table.top, say("tables.not_there", column=shown(name), hint=has(table.head, name.lower()))
            )
            return []
        found.append(alike[0])
    return found


def _is_midnight(table: Table, column: int) -> bool:
    """Whether a column of moments tells days only, as workbooks write them: always at 00:00:00."""
    read = [moment(field) for field in _fields(table, column)]
    return sum(1 for one in read if one and one.at == 0) == len(read) > len(set(_fields(table, column)))


def _fields(table: Table, column: int) -> list[str]:
    return [row[column] for row in table.rows[1:] if len(row) > column and row[column]]


def _kind(table: Table, column: int, named: bool = True) -> str:
    """What most fields of a column tell: `moment`, `date`, `clock`, `weekday`, or nothing.

    `named`: whether numbers may, as in a column whose name says so.
    """
    fields = _fields(table, column)[:200]
    how = _how(fields) if named else ""
    if how in ("hour", "hhmm", "fraction") and (
        len(set(fields)) < 2 or plain(table.head[column]) not in (*STARTS, *ENDS, *CLOCKS)
    ):
        return ""
    read = [number(field, how) if how else moment(field) for field in fields]
    kinds = [one.kind for one in read if one]
    if not kinds or 2 * len(kinds) < len(fields):
        return ""
    return max(sorted(set(kinds)), key=kinds.count)


def _how(fields: Sequence[str]) -> str:
    """What the numbers of a column of times are; nothing where they are none."""
    if not fields or any(moment(field) for field in fields[:20]):
        return ""
    for how in NUMBERS:
        if all(number(field, how) for field in fields):
            if how == "fraction" and not any("." in field for field in fields):
                continue
            return how
    return ""


def _reader(table: Table, column: int) -> str:
    return _how(_fields(table, column))


def _of(cell: Cell, how: str) -> Moment | None:
    row = cell.table.rows[cell.row]
    if cell.column >= len(row) or not (cell.table.certain or cell.text.isascii()):
        return None
    return number(cell.text, how) if how else moment(cell.text)


def _joined(parts: list[Moment | None]) -> Moment | None:
    """Day and clock time of several fields."""
    if any(part is None for part in parts):
        return None
    whole = Moment()
    for part in parts:
        assert part is not None
        if part.numbers and not whole.numbers:
            whole = replace(whole, numbers=part.numbers, open=part.open)
        if part.weekday is not None and not whole.numbers:
            whole = replace(whole, weekday=part.weekday)
        # A clock time beside a date that workbooks write with midnight.
        if part.at is not None and (whole.at is None or not part.numbers):
            whole = replace(whole, at=part.at, until=part.until)
    return whole if whole.at is not None else None


def _refuse(cells: list[Cell], how: list[str]) -> None:
    """Notes the field of a row that tells no time."""
    for cell, as_ in zip(cells, how, strict=True):
        row = cell.table.rows[cell.row]
        if cell.column >= len(row):
            cell.table.wrong(
                Cell(cell.table, cell.row, 0),
                say("tables.short_row", count=len(row), columns=len(cell.table.head)),
            )
            return
        found = _of(cell, as_)
        if found is None or (len(cells) == 1 and found.at is None):
            if not cell.table.certain and not cell.text.isascii():
                cell.table.unsure(cell)
                return
            text = say("tables.no_time", value=shown(cell.text))
            try:
                units.clock(cell.text)
            except units.OffTheClockError as error:
                text = str(error)
            except units.UnitError:
                pass
            if tells_zone(cell.text):
                text = say("tables.zone", value=shown(cell.text))
            cell.table.wrong(cell, text)
            return


def _day(found: Moment, order: str) -> Day:
    return found.date(order) if found.numbers else found.weekday


def _order(
    table: Table, found: list[tuple[Cell, Moment]], spec: Spec, calendar: Calendar | None
) -> str | None:
    """Whether dates are day or month first; None, with the mistake, where that cannot be known."""
    if spec.date_order:
        orders = [spec.date_order]
    else:
        orders = [order for order in (DAY_FIRST, MONTH_FIRST) if all(_exists(one, order) for _, one in found)]
    if len(orders) == 1 or not any(one.open for _, one in found):
        order = orders[0] if orders else DAY_FIRST
        for cell, one in found:
            if not _exists(one, order):
                table.wrong(cell, say("tables.not_in_calendar", value=shown(cell.text)))
        return order if all(_exists(one, order) for _, one in found) else None
    dates = {order: {one.date(order) for _, one in found} - {None} for order in (DAY_FIRST, MONTH_FIRST)}
    if not orders:
        cell = next(cell for cell, one in found if not _exists(one, DAY_FIRST))
        table.wrong(
            cell,
            say("tables.mixed_dates", value=shown(cell.text)),
        )
        return None
    if dates[DAY_FIRST] == dates[MONTH_FIRST] and len(dates[DAY_FIRST]) == 1:
        return DAY_FIRST
    fits = [order for order in orders if _whole(dates[order], calendar)]
    if len(fits) == 1:
        first, last = min(dates[fits[0]]), max(dates[fits[0]])  # type: ignore[type-var]
        words = fits[0].replace("_", " ")
        table.notes.append(say("tables.order_found", order=words, first=first, last=last))
        return fits[0]
    cell = next(cell for cell, one in found if one.open and one.date(DAY_FIRST) != one.date(MONTH_FIRST))
    table.wrong(
        cell,
        say("tables.order_unknown", value=shown(cell.text), file=table.short),
    )
    return None


def _exists(one: Moment, order: str) -> bool:
    return not one.numbers or one.date(order) is not None


def _whole(dates: set[datetime.date | None], calendar: Calendar | None) -> bool:
    """Whether dates follow each other without a gap and hold the days of the run.

    No gap is a weekday that a file of a working week or more never has, such as Sundays of those who are
    closed then.
    """
    known = {date for date in dates if date}
    weekdays = {date.weekday() for date in known} if len(known) >= _WORKING_WEEK else set(range(7))

    def holds(first: datetime.date, days: int) -> bool:
        between = (first + day * _ONE_DAY for day in range(days))
        return all(date in known or date.weekday() not in weekdays for date in between)

    if not known or not holds(min(known), (max(known) - min(known)).days):
        return False
    if calendar is None:
        return True
    # The end of the last interval may be written with the day after.
    of_run = any(0 <= (date - calendar.start).days < calendar.days for date in known)
    return of_run and holds(calendar.start, calendar.days)


def _are_ends(
    table: Table, columns: list[int], found: list[Moment], rows: list[Row], grid: int | None
) -> bool:
    """Whether the times are those at which intervals end, which is noted."""
    if not rows or not grid or any(one.until is not None for one in found):
        return False
    note = ""
    if all(plain(table.head[column]) in (*ENDS, *DATES, *WEEKDAYS) for column in columns) and any(
        plain(table.head[column]) in ENDS for column in columns
    ):
        note = say("tables.ends_by_column", column=shown(table.rows[0][columns[-1]]))
    elif rows[0][3] == grid and rows[-1][3] in (0, DAY_MS) and len(rows) > 1:
        last = "24:00" if rows[-1][3] else "00:00"
        note = say("tables.ends_of_intervals", first=units.show_clock(grid), last=last)
    if note:
        table.notes.append(note)
    return bool(note)


def _earlier(day: Day, ms: int, grid: int, own: bool) -> tuple[Day, int]:
    """The start of an interval that ends then; `own`: whether 00:00 ends the day that it stands with."""
    if ms:
        return day, ms - grid
    if day is None or own:
        return day, DAY_MS - grid
    if isinstance(day, datetime.date):
        return day - _ONE_DAY, DAY_MS - grid
    return (day - 1) % 7, DAY_MS - grid
