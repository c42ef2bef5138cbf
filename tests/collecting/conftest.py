"""The campaign of the publishing tests, with posts that are out."""

from tests.publishing.conftest import campaign

__all__ = ["campaign"]
