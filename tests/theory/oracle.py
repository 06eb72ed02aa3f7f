"""The rows of ../shared/validation/oracle.json: published or exact values of queueing formulas.

The README beside that file explains models, measures and kinds. Parameters have their unit in their name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[3] / "shared" / "validation" / "oracle.json"


@dataclass(frozen=True)
class Row:
    model: str
    params: Mapping[str, object]
    measure: str
    value: float  # as published, or exact
    exact: float  # recomputed with 40 digits
    kind: str
    source: str

    def __str__(self) -> str:
        params = " ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.model} {params}: {self.measure} {self.exact} ({self.source})"

    def __contains__(self, param: str) -> bool:
        return self.params.get(param) is not None

    def __getitem__(self, param: str) -> float:
        """A numeric parameter; the file writes some as '100/30' or '9.24'."""
        return float(Fraction(str(self.params[param])))

    def seconds(self, time: str) -> float | None:
        """A time in seconds, whatever its unit in the file: `aht` finds aht_s and aht_min."""
        if f"{time}_s" in self:
            return self[f"{time}_s"]
        return 60 * self[f"{time}_min"] if f"{time}_min" in self else None

    @property
    def agents(self) -> int:
        return int(self["n"])

    @property
    def aht_s(self) -> float:
        """Mean handling time; rows without units count in whatever time `mu` does, or in handling times."""
        return self.seconds("aht") or (1 / self["mu"] if "mu" in self else 1.0)

    @property
    def patience_s(self) -> float | None:
        return self.seconds("patience")

    @property
    def load(self) -> float:
        """Offered load in erlangs, however the row gives it."""
        if "a" in self:
            return self["a"]
        if "rho" in self:
            return self["rho"] * self["n"]
        return self.aht_s * (self["lam"] if "lam" in self else self["lam_per_min"] / 60)

    @property
    def calls_per_hour(self) -> float:
        return self.load * 3600 / self.aht_s

    def miss(self, computed: float) -> float:
        """Relative distance of a computed value from the exact one, forgiving digits that the file lacks.

        A few published values have seven to ten decimals. Exact ones were summed with 40 digits; below
        5e-36 a service level in the file is but the rounding of those sums, of either sign.
        """
        decimals = len(repr(self.exact).partition(".")[2])
        rounding = 0.5 * 10**-decimals if 7 <= decimals <= 10 and self.kind == "published" else 5e-36
        return max(abs(computed - self.exact) - rounding, 0.0) / (abs(self.exact) or 1.0)


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """All rows; the test that asks is skipped where the file does not lie beside this repository."""
    if not PATH.exists():
        pytest.skip("there is no ../shared/validation/oracle.json beside this repository")
    given = json.loads(PATH.read_text())
    names = ("model", "params", "measure", "value", "kind", "source")
    return tuple(
        Row(exact=row.get("exact", row["value"]), **{name: row[name] for name in names}) for row in given
    )


def of(*models: str) -> list[Row]:
    """The rows of these models, in the order of the file."""
    return [row for row in rows() if row.model in models]
