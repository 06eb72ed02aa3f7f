"""Does a build-out hold, month by month, and what stops it first."""
