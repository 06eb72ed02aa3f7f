"""The plan's money, and the assumptions that its verdict hangs on, as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.tables import Column, Page, title

Found = Mapping[str, Any]


def money_table(found: Found, page: Page) -> RenderableType | None:
    """A month at the end of each phase, and the year that it makes, against what was promised."""
    phases = [phase for phase in found["phases"] if phase["money"]]
    if not phases:
        return None
    first = phases[0]["money"]
    lines = [what for what in first["month"] if any(phase["money"]["month"][what]["sum"] for phase in phases)]
    below = [what for what, _ in MONEY_ROWS]
    columns = [
        Column("millions", [*lines, *below], names=True),
        Column("source", [*(first["month"][what]["source"] for what in lines), *[""] * len(below)], 1),
    ]
    for number, phase in enumerate(phases):
        cells = [*(millions(phase["money"]["month"][what]["sum"]) for what in lines)]
        cells += [told(phase) for _, told in MONEY_ROWS]
        columns.append(Column(phase["name"], cells, max(0, len(phases) - number - 2)))
    about = f" of a month in {first['currency']}, at the end of each phase"
    return Group(title("Money", about), page.fitted("money", columns))


def millions(amount: float | None) -> str:
    """Millions with what digits they need."""
    if amount is None:
        return figures.NOTHING
    amount = amount / 1e6
    return f"{amount:,.2f}" if abs(amount) < 100 else f"{amount:,.0f}"


def _share(share: float | None) -> str:
    return figures.NOTHING if share is None else f"{share * 100:.1f} %"


def _plain(amount: float | None) -> str:
    return figures.NOTHING if amount is None else f"{amount:,.0f}"


MONEY_ROWS: tuple[tuple[str, Callable[[Found], str]], ...] = (
    ("left", lambda phase: millions(phase["money"]["left_a_month"])),
    ("output a year", lambda phase: millions(phase["money"]["output_a_year"])),
    ("… promised", lambda phase: millions(phase["promised"]["output"])),
    ("tax a year", lambda phase: millions(phase["money"]["tax_a_year"])),
    ("… promised", lambda phase: millions(phase["promised"]["tax"])),
    ("tax of output", lambda phase: _share(phase["money"]["tax_share_of_output"])),
    ("output a seat-year", lambda phase: _plain(phase["money"]["output_a_seat_year"])),
    ("tax a seat-year", lambda phase: _plain(phase["money"]["tax_a_seat_year"])),
)
"""What stands below the lines of the account, and how to tell it of a phase."""


def assumptions_table(found: Found, page: Page) -> RenderableType | None:
    """Each assumption at both ends, those that turn a verdict first."""
    rows = sorted(found.get("depends", ()), key=lambda row: not row["turns"])
    if not rows:
        return None
    table = page.fitted(
        "assumptions",
        [
            Column("turns the verdict of", [_turns(row) for row in rows], names=True),
            Column("assumption", [row["key"].removeprefix("buildout.") for row in rows], names=True),
            Column("source", [row["source"] for row in rows], 2),
            Column("from", [_brief(row["low"]["value"]) for row in rows]),
            Column("goals met", [_goals(row["low"]) for row in rows], 1),
            Column("to", [_brief(row["high"]["value"]) for row in rows]),
            Column("goals met ", [_goals(row["high"]) for row in rows], 1),
        ],
    )
    turning = sum(bool(row["turns"]) for row in rows)
    about = f": the verdict hangs on {turning} of {len(rows)}, each changed alone"
    return Group(title("Assumptions", about), table)


def _turns(row: Found) -> Text | str:
    return Text(", ".join(row["turns"]), "bold") if row["turns"] else figures.NOTHING


def _brief(value: str) -> str:
    return value if len(value) <= 14 else f"{value[:13]}…"


def _goals(end: Found) -> str:
    """Goals met at the end of each phase."""
    return " ".join(str(phase["goals_met"]) for phase in end["phases"].values())
