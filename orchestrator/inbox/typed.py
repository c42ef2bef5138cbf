"""What a person types about a call or a mail, read and checked; no sentence repeats a contact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audiences.fold import fold
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import TYPED_CHANNELS, source_word
from orchestrator.redact import contacts_in
from orchestrator.replies import storable
from schedules.calendar import localise, parse_wall
from schedules.errors import UnreadableTimeError

LONGEST_TEXT = 20_000
LONGEST_LINE = 300
_LONGEST_AGO = timedelta(days=366)
_DAYS_AGO = {"heute": 0, "today": 0, "gestern": 1, "yesterday": 1, "vorgestern": 2}
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}\. ?\d{1,2}\.(?: ?(?:\d{4}|\d{2})(?![\d:.]))?|[a-z]+)?"
    r"(?:(?:^|,? +)(?:(?:um|at) )?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?: ?Uhr)?| ?Uhr))?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Known:
    """A tandem as somebody on the phone may call it."""

    id: int
    slug: str
    name: str
    town: str


def channel(typed: str) -> str:
    """One of the ways to be told something: its number, its word, or how that begins."""
    words = {each: {each, fold(source_word(None, each))} for each in TYPED_CHANNELS}
    wanted = fold(typed)
    if wanted.isdigit() and 0 < int(wanted) <= len(TYPED_CHANNELS):
        return TYPED_CHANNELS[int(wanted) - 1]
    whole = [each for each, names in words.items() if wanted in names]
    begun = [each for each in TYPED_CHANNELS if wanted and each.startswith(wanted)]
    if len(whole or begun) != 1:
        raise UsageProblem(
            _("“{text}” is no way to be told something.").format(text=typed)
            if wanted
            else _("How it came is missing."),
            remedy=_("Use --channel with one of: {names}").format(names=", ".join(TYPED_CHANNELS)),
        )
    return (whole or begun)[0]


def fitting(typed: str, tandems: Sequence[Known]) -> list[Known]:
    """The tandems that somebody may mean, by their slug, name or town.

    A whole slug comes before the beginning of a word, and that before any other part.
    """
    wanted = fold(typed)
    known = {each: f" {fold(each.slug)} {fold(each.name)} {fold(each.town)}" for each in tandems}
    exact = [each for each in tandems if each.slug == typed.strip().lower()]
    begun = [each for each, words in known.items() if wanted and f" {wanted}" in words]
    return exact or begun or [each for each, words in known.items() if wanted and wanted in words]


def text(typed: str) -> str:
    """What they said; empty or far too long is refused."""
    said = storable(typed).strip()
    if not said:
        raise UsageProblem(
            _("What they said is missing."),
            remedy=_("Give it with --text, or --text - and write it to the standard input."),
        )
    if len(said) > LONGEST_TEXT:
        raise UsageProblem(
            _("The text is longer than {most} characters.").format(most=LONGEST_TEXT),
            remedy=_("Note down what is offered; keep the rest elsewhere."),
        )
    return said


def line(typed: str) -> str:
    """A name or a contact: one line of ordinary length, or nothing."""
    said = " ".join(storable(typed).split())
    if len(said) > LONGEST_LINE:
        raise UsageProblem(
            _("The text is longer than {most} characters.").format(most=LONGEST_LINE),
            remedy=_("Write a name and a number here, and the rest into the text."),
        )
    return said


def is_contact(typed: str) -> bool:
    """Whether a phone number or mail address is in it, by which it is recognised again."""
    return bool(contacts_in(typed))


def refuse_contact(option: str, typed: str, way_out: str) -> None:
    """A phone number or mail address on the command line could be read by others here."""
    if is_contact(typed):
        raise UsageProblem(
            _("{option} holds a phone number or mail address: others could read it here.").format(
                option=option
            ),
            remedy=way_out,
        )


def moment_of(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When it came: a wall time of today, a day, both, or ISO 8601; never in the future.

    A day alone is its noon; today alone is now until noon.
    """
    if not typed.strip():
        return now
    try:
        at = _read_moment(typed.strip(), now, zone)
    except (ValueError, OverflowError, UnreadableTimeError) as error:
        raise UsageProblem(
            _("“{text}” is not a time.").format(text=typed),
            remedy=_("Write it like 14:30, 23.11. 14:30, or yesterday 14:30."),
        ) from error
    if at > now or at < now - _LONGEST_AGO:
        raise UsageProblem(
            _("“{text}” lies in the future.").format(text=typed)
            if at > now
            else _("“{text}” is more than a year ago.").format(text=typed),
            remedy=_("Write when it came, like 14:30, or 2026-11-23 14:30."),
        )
    return at


def is_day(typed: str) -> bool:
    """Whether a day is named and no time of it."""
    found = _MOMENT.fullmatch(typed.strip())
    return bool(found and found["day"] and not found["hour"])


def _read_moment(typed: str, now: datetime, zone: ZoneInfo) -> datetime:
    found = _MOMENT.fullmatch(typed)
    if not found:
        at = datetime.fromisoformat(typed)
        return localise(at.date(), at.time(), zone) if at.tzinfo is None else at.astimezone(zone)
    today = now.astimezone(zone).date()
    day = _day(found["day"], today) if found["day"] else today
    if found["hour"]:
        return localise(day, parse_wall(f"{found['hour']}:{found['minute'] or '00'}"), zone)
    noon = localise(day, time(12), zone)
    return min(noon, now) if day == today else noon


def _day(typed: str, today: date) -> date:
    if (word := typed.casefold()) in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[word])
    if "-" in typed:
        return date.fromisoformat(typed)
    day, month, year = (typed.replace(" ", "") + "..").split(".")[:3]
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    this_year = date(today.year, int(month), int(day))
    # In January, December is the one before.
    far = this_year - today > timedelta(days=182)
    return this_year.replace(year=today.year - 1) if far else this_year
