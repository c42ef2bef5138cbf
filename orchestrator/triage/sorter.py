"""The default classifier: signals and words, weighed by a model that was trained on replies."""

from dataclasses import dataclass
from functools import cache

from orchestrator.triage.classes import Classes, classes
from orchestrator.triage.decision import decide
from orchestrator.triage.lexicon import Lexicon, lexicon
from orchestrator.triage.model import Model, model
from orchestrator.triage.reading import read
from orchestrator.triage.verdict import Classifier, Verdict


@dataclass(frozen=True)
class Sorter:
    """Sorts replies without a network."""

    lexicon: Lexicon
    classes: Classes
    model: Model

    def classify(self, text: str, *, picture: bool = False) -> Verdict:
        """Sort one reply; ``picture`` tells that an image came with it."""
        return decide(read(text, self.lexicon), self.classes, self.model, picture=picture)


@cache
def offline() -> Classifier:
    """Return the classifier that needs nothing but this machine; loaded once."""
    return Sorter(lexicon(), classes(), model())
