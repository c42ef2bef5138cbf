"""Other words for a post that is live or held: what they may say, and how they get there.

The wish is written down before the network is asked, and taken for fulfilled only when the post
reads so: a crash in between is settled by looking, since old or new words stand there.
"""

from orchestrator.editing.rewording import reword, settle
from orchestrator.editing.rules import refuse_post, refuse_words, the_same

__all__ = ["refuse_post", "refuse_words", "reword", "settle", "the_same"]
