"""Backups: a folder per backup, written whole, read back, and proven by counts and digests."""
