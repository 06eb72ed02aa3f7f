"""Exact sums of what a day showed."""
