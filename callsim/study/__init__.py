"""Questions: each file here answers one of them by runs of the simulation."""
