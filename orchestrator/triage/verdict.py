"""What the sorting says about one reply, and the port behind which it says so."""

from dataclasses import dataclass
from typing import Protocol

# In the order of priority: the first one that fits wins.
LABELS = ("abuse", "spam", "job_offer", "tip", "question", "encouragement", "other")


@dataclass(frozen=True)
class Verdict:
    """A label, how sure it is, why, and whether a person reads the reply."""

    label: str
    confidence: float
    why: tuple[str, ...]
    queue: bool


class Classifier(Protocol):
    """Whatever sorts replies: the rules of this package, or a trained model in their place."""

    def classify(self, text: str, *, picture: bool = False) -> Verdict:
        """Sort one reply; ``picture`` tells that an image came with it."""
        ...
