"""The town to which a pilot's limited post goes: the largest of the campaign's public ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from audiences.circle import home_town
from audiences.place import Place
from orchestrator import official
from orchestrator.circle import home_of
from orchestrator.model import Tandem
from orchestrator.place_keys import look_up
from orchestrator.ports import Network
from orchestrator.shift import Shift
from orchestrator.vocabulary import Show, TandemState

# The network may not know the largest, or know two of its name.
_TRIED = 5


@dataclass(frozen=True)
class Aimed:
    """A town, and the network's key for it."""

    name: str
    key: str


def town_for(shift: Shift, network: Network, *, dry_run: bool = False) -> Aimed | None:
    """The largest town with a key; None where no tandem lives in one. May raise a Trouble."""
    with shift.store.reading() as session:
        places = _towns(session, shift.campaign_id)
    if not places:
        return None
    keys = look_up(shift.store, network, places, shift.now, dry_run=dry_run)
    return next((Aimed(each.name, key) for each in places if (key := keys.get(each.id))), None)


def _towns(session: Session, campaign_id: int) -> Sequence[Place]:
    """Towns of tandems whose town is public; where only the region may be named, nobody looks."""
    rows = session.exec(
        select(Tandem)
        .where(
            Tandem.campaign_id == campaign_id,
            Tandem.state == TandemState.ACTIVE,
            or_(*(Tandem.show == each for each in Show if each is not Show.REGION)),
        )
        .order_by(col(Tandem.town_people).desc(), col(Tandem.id))
    ).all()
    atlas = official.gazetteer(session)
    homes = [home_town(home_of(tandem, atlas), atlas) for tandem in rows]
    return [*{each.id: each for each in homes}.values()][:_TRIED]
