"""The inbox as one screen: the queue above, one reply with all around it below, one key each.

Everything stands on lines as wide as the screen, and no Arabic beside anything else: a terminal
that turns Arabic round turns the whole line.
"""
