"""What people corrected, used at once for nearly the same words.

A correction is kept with who made it, when, and the *shape* of the text (``shapes``): keyed digests
that recognise nearly the same words and give none of them away, so that it outlives the words. It
goes only when the sender, or the tandem, is erased.

- A label that a person reads (offer, tip, question) is taken over from 0.8 likeness on: at worst
  somebody reads a reply in vain.
- Any other label needs 0.9, and takes a reply out of the queue only if it has the very same words
  as the corrected one. Where one word is new, or missing, and the classifier sees a possible offer,
  somebody still reads it, under the learnt label. So nobody can make an offer vanish by a
  correction of something that merely looks like it ("we have no job" beside "we have a job"), and
  abuse to which an offer was added stays in the queue.
- The same words go before nearly the same; among these the newest correction counts, also one that
  takes another back.
- What a person labelled stays as it is; so does what somebody has in hand, or has finished.

Whatever was learnt says so: its reason is ``corrected-before``.
"""

from orchestrator.learning.lessons import LEARNT, Learnt, Lesson, take_over
from orchestrator.learning.rows import forget_of, recall, remember, to_sort_again

__all__ = [
    "LEARNT",
    "Learnt",
    "Lesson",
    "forget_of",
    "recall",
    "remember",
    "take_over",
    "to_sort_again",
]
