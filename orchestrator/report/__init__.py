"""What came of the campaign: figures with a rule each, as a page, as JSON, and as tables.

``reading`` reads the ``rows``, ``scopes`` cuts them, ``measures`` counts. ``figures`` is the
document for scripts, ``pages`` the page for people, ``tables`` the rows behind both, and
``explain`` the way back to them.
"""
