"""How well and how fast replies are sorted: `python tests/bench/bench_triage.py`, some seconds.

The figures are those of the even lines of the development replies, which tuned nothing; but whoever
wrote them also wrote the word lists, so other people's replies are sorted worse. The speed stands
beside a plain keyword rule in the same run.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from orchestrator.triage import LABELS, Classifier, Verdict, offline
from tests.triage.measure import Sorted, held_out, off_topic, tuned

Row = tuple[str, float | int, str]
KEYWORDS = (
    *("stelle", "job", "arbeit", "praktikum", "ausbildung", "suchen", "bewerb", "einstellen"),
    *("hiring", "vacancy", "work", "internship", "شغل", "وظيفة", "عمل"),
)
_COLD = """
import time
start = time.perf_counter()
from orchestrator.triage import offline
offline().classify("Wir suchen einen Koch")
print(1000 * (time.perf_counter() - start))
"""


class Keywords:
    """The baseline: whoever names work offers it, whoever asks has a question."""

    def classify(self, text: str, *, picture: bool = False) -> Verdict:
        small = text.lower()
        hit = any(word in small for word in KEYWORDS)
        label = "job_offer" if hit else "question" if "?" in text else "other"
        return Verdict(label, 0.5, ("keyword",), hit or label == "question")


def quality(name: str, classifier: Classifier, done: Sorted) -> list[Row]:
    """What one classifier makes of replies and of comments on other things."""
    share = [classifier.classify(text) for text in off_topic()]
    offers = sum(reply.label == "job_offer" for reply, _ in done.pairs)
    reads = sum(verdict.queue for _, verdict in done.pairs)
    found = done.offers_read() * offers
    return [
        (f"{name}: macro-F1", round(done.macro_f1(), 3), "must 0.72"),
        (f"{name}: job_offer precision", round(done.precision("job_offer"), 3), "must 0.75"),
        (f"{name}: job_offer recall", round(done.recall("job_offer"), 3), "must 0.85"),
        (f"{name}: abuse precision", round(done.precision("abuse"), 3), "must 0.75"),
        (f"{name}: abuse recall", round(done.recall("abuse"), 3), "must 0.70"),
        (f"{name}: offers read", round(done.offers_read(), 3), "must 0.98"),
        *(
            (f"{name}: offers read, {each}", round(done.offers_read(each), 3), "must 0.94")
            for each in ("de", "en", "ar")
        ),
        (f"{name}: offers called spam or abuse", done.offers_in_dirt(), "must 1"),
        (f"{name}: replies read", round(done.read(), 3), "at most 0.62"),
        (f"{name}: reads per offer found", round(reads / found, 2), f"{offers} offers"),
        (f"{name}: off-topic read", _share(share, lambda v: v.queue), "at most 0.15"),
        (
            f"{name}: off-topic called job_offer",
            _share(share, lambda v: v.label == "job_offer"),
            "at most 0.01",
        ),
    ]


def labels(done: Sorted) -> list[Row]:
    """Recall of each label, its precision beside it."""
    return [
        (
            f"recall of {label}",
            round(done.recall(label), 3),
            f"precision {done.precision(label):.3f}",
        )
        for label in LABELS
    ]


def speed(classifier: Classifier) -> list[Row]:
    """Many replies at once, and each by itself, warm."""
    texts = [reply.text for reply in [*tuned(), *held_out()]]
    ours, plain = _batch(classifier, texts), _batch(Keywords(), texts)
    single = max(min(_time(classifier, text) for _ in range(3)) for text in texts)
    long = _time(classifier, " ".join(texts)[:10_000])
    return [
        ("batch (replies/s)", round(ours), f"must 1,000; keyword rule {plain:,.0f}"),
        ("slowest single reply (ms)", round(1e3 * single, 2), "must 10"),
        ("ten thousand characters (ms)", round(1e3 * long, 1), "no limit"),
        ("cold start with first reply (ms)", round(min(_cold() for _ in range(5))), "must 2,000"),
    ]


def run() -> list[Row]:
    """Return (figure, value, baseline or limit)."""
    rules, plain = offline(), Keywords()
    done = Sorted.by(rules, held_out())
    return [
        *quality("rules", rules, done),
        *labels(done),
        *quality("keyword rule", plain, Sorted.by(plain, held_out())),
        *speed(rules),
    ]


def _share(verdicts: list[Verdict], fits: Callable[[Verdict], bool]) -> float:
    return round(sum(fits(verdict) for verdict in verdicts) / len(verdicts), 3)


def _batch(classifier: Classifier, texts: list[str]) -> float:
    best = min(sum(_time(classifier, text) for text in texts) for _ in range(5))
    return len(texts) / best


def _time(classifier: Classifier, text: str) -> float:
    start = time.perf_counter()
    classifier.classify(text)
    return time.perf_counter() - start


def _cold() -> float:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _COLD], cwd=root, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    for figure, value, compared in run():
        print(f"{figure:<42} {value:>10,}   {compared}")
