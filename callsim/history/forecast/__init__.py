"""Calls to come, from a history."""
