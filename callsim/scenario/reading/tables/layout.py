"""Which row names the columns, which rows are totals, and what each column is called."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from callsim.scenario.reading.tables.moments import Moment, moment, words_of_files
from callsim.scenario.reading.tables.table import Cell, Table, has, near
from callsim.sentences import say
from callsim.units import shown

_ABOVE = 30  # rows among which the names of the columns stand
_FEW_ROWS = 0.1  # of a queue's rows, up to which others may have its misspelt name
_NEARLY = 0.8  # likeness of a misspelt name; two letters that change places leave 0.83 of six
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
    "offered callsoffered offeredcalls angeboteneanrufe anrufeangeboten angeboten angebotene "
    "eingehendeanrufe anrufeeingehend eingegangeneanrufe calls call volume volumes volumen anrufe "
    "anzahlanrufe anrufvolumen callvolume contacts contactsqueued contactsoffered callspresented count "
    "anzahl appels llamadas 呼入量 来电量 来电 话务量 人工请求量 进线量"
)
STAFF = words_of_files(
    "staff agents agent heads headcount fte ftes people mitarbeiter agenten personal besetzung "
    "坐席 人数 坐席数"
)
TIMES_OF = {
    "aht": words_of_files(
        "aht handle handletime handling handlingtime bearbeitung bearbeitungszeit bearbeitungsdauer dmt tmo "
        "处理时长 处理时间"
    ),
    "talk": words_of_files("talk talktime gespräch gesprächszeit gesprächsdauer 通话时长 通话时间"),
    "wrap": words_of_files(
        "wrap wraptime wrapup acw aftercallwork nachbearbeitung nachbearbeitungszeit 话后时长 事后处理时长"
    ),
}
"""Means of times, without what says that they are means, and in which unit."""
TIMES = ["aht", *{name: None for names in TIMES_OF.values() for name in names if name != "aht"}]
_MEAN_OF = words_of_files("ø ⌀ durchschnittliche durchschnittl durchschn mittlere avg average mean 平均")
_UNIT_OF = {
    "s": words_of_files("s sec secs second seconds sek sekunde sekunden 秒"),
    "ms": words_of_files("ms"),
    "min": words_of_files("min mins minute minutes minuten 分 分钟"),
    "m:ss": words_of_files("m:ss mm:ss"),
    "h:mm": words_of_files("h:mm hh:mm"),
}
# A unit stands in brackets, behind `in`, or behind a name that says that its times are means: AHT Min.
_UNIT = re.compile(
    r"(?:[(\[（](?P<one>[\w:]+)\.?[)\]）]|\bin (?P<two>[\w:]+)\.?|(?<=\baht)[_ ](?P<three>[a-z]+)\.?"
    r"|(?<=\w)[_ ](?P<four>[a-z]{3,})\.?)$"
)
_NUMBERS = re.compile(r"\d[\d.,]*")
_LIKE_CALLS = re.compile(
    "offered|angebot|eingehend|eingegang|call|anruf|volum|contact|kontakt|来电|呼入|进线|话务"
)
_NOT_OFFERED = re.compile(
    "zeit|dauer|time|duration|sec|sek|aht|ø|⌀|%|quote|rate|share|anteil|level|handle|talk|gespräch|wrap|work|acw"
    "|asa|wait|wart|answer|accept|abandon|lost|miss|reject|refus|transfer|outb|ausgehend|angenommen|beantwort"
    "|bearbeit|verloren|aufgelegt|verpasst|id$|nummer|number|时|秒|分钟|放弃|接|率"
)
_LIKE_AHT = re.compile(
    "aht|(?:ø|⌀|durchschn|mittl|avg|average|mean).*(?:handl|bearbeitung)|handl.*(?:avg|average|mean)|平均处理时"
)
_SUM_OF = re.compile("sum|total|gesamt|合计|总")
WEIGHTS = words_of_files("profile weight weights share anteil gewicht profil 权重 占比")


def plain(name: str) -> str:
    """A column's name without what people write differently: case, blanks, `_`, `-`, `/`, `.`."""
    return re.sub(r"[\s_\-/.()（）]+", "", name.casefold())


def unit_in(name: str) -> tuple[str, str]:
    """A column's name without the unit at its end (AHT (min), AHT in s, aht_s), and that, of `spec.UNITS`.

    A word alone is one behind `AHT` or a word for means: Handle Minutes can be a sum.
    """
    found = _UNIT.search(name.casefold().strip())
    word = (found["one"] or found["two"] or found["three"]) if found else ""
    if found and found["four"] and plain(name).startswith(tuple(_MEAN_OF)):
        word = found["four"]
    unit = next((unit for unit, words in _UNIT_OF.items() if word in words), "")
    return (name.strip()[: found.start()], unit) if found and unit else (name, "")


def bare_time(name: str) -> str:
    """The name of a column of times without what says that they are means, and without its unit."""
    bare = plain(unit_in(name)[0])
    return next((bare.removeprefix(word) for word in _MEAN_OF if bare.startswith(word)), bare)


def is_called(name: str, names: Sequence[str]) -> bool:
    """Whether a column has one of these names, `TIMES` with what else is written in them."""
    return plain(name) in names or (names is TIMES and bare_time(name) in names)


def tidy(table: Table, known: set[str]) -> None:
    """Leaves out title lines above the names of the columns, and rows of totals, which is noted.

    `known`: names of columns, as `plain` writes them, by which the row is found.
    """
    first = next((at for at, row in enumerate(table.rows[:_ABOVE]) if _is_data(row)), 0)
    if first > 1 and (both := _of_two_rows(*table.rows[first - 2 : first])):
        table.rows[first - 1] = both
        table.forget(range(first - 1))
    elif first > 1:
        names = (at for at in range(first) if {plain(field) for field in table.rows[at] if field} & known)
        # Clock times above the first data are names, whatever a title above them says.
        table.forget(range(first - 1 if clock_names(table.rows[first - 1]) else next(names, first - 1)))
    totals = [at for at, row in enumerate(table.rows[1:], start=1) if _is_total(row)]
    if totals:
        places = ", ".join(table.row_name(at) for at in totals[:3]) + (", …" if len(totals) > 3 else "")
        table.notes.append(say("tables.totals", n=len(totals), rows=places))
        table.forget(totals)


def _of_two_rows(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[str, ...]:
    """The names of columns of two rows, as `Sales` over `Calls` and `AHT`; nothing where the lower has them.

    A name above is that of all columns until the next one. Where nothing stands below it, it is whole.
    """
    width = max(len(above), len(below))
    above, below = (row + ("",) * (width - len(row)) for row in (above, below))
    named = list(filter(None, below))
    whole = {plain(top) for top, name in zip(above, below, strict=True) if top and not name}
    if sum(map(bool, above)) < 2 or (
        len(set(named)) == len(named) and not whole & {*STARTS, *DATES, *CLOCKS, *WEEKDAYS}
    ):
        return ()
    names, over = [], ""
    for top, name in zip(above, below, strict=True):
        over = (top if name else "") if top else over
        names.append(f"{over} {name}".strip() if name else top)
    return tuple(names)


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


def value_column(table: Table, asked: str, queue: str, names: list[str], prefer: str = "") -> str:
    """The column with the values: the one that is asked for, that of the queue, or one of these names.

    `prefer`: the key of `TIMES_OF` that is meant, where a file has talk, wrap and both. Nothing, with the
    mistake noted, where there is none or several.
    """
    head = table.head
    if asked:
        return _named(table, asked)
    if queue:
        of_queue = [name for name in head if _is_of(name, queue, names)]
        if len(of_queue) > 1:
            of_queue = _preferred(of_queue, queue, prefer)
        if len(of_queue) == 1:
            return of_queue[0]
    found = [name for name in head if is_called(name, names)]
    if names[0] in found:  # our own word
        return names[0]
    if len(found) > 1:
        found = _preferred(found, "", prefer)
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
        row = table.rows[1] if len(table.rows) > 1 else ()
        numbers = [one for one, field in zip(table.rows[0], row, strict=False) if _NUMBERS.fullmatch(field)]
        like = [one for one in numbers if _may_be(one, names, len(numbers) == 1)]
        text += say("tables.which_column", instead=_how(table, like[0] if len(like) == 1 else "…"))
    table.wrong(table.top, text)
    return ""


def _is_of(name: str, queue: str, names: list[str]) -> bool:
    """Whether a column is a queue's: called like it (not of times), or like both: Sales AHT."""
    bare, of = plain(name), plain(queue)
    if bare == of:
        return names is not TIMES
    begins = bare.startswith(of) and is_called(name.strip()[len(queue) :], names)
    return begins or (bare.endswith(of) and is_called(name.strip()[: -len(queue)], names))


def _preferred(found: list[str], queue: str, prefer: str) -> list[str]:
    """Of columns of times those of the key that is meant, or all where none is."""
    own = [name for name in found if bare_time(name.strip()[len(queue) :]) in TIMES_OF.get(prefer, ())]
    return own or found


def _how(table: Table, column: str) -> str:
    return f"{{file: {table.short}, column: {shown(column)}}}"


def _may_be(name: str, names: Sequence[str], only: bool) -> bool:
    """Whether a column of no known name is called so much like these that it may be suggested.

    A wrong suggestion that is followed gives wrong numbers in silence: in doubt there is none. `only`: it is
    the only column of numbers, where a name that says nothing else is enough, except for times.
    """
    bare = plain(name)
    if names is TIMES:
        return bool(_LIKE_AHT.search(bare)) and not _SUM_OF.search(bare)
    if bare.startswith(tuple(_MEAN_OF)) or unit_in(name)[1] or _NOT_OFFERED.search(bare):
        return False
    if names is CALLS:
        return only or bool(_LIKE_CALLS.search(bare))
    return only or any(one in bare for one in names if len(one) > (3 if one.isascii() else 1))


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
    column, held = queues_in(table)
    if len(held) < 2:
        return
    if plain(queue) not in map(plain, held):
        some = ", ".join(map(shown, held[:6])) + (", …" if len(held) > 6 else "")
        told = column
        text = say(
            "tables.no_queue",
            queue=shown(queue),
            column=shown(told),
            values=some,
            file=table.short,
            column_key=told,
            value=held[0],
        )
        table.wrong(table.top, text)
        return
    _misspelt(table, column.lower(), queue)
    _keep(table, column.lower(), queue)


def _misspelt(table: Table, column: str, queue: str) -> None:
    """Notes as a mistake where a few rows name a queue nearly as this one: its calls would be lost silently.

    Names that differ in a digit or a letter by itself are meant to differ, and so are those of many rows.
    """
    index, wanted = table.head.index(column), plain(queue)
    named: dict[str, list[int]] = {}
    for at, row in enumerate(table.rows[1:], start=1):
        if len(row) > index and row[index]:
            named.setdefault(row[index], []).append(at)
    own = sum(len(rows) for name, rows in named.items() if plain(name) == wanted)
    for name, rows in named.items():
        other = plain(name)
        marks, others = (re.findall(r"\d|\b\w\b", one.casefold()) for one in (queue, name))
        if other == wanted or marks != others or len(rows) > _FEW_ROWS * own:
            continue
        if difflib.SequenceMatcher(None, other, wanted).ratio() >= _NEARLY:
            told = say(
                "tables.misspelt",
                n=len(rows),
                value=shown(name),
                queue=shown(queue),
                own=own,
                file=table.short,
                column=shown(table.rows[0][index]),
            )
            table.wrong(Cell(table, rows[0], index), told)


def queues_in(table: Table) -> tuple[str, list[str]]:
    """The column of queues, as it is written, and the queues that it names; nothing where there is none."""
    index = next((at for at, name in enumerate(table.head) if plain(name) in QUEUES), None)
    if index is None:
        return "", []
    held = {row[index] for row in table.rows[1:] if len(row) > index and row[index]}
    return table.rows[0][index], sorted(held)


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
