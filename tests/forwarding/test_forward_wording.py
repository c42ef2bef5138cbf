"""Every language says the same: the files have the same keys, and leave the same open."""

from pathlib import Path
from string import Formatter

import pytest

from orchestrator.forwarding.recipients import mail_in, phone_in
from orchestrator.forwarding.wording import languages, words_in


def left_open(text: str) -> set[str]:
    return {name for _literal, name, *_rest in Formatter().parse(text) if name}


def test_three_languages_and_german_for_the_rest() -> None:
    assert set(languages()) >= {"ar", "de", "en"}
    assert words_in("ti").language == "de"
    assert [words_in(each).direction for each in ("ar", "de", "en")] == ["rtl", "ltr", "ltr"]


@pytest.mark.parametrize("language", languages())
def test_nothing_is_missing_or_left_open_otherwise(language: str) -> None:
    """Arabic may name somebody once more where a pronoun would need their sex."""
    known, english = words_in(language).sentences, words_in("en").sentences
    assert known.keys() == english.keys()
    for key, text in english.items():
        extra = {"name"} if language == "ar" else set()
        assert left_open(text) <= left_open(known[key]) <= left_open(text) | extra, key


def test_no_subject_names_anybody() -> None:
    """Subjects are read on locked screens."""
    for language in languages():
        for key, text in words_in(language).sentences.items():
            if key.startswith("subject_"):
                assert left_open(text) == {"code"}


@pytest.mark.parametrize(
    ("text", "mail", "phone"),
    [
        ("Frau Weber, 0761 5550133", "", "+497615550133"),
        ("weber@example.org", "weber@example.org", ""),
        ("Frau Weber <weber@example.org>, Tel. +49 761 5550133", "weber@example.org",
         "+497615550133"),
        ("bei der Nachbarin klingeln", "", ""),
        ("weber@", "", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_backup_contact_is_read_as_people_write_it(text: str, mail: str, phone: str) -> None:
    assert (mail_in(text), phone_in(text, "DE")) == (mail, phone)


def test_the_templates_are_shipped() -> None:
    """Words and pages lie beside the code, where the package takes them from."""
    import orchestrator.forwarding

    folder = Path(orchestrator.forwarding.__file__).parent
    assert {each.name for each in (folder / "templates").iterdir()} == {
        "call.html", "letter.html", "offer.html", "sheet.html", "style.css",
    }  # fmt: skip
