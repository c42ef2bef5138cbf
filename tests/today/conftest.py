"""The campaign and the manager of the inbox's tests."""

from tests.inbox.conftest import manager, rows

__all__ = ["manager", "rows"]
