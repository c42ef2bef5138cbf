"""Writing down what a person agreed to, refused or took back; the log names nobody.

A consent that is given again replaces date, end, text and proof: extending one is a new consent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from orchestrator import journal
from orchestrator.approve import take_back
from orchestrator.consent import evidence
from orchestrator.consent.evidence import Proof
from orchestrator.consent.purposes import NETWORKS, Who, last_day_of
from orchestrator.consent.standing import taken_back_on
from orchestrator.consent.texts import Text
from orchestrator.errors import UsageProblem
from orchestrator.formats import day
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Consent, Person, Tandem
from orchestrator.vocabulary import FACE, TandemState

METHODS = ("paper", "message", "voice", "online")


@dataclass(frozen=True)
class Given:
    """What somebody agreed to: when, until when, to which text, how they said so.

    ``posts_until``: the last day for posts that their form names.
    """

    purposes: tuple[str, ...]
    on: date
    until: date | None
    posts_until: date
    text: Text
    method: str
    proof: Proof | None = None

    @property
    def _for_posts(self) -> bool:
        return any(each in NETWORKS for each in self.purposes)

    def ends(self) -> dict[str, date | None]:
        """Purpose → the last day on which it holds."""
        return {each: last_day_of(each, self.until, self.posts_until) for each in self.purposes}

    def refuse_unsound(self, today: date) -> None:
        """Refuse dates that cannot be, and a text that nobody can have seen on that day."""
        if self.on > today:
            raise UsageProblem(
                _("{day} has not come yet.").format(day=day(self.on)),
                remedy=_("Write with --on the day on which the person said yes."),
            )
        if self.until is not None and self.until < self.on:
            raise UsageProblem(
                _("The consent ends before it begins."), remedy=_("Correct --on or --until.")
            )
        if self._for_posts and self.posts_until < self.on:
            raise UsageProblem(
                _(
                    "The posts of this campaign stay until {day}: a consent to them ends then."
                ).format(day=day(self.posts_until)),
                remedy=_("Correct --on, or `posts_until` in the configuration."),
            )
        if self.text.since is not None and self.on < self.text.since:
            raise UsageProblem(
                _("On {day} the text in use did not exist: it counts since {since}.").format(
                    day=day(self.on), since=day(self.text.since)
                ),
                remedy=_("They agreed to an earlier text; ask anew with `--form`."),
            )


@dataclass(frozen=True)
class Recorder:
    """Where it is written down: one person of one tandem, when and by whom."""

    session: Session
    key: CampaignKey
    tandem: Tandem
    who: Who
    now: datetime
    zone: ZoneInfo
    actor: str

    @property
    def person_id(self) -> int:
        """The row of the person."""
        tandem = self.tandem
        return tandem.refugee_id if self.who is Who.REFUGEE else tandem.volunteer_id

    def consents(self) -> dict[str, Consent]:
        """Purpose → what is on file."""
        rows = self.session.exec(select(Consent).where(Consent.person_id == self.person_id))
        return {each.purpose: each for each in rows}

    def note(self, what: str, purposes: Sequence[str], **detail: object) -> None:
        """One event in the log."""
        journal.record(
            self.session,
            self.tandem.campaign_id,
            self.now,
            self.actor,
            what,
            journal.tandem_subject(self.tandem),
            person=self.who.value,
            purposes=list(purposes),
            **detail,
        )


def give(recorder: Recorder, given: Given) -> None:
    """The person agrees to these purposes."""
    _refuse_left(recorder.tandem)
    stored = recorder.consents()
    for purpose in given.purposes:
        _refuse_older(stored.get(purpose), given, recorder.zone)
    number = None
    if given.proof is not None:
        person = recorder.session.get_one(Person, recorder.person_id)
        number = evidence.put(recorder.session, recorder.key, person, given.proof, recorder.now)
    for purpose in given.purposes:
        _put(recorder, stored.get(purpose), purpose, given, number)
    recorder.note(
        "consent.given",
        given.purposes,
        given_on=given.on.isoformat(),
        ends_on={each: end.isoformat() if end else None for each, end in given.ends().items()},
        text=f"{given.text.language} {given.text.version}",
        method=given.method,
        evidence=number,
    )


def _put(
    recorder: Recorder, row: Consent | None, purpose: str, given: Given, proof: int | None
) -> None:
    row = row or Consent(
        tandem_id=recorder.tandem.id,
        person_id=recorder.person_id,
        purpose=purpose,
        given_on=given.on,
    )
    row.given_on, row.ends_on, row.withdrawn_at = given.on, given.ends()[purpose], None
    row.language, row.version = given.text.language, given.text.version
    row.method, row.evidence_id = given.method, proof
    recorder.session.add(row)


def refuse(recorder: Recorder, purposes: Sequence[str]) -> None:
    """The person says no: nothing is stored of it but an event, and all else stays as it is."""
    stored = recorder.consents()
    for purpose in purposes:
        if purpose in stored and stored[purpose].withdrawn_at is None:
            raise UsageProblem(
                _("They have agreed to {purpose}: that is taken back, not refused.").format(
                    purpose=purpose
                ),
                remedy=_("Use --withdraw {purpose}.").format(purpose=purpose),
            )
    recorder.note("consent.refused", purposes)


def withdraw(recorder: Recorder, purposes: Sequence[str]) -> list[str]:
    """The person takes these back, and what waits on those networks is called off; which were new.

    Without a consent for the face, that is whatever waits with a picture.

    What is published there comes down, since the rows say so from now on (``removal``).
    """
    stored = recorder.consents()
    if missing := [each for each in purposes if each not in stored]:
        raise UsageProblem(
            _("There is no consent for {purposes} that could be taken back.").format(
                purposes=", ".join(missing)
            ),
            remedy=_("`tueroeffner tandem consent SLUG` shows what there is."),
        )
    fresh = [each for each in purposes if stored[each].withdrawn_at is None]
    for purpose in fresh:
        stored[purpose].withdrawn_at = recorder.now
    networks = [each for each in fresh if each in NETWORKS]
    if recorder.who is Who.REFUGEE and networks:
        why = _("consent for this network was withdrawn")
        take_back(recorder.session, recorder.tandem.id, networks, why)
    if recorder.who is Who.REFUGEE and FACE in fresh:
        why = _("consent to show the face was withdrawn; `tueroeffner plan` writes it anew")
        take_back(recorder.session, recorder.tandem.id, why=why, pictured=True)
    if fresh:
        recorder.note("consent.withdrawn", fresh)
    return fresh


def _refuse_left(tandem: Tandem) -> None:
    """Whoever withdrew or was erased is not brought back by a consent."""
    if tandem.erased_at is None and tandem.state is not TandemState.WITHDRAWN:
        return
    raise UsageProblem(
        _("This tandem was erased.")
        if tandem.erased_at
        else _("This tandem has withdrawn from the campaign."),
        remedy=_("A consent does not bring it back; import it anew under a new slug."),
    )


def _refuse_older(row: Consent | None, given: Given, zone: ZoneInfo) -> None:
    if row is None:
        return
    last = max(row.given_on, taken_back_on(row, zone) or row.given_on)
    if given.on < last:
        raise UsageProblem(
            _("For {purpose} something newer is on file, of {day}.").format(
                purpose=row.purpose, day=day(last)
            ),
            remedy=_("Check --on; an older consent does not replace a newer word."),
        )
