"""What came of the campaign: figures with a rule each, as a page, as JSON, and as tables.

``rows`` reads, ``scopes`` cuts, ``measures`` counts; ``figures`` is the document for scripts,
``pages`` the page for people, ``tables`` the rows behind both, ``explain`` the way back to them.
"""
