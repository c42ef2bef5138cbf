"""What is handed to a person who decides: a form to print and sign, and the same as a message.

Neither names the person; a lost sheet tells nothing of anybody.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from orchestrator.consent.purposes import Who, asked
from orchestrator.consent.texts import LISTS, OWN, Text, text_in
from orchestrator.phrases import fill
from orchestrator.redact import tame
from orchestrator.settings import Campaign, Privacy
from orchestrator.templates import template

# Left to be written in by hand where the configuration says nothing.
BLANK = "____________________"
_ISOLATE, _RELEASE = "\u2068", "\u2069"


class Asking(Protocol):
    """Who asks: the parts of the configuration of which a form speaks."""

    @property
    def campaign(self) -> Campaign:
        """What the campaign is called, how it is reached, how long posts stay."""

    @property
    def privacy(self) -> Privacy:
        """Who is responsible."""

    @property
    def folder(self) -> Path:
        """Where the campaign's own texts are."""

    @property
    def networks(self) -> Mapping[str, object]:
        """All networks that the program knows."""

    def on(self) -> list[str]:
        """The networks that are on."""


def form(settings: Asking, language: str, person: str) -> str:
    """The sheet to print (HTML), for the ``refugee`` or the ``volunteer``."""
    text, who = text_in(language, settings.folder / OWN), Who(person)
    values = _values(settings, text)
    return template("orchestrator.consent", "form.html").render(
        text=text,
        say={key: _filled(text, key, values) for key in text.form if key not in LISTS},
        intro=fill(text.form[who.value], values),
        cannot=[fill(each, values) for each in text.form["cannot_points"]],
        points=_points(settings, text, who, values),
    )


def message(settings: Asking, language: str, person: str) -> str:
    """The same as plain text, to be sent or read out; answered by numbers."""
    text, who = text_in(language, settings.folder / OWN), Who(person)
    values = _values(settings, text)

    def say(key: str) -> str:
        return _filled(text, key, values)

    points = [
        f"{number}. {title}\n{wording}"
        for number, title, wording in _points(settings, text, who, values)
    ]
    cannot = [f"- {fill(each, values)}" for each in text.form["cannot_points"]]
    parts = [
        say("title"),
        f"{say('campaign')}\n{say('controller')}",
        say(who.value),
        say("free"),
        say("choose"),
        *points,
        "\n".join([say("cannot"), *cannot]),
        f"{say('until')}\n{say('until_text')}",
        f"{say('withdraw')}\n{say('withdraw_text')}",
        *([say("officer")] if settings.privacy.officer else []),
        fill(text.answer, values),
        say("text"),
    ]
    return "\n\n".join(parts) + "\n"


def _points(
    settings: Asking, text: Text, who: Who, values: Mapping[str, str]
) -> list[tuple[int, str, str]]:
    """Number, title and wording of everything that is asked; while no network is on, of all."""
    wanted = asked(who, settings.on() or list(settings.networks))
    return [
        (number, fill(text.purposes[each]["title"], values), fill(text.wording(each, who), values))
        for number, each in enumerate(wanted, 1)
    ]


def _filled(text: Text, key: str, values: Mapping[str, str]) -> str:
    return fill(text.form[key], values)


def _values(settings: Asking, text: Text) -> dict[str, str]:
    campaign, privacy = settings.campaign, settings.privacy
    controller = ", ".join(each for each in (privacy.controller, privacy.address) if each)
    values = {
        "campaign": campaign.name,
        "controller": controller,
        "last_day": _long(campaign.last_day, text.language),
        "contact": campaign.contact,
        "officer": privacy.officer,
        "language": text.name,
        "version": text.version,
    }
    return {name: _isolated(value, text) for name, value in values.items()}


def _isolated(value: str, text: Text) -> str:
    """A name or number of another script must not turn the words around it."""
    shown = tame(value) or BLANK
    return f"{_ISOLATE}{shown}{_RELEASE}" if text.direction == "rtl" else shown


def _long(day: date, language: str) -> str:
    from babel import UnknownLocaleError
    from babel.dates import format_date

    try:
        return format_date(day, "long", locale={"en": "en_GB"}.get(language, language))
    except UnknownLocaleError:
        return day.isoformat()
