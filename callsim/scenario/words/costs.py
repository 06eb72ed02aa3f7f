"""What a plan costs: prices that comparisons put beside the service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from callsim.errors import Mistake
from callsim.scenario.document import Node
from callsim.scenario.words.mistakes import nearest
from callsim.scenario.words.quantities import Name, Part, Weight, YesNo
from callsim.sentences import say
from callsim.units import shown

EVERYWHERE = ""
"""Under this name stands a price that is the same for all."""

_PRICE: dict[str, Any] = {"type": "number", "minimum": 0}

if TYPE_CHECKING:
    Prices = dict[str, float]
else:
    Prices = Annotated[
        dict[str, Weight],
        BeforeValidator(lambda value: value if isinstance(value, dict) else {EVERYWHERE: value}),
        WithJsonSchema({"anyOf": [_PRICE, {"type": "object", "additionalProperties": _PRICE}]}),
    ]


class Costs(Part):
    """Prices in one currency; each is one number, or one by name."""

    currency: Name | None = None
    """What amounts are called, such as CNY (default: nothing)."""
    wage_per_hour: Prices = Field(default_factory=dict)
    """Of a paid hour; one number, or one for each group. Paid is rostered time without unpaid breaks, of all
    who are planned, on the phone or not; and staying late (default 0)."""
    absence_paid: YesNo = True
    """Whether those are paid who are planned and do not come (default yes)."""
    per_seat_month: Prices = Field(default_factory=dict)
    """Of a seat for a month; one number, or one for each site. A site without a limit pays for as many as are
    used at most (default 0)."""
    per_abandoned_call: Prices = Field(default_factory=dict)
    """Of a caller who hangs up unanswered; one number, or one for each queue (default 0)."""


def price(prices: Mapping[str, float], name: str) -> float:
    """The price for one name."""
    return prices.get(name, prices.get(EVERYWHERE, 0.0))


def check_costs(root: Node) -> Iterator[Mistake]:
    """Prices by name must name what there is, and all of it."""
    for key, section in (
        ("wage_per_hour", "groups"),
        ("per_seat_month", "sites"),
        ("per_abandoned_call", "queues"),
    ):
        node = root.at("costs", key)
        if node is None:
            continue
        there = root.mapping.get(section)
        names = list(there.mapping) if there else []
        if section == "sites" and not names:
            yield node.head.mistake(say("people.no_sites", key=key))
        elif isinstance(node.value, dict):
            yield from _names(node, names, section[:-1])


def _names(node: Node, names: Iterable[str], what: str) -> Iterator[Mistake]:
    for name, given in node.mapping.items():
        if name not in names:
            yield given.head.mistake(
                say("names.none_such", what=what, name=shown(name), hint=nearest(name, names))
            )
    missing = [name for name in names if name not in node.mapping]
    if missing:
        some = ", ".join(map(shown, missing[:5])) + (", …" if len(missing) > 5 else "")
        yield node.head.mistake(say("people.no_price", names=some))
