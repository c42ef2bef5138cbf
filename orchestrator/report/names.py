"""The names under which the public knows the tandems."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from orchestrator import people
from orchestrator.eligible import Versions, consent_missing
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.intake.hidden import HIDDEN
from orchestrator.keys import CampaignKey
from orchestrator.model import Consent, Person, Tandem
from orchestrator.unsaid import slug_tells
from orchestrator.vocabulary import Show

_STORY = "story"


class Names:
    """Public names; the campaign's key is only asked for when a name lies under seal.

    Where the safety check allows the first name, posts carry it; everybody else is known by the
    alias alone. Whoever was erased has no name any more. A report is a publication of its own:
    without consent to it (``story``) on the day ``on``, a person is a number.
    """

    def __init__(self, key: Callable[[], CampaignKey], on: date, versions: Versions) -> None:
        self._key, self._on, self._versions = key, on, versions

    def of(self, session: Session, tandems: Sequence[Tandem]) -> dict[int, str]:
        """Tandem → name; empty where there is none."""
        agreed = self._agreed(session, tandems)
        sealed = [
            each for each in tandems if each.id in agreed and not each.public_name and _open(each)
        ]
        found = self._unsealed(session, sealed) if sealed else {}
        return {
            each.id: each.public_name or found.get(each.id, "")
            if each.id in agreed
            else _("Tandem {number}").format(number=each.id)
            for each in tandems
        }

    def told_by_slug(self, session: Session, tandems: Sequence[Tandem]) -> set[int]:
        """Hidden people whose short name in the campaign says who they are, or where."""
        hidden = [each for each in tandems if each.show in HIDDEN]
        try:
            names = self._unsealed(session, hidden) if hidden else {}
        except UsageProblem:
            return set()  # without the key nobody can tell
        return {
            each.id for each in hidden if slug_tells(each.slug, names[each.id], _hidden_towns(each))
        }

    def _agreed(self, session: Session, tandems: Sequence[Tandem]) -> set[int]:
        """The tandems whose refugee lets the report name them."""
        refugees = [each.refugee_id for each in tandems]
        rows = select(Consent).where(
            col(Consent.person_id).in_(refugees), Consent.purpose == _STORY
        )
        given = {each.person_id: each for each in session.exec(rows)}
        return {
            each.id
            for each in tandems
            if (consent := given.get(each.refugee_id))
            and consent_missing([consent], _STORY, self._on, self._versions) is None
        }

    def _unsealed(self, session: Session, tandems: Sequence[Tandem]) -> dict[int, str]:
        numbers = [each.refugee_id for each in tandems]
        sealed = select(Person).where(col(Person.id).in_(numbers), col(Person.sealed).is_not(None))
        names = {
            each.id: people.fields(session, self._key(), each).get("name", "")
            for each in session.exec(sealed).all()
        }
        return {each.id: names.get(each.refugee_id, "") for each in tandems}


def _hidden_towns(tandem: Tandem) -> list[str]:
    return [tandem.town] if tandem.show is Show.REGION else []


def _open(tandem: Tandem) -> bool:
    return tandem.show in (Show.FULL, Show.NO_FACE)
