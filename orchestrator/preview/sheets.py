"""One printable page for a tandem: in plain words, what will be published and how to stop it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orchestrator.compose import Voice
from orchestrator.phrases import Phrases, fill, isolated, phrases, place_forms
from orchestrator.preview.cards import Card
from orchestrator.preview.pages import Page, environment
from orchestrator.preview.wording import when
from orchestrator.redact import tame

# Sentences of which only the fitting one is used, each with values of its own.
_CHOSEN = ("until_date", "until_open", "who_soft", "who_hard", "who_all")


@dataclass(frozen=True)
class Subject:
    """A tandem as its sheet may know it; ``until`` is the last day on which a post may stand."""

    voice: Voice
    languages: tuple[str, ...]
    until: date | None


def sheet_languages(volunteer_lang: str, appeals: Sequence[str]) -> tuple[str, ...]:
    """The volunteer's language (else German) and those of the appeals, as far as we have words."""
    own = volunteer_lang if phrases(volunteer_lang) else "de"
    return tuple(dict.fromkeys([own, *(each for each in sorted(appeals) if phrases(each))]))


def sheets(subject: Subject, shown: Sequence[Card], contact: str) -> list[Page]:
    """A page per language for one tandem and its posts."""
    return [_sheet(subject, shown, contact, language) for language in subject.languages]


def _sheet(subject: Subject, shown: Sequence[Card], contact: str, language: str) -> Page:
    words = phrases(language)
    assert words is not None
    values = _values(words, subject, shown, contact)
    said = {key: fill(text, values) for key, text in words.sheet.items() if key not in _CHOSEN}
    html = (
        environment()
        .get_template("sheet.html")
        .render(
            language=language,
            direction=words.direction,
            say=said,
            until=words.sheet["until_date" if subject.until else "until_open"].format_map(values),
            who=_who(words, shown, values),
            cards=[(card, when(card.due, language)) for card in shown],
        )
    )
    return Page(f"sheet-{subject.voice.slug}-{language}.html", html)


def _values(
    words: Phrases, subject: Subject, shown: Sequence[Card], contact: str
) -> dict[str, str]:
    from babel.dates import format_date

    voice = subject.voice
    # In a sentence a place of the other script must not turn the words around it.
    place = voice.place if voice.regional else isolated(words, tame(voice.place))
    return {
        **place_forms(words, place, regional=voice.regional),
        "name": isolated(words, tame(voice.name)),
        "zone": isolated(words, shown[0].zone),
        "contact": isolated(words, tame(contact)) if contact else words.sheet["stop_nobody"],
        "date": format_date(subject.until, "long", locale=words.language) if subject.until else "",
    }


def _who(words: Phrases, shown: Sequence[Card], values: dict[str, str]) -> list[str]:
    kinds = {(card.label, card.mode): None for card in shown}
    return [
        words.sheet[{"soft": "who_soft", "hard": "who_hard"}.get(mode, "who_all")].format_map(
            {**values, "network": isolated(words, label)}
        )
        for label, mode in kinds
    ]
