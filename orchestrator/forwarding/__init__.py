"""From an offer to its tandem: handed over, confirmed, reminded of, and followed until its end.

Nothing is handed over twice: each step of a reply has one row, and a mail's row is committed
before the mail server is asked.
"""
