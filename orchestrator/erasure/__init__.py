"""Erasing a tandem: what tells who they were goes for good, what counts stays as numbers."""
