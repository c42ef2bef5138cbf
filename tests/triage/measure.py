"""The development replies, their two halves, and the figures that are kept on them."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.triage import LABELS, Classifier, Verdict

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reply:
    label: str
    language: str
    text: str


def replies(name: str = "replies_dev.tsv") -> list[Reply]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [Reply(*line.split("\t")) for line in lines]


def tuned() -> list[Reply]:
    """Odd lines: errors were looked at while the rules were written."""
    return replies()[0::2]


def held_out() -> list[Reply]:
    """Even lines: only their figures were looked at."""
    return replies()[1::2]


def off_topic(half: int = 1) -> list[str]:
    """Comments that are no answer to an appeal; half 0 tuned the rules, half 1 did not."""
    return (HERE / "offtopic_dev.txt").read_text("utf-8").splitlines()[half::2]


@dataclass(frozen=True)
class Sorted:
    """Replies with the verdicts they got."""

    pairs: list[tuple[Reply, Verdict]]

    @classmethod
    def by(cls, classifier: Classifier, of: list[Reply]) -> "Sorted":
        return cls([(reply, classifier.classify(reply.text)) for reply in of])

    def precision(self, label: str) -> float:
        called = [reply for reply, verdict in self.pairs if verdict.label == label]
        return _share([reply.label == label for reply in called])

    def recall(self, label: str) -> float:
        return _share([v.label == label for reply, v in self.pairs if reply.label == label])

    def macro_f1(self) -> float:
        return sum(self._f1(label) for label in LABELS) / len(LABELS)

    def offers_read(self, language: str = "") -> float:
        return _share(
            [
                verdict.queue
                for reply, verdict in self.pairs
                if reply.label == "job_offer" and language in ("", reply.language)
            ]
        )

    def read(self) -> float:
        return _share([verdict.queue for _, verdict in self.pairs])

    def offers_in_dirt(self) -> int:
        return sum(
            verdict.label in ("spam", "abuse")
            for reply, verdict in self.pairs
            if reply.label == "job_offer"
        )

    def _f1(self, label: str) -> float:
        precision, recall = self.precision(label), self.recall(label)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(each: list[bool]) -> float:
    return sum(each) / len(each) if each else 0.0
