"""When a page of this session last asked for anything: it asks every 20 s while it is open."""

from __future__ import annotations

import time


class Watched:
    """Knows the moment, s of `time.monotonic`."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def now(self) -> None:
        """Somebody asks just now."""
        self.last = time.monotonic()
