"""Paid adverts of posts that are live: chosen, made switched off, approved, watched, stopped.

Nothing runs before a person approved it. Rows say what is wanted; every pass compares them with
the network, and writes down only what was read back.
"""
