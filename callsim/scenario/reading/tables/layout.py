"""Which row names the columns, which rows are totals, and what each column is called."""

from __future__ import annotations

import re
from collections.abc import Mapping

from callsim.scenario.reading.tables.moments import Moment, moment, words_of_files
from callsim.scenario.reading.tables.table import Cell, Table, has, near
from callsim.sentences import say
from callsim.units import shown

_ABOVE = 30  # rows among which the names of the columns stand
_FEWEST_ACROSS = 3  # columns named by clock times that are intervals; a start and an end are two
_TOTAL = re.compile(
    r"(grand |sub)?totals?|sums?|summary|summen?|gesamt(summe)?|zwischensumme|totale|合计|总计|小计|总和"
)


# What columns are called, as `plain` writes it.
STARTS = words_of_files(
    "intervalstart intervalstarttime start starttime from begin beginn von timestamp datetime dateandtime "
    "zeitpunkt datumuhrzeit datumzeit dateheure fechahora 开始时间 日期时间 时间"
)
ENDS = words_of_files("intervalend intervalendtime end endtime to bis ende until 结束时间")
DATES = words_of_files("date datum day tag rowdate 日期 fecha jour dia día")
CLOCKS = words_of_files(
    "time uhrzeit zeit interval intervall clock hour stunde hora heure timeofday halfhour period 时段 时间段 "
    "小时 interval15 interval30"
)
WEEKDAYS = words_of_files("weekday dayofweek wochentag dow day tag jour dia día 星期 周几")
QUEUES = words_of_files(
    "queue queuename warteschlange skill skillname split csq csqname acdqueue hotline line 队列 技能组 业务"
)
CALLS = words_of_files(
    "offered callsoffered offeredcalls calls call volume volumes volumen anrufe anrufvolumen angebotene "
    "angeboteneanrufe callvolume contacts contactsqueued contactsoffered callspresented count anzahl appels "
    "llamadas 呼入量 来电量 来电 话务量 人工请求量 进线量"
)
STAFF = words_of_files(
    "staff agents agent heads headcount fte ftes people mitarbeiter agenten personal besetzung "
    "坐席 人数 坐席数"
)
TIMES = words_of_files(
    "aht ahts avghandletime averagehandletime averagehandlingtime handletime handlingtime talk talktime "
    "avgtalktime averagetalktime acw wrap bearbeitungszeit bearbeitungsdauer gesprächszeit gesprächsdauer "
    "dmt tmo 平均处理时长 平均通话时长 处理时长 通话时长"
)
WEIGHTS = words_of_files("profile weight weights share anteil gewicht profil 权重 占比")


def plain(name: str) -> str:
    """A column's name without what people write differently: case, blanks, `_`, `-`, `/`, `.`."""
    return re.sub(r"[\s_\-/.()]+", "", name.casefold())


def tidy(table: Table, known: set[str]) -> None:
    """Leaves out title lines above the names of the columns, and rows of totals, which is noted.

    `known`: names of columns, as `plain` writes them, by which the row is found.
    """
    first = next((at for at, row in enumerate(table.rows[:_ABOVE]) if _is_data(row)), 0)
    if first > 1:
        names = (at for at in range(first) if {plain(field) for field in table.rows[at] if field} & known)
        # Clock times above the first data are names, whatever a title above them says.
        table.forget(range(first - 1 if clock_names(table.rows[first - 1]) else next(names, first - 1)))
    totals = [at for at, row in enumerate(table.rows[1:], start=1) if _is_total(row)]
    if totals:
        places = ", ".join(table.row_name(at) for at in totals[:3]) + (", …" if len(totals) > 3 else "")
        table.notes.append(say("tables.totals", n=len(totals), rows=places))
        table.forget(totals)


def clock_names(row: tuple[str, ...]) -> dict[int, Moment]:
    """The clock times among the names of columns, by column; none where too few are to be intervals."""
    found = {
        column: said
        for column, name in enumerate(row)
        if (said := moment(name)) is not None and said.kind == "clock"
    }
    return found if len(found) >= _FEWEST_ACROSS else {}


def _is_data(row: tuple[str, ...]) -> bool:
    """Whether a row has a time in one field and a number in another."""
    return any(moment(field) for field in row) and any(
        re.fullmatch(r"[-+]?\d[\d.,_]*", field) for field in row
    )


def _is_total(row: tuple[str, ...]) -> bool:
    words = [field for field in row if field]
    if not words or not any(map(is_total_name, words[:2])):
        return False
    return not any(found.at is not None and found.numbers for word in words if (found := moment(word)))


def is_total_name(name: str) -> bool:
    """Whether a row or column of this name holds totals."""
    return bool(_TOTAL.fullmatch(name.casefold().strip(" :*#.")))


def value_column(table: Table, asked: str, queue: str, names: list[str]) -> str:
    """The column with the values: the one that is asked for, that of the queue, or one of these names.

    Nothing, with the mistake noted, where there is none or several.
    """
    head = table.head
    if asked:
        return _named(table, asked)
    if queue:
        of_queue = [name for name in head if plain(name) == plain(queue)]
        if len(of_queue) == 1:
            return of_queue[0]
    found = [name for name in head if plain(name) in names]
    if names[0] in found:  # our own word
        return names[0]
    if len(found) > 1:
        some = ", ".join(map(shown, found))
        table.wrong(table.top, say("tables.columns_possible", columns=some, instead=_how(table, found[0])))
        return ""
    if found:
        return found[0]
    if not table.certain and (odd := [at for at, name in enumerate(head) if not name.isascii()]):
        table.unsure(Cell(table, 0, odd[0]))
        return ""
    text = say("tables.no_column", column=names[0], hint=has(head, names[0]))
    if head and not near(head, names[0]):
        text += say("tables.which_column", instead=_how(table, _some_value(table)))
    table.wrong(table.top, text)
    return ""


def _how(table: Table, column: str) -> str:
    return f"{{file: {table.short}, column: {shown(column)}}}"


def _some_value(table: Table) -> str:
    """A column that could hold numbers."""
    row = table.rows[1] if len(table.rows) > 1 else ()
    numbers = [
        name
        for name, field in zip(table.rows[0], row, strict=False)
        if name and re.fullmatch(r"\d[\d.,]*", field)
    ]
    return numbers[-1] if numbers else table.rows[0][-1]


def _named(table: Table, asked: str) -> str:
    """A column by its name as it is written, in any case of letters."""
    head = table.head
    if asked.lower() in head:
        return asked.lower()
    alike = [name for name in head if plain(name) == plain(asked)]
    if len(alike) == 1:
        return alike[0]
    table.wrong(table.top, say("tables.not_there", column=shown(asked), hint=has(head, asked.lower())))
    return ""


def filtered(table: Table, where: Mapping[str, str], queue: str) -> None:
    """Leaves only the rows that are meant: those of `where`, else, in a file of many queues, the queue's.

    Where none is left, or it cannot be known, the mistake is noted.
    """
    for name, wanted in where.items():
        column = _named(table, name)
        if column:
            _keep(table, column, wanted)
    if where or not queue:
        return
    columns = [name for name in table.head if plain(name) in QUEUES]
    if not columns:
        return
    index = table.head.index(columns[0])
    held = {row[index] for row in table.rows[1:] if len(row) > index and row[index]}
    if len(held) < 2:
        return
    if plain(queue) not in map(plain, held):
        some = ", ".join(map(shown, sorted(held)[:6])) + (", …" if len(held) > 6 else "")
        told = table.rows[0][index]
        text = say(
            "tables.no_queue",
            queue=shown(queue),
            column=shown(told),
            values=some,
            file=table.short,
            column_key=told,
            value=sorted(held)[0],
        )
        table.wrong(table.top, text)
        return
    _keep(table, columns[0], queue)


def _keep(table: Table, column: str, wanted: str) -> None:
    index = table.head.index(column)
    for at, row in enumerate(table.rows):
        if not table.certain and not "".join(row[index : index + 1]).isascii():
            table.unsure(Cell(table, at, index))
            return
    others = [
        at
        for at, row in enumerate(table.rows[1:], start=1)
        if len(row) <= index or plain(row[index]) != plain(wanted)
    ]
    if len(others) == len(table.rows) - 1:
        held = sorted({row[index] for row in table.rows[1:] if len(row) > index})
        some = ", ".join(map(shown, held[:6])) + (", …" if len(held) > 6 else "")
        table.wrong(table.top, say("tables.no_row", value=shown(wanted), column=shown(column), values=some))
        return
    table.forget(others)
