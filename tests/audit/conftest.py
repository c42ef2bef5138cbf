"""The campaign and the person at the keyboard that the inbox's tests have."""

from tests.inbox.conftest import manager, rows

__all__ = ["manager", "rows"]
