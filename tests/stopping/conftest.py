"""The campaign of the publishing tests, to be stopped."""

from tests.publishing.conftest import campaign, database_url

__all__ = ["campaign", "database_url"]
