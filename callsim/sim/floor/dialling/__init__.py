"""Numbers that are dialled: when they begin to ring, who is kept for them, and what comes of it."""
