"""The columns of an open file under callsim's own names: words, figures and durations by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from callsim.errors import ScenarioError
from callsim.history.read import fields
from callsim.history.read.head import Head, Shape
from callsim.history.read.plain_file import PlainFile, place_of
from callsim.sentences import say
from callsim.units import shown

WORDS = ("date", "clock", "queue", "media", "complete", "incomplete", "group", "place", "owner")
"""Our columns that hold words."""


class Columns:
    """An open file whose columns are found by callsim's own names of them."""

    def __init__(self, plain: PlainFile, head: Head, shape: Shape):
        self.plain, self.head, self.names = plain, head, shape.names
        self.rows = plain.rows
        self._texts: dict[str, tuple[np.ndarray, list[str]]] = {}
        self.decimal = "" if shape.dialect.strict else self._decimal()

    def _decimal(self) -> str:
        """Returns the decimal mark of the file's figures; an empty text where they show none, or both."""
        found = set()
        for ours, name in self.names.items():
            if ours in WORDS or ours == "interval_start":
                continue
            if not self.plain.is_word(name):
                values = self.plain.column(name)
                found |= {"."} if (values[np.isfinite(values)] % 1).any() else set()
            elif mark := fields.decimal_mark(list(self.plain.words(name).values())):
                found.add(mark)
        return found.pop() if len(found) == 1 else ""

    def __contains__(self, ours: str) -> bool:
        return ours in self.names

    def is_plain(self, ours: str) -> bool:
        """Returns whether DuckDB could read the whole column as numbers or moments."""
        return not self.plain.is_word(self.names[ours])

    def texts(self, ours: str) -> tuple[np.ndarray, list[str]]:
        """Returns int64 [row], the place of each row's text, and the different texts of a column."""
        name = self.names[ours]
        if name not in self._texts:
            words = self.plain.words(name)
            found, back = np.unique(self.plain.column(name), return_inverse=True)
            self._texts = {name: (back, [words.get(int(key), "") for key in found])}
        return self._texts[name]

    def numbers(self, ours: str, kept: np.ndarray, whole: bool = False) -> np.ndarray:
        """float64 [row]: the figures of a column, NaN where a field is empty.

        `kept`: bool [row], the rows that are used. `whole`: figures are whole numbers, so that 1.234 may be
        thousands. Raises ScenarioError for a field of a kept row that is no number, or could be two.
        """
        if self.is_plain(ours):
            return self.plain.column(self.names[ours])
        back, texts = self.texts(ours)
        values, doubt = fields.numbers(texts, self.decimal, whole)
        if doubt and (back[kept] == texts.index(doubt)).any():
            self.refuse(ours, texts.index(doubt), kept, say("read.two_ways", field=shown(doubt)))
        self._sound(ours, values, kept, lambda field, more: say("read.no_number", field=field, more=more))
        found: np.ndarray = values[back]
        return found

    def durations(self, ours: str, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns float64 [row] and int8 [row]: `value` and `clock` of `fields.Durations`.

        Raises ScenarioError for a field of a kept row (bool [row]) that is no duration, or could be two.
        """
        if self.is_plain(ours):
            return self.plain.column(self.names[ours]), np.zeros(self.rows, np.int8)
        back, texts = self.texts(ours)
        found = fields.durations(texts, self.decimal)
        if found.doubt and (back[kept] == texts.index(found.doubt)).any():
            told = say("read.two_ways", field=shown(found.doubt))
            self.refuse(ours, texts.index(found.doubt), kept, told)
        self._sound(
            ours, found.value, kept, lambda field, more: say("read.no_duration", field=field, more=more)
        )
        return found.value[back], found.clock[back]

    def _sound(
        self, ours: str, values: np.ndarray, kept: np.ndarray, told: Callable[[str, str], str]
    ) -> None:
        """Raises ScenarioError where a kept row has a field that is BAD."""
        back, texts = self.texts(ours)
        bad = np.flatnonzero(values == fields.BAD)
        used = bad[np.isin(bad, back[kept])] if len(bad) else bad
        if len(used):
            which = int(used[0])
            rows = int(np.isin(back[kept], used).sum())
            more = say("read.more_rows", more=rows - 1) if rows > 1 else ""
            self.refuse(ours, which, kept, told(fields.shown_safely(texts[which]), more))

    def refuse(self, ours: str, which: int, kept: np.ndarray, said: str) -> None:
        """Raises ScenarioError at the first kept row that has one of a column's texts."""
        back, _ = self.texts(ours)
        row = int(np.flatnonzero((back == which) & kept)[0])
        raise self.at(row, f"{self.names[ours]}: {said}")

    def at(self, row: int, said: str) -> ScenarioError:
        """Returns the mistake of a row; row 0 is the first below the names of the columns."""
        return place_of(self.head, row)(said)

    def is_one_of(self, ours: str, words: Sequence[str]) -> np.ndarray:
        """bool [row]: where a column of words has one of these, in small letters."""
        back, texts = self.texts(ours)
        found: np.ndarray = np.array([text.lower() in words for text in texts], bool)[back]
        return found

    def matches_total(self, ours: str) -> np.ndarray:
        """bool [row]: where a column of words names a total."""
        back, texts = self.texts(ours)
        total = [fields.TOTAL.fullmatch(text.casefold().strip(" :*#.")) is not None for text in texts]
        found: np.ndarray = np.array(total, bool)[back]
        return found
