"""The replies from which the sorting was learnt: by hand, of many voices, labelled twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from orchestrator.triage import LABELS
from orchestrator.triage.build_model import Labelled, labelled
from tests.triage.measure import off_topic, replies

REPLIES = labelled()
REGISTERS = {
    *("formal", "chat", "dialect", "elderly", "youth", "business", "learner", "caps", "spoken"),
    "-",  # of those that were written before registers were noted
}
TOO_NEAR = 0.5


def grams(text: str) -> frozenset[str]:
    """The rows of four characters in a text; a shorter text is one row."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[at : at + 4] for at in range(max(len(plain) - 3, 1)))


def near_pairs(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs with a Jaccard index of at least a half.

    Two such texts share one of the rarest rows of each: so only those are looked up.
    """
    sets = [grams(text) for text in texts]
    count = Counter(gram for each in sets for gram in each)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(sets):
        rarest = sorted(each, key=lambda gram: (count[gram], gram))
        prefix = rarest[: len(each) - -(-len(each) // 2) + 1]
        for other in {known for gram in prefix for known in seen[gram]}:
            shared = len(each & sets[other])
            if shared / (len(each) + len(sets[other]) - shared) >= TOO_NEAR:
                yield texts[other], texts[number]
        for gram in prefix:
            seen[gram].append(number)


def test_near_pairs_are_found() -> None:
    """The test of the test: a changed word is too near, another sentence is not."""
    one, other = "Wir suchen einen Koch für den Sommer", "Wir suchen eine Köchin für den Sommer"
    assert list(near_pairs([one, "Die Post sucht Leute", other])) == [(one, other)]


def test_no_two_replies_are_nearly_the_same() -> None:
    """No template was filled in, and nothing that a figure is measured on was trained on."""
    taught = [each.text for each in REPLIES]
    assert list(near_pairs(taught)) == []
    measured = {each.text for each in replies()} | set(off_topic(0)) | set(off_topic(1))
    mixed = [
        pair
        for pair in near_pairs([*taught, *sorted(measured)])
        if len(measured.intersection(pair)) == 1
    ]
    assert mixed == []


def test_they_are_many_and_varied() -> None:
    """Enough of each kind, with their counts printed."""
    labels = Counter(each.label for each in REPLIES)
    languages = Counter(each.language for each in REPLIES)
    voices = Counter(each.voice for each in REPLIES)
    trades = Counter(each.trade for each in REPLIES if each.trade != "-")
    registers = Counter(each.register for each in REPLIES)
    latin = sum(each.language == "ar" and each.text.isascii() for each in REPLIES)
    print(f"\n{len(REPLIES)} replies, {len(voices)} voices, {len(trades)} trades")
    print(dict(labels), dict(languages), f"Arabic in Latin letters: {latin}", dict(registers))
    assert len(REPLIES) >= 1_500
    assert set(labels) == set(LABELS)
    assert labels["job_offer"] >= 300
    assert labels["other"] >= 300
    assert languages["ar"] >= 250
    assert latin >= 80
    assert len(voices) >= 100
    assert max(voices.values()) <= len(REPLIES) / 50
    assert len(trades) >= 100
    assert set(registers) <= REGISTERS
    assert set(languages) == {"de", "en", "ar"}


def test_no_contact_stands_in_them() -> None:
    """Numbers and addresses are masked before they are sorted, and so they are here."""
    assert [each.text for each in REPLIES if "@" in each.text and ".de" in each.text] == []


def test_a_second_person_labelled_them() -> None:
    """Cohen's kappa of the two labels, over all and for each label, printed."""
    twice = [each for each in REPLIES if each.second]
    assert len(twice) >= 0.9 * len(REPLIES)
    print(f"\nlabelled twice: {len(twice)}, kappa {kappa(twice):.3f}")
    for label in LABELS:
        print(f"  {label}: {kappa(twice, label):.3f}")
    assert kappa(twice) >= 0.7


def kappa(twice: list[Labelled], label: str | None = None) -> float:
    """How far two people agree beyond chance; for one ``label``, on whether it is that."""
    pairs = [(each.label, each.second) for each in twice]
    if label:
        pairs = [(one == label, other == label) for one, other in pairs]  # type: ignore[misc]
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[each] * second[each] for each in first) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance)


@pytest.mark.parametrize("each", [None, *LABELS])
def test_kappa_is_one_for_twins_and_none_for_chance(each: str | None) -> None:
    """The test of the measure itself."""
    row = REPLIES[0].__dict__
    twins = [Labelled(**{**row, "label": label, "second": label}) for label in LABELS]
    assert kappa(twins, each) == pytest.approx(1)
    crossed = [
        Labelled(**{**row, "label": one, "second": other}) for one in LABELS for other in LABELS
    ]
    assert kappa(crossed, each) == pytest.approx(0)
