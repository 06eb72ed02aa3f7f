"""Agents as rows, where somebody asks which one: several works at once, interruption, the least occupied."""
