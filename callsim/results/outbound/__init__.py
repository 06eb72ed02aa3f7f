"""Figures of numbers that are dialled."""
