"""A network's own count of the people in a circle, kept beside ours and never mixed with it."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from orchestrator.campaign import known
from orchestrator.circle import in_whole_state
from orchestrator.config import Settings
from orchestrator.model import Audience, Tandem
from orchestrator.ports import (
    Estimate,
    Network,
    NotAuthorised,
    RadiusAudience,
    RateLimited,
    Trouble,
)
from orchestrator.section import Advert
from orchestrator.store import Store
from orchestrator.vocabulary import TandemState

Spot = tuple[float, float, int]


def count_people(
    store: Store,
    settings: Settings,
    networks: Mapping[str, Network],
    slugs: Collection[str] | None,
    now: datetime,
) -> tuple[int, dict[str, str]]:
    """Ask for the people of these tandems' audiences (None: of all); how many, and who refused.

    Networks without an account for adverts are not asked. One ad set would be made for each
    tandem, so each is asked for by itself; tandems of one circle share the answer.
    """
    counted, refused = 0, {}
    for name, network in networks.items():
        if isinstance(network, RadiusAudience) and network.counts:
            wanted = _circles(store, settings, name, slugs)
            told, why = _ask(network, set(wanted.values()), settings.networks[name].advert)
            counted += _keep(store, name, wanted, told, now)
            if why:
                refused[name] = why
    return counted, refused


def _circles(
    store: Store, settings: Settings, network: str, slugs: Collection[str] | None
) -> dict[int, Spot]:
    """Audience → point and radius of its circle."""
    with store.reading() as session:
        campaign_id = known(session, settings.campaign.slug)
        rows = session.exec(
            select(Audience, Tandem).where(
                Audience.tandem_id == Tandem.id,
                Audience.network == network,
                Tandem.campaign_id == campaign_id,
                Tandem.state == TandemState.ACTIVE,
            )
        ).all()
    return {
        audience.id: (tandem.lat, tandem.lon, audience.radius_km)
        for audience, tandem in rows
        if (slugs is None or tandem.slug in slugs)
        and not in_whole_state(tandem, settings.networks[network])
    }


def _ask(
    network: RadiusAudience,
    spots: Collection[Spot],
    advert: Callable[[float, float, int], Advert | None],
) -> tuple[dict[Spot, tuple[Advert, Estimate]], str]:
    """The answers, and the first trouble; one about token or limit ends the asking."""
    told: dict[Spot, tuple[Advert, Estimate]] = {}
    why = ""
    for spot in sorted(spots):
        if (aimed := advert(*spot)) is None:
            break
        try:
            told[spot] = aimed, network.estimate(aimed.targeting)
        except Trouble as trouble:
            why = why or trouble.why
            if isinstance(trouble, NotAuthorised | RateLimited):
                break
    return told, why


def _keep(
    store: Store,
    network: str,
    wanted: Mapping[int, Spot],
    told: Mapping[Spot, tuple[Advert, Estimate]],
    now: datetime,
) -> int:
    with store.session() as session:
        rows = session.exec(select(Audience).where(col(Audience.id).in_(wanted))).all()
        mine = [row for row in rows if wanted[row.id] in told]
        for row in mine:
            row.estimate = _kept(*told[wanted[row.id]], now)
            session.add(row)
    return len(mine)


def _kept(advert: Advert, estimate: Estimate, now: datetime) -> dict[str, Any]:
    return {
        "lower": estimate.lower,
        "upper": estimate.upper,
        "ready": estimate.ready,
        "radius_km": advert.km,
        "as_of": now.isoformat(),
    }
