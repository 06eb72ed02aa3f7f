"""Moments of a run in the sentences of its warnings."""

from __future__ import annotations

from callsim.results.warned import Piece

THE_END = "the end"  # of the calendar


def moment(start: str) -> Piece:
    """When a cell of the report begins, or the end."""
    return Piece(words=start) if start == THE_END else Piece(moment=start)
