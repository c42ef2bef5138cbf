"""The phrase files: complete, usable in every combination, and silent about who somebody is."""

import re
import string

import pytest

from orchestrator.phrases import Phrases, fill, languages, phrases, place_forms

LANGUAGES = languages()
PLACEHOLDERS = {
    "openings_plain": {"name", "place", "in_place", "from_place", "near_place"},
    "openings_trade": {"name", "place", "in_place", "from_place", "near_place", "trade"},
    "afterwords_plain": {"name", "place", "in_place", "from_place", "near_place"},
    "afterwords_trade": {"name", "place", "in_place", "from_place", "near_place", "trade"},
    "closings": set(),
    "contacts": {"contact"},
    "links": {"link"},
    "may_work": {"name"},
}
AT_LEAST = {"openings": 24, "closings": 16, "contacts": 6, "links": 2, "may_work": 2}
# Beginnings of words that would tell status, origin, religion or age, and whole words for sex.
STEMS = {
    "de": """flücht geflücht asyl migra duldung gestattung aufenthalt heimat herkunft ausländ fremd
        krieg syri afghan iran irak eritre somal ukrain muslim islam christ jesid gläubig moschee
        kirch jünger älter deutsch""",
    "en": """refugee asylum migra foreign homeland muslim christian native german war syri afghan
        ukrain elder""",
    "ar": "لاجئ لجوء مهاجر إقامة وطن سوري أفغان مسلم مسيح ألمان",
}
WORDS = {
    "de": "er ihn ihm ihr ihre seine mann frau herr jung alt",
    "en": "he she him her his hers man woman mr mrs young old",
    "ar": "هو هي تبحث يبحث شاب شابة رجل امرأة",
}


def words_of(language: str) -> Phrases:
    found = phrases(language)
    assert found is not None
    return found


def every(language: str) -> list[tuple[str, str]]:
    words = words_of(language)
    return [(kind, phrase) for kind in PLACEHOLDERS for phrase in getattr(words, kind)]


def test_three_languages_from_the_start() -> None:
    """German, English and Arabic; a file more is a language more."""
    assert {"ar", "de", "en"} <= set(LANGUAGES)
    assert phrases("xx") is None
    assert phrases("../de") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_of_each(language: str) -> None:
    """So many that a campaign does not repeat itself, also for people without a trade."""
    words = words_of(language)
    assert len(words.openings("x")) >= AT_LEAST["openings"]
    assert len(words.openings("")) >= 8
    assert len(words.afterwords("")) >= 4
    for kind in ("closings", "contacts", "links", "may_work"):
        assert len(getattr(words, kind)) >= AT_LEAST[kind]
    assert words.sheet.keys() == words_of("de").sheet.keys()
    assert set(words.places) == {"in", "from", "near"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_twice(language: str) -> None:
    """Not even in two lists."""
    found = [phrase.casefold() for _kind, phrase in every(language)]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_filled(language: str) -> None:
    """Only known placeholders, none missing, no brace or double full stop left over."""
    words = words_of(language)
    for kind, phrase in every(language):
        fields = {field for _, field, _, _ in string.Formatter().parse(phrase) if field}
        assert {field.lower() for field in fields} <= PLACEHOLDERS[kind], phrase
        if kind.endswith("_trade"):
            assert "trade" in fields, phrase
        if kind.startswith(("openings", "afterwords")):
            assert any("place" in field.lower() for field in fields), phrase
        values = {
            "name": "S.",
            "trade": "etwas mit Holz.",
            "contact": "030 1",
            "link": "https://a.example",
            **place_forms(words, "Homburg v. d. H.", regional=False),
        }
        text = fill(phrase, values)
        assert not re.search(r"[{}]|\.\.|  |^\s|\s$", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_begin_with_a_capital(language: str) -> None:
    """A phrase never begins with the person's own word, which may be a small letter."""
    for _kind, phrase in every(language):
        assert not re.match(r"\{(trade|in_place|from_place|near_place)\}", phrase), phrase
        assert not phrase[0].islower(), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trade_may_have_any_form(language: str) -> None:
    """After a colon, a dash or in quotation marks: no article, case or ending depends on it."""
    for _kind, phrase in every(language):
        for found in re.finditer(r"\{trade\}", phrase):
            before = phrase[: found.start()]
            assert re.search(r"(: |– |[„“«(])$", before), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_tells_who_somebody_is(language: str) -> None:
    """Neither status, origin, religion and age, nor sex."""
    stems = tuple(STEMS.get(language, "").split())
    for _kind, phrase in every(language):
        # With a capital letter, „Ihr“ addresses the reader.
        text = re.sub(r"\bIhr\w*", "", phrase).casefold()
        found = set(re.findall(r"\w+", text))
        assert not found & set(WORDS.get(language, "").split()), phrase
        assert not any(word.startswith(stems) for word in found if stems), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_tells_nothing_more(language: str) -> None:
    """Every sentence of the sheet can be filled with what a sheet has."""
    words = words_of(language)
    values = dict.fromkeys(("name", "zone", "contact", "date", "network"), "x")
    values |= place_forms(words, "Fulda", regional=False)
    for sentence in words.sheet.values():
        assert "{" not in sentence.format_map(values)
