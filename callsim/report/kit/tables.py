"""Tables that fit: a narrow terminal shows fewer columns, says which, and no number is ever broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from callsim.sentences import label

GAP = 2
NARROWEST = 60


@dataclass(frozen=True)
class Column:
    """One column; the less it is needed, the sooner it gives way."""

    title: str
    cells: Sequence[str | Text]
    need: int = 0  # 0: always shown; else larger numbers give way first
    fuller: Sequence[str | Text] | None = None  # says more, where there is room
    names: bool = False  # set left, and may be folded
    usual: str = ""  # a wide cell as they usually are: luck shall not choose the columns

    def width(self, most: int) -> int:
        """Cells it takes; names at most as many as given."""
        widest = max(cell_len(str(cell)) for cell in (label(self.title), *self.cells))
        return min(widest, most) if self.names else widest

    def room(self, most: int) -> int:
        """Cells that are set aside for it."""
        return max(self.width(most), cell_len(self.usual))


@dataclass
class Page:
    """A width, and what found no room in it."""

    width: int
    hidden: dict[str, list[str]] = field(default_factory=dict)  # table → headings without room

    @property
    def left_out(self) -> list[str]:
        """A line for each table that does not show all of its columns."""
        return [
            f"{label(table)}: {', '.join(map(label, headings))}" for table, headings in self.hidden.items()
        ]

    def shows(self, table: str, heading: str) -> bool:
        """Whether a table that was fitted has room for a column."""
        return heading not in self.hidden.get(table, ())

    def fitted(self, table: str, columns: Sequence[Column]) -> Table:
        """The columns for which there is room, in their order; none without all that are needed more."""
        most = max(20, self.width // 4)  # of a name
        chosen: dict[int, Column] = {}
        room = self.width + GAP  # the last column needs no gap
        full = False
        for place, column in sorted(enumerate(columns), key=lambda item: item[1].need):
            takes = column.room(most) + GAP
            full = full or (takes > room and column.need > 0)
            if not full or not column.need:
                chosen[place] = column
                room -= takes
        left = [column.title for place, column in enumerate(columns) if place not in chosen]
        if left:
            self.hidden[table] = left
        names = {place: column.width(most) for place, column in chosen.items() if column.names}
        for place in names:  # long names take what is left
            more = max(0, min(chosen[place].width(self.width) - names[place], room))
            names[place] += more
            room -= more
        for place, column in tuple(chosen.items()):  # what is needed most is told in full first
            if column.fuller is not None:
                fuller = Column(column.title, column.fuller)
                more = fuller.width(most) - column.room(most)
                if more <= room:
                    chosen[place] = fuller
                    room -= max(more, 0)
        return _drawn([(column, names.get(place)) for place, column in sorted(chosen.items())])


def _drawn(columns: Sequence[tuple[Column, int | None]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    for column, most in columns:
        if column.names:
            table.add_column(Text(label(column.title)), overflow="fold", max_width=most)
        else:
            table.add_column(Text(label(column.title)), justify="right", no_wrap=True)
    for row in zip(*(column.cells for column, _ in columns), strict=True):
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table


def title(words: str, about: str = "") -> Text:
    """What stands above a table."""
    return Text.assemble((label(words), "bold"), about)


def below(words: str) -> Text:
    """Returns what stands below a table that does not show all, such as "… and 12 other queues"."""
    return Text(words, "dim")
