"""The plan's money, and the assumptions that its verdict hangs on, as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from callsim.report.kit import figures
from callsim.report.kit.tables import Column, Page, title
from callsim.sentences import label, say
from callsim.study.buildout.answer import AssumptionAt, AssumptionTried, PhaseThen, PlanAnswer
from callsim.study.buildout.money import Account


def money_table(found: PlanAnswer, page: Page) -> RenderableType | None:
    """A month at the end of each phase, and the year that it makes, against what was promised."""
    shown = money(found)
    if shown is None:
        return None
    phases = len(shown) - 2
    columns = [
        Column("millions", shown[0][1], names=True),
        Column("source", shown[1][1], 1),
        *(Column(name, cells, max(0, phases - k - 2)) for k, (name, cells) in enumerate(shown[2:])),
    ]
    about = say("buildout.of_a_month", currency=currency(found))
    return Group(title("Money", about), page.fitted("money", columns))


def money(found: PlanAnswer) -> list[tuple[str, list[str]]] | None:
    """The account as columns: lines, sources, and a phase each; None where the file has no prices."""
    phases = _accounts(found)
    if not phases:
        return None
    first = phases[0][1].month
    lines = [what for what in first if any(account.month[what].sum for _, account in phases)]
    below = _below()
    return [
        ("", [*lines, *(what for what, _ in below)]),
        ("source", [*(first[what].source for what in lines), *[""] * len(below)]),
        *(
            (
                phase.name,
                [
                    *(millions(account.month[what].sum) for what in lines),
                    *(told(phase, account) for _, told in below),
                ],
            )
            for phase, account in phases
        ),
    ]


def currency(found: PlanAnswer) -> str:
    """In which the account is told; empty where there is none."""
    return next((account.currency for _, account in _accounts(found)), "")


def _accounts(found: PlanAnswer) -> list[tuple[PhaseThen, Account]]:
    return [(phase, phase.money) for phase in found.phases if isinstance(phase.money, Account)]


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


def _below() -> list[tuple[str, Callable[[PhaseThen, Account], str]]]:
    """What stands below the lines of the account, and how to tell it of a phase."""
    return [
        ("left", lambda phase, money: millions(money.left_a_month)),
        (say("buildout.output_a_year"), lambda phase, money: millions(money.output_a_year)),
        (label("… promised"), lambda phase, money: millions(phase.promised.output)),
        (say("buildout.tax_a_year"), lambda phase, money: millions(money.tax_a_year)),
        (label("… promised"), lambda phase, money: millions(phase.promised.tax)),
        (say("buildout.tax_of_output"), lambda phase, money: _share(money.tax_share_of_output)),
        (say("buildout.output_a_seat"), lambda phase, money: _plain(money.output_a_seat_year)),
        (say("buildout.tax_a_seat"), lambda phase, money: _plain(money.tax_a_seat_year)),
    ]


def tried(found: PlanAnswer) -> list[AssumptionTried]:
    """Those that turn a verdict first."""
    return sorted(found.depends or (), key=lambda row: not row.turns)


def key_of(row: AssumptionTried) -> str:
    """The key of the build-out that an assumption is of."""
    return row.key.removeprefix("buildout.")


def goals_at(end: AssumptionAt) -> list[str]:
    """Goals met at the end of each phase."""
    return [str(phase.goals_met) for phase in end.phases.values()]


def assumptions_table(found: PlanAnswer, page: Page) -> RenderableType | None:
    """Each assumption at both ends."""
    rows = tried(found)
    if not rows:
        return None
    table = page.fitted(
        "assumptions",
        [
            Column(say("buildout.turns"), [_turns(row.turns) for row in rows], names=True),
            Column("assumption", [key_of(row) for row in rows], names=True),
            Column("source", [row.source for row in rows], 2),
            Column("from", [_brief(row.low.value) for row in rows]),
            Column("goals met", [" ".join(goals_at(row.low)) for row in rows], 1),
            Column("to", [_brief(row.high.value) for row in rows]),
            Column("goals met ", [" ".join(goals_at(row.high)) for row in rows], 1),
        ],
    )
    turning = sum(bool(row.turns) for row in rows)
    about = say("buildout.hangs_on", turning=turning, tried=len(rows))
    return Group(title("Assumptions", about), table)


def _turns(names: Sequence[str]) -> Text | str:
    return Text(", ".join(names), "bold") if names else figures.NOTHING


def _brief(value: str) -> str:
    return value if len(value) <= 14 else f"{value[:13]}…"
