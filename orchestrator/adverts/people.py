"""How many people an advert's circle holds: by our own count, and by the network's estimate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from audiences.circle import people_within
from orchestrator import official
from orchestrator.adverts.rows import km_of
from orchestrator.config import Settings
from orchestrator.model import Advert, Tandem
from orchestrator.ports import Estimate, Network, RadiusAudience, Trouble
from orchestrator.shift import Shift


@dataclass(frozen=True)
class People:
    """``living``: in the circle, by our own count. ``estimate``: None where the network has none.

    Neither is a part of the other: the network counts accounts of people of age.
    """

    living: int
    estimate: Estimate | None

    def document(self) -> dict[str, Any]:
        """As scripts read it."""
        told = self.estimate
        return {
            "people": self.living,
            "estimate": {"lower": told.lower, "upper": told.upper} if told else None,
        }


def people_around(shift: Shift, adverts: Sequence[tuple[Advert, Tandem]]) -> list[People]:
    """Count for each, and ask its network; that it does not answer hinders nothing."""
    with shift.store.reading() as session:
        living = [_living(session, shift.settings, *each) for each in adverts]
    estimates = [_estimate(shift.networks.get(each.network), each) for each, _tandem in adverts]
    return [People(*each) for each in zip(living, estimates, strict=True)]


def _living(session: Session, settings: Settings, advert: Advert, tandem: Tandem) -> int:
    countries, atlas = settings.audience.countries, official.gazetteer(session)
    return people_within(tandem, km_of(advert.targeting) or 0, countries, atlas)


def _estimate(network: Network | None, advert: Advert) -> Estimate | None:
    if not isinstance(network, RadiusAudience):
        return None
    try:
        told = network.estimate(advert.targeting)
    except Trouble:
        return None
    return told if told.lower is not None else None
