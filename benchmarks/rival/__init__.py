"""The same hour of one queue, told by others: `play(work) -> Answer` in each file, written for this."""

import contextlib

# Cimba teaches numba about its records; that fails once numba has met others. So it comes first.
with contextlib.suppress(ImportError):
    import cimba  # noqa: F401
