"""The sections of the configuration that every campaign has; the networks bring their own."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from orchestrator import i18n
from orchestrator.durations import Duration
from orchestrator.i18n import _
from orchestrator.redact import remember
from orchestrator.section import Many, Section, is_loopback, own_server
from orchestrator.vocabulary import Block
from schedules.calendar import Window, open_minutes, parse_wall, zone_of
from schedules.errors import NothingSendableError, ScheduleError, UnreadableTimeError


def _language(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", code):
        raise ValueError(_("“{code}” is not a language such as de, en or ar").format(code=code))
    return code


def _read(parse: Callable[[str], object], text: str, sentence: str) -> None:
    try:
        parse(text)
    except UnreadableTimeError as error:
        raise ValueError(sentence.format(text=text)) from error


def _distinct(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise ValueError(_("names something twice"))
    return values


Distinct = Annotated[Many, AfterValidator(_distinct)]


def _days(default: int) -> Any:
    """So many days; ten years are the most that anybody can give a reason for."""
    return Field(default=default, ge=0, le=3650)


# What was decided for one campaign is not decided for the one of the next year.
_DECISION_KEEPS = timedelta(days=180)
_WORDS_OF_A_REASON = 3
# How long posts stay online after the campaign, unless it says otherwise.
_STAY = timedelta(weeks=8)


class Campaign(Section):
    """The section ``[campaign]``: who calls, when, in which words."""

    name: str = Field(min_length=1)
    slug: str
    start: date
    end: date
    timezone: str = "Europe/Berlin"
    language: str | None = None
    languages: Distinct = ["de"]
    link: str = ""
    contact: str = ""
    hashtag: str = ""
    posts_per_tandem: int = Field(default=2, ge=1, le=7)
    max_posts_per_day: int = Field(default=25, ge=1)
    windows: Many = ["08:00-10:00", "11:30-13:30", "16:30-20:00"]
    quiet_hours: str = "21:00-07:00"
    passes: Distinct = Field(default=[], examples=[["09:00", "17:30"]])
    max_late: Duration = timedelta(hours=24)
    burst: int = Field(default=5, ge=1)
    settle: Literal["auto", "ask"] = "auto"
    posts_until: date | None = None

    @field_validator("slug")
    @classmethod
    def _plain_slug(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):
            raise ValueError(_("may hold only small letters, digits and hyphens"))
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            zone_of(value)
        except ScheduleError as error:
            raise ValueError(_("is not a time zone; for Germany write Europe/Berlin")) from error
        return value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str | None) -> str | None:
        if value and value not in i18n.available():
            words = ", ".join(i18n.available())
            raise ValueError(_("must be one of: {words}").format(words=words))
        return value or None

    @field_validator("languages")
    @classmethod
    def _languages(cls, values: list[str]) -> list[str]:
        if not values:
            raise ValueError(_("must name at least one language"))
        return [_language(value) for value in values]

    @field_validator("link")
    @classmethod
    def _web_address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            good = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        except ValueError:
            good = False
        if value and (not good or re.search(r"\s", value)):
            raise ValueError(_("must be a web address such as https://example.org/help"))
        return value

    @field_validator("hashtag")
    @classmethod
    def _one_word(cls, value: str) -> str:
        word = value.removeprefix("#")
        if value and (not re.fullmatch(r"\w+", word) or word.isdigit()):
            raise ValueError(_("must be one word of letters and digits, such as #OpenDoors"))
        return f"#{word}" if word else ""

    @field_validator("windows")
    @classmethod
    def _windows(cls, values: list[str]) -> list[str]:
        for value in values:
            sentence = _(
                "“{text}” is not a part of a day such as 08:00-10:00"
                " (one that crosses midnight must be split)"
            )
            _read(Window.parse, value, sentence)
        return values

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        if value:
            _read(Window.parse_quiet, value, _("“{text}” is not a time span such as 21:00-07:00"))
        return value

    @field_validator("passes")
    @classmethod
    def _walls(cls, values: list[str]) -> list[str]:
        for value in values:
            _read(parse_wall, value, _("“{text}” is not a time such as 09:30"))
        return values

    @model_validator(mode="after")
    def _in_order(self) -> "Campaign":
        if self.end < self.start:
            raise ValueError(_("the campaign ends before it starts"))
        if self.posts_until and self.posts_until < self.end:
            raise ValueError(_("posts_until is before the campaign's end"))
        return self

    @property
    def last_day(self) -> date:
        """The last day on which a published post stays online."""
        return self.posts_until or self.end + _STAY

    @model_validator(mode="after")
    def _can_send(self) -> "Campaign":
        """Something must be sendable at all: the passes, or else a window, outside quiet hours."""
        quiet = Window.parse_quiet(self.quiet_hours) if self.quiet_hours else None
        for wall in self.passes:
            if quiet and _falls_into(wall, quiet):
                raise ValueError(
                    _("the pass at {time} lies in quiet hours; move one of them").format(time=wall)
                )
        windows = () if self.passes else tuple(Window.parse(text) for text in self.windows)
        try:
            open_minutes(windows, quiet)
        except NothingSendableError as error:
            raise ValueError(_("quiet_hours leave no time in which to post")) from error
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The campaign's time zone."""
        return ZoneInfo(self.timezone)


def _falls_into(wall: str, quiet: Window) -> bool:
    at = parse_wall(wall)
    minute = at.hour * 60 + at.minute
    return any(start <= minute < end for start, end in quiet.minutes())


class Database(Section):
    """The section ``[database]``."""

    url: str = "sqlite:///campaign.db"

    @field_validator("url")
    @classmethod
    def _hide_password(cls, value: str) -> str:
        if found := re.search(r"://[^/@]*?:([^@/]+)@", value):
            remember(found[1])
        return value


def _region(word: str) -> str:
    """A state, or the code of a country, as the places are filed."""
    from audiences.followers import RegionRefused, region_named

    try:
        return region_named(word)
    except RegionRefused as refused:
        if refused.meanings:
            sentence = _("“{text}” may be {meanings}; write the name out")
            known = " / ".join(refused.meanings)
            raise ValueError(sentence.format(text=word, meanings=known)) from refused
        sentence = _("“{text}” is no state or canton, nor DE, AT, CH or LI")
        raise ValueError(sentence.format(text=word)) from refused


class Audience(Section):
    """The section ``[audience]``: how wide the circle around a town is."""

    target_people: int = Field(default=50_000, ge=1_000)
    min_km: int = Field(default=5, ge=1, le=80)
    max_km: int = Field(default=40, ge=1, le=80)
    k_anonymity: int = Field(default=5_000, ge=1_000)
    countries: Distinct = ["DE", "AT", "CH"]
    followers_in: Distinct = []
    appeals_per_day: int = Field(default=2, ge=1)
    appeals_per_week: int = Field(default=4, ge=1)
    geocoder: Literal["off", "nominatim", "photon"] = "off"
    geocoder_domain: str = ""

    @field_validator("geocoder_domain")
    @classmethod
    def _reachable(cls, value: str) -> str:
        return own_server(value) if value else value

    @field_validator("countries")
    @classmethod
    def _codes(cls, values: list[str]) -> list[str]:
        codes = [value.upper() for value in values]
        for code in codes:
            if not re.fullmatch(r"[A-Z]{2}", code):
                raise ValueError(_("“{code}” is not a country code such as DE").format(code=code))
        if not codes:
            raise ValueError(_("must name at least one country"))
        return codes

    @field_validator("followers_in")
    @classmethod
    def _regions(cls, values: list[str]) -> list[str]:
        return [_region(value) for value in values]

    @property
    def followers_region(self) -> list[str]:
        """The states and countries in which the followers are taken to live."""
        return self.followers_in or self.countries

    @model_validator(mode="after")
    def _in_order(self) -> "Audience":
        if self.max_km < self.min_km:
            raise ValueError(_("min_km is more than max_km"))
        return self


class Backup(Section):
    """The section ``[backup]``: where copies of the campaign are kept."""

    places: Distinct = ["backups"]

    @field_validator("places")
    @classmethod
    def _folders(cls, values: list[str]) -> list[str]:
        if not values:
            raise ValueError(_("must name at least one folder"))
        for value in values:
            # A single letter before the colon is a drive on Windows.
            if not value.strip() or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", value):
                raise ValueError(
                    _("“{place}” is not a folder such as backups or /media/stick/backups").format(
                        place=value
                    )
                )
        return values


class Privacy(Section):
    """The section ``[privacy]``: what only the organisation knows; blanks are filled in by hand."""

    law: Literal["gdpr", "kdg", "dsg-ekd"] = "gdpr"
    controller: str = ""
    address: str = ""
    officer: str = ""


class Retention(Section):
    """The section ``[retention]``: for how many days after the campaign's end things are kept.

    ``comments``: questions, encouragement and other; ``abuse``: with spam; ``contacts``: names
    and contacts of the tandems' people. An offer may become work until four weeks after the end,
    and is followed up six months later: 28 + 182 days.
    """

    comments: int = _days(30)
    tips: int = _days(90)
    offers: int = _days(210)
    abuse: int = _days(30)
    contacts: int = _days(213)

    @model_validator(mode="after")
    def _in_order(self) -> "Retention":
        longest = max(("comments", "tips", "offers", "abuse"), key=lambda name: getattr(self, name))
        if self.contacts < getattr(self, longest):
            raise ValueError(
                _("contacts end before {kind}, and nobody could be reached about those").format(
                    kind=longest
                )
            )
        return self


class Decision(Section):
    """What somebody decided about a rule that blocks, for this campaign; see ``policy``."""

    rule: Block = Field(examples=["social_issue_ads"])
    reason: str = Field(examples=["The adverts speak of skills and work only."])
    by: str = Field(min_length=1, examples=["Heike Muster"])
    on: date = Field(examples=["2026-11-20"])

    @field_validator("rule", mode="before")
    @classmethod
    def _decidable(cls, value: object) -> object:
        names = [each for each in Block if not each.is_final]
        if value in [each for each in Block if each.is_final]:
            raise ValueError(_("protects a person, so no decision lifts it: take this one out"))
        if value not in names:
            raise ValueError(_("must be one of: {words}").format(words=", ".join(names)))
        return value

    @field_validator("reason")
    @classmethod
    def _explained(cls, value: str) -> str:
        if len(value.split()) < _WORDS_OF_A_REASON:
            sentence = _("must say why, in {count} words or more")
            raise ValueError(sentence.format(count=_WORDS_OF_A_REASON))
        return value

    def holds(self, on: date, begins: date) -> bool:
        """Whether it counts on a day: not before it was taken, nor for a much later campaign."""
        return self.on <= on and self.on >= begins - _DECISION_KEEPS


class Policy(Section):
    """The section ``[policy]``: decisions that people took about rules."""

    decisions: list[Decision] = []

    @field_validator("decisions", mode="before")
    @classmethod
    def _tables(cls, values: object) -> object:
        if isinstance(values, list) and all(isinstance(each, dict | Decision) for each in values):
            return values
        raise ValueError(_("are written [[policy.decisions]], each with rule, reason, by and on"))

    @field_validator("decisions")
    @classmethod
    def _each_once(cls, values: list[Decision]) -> list[Decision]:
        for rule, times in Counter(each.rule for each in values).items():
            if times > 1:
                raise ValueError(_("decide twice about {rule}: keep one").format(rule=rule))
        return values


def _mail_address(value: str) -> str:
    """One plain address; whatever is wrong with it, the sentence does not repeat it."""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(_("must be a mail address such as office@example.org")) from error


def _mail_server(value: str) -> str:
    if value and not re.fullmatch(
        r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[?[0-9a-f:]+\]?", value
    ):
        raise ValueError(_("must be a mail server such as mail.example.org"))
    return value


Address = Annotated[str, AfterValidator(lambda value: _mail_address(value) if value else value)]
MailServer = Annotated[str, AfterValidator(_mail_server)]
Encryption = Literal["tls", "starttls", "none"]


class MailPartner(Section):
    """Where a partner organisation is reached, by the name that it has in the tandem file."""

    name: str = Field(min_length=1, examples=["Caritas Flensburg"])
    mail: Address = Field(min_length=1, examples=["office@example.org"])


class Mail(Section):
    """The section ``[mail]``: by which server offers go to volunteers, and receipts come back.

    Without ``host`` nothing is mailed: sheets and calls take its place.
    """

    host: MailServer = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Encryption = "starttls"
    user: str = ""
    password: SecretStr | None = None
    sender: Address = ""
    imap_host: MailServer = ""
    imap_port: int = Field(default=993, ge=1, le=65535)
    imap_security: Encryption = "tls"
    imap_user: str = ""
    imap_password: SecretStr | None = None
    mailbox: str = "INBOX"
    phone_in_mail: bool = False
    on_call: Address = ""
    partners: list[MailPartner] = []

    @field_validator("partners", mode="before")
    @classmethod
    def _tables(cls, values: object) -> object:
        if isinstance(values, list) and all(isinstance(e, dict | MailPartner) for e in values):
            return values
        raise ValueError(_("are written [[mail.partners]], each with name and mail"))

    @model_validator(mode="after")
    def _whole(self) -> "Mail":
        if self.host and not self.sender:
            raise ValueError(_("sender is missing: the address from which mails come"))
        for host, security in (
            (self.host, self.security),
            (self.imap_host, self.imap_security),
        ):
            if host and security == "none" and not is_loopback(host.strip("[]")):
                raise ValueError(
                    _("security “none” would send names and the password in the open; use “tls”")
                )
        return self

    @property
    def ready(self) -> bool:
        """Whether mails can be sent."""
        return bool(self.host)

    @property
    def reads(self) -> bool:
        """Whether receipts can be read from a mailbox."""
        return bool(self.imap_host)


class Inbox(Section):
    """The section ``[inbox]``: how replies are shown, and what happens to clear abuse.

    ``alert_after``: so many abusive comments below one post within an hour alert ``[mail]
    on_call``; 0: never.
    """

    arabic: Literal["logical", "visual", ""] = ""
    hide_abuse: Literal["never", "quiet_hours", "always"] = "never"
    alert_after: int = Field(default=5, ge=0)


class Keys(Section):
    """The section ``[keys]``."""

    file: Path = Path("keys/campaign.key")


class Sandbox(Section):
    """The section ``[sandbox]``."""

    port: int = Field(default=8780, ge=0, le=65535)
