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
    "calls": {"contact"},
    "contacts": {"contact"},
    "links": {"link"},
    "may_work": {"name"},
}
AT_LEAST = {
    "openings": 24,
    "closings": 16,
    "calls": 8,
    "contacts": 12,
    "links": 2,
    "may_work": 1,
}
# Beginnings of words that would tell status, origin, religion or age, and whole words for sex;
# in the last line, words of offices, search notices and filing cards.
STEMS = {
    "de": """flücht geflücht asyl migra duldung gestattung aufenthalt heimat herkunft ausländ fremd
        krieg syri afghan iran irak eritre somal ukrain muslim islam christ jesid gläubig moschee
        kirch jünger älter deutsch
        ankomm hinweis berufswunsch stichwort probetag probearbeit wichtig""",
    "en": """refugee asylum migra foreign homeland muslim christian native german war syri afghan
        ukrain elder
        hint keyword trial""",
    "ar": "لاجئ لجوء مهاجر إقامة وطن سوري أفغان مسلم مسيح ألمان تجريبي مفتاحية الكلمة",
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


def filled(words: Phrases, phrase: str, **values: str) -> str:
    around = {"name": "Li", "trade": "Backen", "contact": "030 1", "link": "https://a.example"}
    return fill(phrase, {**around, **place_forms(words, "Fulda", regional=False), **values})


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
    for kind in ("closings", "calls", "contacts", "links", "may_work"):
        assert len(getattr(words, kind)) >= AT_LEAST[kind]
    assert words.sheet.keys() == words_of("de").sheet.keys()
    assert set(words.places) == {"in", "from", "near"}
    forms = (*words.towns.values(), *words.regions.values())
    assert all(set(each) <= {"name", "in", "from"} for each in forms)


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
@pytest.mark.parametrize("value", ["S.", "egal, Hauptsache Arbeit!", "Was kommt?", "Bau …", "عمل؟"])
def test_a_mark_is_never_doubled(language: str, value: str) -> None:
    """Whatever mark a name or a trade ends in, the phrase adds none; "S., Fulda" may stand."""
    words = words_of(language)
    for _kind, phrase in every(language):
        for name in ("name", "trade"):
            for given in (value, f"\u2068{value}\u2069"):
                text = filled(words, phrase, **{name: given})
                bare = text.replace("\u2068", "").replace("\u2069", "")
                assert not re.search(r"[.!?…؟][.!?…؟]|[!?…؟][,:;،؛]", bare), bare
                assert text.count("\u2068") == text.count("\u2069")


def test_marks_that_belong_to_the_phrase_stay() -> None:
    """Only the one mark behind a value goes, neither a colon after an initial nor a question."""
    assert fill("{a}: ja?", {"a": "S."}) == "S.: ja?"
    assert fill("{a}, {b}", {"a": "gern!", "b": "Hof."}) == "gern, Hof."
    assert fill("{a}. Und …", {"a": "Bau!"}) == "Bau! Und …"
    assert fill("„{a}“ – so.", {"a": "Bau!"}) == "„Bau!“ – so."


@pytest.mark.parametrize(
    ("language", "place", "inside", "origin"),
    [
        ("de", "Norderney", "auf Norderney", "von Norderney"),
        ("de", "Föhr", "auf Föhr", "von Föhr"),
        ("de", "Norden", "in Norden", "aus Norden"),
        ("en", "Sylt", "on Sylt", "from Sylt"),
    ],
)
def test_people_live_on_islands(language: str, place: str, inside: str, origin: str) -> None:
    """Neither „in Norderney“ nor „rund um Norderney“; other towns stay as they are."""
    forms = place_forms(words_of(language), place, regional=False)
    assert (forms["in_place"], forms["from_place"]) == (inside, origin)
    assert (forms["near_place"] == inside) is (not inside.startswith("in "))
    assert forms["Near_place"][0].isupper()


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_begin_with_a_capital(language: str) -> None:
    """A phrase never begins with the person's own word, which may be a small letter."""
    for _kind, phrase in every(language):
        assert not re.match(r"\{(trade|in_place|from_place|near_place)\}", phrase), phrase
        assert not phrase[0].islower(), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trade_may_have_any_form(language: str) -> None:
    """After a colon or in quotation marks: no article, case or ending depends on it."""
    for _kind, phrase in every(language):
        for found in re.finditer(r"\{trade\}", phrase):
            before = phrase[: found.start()]
            assert re.search(r"(: |[„“«])$", before), phrase


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


def test_arabic_leaves_no_gap_before_a_name() -> None:
    """A one-letter word is written together with the next; before a filled-in name it cannot be."""
    for _kind, phrase in every("ar"):
        assert not re.search(r"(^|\s)[لبكو]ـ?\s*\{", phrase), phrase
        assert "بداية مهنية" not in phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_tells_nothing_more(language: str) -> None:
    """Every sentence of the sheet can be filled with what a sheet has."""
    words = words_of(language)
    values = dict.fromkeys(("name", "zone", "contact", "date", "network", "count"), "x")
    values |= place_forms(words, "Fulda", regional=False)
    for sentence in words.sheet.values():
        assert "{" not in sentence.format_map(values)
