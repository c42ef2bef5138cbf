"""How many people an advert's circle holds: by our own count, and by the network's estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from audiences.circle import people_within
from orchestrator import official
from orchestrator.adverts.rows import km_of
from orchestrator.config import Settings
from orchestrator.model import Advert, Tandem
from orchestrator.ports import Estimate, Network, RadiusAudience, Rejected, Trouble
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


def people_around(
    shift: Shift, adverts: Sequence[tuple[Advert, Tandem]]
) -> tuple[list[People], str]:
    """Count for each, and ask its network; that it does not answer hinders nothing, but is told."""
    with shift.store.reading() as session:
        living = [_living(session, shift.settings, *each) for each in adverts]
    estimates, why = _estimates(shift.networks, [advert for advert, _tandem in adverts])
    return [People(*each) for each in zip(living, estimates, strict=True)], why


def _living(session: Session, settings: Settings, advert: Advert, tandem: Tandem) -> int:
    countries, atlas = settings.audience.countries, official.gazetteer(session)
    return people_within(tandem, km_of(advert.targeting) or 0, countries, atlas)


def _estimates(
    networks: Mapping[str, Network], adverts: Sequence[Advert]
) -> tuple[list[Estimate | None], str]:
    """The answers, and the first trouble; one that is no refusal ends the asking of a network."""
    told: list[Estimate | None] = []
    why, silent = "", set[str]()
    for advert in adverts:
        network, estimate = networks.get(advert.network), None
        if isinstance(network, RadiusAudience) and advert.network not in silent:
            try:
                estimate = network.estimate(advert.targeting)
            except Trouble as trouble:
                why = why or trouble.why
                if not isinstance(trouble, Rejected):
                    silent.add(advert.network)
        told.append(estimate if estimate and estimate.lower is not None else None)
    return told, why
