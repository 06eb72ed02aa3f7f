"""Random examples are new ones at every run, but on CI: there a failure must come from the change itself."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

LONGEST = (
    "tests/manual/test_readme.py",
    "tests/study/staff/",
    "tests/engines/test_equal.py",
    "tests/theory/",
    "tests/cluster/",
    "tests/browser/test_site.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first: where one began last, all workers but its own would wait for it."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
