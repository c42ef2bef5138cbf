"""The map of a campaign as one page: ``gathering`` finds what may be on it, ``pages`` writes it."""
