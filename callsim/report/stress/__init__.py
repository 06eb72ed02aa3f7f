"""The report of a stress."""
