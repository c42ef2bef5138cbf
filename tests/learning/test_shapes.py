"""A shape recognises nearly the same words, and gives none of them away. Pure."""

import random
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchestrator.keys import CampaignKey
from orchestrator.learning.lessons import Learnt, Lesson, Taught
from orchestrator.learning.shapes import (
    FEWEST,
    MOST,
    Shape,
    Shaper,
    likeness,
    plain,
    unpacked,
)
from orchestrator.vocabulary import Label
from tests.campaign_rows import NOON

KEY = CampaignKey(b"k" * 32)
SHAPER = Shaper(KEY)
SAID = (
    "Bäckerei sucht dringend Hilfe عمل Stelle frei nachts Koch we hire المطبخ Werkstatt morgen"
    " keine Ratten weg hier für und"
)
WORDS = SAID.split()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=60).map(" ".join)


def shape(text: str) -> Shape:
    made = SHAPER.shape(text)
    assert made is not None
    return made


@given(texts)
def test_a_shape_is_like_itself_and_comes_back_from_the_database(text: str) -> None:
    """In at most 512 bytes, however long the text."""
    mine = shape(text)
    packed = mine.packed()
    assert len(packed) <= 512
    assert unpacked(packed) == mine
    assert likeness(mine, shape(text)) == 1.0


@given(texts, texts)
def test_likeness_is_the_share_of_common_grams(one: str, other: str) -> None:
    """Exactly, as long as both are short; symmetric; near it for long ones."""
    mine, theirs = plain(one), plain(other)
    found = likeness(shape(one), shape(other))
    assert found == likeness(shape(other), shape(one))
    assume(mine.words != theirs.words)
    if min(len(mine.grams), len(theirs.grams)) < FEWEST:
        assert found == 0.0
        return
    true = len(mine.grams & theirs.grams) / len(mine.grams | theirs.grams)
    both_short = max(len(mine.grams), len(theirs.grams)) <= MOST
    assert found == pytest.approx(true, abs=1e-9 if both_short else 0.2)


def test_the_estimate_for_long_texts_is_near() -> None:
    """Over many pairs the error is small: a mean of at most 0.03."""
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    errors = []
    for _pair in range(60):
        words = ["".join(dice.choices(letters, k=7)) for _word in range(120)]
        others = [w if dice.random() < 0.95 else "neuesding" for w in words]
        one, other = " ".join(words), " ".join(others)
        mine, theirs = plain(one).grams, plain(other).grams
        true = len(mine & theirs) / len(mine | theirs)
        errors.append(abs(true - likeness(shape(one), shape(other))))
    assert sum(errors) / len(errors) <= 0.03


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Haut ab, ihr Ratten!", "haut ab ihr RATTEN"),
        ("Haut ab, ihr Ratten!", "Haaauuut ab... ihr Ratten!!! 🤮"),
        ("Haut ab, ihr Ratten!", "@caritas_de Haut ab, ihr Ratten"),
        ("Haut ab, ihr Ratten!", "H\u200baut ab, ihr Rat\u00adten"),
        ("Grüße", "Gruesse"),
        ("مطلوب طبّاخ", "مطلوب طباخ"),
    ],
)
def test_what_is_the_same_however_it_is_typed(one: str, other: str) -> None:
    assert likeness(shape(one), shape(other)) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wir haben leider keine Stelle frei", "Wir haben leider eine Stelle frei"),
        ("Super!", "Super?"),
        ("Ruf an", "Ruf an •••"),
        ("Ja", "Nein"),
        ("👍", "👎"),
    ],
)
def test_what_is_not_the_same_words(one: str, other: str) -> None:
    """A negation, a question, a number to call: they make another text of it."""
    assert shape(one).words != shape(other).words


def test_another_key_makes_another_shape() -> None:
    """So nobody without the key can try out which words it stands for."""
    text = "Wir suchen ab sofort eine Hilfe in der Näherei"
    other = Shaper(CampaignKey(b"o" * 32)).shape(text)
    assert other is not None
    assert not {*other.marks} & {*shape(text).marks}
    assert (other.whole, other.words) != (shape(text).whole, shape(text).words)


@pytest.mark.parametrize("text", ["", "   ", "...", "\u200b", "@jemand"])
def test_what_says_nothing_has_no_shape(text: str) -> None:
    assert SHAPER.shape(text) is None


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x09" + b"0" * 28, b"\x01" + b"0" * 30])
def test_what_was_not_stored_by_us_is_no_shape(stored: bytes) -> None:
    assert unpacked(stored) is None


def taught(*pairs: tuple[str, Label]) -> Learnt:
    return Learnt(
        SHAPER,
        [
            Taught(shape(text), label, NOON + timedelta(minutes=number), number)
            for number, (text, label) in enumerate(pairs)
        ],
    )


OFFER = "Wir suchen ab sofort eine Hilfe in der Näherei, gern auch ungelernt, ruf einfach an"
NEAR = "Wir suchen ab sofort eine Hilfe in der Näherei, gern auch ungelernt, ruft einfach an"


def test_a_lesson_is_found_for_nearly_the_same_words() -> None:
    learnt = taught((OFFER, Label.JOB_OFFER))
    found = learnt.lesson(NEAR)
    assert found is not None
    assert (found.label, found.same) == (Label.JOB_OFFER, False)
    assert 0.8 <= found.likeness < 1
    assert learnt.lesson(OFFER.upper()) == Lesson(Label.JOB_OFFER, 1.0, same=True)
    assert learnt.lesson("Ich suche auch Arbeit in einer Näherei") is None
    assert learnt.lesson("") is None


def test_what_nobody_reads_needs_more_likeness() -> None:
    """At 0.8 to 0.9 only a label that brings a person to it is taken over."""
    near = OFFER.replace("einfach", "doch")
    share = likeness(shape(OFFER), shape(near))
    assert 0.8 <= share < 0.9
    assert taught((OFFER, Label.OTHER)).lesson(near) is None
    assert taught((OFFER, Label.TIP)).lesson(near) is not None


def test_the_newest_correction_counts_but_the_same_words_go_first() -> None:
    back = taught((OFFER, Label.OTHER), (OFFER, Label.TIP), (NEAR, Label.QUESTION))
    assert back.lesson(OFFER) == Lesson(Label.TIP, 1.0, same=True)
    between = OFFER.replace("ruf einfach", "ruuuf  einfach mal")
    found = back.lesson(between)
    assert found is not None
    assert found.label is Label.QUESTION


def test_abuse_with_an_offer_added_is_another_text() -> None:
    """More words than the corrected ones: never taken over as if it were the abuse alone."""
    abuse = "Haut ab, ihr Ratten, niemand will euch hier in unserem Dorf haben"
    learnt = taught((abuse, Label.ABUSE))
    assert learnt.lesson(abuse + " – ich hab einen Job in der Bäckerei für sie") is None
    longer = learnt.lesson(abuse * 6 + " Job frei")
    assert longer is None or not longer.same


@given(st.lists(texts, min_size=1, max_size=12), texts)
def test_the_index_finds_what_comparing_with_all_finds(known: list[str], text: str) -> None:
    """Nothing that is nearly the same is missed because it was not looked at."""
    learnt = taught(*((each, Label.TIP) for each in known))
    near = [each for each in known if likeness(shape(each), shape(text)) >= 0.8]
    assert (learnt.lesson(text) is not None) == bool(near)
