"""Each row of which a run takes a few seconds; the dear ones are `python -m benchmarks.cases`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases import cheap
from tests.cases.typed import copied


@pytest.mark.parametrize("row", cheap.ROWS, ids=lambda row: row.__name__)
def test_a_row_holds(row: Callable[[], None], tmp_path: Path) -> None:
    with copied(tmp_path):
        row()
