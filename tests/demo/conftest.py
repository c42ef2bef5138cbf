"""The campaign of the publishing tests, to be counted."""

from tests.publishing.conftest import campaign

__all__ = ["campaign"]
