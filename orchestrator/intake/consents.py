"""The refugee's consents as a file has them; what was written down with them stays theirs.

A purpose that is gone from the file is withdrawn, not deleted, since consent must be provable.
What was withdrawn comes back only with a consent that is dated later. What somebody recorded with
`tandem consent` is the better witness: a file changes it only with a later consent, never by
silence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from orchestrator.config import Settings
from orchestrator.consent.purposes import last_day_of
from orchestrator.consent.standing import taken_back_on
from orchestrator.consent.texts import OWN, Text, files, text_in
from orchestrator.i18n import _
from orchestrator.intake.rows import TandemRow
from orchestrator.intake.shelf import Folder
from orchestrator.model import Consent

# The version of a consent that is older than the text in use: to which text, nobody said.
EARLIER = "earlier"
_FROM_FILE = "file"


@dataclass(frozen=True)
class Form:
    """To what people agree by a file: the text, and the last day for posts that it names."""

    text: Text
    posts_until: date
    zone: ZoneInfo


def form_of(settings: Settings) -> Form:
    """The form in use, in the campaign's first language that has one."""
    own, campaign = settings.folder / OWN, settings.campaign
    known = files(own)
    language = next((each for each in campaign.languages if each in known), "de")
    return Form(text_in(language, own), campaign.last_day, campaign.zone)


@dataclass
class FileConsents:
    """The consents of one row against those on file; ``changed`` tells whether any differs."""

    session: Session
    row: TandemRow
    folder: Folder
    now: datetime
    form: Form
    changed: bool = False
    recorded: list[str] = field(default_factory=list)
    longer: list[str] = field(default_factory=list)

    def put(self) -> "FileConsents":
        """Store the purposes of the file."""
        if "consent" not in self.row.given:
            return self
        wanted = set(self.row.purposes) if self.row.given_on else set()
        for purpose in sorted(wanted):
            self._set(purpose)
        for purpose, each in sorted(self.folder.consents.items()):
            if purpose not in wanted and each.withdrawn_at is None:
                self._gone(each)
        return self

    def notices(self) -> Iterator[str]:
        """What the file says and was not done, with what to do."""
        slug = self.row.slug
        if self.recorded:
            yield _(
                "{slug}: consent for {purposes} was recorded by `tandem consent` and stays as it"
                " is; the file does not change it."
            ).format(slug=slug, purposes=", ".join(sorted(self.recorded)))
        if self.longer:
            yield _(
                "{slug}: consent for {purposes} was not extended: a longer one is a new consent,"
                " with its own day in “consent_on”."
            ).format(slug=slug, purposes=", ".join(sorted(self.longer)))

    def _set(self, purpose: str) -> None:
        given_on, stored = self.row.given_on, self.folder.consents.get(purpose)
        assert given_on is not None
        if stored is None:
            tandem, person = self.folder.tandem, self.folder.refugee
            fresh = Consent(
                tandem_id=tandem.id, person_id=person.id, purpose=purpose, given_on=given_on
            )
            self._write(fresh, given_on)
            self.session.add(fresh)
            self.changed = True
        elif taken_back := taken_back_on(stored, self.form.zone):
            # The very consent that was taken back does not come again, even if it lay ahead.
            if given_on > taken_back and given_on != stored.given_on:
                self._write(stored, given_on)
        elif stored.method != _FROM_FILE and given_on <= stored.given_on:
            if given_on != stored.given_on or self._is_longer(stored) or self._is_shorter(stored):
                self.recorded.append(purpose)
        elif given_on <= stored.given_on and self._is_longer(stored):
            self.longer.append(purpose)
        else:
            self._write(stored, given_on)

    def _write(self, row: Consent, given_on: date) -> None:
        before = _content(row)
        renewed = (row.given_on, row.withdrawn_at) != (given_on, None)
        if row.id is None or renewed or self.row.consent_text:
            row.language, row.version = self._text()
        if renewed:
            row.method, row.evidence_id = _FROM_FILE, None
        if renewed or row.id is None or self._is_shorter(row):
            row.ends_on = self._end(row)
        row.given_on, row.withdrawn_at = given_on, None
        self.changed |= _content(row) != before

    def _end(self, row: Consent) -> date | None:
        return last_day_of(row.purpose, self.row.ends_on, self.form.posts_until)

    def _is_longer(self, stored: Consent) -> bool:
        return _ends_later(self._end(stored), stored.ends_on)

    def _is_shorter(self, stored: Consent) -> bool:
        """By the file's own word: a ``posts_until`` that was moved shortens no consent either."""
        return self.row.ends_on is not None and _ends_later(stored.ends_on, self.row.ends_on)

    def _text(self) -> tuple[str, str]:
        """To which text they agreed: the one the file names, else the one in use on that day.

        A consent from before the text came into use was given to another one. The file cannot
        say which, so nothing new goes out by it until they are asked again; to take it for the
        text in use would put words into their mouth.
        """
        if self.row.consent_text:
            language, version = self.row.consent_text
            return language or self.form.text.language, version
        since = self.form.text.since
        assert self.row.given_on is not None
        known = since is None or self.row.given_on >= since
        return self.form.text.language, self.form.text.version if known else EARLIER

    def _gone(self, stored: Consent) -> None:
        if stored.method != _FROM_FILE:
            self.recorded.append(stored.purpose)
            return
        stored.withdrawn_at, self.changed = self.now, True


def _content(row: Consent) -> tuple[object, ...]:
    return (row.given_on, row.ends_on, row.withdrawn_at, row.language, row.version, row.method)


def _ends_later(one: date | None, other: date | None) -> bool:
    return other is not None and (one is None or one > other)
