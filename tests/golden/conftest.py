"""`pytest tests/golden --update-golden` writes the golden results anew; read the difference."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden results anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether results are to be stored instead of compared."""
    return bool(request.config.getoption("--update-golden", default=False))
