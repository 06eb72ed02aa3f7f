"""Simulated against actual: how sure it is that a scenario is right, and which part of it is not."""
