"""What ended after an older database was made is over in it, too, as the keyrings remember it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.backup.endings import Closed, Ending, Shown, shown_since, tandems_of
from orchestrator.backup.refill import erase_again
from orchestrator.backup.ring import Rings, ring_of
from orchestrator.consent import recording
from orchestrator.consent.purposes import Who
from orchestrator.doubt import doubt_one, in_doubt
from orchestrator.ending import shows_more
from orchestrator.intake.hidden import HIDDEN
from orchestrator.keys import LostKey
from orchestrator.leaving import decision
from orchestrator.model import Campaign, Consent, Event, Tandem
from orchestrator.screening.keeping import keep
from orchestrator.vocabulary import TandemState


def end_again(session: Session, campaign: Campaign, rings: Rings, now: datetime, actor: str) -> int:
    """Let what ended be over here, too, as its commands do; how many tandems changed.

    A database that nothing happened after knows all of it: then nothing changes.
    """
    ring = ring_of(rings, campaign)
    changed = erase_again(session, campaign, ring, now, actor)
    said = shown_since(session, campaign) if ring.endings else {}
    for name, tandem in tandems_of(session, campaign).items():
        if ending := ring.endings.get(name):
            again = _Again(session, campaign, tandem, ending, said.get(tandem.id), now, actor)
            changed += again.happened()
    session.flush()
    return changed


@dataclass(frozen=True)
class _Again:
    """One tandem of an older database, and what is remembered of it.

    ``shown_since``: when this database was last told how much of the person may be seen.
    """

    session: Session
    campaign: Campaign
    tandem: Tandem
    ending: Ending
    shown_since: datetime | None
    now: datetime
    actor: str

    def happened(self) -> bool:
        """Do what is newer than the database; whether there was anything."""
        ending = self.ending
        if ending.withdrawn:
            return self._withdrawn(ending.withdrawn)
        done = [
            ending.closed is not None and self._closed(ending.closed),
            ending.shown is not None and self._narrowed(ending.shown),
            *(self._taken_back(who) for who in Who),
        ]
        return any(done)

    def _withdrawn(self, at: datetime) -> bool:
        if self.tandem.state is TandemState.WITHDRAWN:
            return False
        self._doubt()
        decision.withdraw(self.session, self.tandem.id, self.now, self.actor)
        self.tandem.ended_at = at
        return True

    def _closed(self, closed: Closed) -> bool:
        tandem, down = self.tandem, closed.posts_down
        known = tandem.state is TandemState.CLOSED and tandem.posts_down >= down
        if known or tandem.state is TandemState.WITHDRAWN:
            return False
        self._doubt()
        decision.close(
            self.session, tandem.id, self.now, self.actor, closed.because, posts_down=down
        )
        tandem.ended_at = closed.at
        self.session.flush()
        return True

    def _narrowed(self, shown: Shown) -> bool:
        """Only to less; a result that shows more has to be found anew by a person."""
        show, tandem = shown.show, self.tandem
        older = self.shown_since is None or self.shown_since <= shown.at
        narrower = shows_more(tandem.show, show) or (show is None and not tandem.screened_at)
        if not (older and narrower):
            return False
        if show in HIDDEN and tandem.show not in HIDDEN:
            show = None  # the alias is known nowhere, and what stands here may be the real name
        self._doubt()
        keep(self.session, tandem.id, show, tandem.public_name, self.now, self.actor)
        tandem.screened_at = shown.at
        return True

    def _doubt(self) -> None:
        """What may have gone out since is looked for, not called off; frozen, it is already."""
        if self.campaign.frozen_since:
            return
        for post in in_doubt(self.session, self.campaign.id, self.now, lock=True):
            if post.tandem_id == self.tandem.id:
                doubt_one(self.session, post, self.now)
        self.session.flush()

    def _taken_back(self, who: Who) -> bool:
        key = LostKey(self.campaign.key_fingerprint)
        recorder = recording.Recorder(
            self.session, key, self.tandem, who, self.now, ZoneInfo("UTC"), self.actor
        )
        stored = recorder.consents()
        ended = {
            purpose: self.ending.taken_back[f"{who} {purpose}"]
            for purpose, consent in sorted(stored.items())
            if f"{who} {purpose}" in self.ending.taken_back and consent.withdrawn_at is None
        }
        fresh = [each for each, at in ended.items() if not self._given_since(who, stored[each], at)]
        if fresh:
            self._doubt()
        recording.withdraw(recorder, fresh)
        for purpose in fresh:
            stored[purpose].withdrawn_at = ended[purpose]
        return bool(fresh)

    def _given_since(self, who: Who, consent: Consent, at: datetime) -> bool:
        """Whether they agreed again: by a later day, or as the log says.

        Of what was written down at the same moment, only what follows the withdrawal is newer.
        """
        if at.date() < consent.given_on <= self.now.date():
            return True
        newer = False
        for each in self._said(who, consent.purpose, at):
            newer = newer or each.at > at or each.what == "consent.withdrawn"
            if newer and each.what == "consent.given":
                return True
        return False

    def _said(self, who: Who, purpose: str, since: datetime) -> list[Event]:
        """What this person said of it since then, as the log has it."""
        events = select(Event).where(
            Event.campaign_id == self.campaign.id,
            Event.subject == journal.tandem_subject(self.tandem),
            col(Event.what).in_(("consent.given", "consent.withdrawn")),
            col(Event.at) >= since,
        )
        return [
            each
            for each in self.session.exec(events.order_by(col(Event.id))).all()
            if each.detail["person"] == who and purpose in each.detail["purposes"]
        ]
