"""Columns of figures as the catalogue declares them, on a terminal, on a page, and in comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from callsim.report.kit import figures
from callsim.report.kit.tables import Column
from callsim.results.declared import Declared
from callsim.results.measures import Figure
from callsim.results.schema import Figures

USUAL = {"count": "123,456", "seconds": "1,234 s"}  # luck shall not choose the columns


def column(one: Declared, rows: Sequence[Figures], need: int | None = None) -> Column:
    """A figure of each row for a terminal, with its interval where there is room."""
    of = [row[one.key] for row in rows]
    plain, about = figures.PLAIN[one.unit], figures.ABOUT[one.unit]
    fuller = [about(figure) for figure in of] if plain is not about and one.unit != "amount" else None
    need = one.text if need is None else need
    return Column(
        one.heading, [plain(figure) for figure in of], need or 0, fuller, usual=USUAL.get(one.unit, "")
    )


def plain_column(one: Declared, rows: Sequence[Figures], need: int | None = None) -> Column:
    """Returns the column of a figure without its interval."""
    cells = [figures.PLAIN[one.unit](row[one.key]) for row in rows]
    return Column(one.heading, cells, (one.text if need is None else need) or 0)


def cell(one: Declared, row: Figures) -> str:
    """A figure on a page; nothing where the row has none, as queues together have no percentiles."""
    words = (figures.PAGE_ABOUT if one.interval else figures.PAGE)[one.unit]
    return words(row[one.key]) if one.key in row else ""


def difference(one: Declared, row: Figures) -> str:
    """By how much a figure is more; nothing where the two cannot be compared."""
    return figures.DIFFERENCE[one.unit](row.get(one.key, Figure(None)))


def there(declared: Mapping[str, Declared], rows: Iterable[Figures]) -> list[Declared]:
    """The figures to show: of rare ones those of which any row has some."""
    rows = list(rows)
    return [
        one
        for one in declared.values()
        if not one.rare or any(row.get(one.key, Figure(None)).mean for row in rows)
    ]
