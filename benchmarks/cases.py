"""Inputs on which an early release was wrong: every row, the dear ones too, with its processor time.

python -m benchmarks.cases              # all
python -m benchmarks.cases quiet        # those with a part of a name
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.cases import cheap, staffing
from tests.cases.typed import copied


def main(part: str = "") -> int:
    """Print a line a row; return how many do not hold."""
    missed = 0
    for row in (*cheap.ROWS, *staffing.DEAR):
        if part not in row.__name__:
            continue
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder, copied(Path(folder)):
            try:
                row()
                said = "holds"
            except AssertionError as error:
                said = f"DOES NOT HOLD: {error}"
                missed += 1
        print(f"{row.__name__:34} {time.process_time() - begun:5.1f} s  {said}", flush=True)
    return missed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
