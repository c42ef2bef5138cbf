"""Services on the loopback, and a campaign that asks them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.placing.services import Services, serving


@pytest.fixture
def services() -> Iterator[Services]:
    """Both services, knowing nothing yet."""
    with serving(Services()) as running:
        yield running


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> Any:
    """SQLite, unless a test asks for both."""
    return request.getfixturevalue(f"{request.param}_url")
