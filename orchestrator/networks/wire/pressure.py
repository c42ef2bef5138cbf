"""How long reading rests when much of what a network allows is used: a rule over plain values.

Reading slows down before the wall, so that what is left is there for sending, which cannot wait.
"""

from datetime import timedelta

# From here on reading rests, longer and longer; from there on until the window is over.
SLOW, STOP = 0.75, 0.95
_SHORT, _LONG = timedelta(minutes=5), timedelta(hours=1)


def rest(used: float, window: timedelta) -> timedelta:
    """How long reading rests when so much (0 to 1) of what a window allows is used."""
    if used < SLOW:
        return timedelta()
    if used >= STOP:
        return window
    return min(_SHORT + (_LONG - _SHORT) * ((used - SLOW) / (STOP - SLOW)), window)
