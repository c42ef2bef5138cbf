"""What the tests of checks need: a campaign with replies, and people who type."""

from tests.inbox.conftest import manager, rows

__all__ = ["manager", "rows"]
