"""Mistakes of tables that many places of a scenario name: each is told once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from callsim.errors import Mistake
from callsim.scenario.reading.tables.table import Table
from callsim.sentences import say


class Once:
    """Mistakes of tables; one that several places meet stands at the first, with the number of the others."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Mistake, str]] = {}
        self._more: Counter[tuple[str, str]] = Counter()

    def add(self, table: Table) -> None:
        """Adds the mistakes of a table."""
        met = set()
        for mistake in table.told:
            bare = mistake.text.removesuffix(table.named_at)
            key = mistake.file, bare
            if key in self._found and key not in met:
                self._more[key] += 1
            elif key in met:
                key = mistake.file, f"{bare} {mistake.line} {mistake.column}"
            met.add(key)
            self._found.setdefault(key, (mistake, bare))

    @property
    def told(self) -> list[Mistake]:
        """The mistakes, each once."""
        return [
            replace(mistake, text=say("tables.more_places", text=mistake.text, n=self._more[key]))
            if self._more[key]
            else mistake
            for key, (mistake, _) in self._found.items()
        ]
