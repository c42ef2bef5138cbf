"""Finding out what a page can do: a limited and an open post, compared after a day, then deleted.

The posts are written down before each is sent, so that a crash forgets none: what had no answer is
looked for by its words, is never sent a second time, and is deleted whenever it shows. A stop of
the campaign stops a pilot, too. Only the command sends; every pass of `run` goes on from there.
"""
