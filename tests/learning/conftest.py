"""On SQLite, where a test is not ``on_both``."""

from tests.inbox.conftest import manager, rows
from tests.publishing.conftest import database_url

__all__ = ["database_url", "manager", "rows"]
