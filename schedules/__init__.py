"""When: time zones, windows and slots. Knows no post."""
