"""The head of a file: its encoding and separator, where its rows begin, and which shape it has."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from callsim.database import name_of
from callsim.errors import Mistake, ScenarioError, UserError
from callsim.history.read.dialects import OWN, Dialect
from callsim.history.read.how import How
from callsim.history.read.vendors import SHEET, TELEOPTI_FIELDS, VENDORS
from callsim.scenario.reading.tables import workbook
from callsim.scenario.reading.tables.layout import TIMES, bare_time, plain, unit_in
from callsim.scenario.words.mistakes import nearest
from callsim.sentences import say
from callsim.units import shown

DIALECTS = (*OWN, *VENDORS)
MARKS = ",;\t|"
LONGEST_HEAD = 100_000  # bytes
_START = 10_000  # bytes
_ABOVE = 30  # rows among which the names of the columns stand
_ALIKE = 3  # columns of a shape, by which a file that lacks a needed one is told
_LOOKED_AT = 50  # rows by which the separator is found
_SEPARATOR = re.compile(r"sep=([,;\t|])[ \t,;]*", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """A file's names of columns, its separator, and where its rows begin."""

    path: str
    """The file, as mistakes name it."""
    names: tuple[str, ...]
    """The columns in small letters, without blanks around them."""
    mark: str
    """The separator."""
    file: str = ""
    """The path of the same text in UTF-8: the file itself, or a copy."""
    skip: int = 1
    """Lines above the first row."""


@dataclass(frozen=True)
class Shape:
    """Which dialect a file has, and which of its columns are which."""

    dialect: Dialect
    names: Mapping[str, str]
    """By callsim's name of a column the file's name of it."""
    remembered: tuple[str, ...] = ()
    """Names of the file's columns that callsim knows from memory only, see `vendors`."""
    within_s: float | None = None
    """The wait that counts as answered in time, as the name of a column has it."""
    units: Mapping[str, str] = field(default_factory=dict)
    """By callsim's name of a column of durations the unit that the file's name tells: min of AHT (min)."""


def head_of(path: str, how: How, folder: str) -> tuple[Head, Shape]:
    """Returns head and shape of a file.

    `folder`: for a copy in UTF-8. Raises ScenarioError where it has none.
    """
    file = _as_utf8(path, how, folder)
    with open(file, "rb") as there:
        data = there.read(LONGEST_HEAD)
    cut = len(data) == LONGEST_HEAD
    try:
        start = codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=not cut)
    except UnicodeDecodeError:
        raise mistake(path, 1, say("read.not_utf8")) from None
    lines = start.splitlines(keepends=True)[: -1 if cut else None]
    if not "".join(lines[:1]).strip() and not any(line.strip() for line in lines):
        raise mistake(path, 1, say("read.empty_line"))
    said = _SEPARATOR.fullmatch(lines[0].rstrip("\r\n"))
    mark = said[1] if said else _mark_of(lines)
    rows = _rows(lines, mark)
    if not rows:
        raise mistake(path, 1, say("read.empty_line"))
    for line, row in rows[:_ABOVE]:
        names = tuple(name.strip().lower() for name in row)
        found = shape_of(names, how)
        if found is not None:
            _refuse_twice(path, line, names, found)
            return Head(path, names, mark, file, line), found
    line, first = rows[0]
    if len(first) in (21, 22) and re.fullmatch(r"\d+;(19|20)\d{6};\d\d:\d\d", ";".join(first[:3])):
        names = TELEOPTI_FIELDS + ("",) * (len(first) - 21)
        found = shape_of(names, how)
        assert found is not None
        return Head(path, names, mark, file, line - 1), found
    width = max({len(row) for _, row in rows}, key=lambda many: sum(len(row) == many for _, row in rows))
    line, first = next(one for one in rows if len(one[1]) == width)
    raise mistake(path, line, _unknown(first, how))


def shape_of(names: tuple[str, ...], how: How) -> Shape | None:
    """Returns the shape with most columns of these names; None where no shape has its needed ones.

    Raises UserError where --column names columns that are not there.
    """
    wanted = _wanted(how)
    best: tuple[bool, int, int, Shape] | None = None
    for dialect in DIALECTS:
        found = _found(names, dialect)
        own, knows = len(found.names), all(ours in dialect.columns for ours in wanted)
        told = {
            ours: theirs for ours, theirs in wanted.items() if ours in dialect.columns and theirs in names
        }
        names_of = {**found.names, **told}
        found = replace(found, names=names_of, units=_units(dialect, names_of))
        whole = all(ours in found.names for ours in dialect.needed)
        if whole and (best is None or (knows, own, len(found.names)) > best[:3]):
            best = knows, own, len(found.names), found
    if best is not None:
        _refuse_wrong(names, wanted, best[3].dialect)
        return best[3]
    return None


def _found(names: tuple[str, ...], dialect: Dialect) -> Shape:
    """Returns what a dialect finds among the names of a file, whether that is enough or not."""
    plains = [plain(name) for name in names]
    # A planner's own table may say that times are means, and their unit: Avg AHT (min).
    bare = [plain(unit_in(name)[0]) for name in names] if dialect is SHEET else []
    means = [bare_time(name) for name in names] if dialect is SHEET else []
    found: dict[str, str] = {}
    remembered: list[str] = []
    within: float | None = None
    for ours, theirs in dialect.columns.items():
        for name in theirs:
            at, seconds = _place(plains, names, name, dialect.strict)
            if at is None and ours.endswith("_s") and plain(name) in bare:
                at = bare.index(plain(name))
            if at is None and name in TIMES and name in means:
                at = means.index(name)
            if at is not None:
                found[ours] = names[at]
                within = seconds or within
                if name.endswith("?"):
                    remembered.append(names[at])
                break
    return Shape(dialect, found, tuple(remembered), within, _units(dialect, found))


def _units(dialect: Dialect, found: Mapping[str, str]) -> dict[str, str]:
    """Returns the units that the names of columns of durations tell, by callsim's names of them."""
    if dialect is not SHEET:
        return {}
    timed = {ours: unit_in(theirs)[1] for ours, theirs in found.items() if ours.endswith("_s")}
    return {ours: unit for ours, unit in timed.items() if unit}


def _place(
    plains: list[str], names: tuple[str, ...], wanted: str, strict: bool
) -> tuple[int | None, float | None]:
    """Returns the place of the column with a name, and the seconds in that name where it has `#`."""
    if strict and "#" not in wanted:
        return (names.index(wanted), None) if wanted in names else (None, None)
    pattern = re.escape(plain(wanted.rstrip("?"))).replace(re.escape("#"), r"(\d{1,4})")
    for at, name in enumerate(plains):
        if match := re.fullmatch(pattern, name):
            return at, float(match[1]) if match.groups() else None
    return None, None


def _refuse_wrong(names: tuple[str, ...], wanted: Mapping[str, str], dialect: Dialect | None) -> None:
    """Raises UserError where --column names a column that the file, the dialect or callsim does not have."""
    known = {ours for dialect in DIALECTS for ours in dialect.columns}
    for ours, theirs in wanted.items():
        option = f"--column {ours}={theirs}"
        if ours not in known:
            near = nearest(ours, known)
            raise UserError(say("read.not_ours", option=option, column=shown(ours), near=near))
        if theirs not in names:
            there = ", ".join(told(names))
            raise UserError(say("read.not_there", option=option, column=shown(theirs), columns=there))
        if dialect is not None and ours not in dialect.columns:
            there = ", ".join(dialect.columns)
            raise UserError(
                say(
                    "read.not_of_shape",
                    option=option,
                    system=dialect.system(),
                    column=shown(ours),
                    columns=there,
                )
            )


def _refuse_twice(path: str, line: int, names: tuple[str, ...], shape: Shape) -> None:
    for name in shape.names.values():
        if names.count(name) > 1:
            raise mistake(path, line, say("read.column_twice", column=shown(name)))


def told(names: tuple[str, ...]) -> list[str]:
    """Returns names of columns for messages; those that could be a number or an address are not shown."""
    return [name if not re.search(r"\d{3}|@", name) else say("read.not_shown") for name in names if name]


def _unknown(first: list[str], how: How) -> str:
    names = tuple(name.strip().lower() for name in first)
    _refuse_wrong(names, _wanted(how), None)
    if any(re.fullmatch(r"[\d.,:/%+ -]*\d[\d.,:/%+ tz-]*|.*@.*", name) for name in names):
        what = say("read.no_heading")
    else:
        what = say("read.no_shape", columns=", ".join(filter(None, names)))
        near = max((_found(names, dialect) for dialect in DIALECTS), key=lambda one: len(one.names))
        lacks = [ours for ours in near.dialect.needed if ours not in near.names]
        if lacks and len(near.names) >= _ALIKE:
            missing = say("lists.and").join(near.dialect.columns[ours][0].rstrip("?") for ours in lacks)
            system = near.dialect.system()
            return say("read.nearly", what=what, system=system, missing=missing, ours=lacks[0])
    known: dict[str, str] = {}
    for dialect in DIALECTS:
        needed = (dialect.columns[ours][0].rstrip("?") for ours in dialect.needed)
        known[dialect.system()] = ", ".join(needed)
    looked = "; ".join(f"{system}: {needed}" for system, needed in known.items())
    return say("read.needed", what=what, shapes=looked)


def _wanted(how: How) -> dict[str, str]:
    return {ours: theirs.strip().lower() for ours, theirs in how.columns.items()}


def _mark_of(lines: list[str]) -> str:
    """Returns the separator that gives most rows the same number of fields, more than one."""

    def score(mark: str) -> int:
        rows = [len(row) for _, row in _rows(lines[:_LOOKED_AT], mark)]
        return max((rows.count(many) * (many - 1) for many in set(rows)), default=0)

    return max(MARKS, key=score)


def _rows(lines: list[str], mark: str) -> list[tuple[int, list[str]]]:
    """Returns the rows that are not empty, each with the number of its last line."""
    reader = csv.reader(lines, delimiter=mark)
    found = []
    try:
        for row in reader:
            if any(field.strip() for field in row) and not (
                reader.line_num == 1 and _SEPARATOR.fullmatch(mark.join(row))
            ):
                found.append((reader.line_num, row))
    except csv.Error:
        pass
    return found


def start_of(path: str) -> bytes:
    """Returns the first bytes of a file, by which it is told from others. Raises ScenarioError."""
    try:
        with name_of(path), open(path, "rb") as file:
            return file.read(_START)
    except OSError as error:
        raise mistake(path, 0, (error.strerror or str(error)).lower()) from None


def _as_utf8(path: str, how: How, folder: str) -> str:
    """Returns the path of the file's text in UTF-8: its own, or that of a copy in the folder."""
    start = start_of(path)[:400]
    aside = os.path.join(folder, f"{len(os.listdir(folder))}.csv")
    if path.lower().endswith(".xlsx"):
        _, rows, _ = workbook.rows_of(path)
        with open(aside, "w", encoding="utf-8", newline="") as out:
            write, line, most = csv.writer(out), 0, 0
            for number, row in rows:
                for _ in range(number - line - 1):
                    out.write("\r\n")
                most = max(most, len(row))
                write.writerow((*row, *[""] * (most - len(row))))
                line = number
        return aside
    encoding = how.encoding
    if not encoding and start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif not encoding and len(start) > 8 and start[::2].count(0) > 0.6 * len(start[::2]):
        encoding = "utf-16-be"
    elif not encoding and len(start) > 8 and start[1::2].count(0) > 0.6 * len(start[1::2]):
        encoding = "utf-16-le"
    if not encoding:
        return path
    try:
        with (
            open(path, encoding=encoding, newline="") as file,
            open(aside, "w", encoding="utf-8", newline="") as out,
        ):
            while piece := file.read(1_000_000):
                out.write(piece.lstrip("\ufeff") if not out.tell() else piece)
    except LookupError:
        raise UserError(say("read.no_encoding", encoding=shown(encoding))) from None
    except UnicodeError:
        raise mistake(path, 1, say("read.not_encoded", encoding=encoding)) from None
    return aside


def mistake(path: str, line: int, said: str) -> ScenarioError:
    """Returns the mistake of a line of a file; line 0: of the file as a whole."""
    return ScenarioError([Mistake(path, line, int(line > 0), said)])
