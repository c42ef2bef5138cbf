"""What was asked for at the desk: of which person, which purposes, in which language."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.commands.desk import Desk
from orchestrator.consent.purposes import Who, purposes_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from orchestrator.consent.recording import Recorder


@dataclass(frozen=True)
class Wish:
    """What the command line asks for, as it was typed."""

    tandem_id: int
    slug: str
    who: Who
    give: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    withdraw: tuple[str, ...] = ()
    text: str | None = None
    on: str | None = None
    until: str | None = None
    method: str | None = None
    evidence: Path | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """All purposes of which something is said."""
        return (*self.give, *self.refuse, *self.withdraw)

    def person_id(self, session: "Session") -> int:
        """The row of the person."""
        from orchestrator.model import Tandem

        tandem = session.get_one(Tandem, self.tandem_id)
        return tandem.refugee_id if self.who is Who.REFUGEE else tandem.volunteer_id

    def recorder(self, desk: Desk, session: "Session") -> "Recorder":
        """The place to write it down; a foreign key file is refused here."""
        from orchestrator.consent.recording import Recorder
        from orchestrator.model import Tandem

        desk.campaign(session)
        tandem = session.get_one(Tandem, self.tandem_id, with_for_update=True)
        zone = desk.settings.campaign.zone
        return Recorder(session, desk.key, tandem, self.who, desk.now, zone, desk.actor)


def language_to_ask(desk: Desk, wish: Wish) -> str:
    """The language in which this person reads; one without a text is refused."""
    from orchestrator.consent.texts import OWN, text_in
    from orchestrator.model import Tandem

    language = wish.text
    if language is None and wish.who is Who.VOLUNTEER:
        with desk.looking() as (session, _campaign_id):
            language = session.get_one(Tandem, wish.tandem_id).volunteer_lang
    language = language or desk.settings.campaign.languages[0]
    return text_in(language, desk.settings.folder / OWN).language


def only_shown(desk: Desk) -> dict[str, bool]:
    """What a document of this command says besides after a dry run."""
    return {"dry_run": True} if desk.dry_run else {}


def known_purposes(words: Sequence[str], who: Who) -> tuple[str, ...]:
    """What was meant by these words; what does not concern this person is refused."""
    from orchestrator.intake.words import PURPOSE_WORDS

    allowed = purposes_of(who)
    meant = [PURPOSE_WORDS.get(word.casefold(), word.casefold()) for word in words]
    for word, purpose in zip(words, meant, strict=True):
        if purpose not in allowed:
            raise UsageProblem(
                _("“{word}” is nothing that this person is asked for.").format(word=word),
                remedy=_("The purposes are: {purposes}.").format(purposes=", ".join(allowed)),
            )
    return tuple(each for each in allowed if each in meant)
