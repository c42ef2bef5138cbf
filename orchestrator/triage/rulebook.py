"""The default classifier: signals from the word lists, decided by the guideline's rules."""

from dataclasses import dataclass
from functools import cache

from orchestrator.triage.decision import decide
from orchestrator.triage.lexicon import Lexicon, lexicon
from orchestrator.triage.reading import read
from orchestrator.triage.verdict import Classifier, Verdict


@dataclass(frozen=True)
class Rulebook:
    """Sorts replies without a network and without a model."""

    lexicon: Lexicon

    def classify(self, text: str, *, picture: bool = False) -> Verdict:
        """Sort one reply; ``picture`` tells that an image came with it."""
        return decide(read(text, self.lexicon), picture=picture)


@cache
def offline() -> Classifier:
    """Return the classifier that needs nothing but this machine; loaded once."""
    return Rulebook(lexicon())
