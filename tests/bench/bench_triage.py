"""How well and how fast replies are sorted: `python tests/bench/bench_triage.py`, half a minute.

Grouped cross-validation: each fifth of the voices is sorted by a model that was trained on the
other voices' replies only. These replies are harder than most that come in. The development
replies are plainer, but whoever wrote them also wrote the word lists, so they flatter; they are in
no training. A plain keyword rule and the rules without the model stand beside in the same run.
Needs scikit-learn: `make bench` installs it.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from orchestrator.triage import LABELS, Classifier, Verdict, offline
from orchestrator.triage.build_model import Labelled, labelled, train
from orchestrator.triage.classes import classes
from orchestrator.triage.decision import scored
from orchestrator.triage.lexicon import lexicon
from orchestrator.triage.model import Model
from orchestrator.triage.reading import read
from orchestrator.triage.sorter import Sorter
from tests.triage.measure import Reply, Sorted, held_out, off_topic, tuned

Row = tuple[str, float | int, str]
# The files of replies by what stands in them; "stream": comments about other things, mostly.
HARD, PLAIN, STREAMS = "a b c d e f g", "p q r t seen", "h s u stream"
EVERY = f"{HARD} {PLAIN} {STREAMS}"
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


class Rules:
    """The signals and the guideline's rules by themselves, without what was learnt."""

    def classify(self, text: str, *, picture: bool = False) -> Verdict:
        scores = scored(read(text, lexicon()).signals)
        label = max(LABELS, key=lambda each: scores[each])
        queue = label in ("job_offer", "tip", "question") or scores["job_offer"] >= -2.3
        return Verdict(label, 0.5, (), queue)


def folds(replies: list[Labelled], parts: int = 5) -> list[set[str]]:
    """The voices in ``parts`` of about as many replies each; always the same."""
    from sklearn.model_selection import GroupKFold

    voices = [each.voice for each in replies]
    split = GroupKFold(parts, shuffle=True, random_state=1).split(replies, groups=voices)
    return [{voices[at] for at in held} for _, held in split]


def cross_validated(replies: list[Labelled]) -> list[tuple[Labelled, Verdict]]:
    """Every reply, sorted by a model that has seen nothing of its voice."""
    pairs = []
    for voices in folds(replies):
        taught = [each for each in replies if each.voice not in voices]
        sorter = Sorter(lexicon(), classes(), Model(train(taught)))
        pairs += [(each, sorter.classify(each.text)) for each in replies if each.voice in voices]
    return pairs


def only(pairs: list[tuple[Labelled, Verdict]], files: str) -> Sorted:
    """Those that stand in ``files``, which a voice names by its first letters."""
    names = files.split()
    return Sorted(
        [
            (Reply(each.label, each.language, each.text), verdict)
            for each, verdict in pairs
            if each.voice.split("-")[0] in names
        ]
    )


def off_topic_rows(name: str, classifier: Classifier) -> list[Row]:
    """What a classifier makes of comments on other things."""
    share = [classifier.classify(text) for text in off_topic()]
    return [
        (f"{name}: off-topic read", _share(share, lambda v: v.queue), "at most 0.15"),
        (
            f"{name}: off-topic called job_offer",
            _share(share, lambda v: v.label == "job_offer"),
            "at most 0.01",
        ),
    ]


def quality(name: str, done: Sorted) -> list[Row]:
    """What one classifier makes of replies."""
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
    ]


def streams(name: str, done: Sorted) -> list[Row]:
    """How much of what is no offer is read or called one."""
    others = [verdict for reply, verdict in done.pairs if reply.label == "other"]
    return [
        (f"{name}: read", _share(others, lambda v: v.queue), "at most 0.15"),
        (f"{name}: called job_offer", _share(others, lambda v: v.label == "job_offer"), "0.01"),
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
    replies = labelled()
    blind = [Reply(each.label, each.language, each.text) for each in replies]
    model, rules, plain = offline(), Rules(), Keywords()
    crossed = cross_validated(replies)
    return [
        *quality("unknown voices", only(crossed, EVERY)),
        *labels(only(crossed, EVERY)),
        *quality("unknown voices, plain", only(crossed, PLAIN)),
        *quality("unknown voices, hard", only(crossed, HARD)),
        *streams("unknown voices, streams", only(crossed, STREAMS)),
        *quality("rules alone", Sorted.by(rules, blind)),
        *quality("keyword rule", Sorted.by(plain, blind)),
        *quality("model, development replies", Sorted.by(model, held_out())),
        *off_topic_rows("model", model),
        *off_topic_rows("rules alone", rules),
        *off_topic_rows("keyword rule", plain),
        *speed(model),
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
