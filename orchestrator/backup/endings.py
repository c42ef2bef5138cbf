"""What must never be forgotten of a tandem, whatever older database is put back or copied back.

The keyring beside the backups holds it: that a tandem withdrew or was closed, which consents were
taken back, how little its safety check lets be seen. No names; a tandem is its number and a digest
of its slug, since after a restore a number may be given anew.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.consent import recording
from orchestrator.consent.purposes import Who
from orchestrator.ending import shows_more
from orchestrator.intake.hidden import HIDDEN
from orchestrator.keys import LostKey
from orchestrator.leaving import decision
from orchestrator.model import Campaign, Consent, Event, Tandem
from orchestrator.screening.keeping import keep
from orchestrator.vocabulary import Show, TandemState

# What ended → when, then what else is known of it: of two, the newer one sorts last.
Facts = dict[str, str]
Endings = dict[str, Facts]
_WITHDRAWN, _CLOSED, _SHOW, _NOTHING = "withdrawn", "closed", "show", "none"


def name_of(campaign: Campaign, tandem: Tandem) -> str:
    """How the keyring calls a tandem.

    The digest is keyed by what is known without the key file: whoever stops something opens
    nothing.
    """
    key = f"{campaign.slug} {campaign.key_fingerprint}".encode()
    return f"{tandem.id} {hmac.new(key, tandem.slug.encode(), hashlib.sha256).hexdigest()[:32]}"


def endings_in(session: Session, campaign: Campaign) -> Endings:
    """What the database knows; nothing of whoever was erased."""
    taken_back: dict[int, list[Consent]] = {}
    for consent in session.exec(select(Consent).where(col(Consent.withdrawn_at).is_not(None))):
        taken_back.setdefault(consent.person_id, []).append(consent)
    found = {
        name_of(campaign, each): dict(_facts(each, taken_back))
        for each in _tandems(session, campaign)
    }
    return {name: facts for name, facts in found.items() if facts}


def _tandems(session: Session, campaign: Campaign) -> list[Tandem]:
    rows = select(Tandem).where(Tandem.campaign_id == campaign.id, col(Tandem.erased_at).is_(None))
    return list(session.exec(rows.order_by(col(Tandem.id))).all())


def _facts(tandem: Tandem, taken_back: dict[int, list[Consent]]) -> Iterator[tuple[str, str]]:
    ended = _text(tandem.ended_at or tandem.changed_at)
    if tandem.state is TandemState.WITHDRAWN:
        yield _WITHDRAWN, ended
        return
    if tandem.state is TandemState.CLOSED:
        yield _CLOSED, f"{ended} {tandem.posts_down:d} {tandem.closed_because}"
    if tandem.screened_at:
        yield _SHOW, f"{_text(tandem.screened_at)} {tandem.show or _NOTHING}"
    for who, person_id in _people(tandem):
        for consent in taken_back.get(person_id, ()):
            assert consent.withdrawn_at is not None
            yield f"{who} {consent.purpose}", _text(consent.withdrawn_at)


def _people(tandem: Tandem) -> list[tuple[Who, int]]:
    return [(Who.REFUGEE, tandem.refugee_id), (Who.VOLUNTEER, tandem.volunteer_id)]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _at(fact: str) -> datetime:
    return datetime.fromisoformat(fact.split(" ")[0])


def union(one: Endings, other: Endings) -> Endings:
    """What either knows; of what both do, the newer."""
    return {name: _newest(one.get(name, {}), other.get(name, {})) for name in {**one, **other}}


def _newest(one: Facts, other: Facts) -> Facts:
    return {what: max(one.get(what, ""), other.get(what, "")) for what in {**one, **other}}


def without(endings: Endings, numbers: set[str]) -> Endings:
    """All but the tandems of these numbers."""
    return {name: facts for name, facts in endings.items() if name.split(" ")[0] not in numbers}


def end_again(
    session: Session, campaign: Campaign, endings: Endings, now: datetime, actor: str
) -> int:
    """Let what ended be over here, too, as its commands do; how many tandems changed.

    What may be live or held has to be in doubt before: who withdrew has it looked for as well.
    """
    changed = 0
    for tandem in _tandems(session, campaign):
        if facts := endings.get(name_of(campaign, tandem)):
            changed += _Again(session, campaign, tandem, facts, now, actor).happened()
    session.flush()
    return changed


@dataclass(frozen=True)
class _Again:
    """One tandem of an older database, and what is remembered of it."""

    session: Session
    campaign: Campaign
    tandem: Tandem
    facts: Facts
    now: datetime
    actor: str

    def happened(self) -> bool:
        """Do what is newer than the database; whether there was anything."""
        if _WITHDRAWN in self.facts:
            return self._withdrawn(self.facts[_WITHDRAWN])
        done = [
            _CLOSED in self.facts and self._closed(self.facts[_CLOSED]),
            _SHOW in self.facts and self._narrowed(self.facts[_SHOW]),
            *(self._taken_back(who) for who in Who),
        ]
        return any(done)

    def _withdrawn(self, fact: str) -> bool:
        if self.tandem.state is TandemState.WITHDRAWN:
            return False
        decision.withdraw(self.session, self.tandem.id, self.now, self.actor)
        self.tandem.ended_at = _at(fact)
        return True

    def _closed(self, fact: str) -> bool:
        _time, down, because = fact.split(" ", 2)
        tandem, posts_down = self.tandem, down == "1"
        known = tandem.state is TandemState.CLOSED and tandem.posts_down >= posts_down
        if known or tandem.state is TandemState.WITHDRAWN:
            return False
        decision.close(
            self.session, tandem.id, self.now, self.actor, because, posts_down=posts_down
        )
        tandem.ended_at = _at(fact)
        self.session.flush()
        return True

    def _narrowed(self, fact: str) -> bool:
        """Only to less; a result that shows more has to be found anew by a person."""
        word, tandem = fact.split(" ")[1], self.tandem
        show = None if word == _NOTHING else Show(word)
        newer = tandem.screened_at is None or tandem.screened_at < _at(fact)
        narrower = shows_more(tandem.show, show) or (show is None and not tandem.screened_at)
        if not (newer and narrower):
            return False
        if show in HIDDEN and tandem.show not in HIDDEN:
            show = None  # the alias is known nowhere, and what stands here may be the real name
        keep(self.session, tandem.id, show, tandem.public_name, self.now, self.actor)
        tandem.screened_at = _at(fact)
        return True

    def _taken_back(self, who: Who) -> bool:
        key = LostKey(self.campaign.key_fingerprint)
        desk = recording.Desk(
            self.session, key, self.tandem, who, self.now, ZoneInfo("UTC"), self.actor
        )
        stored = desk.consents()
        ended = {
            purpose: _at(self.facts[f"{who} {purpose}"])
            for purpose, consent in sorted(stored.items())
            if f"{who} {purpose}" in self.facts and consent.withdrawn_at is None
        }
        fresh = [each for each, at in ended.items() if not self._given_since(who, stored[each], at)]
        recording.withdraw(desk, fresh)
        for purpose in fresh:
            stored[purpose].withdrawn_at = ended[purpose]
        return bool(fresh)

    def _given_since(self, who: Who, consent: Consent, at: datetime) -> bool:
        """Whether they agreed again: by a later day, or as the log says."""
        if consent.given_on > at.date():
            return True
        said = self.session.exec(
            select(Event).where(
                Event.campaign_id == self.campaign.id,
                Event.subject == journal.tandem_subject(self.tandem),
                Event.what == "consent.given",
                col(Event.at) > at,
            )
        ).all()
        return any(
            each.detail["person"] == who and consent.purpose in each.detail["purposes"]
            for each in said
        )
