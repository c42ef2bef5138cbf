"""What holds for every text, however strange."""

import sys
from re import _parser  # type: ignore[attr-defined]
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.triage import LABELS, explained, offline
from orchestrator.triage.normal import _PIECE, smooth, sound, spell, tokens
from tests.triage.measure import replies

SAMPLE = [reply.text for reply in replies()[::9]]
WORDS = st.sampled_from([word for text in SAMPLE for word in text.split()])
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=40).map(" ".join))
HIDDEN = "\u200b\u200d\u200e\u200f\u202e\u2066\u2069\u00ad\ufeff"


@settings(max_examples=150, deadline=None)
@given(TEXTS, st.booleans())
def test_every_text_gets_a_valid_verdict_twice_the_same(text: str, picture: bool) -> None:
    """It never raises, the verdict keeps its promises, and it does not depend on the hour."""
    verdict = offline().classify(text, picture=picture)
    assert verdict.label in LABELS
    assert 0 <= verdict.confidence <= 1
    assert 1 <= len(verdict.why) <= 5
    assert all(explained(code) != code for code in verdict.why)
    assert offline().classify(text, picture=picture) == verdict


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(SAMPLE), st.sampled_from(HIDDEN), st.integers(0, 200))
def test_what_cannot_be_seen_changes_nothing(text: str, mark: str, at: int) -> None:
    """Zero-width and direction characters hide no offer and make none."""
    assert offline().classify(text[:at] + mark + text[at:]) == offline().classify(text)


@pytest.mark.parametrize("text", SAMPLE)
def test_case_and_space_change_nothing(text: str) -> None:
    """Shouted, whispered or spread out, a reply stays what it is."""
    verdict = offline().classify(text)
    assert offline().classify(text.lower()) == verdict
    assert offline().classify("  " + text.replace(" ", "   ") + " ") == verdict


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Küche", "kueche"),
        ("suuuuper", "super"),
        ("Straße", "strasse"),
        ("Stelle", "stele"),
        ("Mini-Job", "minijob"),
        ("أَحْتَاجُ", "احتاج"),
        ("شـــغل", "شغل"),
        ("شركة", "شركه"),
        ("café", "cafe"),
    ],
)
def test_one_word_in_many_spellings(one: str, other: str) -> None:
    """Umlauts, stretched and doubled letters, vowel signs and letter forms are evened out."""
    assert spell(one.lower()) == spell(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("sho8l", "sheghl"), ("m7tajin", "mohtajeen"), ("3andna", "andna"), ("5alih", "khaleh")],
)
def test_one_sound_in_many_spellings(one: str, other: str) -> None:
    """Arabic in Latin letters has no spelling, only a sound."""
    assert sound(one) == sound(other)


HOSTILE = [
    "a",
    "wir suchen ",
    "a@",
    "a.",
    "1.",
    "+49",
    "@",
    "hab haben hätte was ",
    "keine stelle aber ",
    "شغل عنا ",
    "3andna ",
    "!?",
    "🔥",
    "http://",
    "-'",
    "bei uns im im im im ",
]


@pytest.mark.parametrize("bait", HOSTILE)
def test_work_grows_no_faster_than_the_text(bait: str) -> None:
    """Twice the text takes at most about twice the steps, counted in lines of Python."""
    half, whole = (bait * 5_000)[:2_000], (bait * 5_000)[:4_000]
    offline().classify(whole)
    assert _steps(whole) <= 2.3 * _steps(half) + 500


def test_beyond_the_longest_text_nothing_is_read() -> None:
    """Ten thousand characters count; the rest costs nothing."""
    long = "kein Wort " * 1_000
    assert smooth(long + "Arbeit " * 10_000) == smooth(long)


def test_no_expression_can_go_back_over_a_long_run() -> None:
    """After an endless run nothing may fail, or each start would read the run again."""
    _, (_, branches) = next(iter(_parser.parse(_PIECE.pattern)))
    for branch in branches:
        _check(list(branch))


def test_a_hidden_kind_of_token_is_never_lost() -> None:
    """Links, mentions, masked numbers and sums are told apart from words."""
    kinds = [token.kind for token in tokens("@Jan siehe https://x.example ••• 400 #los a@b.de")]
    assert kinds == ["tag", "word", "url", "contact", "number", "hash", "mail"]


def test_an_unknown_reason_comes_back_as_it_is() -> None:
    """A newer classifier's codes do not break an older reader."""
    assert explained("martian") == "martian"


def _check(items: list[Any]) -> None:
    endless = False
    for code, value in items:
        name = str(code)
        if name == "SUBPATTERN":
            _check(list(value[-1]))
        if endless:
            assert name.endswith("REPEAT"), name
            assert value[0] == 0, name
        if name.endswith("REPEAT") and value[1] > 1_000:
            endless = True


def _steps(text: str) -> int:
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        offline().classify(text)
    finally:
        sys.settrace(before)
    return count
