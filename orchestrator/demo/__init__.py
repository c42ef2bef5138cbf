"""The demo: a whole invented campaign week."""
