"""Rules are decided in Python: on SQLite; what rows say, ``on_both``."""

import pytest


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh, migrated database; of SQLite, where a test is not ``on_both``."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url
