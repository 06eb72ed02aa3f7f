"""Runs played by the workers of a Dask cluster: the same numbers as in threads of this process."""
