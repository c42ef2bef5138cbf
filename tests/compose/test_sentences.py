"""Where a sentence ends: better one too few than a cut in the middle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.sentences import sentences, tidy


@pytest.mark.parametrize(
    "parts",
    [
        ["Ich koche gern. ", "Ich lerne schnell! ", "Haben Sie Arbeit?"],
        ["Ich habe z. B. in einer Küche gearbeitet. ", "Dort war es schön."],
        ["Ab dem 1. Mai habe ich Zeit. ", "Seit 2019. ", "Immer gern."],
        ["„Du kannst das.“ sagt mein Freund. ", "„Ja!“ ", "Ich glaube es."],
        ["Er rief „Komm!“ und ging. ", "Ich blieb."],
        ["هل لديكم مكان لي؟ ", "أحب العمل. ", "شكرًا!"],
        ["Dr. Weiß und Hr. Schwarz kennen mich. ", "Fragen Sie sie."],
        ["Kochen, Backen usw. kann ich. ", "Gut …"],
        ["Ich heiße M. und wohne hier. ", "Das ist alles."],
        ["Zeile ohne Punkt\n\n", "Neuer Absatz. ", "Ende"],
        ["I worked for Mr. Smith, e.g. in his shop. ", "It was good (really!). ", "Thanks."],
        ["Super!!! ", "Wirklich?! ", "Ja."],
        ["Hallo,\n\nich bin da. ", "Schön."],
    ],
)
def test_whole_sentences(parts: list[str]) -> None:
    """Abbreviations, ordinals, quotations and Arabic marks are understood."""
    assert sentences("".join(parts)) == parts


@given(st.text(st.sampled_from("aA1.!?؟„“ \n,:…)"), max_size=80))
def test_nothing_is_lost(text: str) -> None:
    """Joined, the pieces are the text."""
    clean = tidy(text)
    assert "".join(sentences(clean)) == clean
    assert tidy(clean) == clean


def test_tidy() -> None:
    """Composed characters, single blanks, at most one empty line, no control characters."""
    assert tidy(" a\u0308  b\t c \r\n\r\n\r\n d\x07\u00a0e ") == "ä b c\n\nd e"
