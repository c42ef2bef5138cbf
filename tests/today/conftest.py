"""The campaign and the manager of the inbox's tests; on SQLite, or ``on_both``."""

import pytest

from tests.inbox.conftest import manager, rows

__all__ = ["manager", "rows"]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url
