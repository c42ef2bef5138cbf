"""The files of signals: what they may hold, and how a language is added."""

from pathlib import Path

import pytest

from orchestrator.triage.classes import classes
from orchestrator.triage.lexicon import FOLDER, FOREIGN, BadSignals, lexicon, load
from orchestrator.triage.model import model
from orchestrator.triage.reading import Signals, read
from orchestrator.triage.sorter import Sorter
from orchestrator.triage.weights import WEIGHTS
from orchestrator.triage.words import explained

ITALIAN = """
[common]
it = "cerchiamo, un, per, il, nostro, subito, buona"
[words]
[signals.own]
strong = "nostro ristorante, cerchiamo"
[signals.need]
strong = "cerchiamo .. cuoco"
"""


def said(text: str) -> Signals:
    return read(text, lexicon()).signals


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "a.*b", "wir [sz]uchen", "..", ".. wir", "{nobody}", ""]
)
def test_an_expression_is_refused(tmp_path: Path, pattern: str) -> None:
    """Only words and gaps are taken, so no file can make the search slow; the error says where."""
    path = tmp_path / "xx.toml"
    path.write_text(f"[common]\nxx = ''\n[words]\n[signals.need]\nstrong = '{pattern}'\n", "utf-8")
    with pytest.raises(BadSignals, match=r"xx\.toml, need"):
        load([path], FOREIGN)


def test_a_language_is_added_by_a_file(tmp_path: Path) -> None:
    """What was unknown becomes an offer when the language's words are there."""
    path = tmp_path / "it.toml"
    path.write_text(ITALIAN, "utf-8")
    text = "Cerchiamo subito un cuoco per il nostro ristorante"
    more = load([*sorted(FOLDER.glob("*.toml")), path], FOREIGN)
    assert Sorter(lexicon(), classes(), model()).classify(text).why == ("language-unknown",)
    assert Sorter(more, classes(), model()).classify(text).label == "job_offer"


def test_every_weight_has_a_signal_and_every_reason_its_words() -> None:
    """No weight waits for a signal that nothing gives; no reason is left without words."""
    marks = {"question", "link", "tag", "hearts", "smile", "contempt", "laugh", "shouting"}
    marks |= {"contact-given", "no-words", "one-word"}
    given = {meaning.signal for meaning in lexicon().meanings} | marks
    named = {
        part.removeprefix("no-") if part not in marks else part
        for weights in WEIGHTS.values()
        for name in weights
        for part in name.split("+")
    }
    assert named - given == set()
    reasons = {
        name
        for weights in WEIGHTS.values()
        for name, w in weights.items()
        if w > 0 and "+" not in name
    }
    assert [name for name in reasons if explained(name) == name] == []


def test_negation_reaches_to_the_end_of_its_clause() -> None:
    """ "No cooks, but waiters" denies the cooks alone."""
    assert "no-trade" in said("Wir brauchen keine Köche")
    assert "trade" not in said("Wir brauchen keine Köche")
    assert "trade" in said("Wir brauchen keine Köche, sondern Kellner")
    assert "need" in said("Kein Problem, wir brauchen Fahrer")
    assert "no-need" in said("we don't need drivers")


def test_a_question_is_not_a_denial() -> None:
    """ "Wär das nicht jemand für uns?" does not say no."""
    assert "willing" in said("Wär das nicht jemand für unser Team?")


def test_idle_turns_of_phrase_are_no_signal() -> None:
    """Who looks for a cat looks for no cook."""
    assert "need" not in said("Wir suchen seit gestern unseren Kater")
    assert "need" in said("Wir suchen einen Koch")


def test_signals_of_far_sentences_do_not_add_up() -> None:
    """A pair counts only within two neighbouring sentences."""
    assert "own+need" in said("Bei uns in der Werkstatt ist viel los. Wir brauchen Leute.")
    far = "Unsere Werkstatt ist schön. Heute war Markt. Es hat geregnet. Jemand braucht Leute."
    assert said(far).get("own+need", 0) < 1


def test_a_masked_contact_counts() -> None:
    """A phone number that was masked before still says: get in touch."""
    assert "contact-given" in said("ruf an •••")
    assert "contact-given" in said("ruf an 0661 5550100")


def test_arabic_prefixes_do_not_hide_a_word() -> None:
    """«والشغل» and «بالمطعم» hold the words that the list knows."""
    assert "place" in said("والشغل")
    assert "trade" in said("بالمطعم")
