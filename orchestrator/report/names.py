"""The names under which the public knows the tandems."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from orchestrator import people
from orchestrator.keys import CampaignKey
from orchestrator.model import Person, Tandem
from orchestrator.vocabulary import Show


class Names:
    """Public names; the campaign's key is only asked for when a name lies under seal.

    Where the safety check allows the first name, posts carry it; everybody else is known by the
    alias alone. Whoever was erased has no name any more.
    """

    def __init__(self, key: Callable[[], CampaignKey]) -> None:
        self._key = key

    def of(self, session: Session, tandems: Sequence[Tandem]) -> dict[int, str]:
        """Tandem → name; empty where there is none."""
        sealed = [each for each in tandems if not each.public_name and _open(each)]
        found = self._unsealed(session, sealed) if sealed else {}
        return {each.id: each.public_name or found.get(each.id, "") for each in tandems}

    def _unsealed(self, session: Session, tandems: Sequence[Tandem]) -> dict[int, str]:
        key, numbers = self._key(), [each.refugee_id for each in tandems]
        refugees = session.exec(select(Person).where(col(Person.id).in_(numbers))).all()
        names = {each.id: people.fields(session, key, each).get("name", "") for each in refugees}
        return {each.id: names.get(each.refugee_id, "") for each in tandems}


def _open(tandem: Tandem) -> bool:
    return tandem.show in (Show.FULL, Show.NO_FACE)
