"""Türöffner: geo-targeted social media campaigns for people who look for work."""

__version__ = "0.1.0"
