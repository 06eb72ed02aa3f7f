"""Blocks of a long run: stretches of its days that are played apart from each other."""
