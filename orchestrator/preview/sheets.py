"""One printable page for a tandem: in plain words, what will be published and how to stop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestrator.compose import Voice, reveals
from orchestrator.phrases import Phrases, fill, isolated, phrases, place_forms
from orchestrator.preview.cards import Card
from orchestrator.preview.pages import Page, environment
from orchestrator.preview.stills import Still
from orchestrator.preview.wording import when
from orchestrator.redact import tame

# Sentences of which only the fitting one is used, each with values of its own.
_CHOSEN = (
    "who_soft",
    "who_hard",
    "who_all",
    "who_area",
    "who_area_soft",
)


@dataclass(frozen=True)
class Subject:
    """A tandem as its sheet may know it; ``until`` is the last day on which a post may stand."""

    voice: Voice
    languages: tuple[str, ...]
    until: date


def sheet_languages(volunteer_lang: str, appeals: Sequence[str]) -> tuple[str, ...]:
    """The volunteer's language (else German) and those of the appeals, as far as we have words."""
    own = volunteer_lang if phrases(volunteer_lang) else "de"
    return tuple(dict.fromkeys([own, *(each for each in sorted(appeals) if phrases(each))]))


def sheets(
    subject: Subject, shown: Sequence[Card], stills: Mapping[str, Still], contact: str
) -> list[Page]:
    """A page per language for one tandem and its posts, with the pictures that go with them."""
    return [_sheet(subject, shown, stills, contact, each) for each in subject.languages]


def _sheet(
    subject: Subject,
    shown: Sequence[Card],
    stills: Mapping[str, Still],
    contact: str,
    language: str,
) -> Page:
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
            who=_who(words, shown, values, regional=subject.voice.regional),
            own=own_words(subject.voice, language),
            cards=[(card, when(card.due, language)) for card in shown],
            stills=stills,
        )
    )
    return Page(f"sheet-{subject.voice.slug}-{language}.html", html)


def own_words(voice: Voice, language: str) -> str:
    """The appeal in the sheet's language, to be read beside a post in another; may be empty.

    A lost sheet must not say what the posts keep to themselves.
    """
    appeal = voice.appeals.get(language, "")
    return "" if reveals(voice, appeal) else appeal


def _values(
    words: Phrases, subject: Subject, shown: Sequence[Card], contact: str
) -> dict[str, str]:
    from babel.dates import format_date

    voice = subject.voice
    # In a sentence a place of the other script must not turn the words around it.
    known = words.regions if voice.regional else words.towns
    place = voice.place if voice.place in known else isolated(words, tame(voice.place))
    return {
        **place_forms(words, place, regional=voice.regional),
        "name": isolated(words, tame(voice.name)),
        "zone": isolated(words, shown[0].zone),
        "contact": isolated(words, tame(contact)) if contact else words.sheet["stop_nobody"],
        "date": format_date(subject.until, "long", locale=words.language),
    }


def _who(
    words: Phrases, shown: Sequence[Card], values: dict[str, str], *, regional: bool
) -> list[str]:
    kinds = {(card.label, card.mode, card.known_cities, card.regions): None for card in shown}
    return [
        words.sheet[_who_key(mode, near=regional and not states)].format_map(
            {**values, "network": isolated(words, label), "count": str(count)}
        )
        for label, mode, count, states in kinds
    ]


def _who_key(mode: str, *, near: bool) -> str:
    """Where the region alone is named, mostly the towns near by see the post, not all of it."""
    if near:
        return {"soft": "who_area_soft", "hard": "who_area"}.get(mode, "who_all")
    return {"soft": "who_soft", "hard": "who_hard"}.get(mode, "who_all")
