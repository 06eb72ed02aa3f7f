"""Tables that fit: a narrow terminal shows fewer columns, and no number is ever broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

GAP = 2


@dataclass(frozen=True)
class Column:
    """One column; the less it is needed, the sooner it gives way."""

    title: str
    cells: Sequence[str | Text]
    need: int = 0  # 0: always shown; else larger numbers give way first
    fuller: Sequence[str] | None = None  # says more, where there is room
    names: bool = False  # set left, and may be folded

    def width(self, most: int) -> int:
        """Cells it takes; names at most as many as given."""
        widest = max(cell_len(str(cell)) for cell in (self.title, *self.cells))
        return min(widest, most) if self.names else widest


def fitted(columns: Sequence[Column], width: int) -> Table:
    """The columns for which there is room, in their order."""
    most = max(20, width // 4)  # of a name
    chosen: dict[int, Column] = {}
    room = width + GAP  # the last column needs no gap
    for place, column in sorted(enumerate(columns), key=lambda item: item[1].need):
        takes = column.width(most) + GAP
        if takes <= room or not column.need:
            chosen[place] = column
            room -= takes
    names = {place: column.width(most) for place, column in chosen.items() if column.names}
    for place in names:  # long names take what is left
        more = min(chosen[place].width(width) - names[place], room)
        names[place] += more
        room -= more
    for place, column in tuple(chosen.items()):  # what is needed most is told in full first
        if column.fuller is not None:
            full = Column(column.title, column.fuller)
            more = full.width(most) - column.width(most)
            if more <= room:
                chosen[place] = full
                room -= more
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    for place, column in sorted(chosen.items()):
        if column.names:
            table.add_column(Text(column.title), overflow="fold", max_width=names[place])
        else:
            table.add_column(Text(column.title), justify="right", no_wrap=True)
    for row in zip(*(column.cells for _, column in sorted(chosen.items())), strict=True):
        table.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return table
