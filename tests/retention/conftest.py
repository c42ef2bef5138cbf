"""The campaign and the person at the keyboard that the inbox's tests have."""

from pathlib import Path

import pytest

from tests.inbox.conftest import manager, rows

__all__ = ["manager", "rows"]


@pytest.fixture(autouse=True)
def _place_of_backups(tmp_path: Path) -> None:
    """As `init` makes it."""
    (tmp_path / "backups").mkdir(mode=0o700)
