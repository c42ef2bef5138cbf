"""A tandem's audience as a campaign manager sees it, before and after it was built."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from audiences import followers
from audiences.circle import Inside, people_of, people_within, shares_within
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from orchestrator import networks, official
from orchestrator.aiming.campaign import pages, texts
from orchestrator.capabilities import account_of
from orchestrator.circle import (
    Circle,
    State,
    addressed,
    circle_of,
    in_whole_state,
    mode_of,
    other_radii,
    state_of,
)
from orchestrator.config import Settings
from orchestrator.i18n import _
from orchestrator.model import Audience, Post, Tandem
from orchestrator.place_keys import has_namesake
from orchestrator.policy import Finding, decided
from orchestrator.policy.audience import FEW_FOLLOWERS, Aim, Town, audience_rules
from orchestrator.policy.limiting import trial_of
from orchestrator.policy.paid import Paid, paid_rules
from orchestrator.section import Advert
from orchestrator.settings import Audience as AudienceSettings
from orchestrator.vocabulary import Show


@dataclass(frozen=True)
class View:
    """All of one tandem's audience. ``followers``: of each network, as scripts read it."""

    tandem: Tandem
    circle: Circle
    others: Sequence[tuple[int, int]]
    aim: Aim
    audience: Audience | None
    advert: Advert | None
    followers: Sequence[dict[str, Any]]
    policy: Sequence[Finding]

    @property
    def estimate(self) -> dict[str, Any] | None:
        """The network's own count, unless it is of another circle."""
        told = self.audience.estimate if self.audience and self.aim.built else None
        same = told and self.advert and told["radius_km"] == self.advert.km
        return told if same else None

    @property
    def counted_at(self) -> datetime | None:
        """When the network counted, in UTC."""
        return datetime.fromisoformat(self.estimate["as_of"]) if self.estimate else None

    def document(self) -> dict[str, Any]:
        """The JSON document of the contract."""
        tandem, circle = self.tandem, self.circle
        return {
            "tandem": tandem.slug,
            "centre": {"name": tandem.town, "lat": tandem.lat, "lon": tandem.lon},
            "radius_km": circle.radius_km,
            "people": circle.people,
            "reachable_followers": self.aim.reachable,
            "followers": self.followers,
            "alternatives": [{"radius_km": km, "people": people} for km, people in self.others],
            "abroad": {"people": circle.people_abroad, "share": self.aim.abroad},
            "organic": self._organic(),
            "paid": self._paid(),
            "policy": [finding.document() for finding in self.policy],
        }

    def _organic(self) -> dict[str, Any]:
        return {
            "network": self.aim.network,
            "mode": self.aim.mode,
            "cities": [
                {"name": town.name, "key": town.key, "why": town.why} for town in self.aim.towns
            ],
            "regions": _regions(self.aim),
            "targeting": self.audience.targeting if self.audience else None,
            "recall": self.aim.recall,
            "precision": self.aim.precision,
            "built_at": self.audience.built_at if self.audience else None,
        }

    def _paid(self) -> dict[str, Any] | None:
        if self.advert is None:
            return None
        return {
            "network": self.aim.network,
            "targeting": self.advert.targeting,
            "radius_km": self.advert.km,
            "category": "employment" if self.advert.employment else "none",
            "estimate": self.estimate,
        }


def _regions(aim: Aim) -> list[dict[str, str | None]]:
    return [{"name": aim.state.name, "key": aim.state.key}] if aim.state else []


def view(session: Session, tandem: Tandem, settings: Settings, now: datetime) -> View:
    """Look at a tandem's audience on the network that can aim, from rows and places alone."""
    atlas, wishes = official.gazetteer(session), settings.audience
    circle = circle_of(tandem, wishes, atlas)
    network = next(name for name in settings.networks if _aims(name))
    row = session.exec(
        select(Audience).where(Audience.tandem_id == tandem.id, Audience.network == network)
    ).one_or_none()
    whole = in_whole_state(tandem, settings.networks[network])
    state = state_of(circle, atlas) if whole else None
    told = {
        name: _followers(session, tandem, settings, name, addressed(circle, state), atlas)
        for name, options in settings.networks.items()
        if name == network or options.ready
    }
    advert = settings.networks[network].advert(tandem.lat, tandem.lon, circle.radius_km)
    aim = _aim(tandem, settings, circle, row, told[network], advert, atlas)
    if state:
        aim = _all_over(aim, circle, state, row)
    account = account_of(session, tandem.campaign_id, network, settings.networks[network].account)
    aim = replace(aim, trial=trial_of(session, account.id) if account else None)
    others = other_radii(circle, wishes, atlas)
    found = [*audience_rules(aim), *_paid_rules(settings, tandem, network, advert)]
    found += pages(session, tandem.campaign_id, settings)
    found += texts(session, settings, Post.tandem_id == tandem.id)
    minded = decided(found, settings.decisions(now))
    return View(tandem, circle, others, aim, row, advert, [*told.values()], minded)


def _paid_rules(
    settings: Settings, tandem: Tandem, network: str, advert: Advert | None
) -> list[Finding]:
    """What to mind if the appeal were advertised; nothing where no adverts are paid for."""
    terms = settings.networks[network].pays
    if advert is None or terms is None:
        return []
    beneficiary, payor = terms.says
    return paid_rules(
        Paid(
            network=network,
            category=terms.category,
            countries=[tandem.country],
            beneficiary=beneficiary,
            payor=payor,
            targeting=advert.targeting,
            region_only=tandem.show is Show.REGION,
        )
    )


def _aim(
    tandem: Tandem,
    settings: Settings,
    circle: Circle,
    row: Audience | None,
    told: dict[str, Any],
    advert: Advert | None,
    atlas: Gazetteer,
) -> Aim:
    wishes, network = settings.audience, told["network"]
    all_people = _all_people(circle, atlas)
    return Aim(
        network=network,
        mode=mode_of(tandem, settings.networks[network].reach_mode),
        region_only=tandem.show is Show.REGION,
        built=row is not None and _is_of(row, circle),
        towns=_towns(row, circle),
        radius_km=circle.radius_km,
        radius_given=tandem.radius_km,
        people=circle.people,
        people_wanted=wishes.target_people,
        people_least=wishes.k_anonymity,
        at_cap=tandem.radius_km is None and circle.radius_km >= wishes.max_km,
        recall=circle.recall,
        precision=circle.precision,
        abroad=_share(circle.people_abroad, all_people),
        left_out=circle.people < all_people,
        followers=told["followers"],
        reachable=told["reachable"],
        wider=_wider(told, circle, wishes, atlas),
        advert_km=advert.km if advert else None,
        advertises=settings.networks[network].advertises,
    )


def _all_over(aim: Aim, circle: Circle, state: State, row: Audience | None) -> Aim:
    """The same for a network that is told of the whole state, and of no town."""
    name = state.region.name
    known = next((each for each in row.states if each["name"] == name), None) if row else None
    key = known["key"] if known else None
    why = "unknown" if known and not key else None
    here = people_of(each for each in circle.inside if each.place.state == name)
    return replace(
        aim,
        built=known is not None,
        towns=(),
        state=Town(name, key, why, state.people, home=True),
        recall=_share(here, circle.people),
        precision=_share(here, state.people),
        wider=None,
    )


def _all_people(circle: Circle, atlas: Gazetteer) -> int:
    """Everybody within the radius, also in countries to which the campaign does not go."""
    everybody = shares_within(circle.centre, circle.radius_km, None, atlas)
    # A town beyond the gazetteer's countries is in the circle only.
    return max(people_of(everybody), circle.people)


def _aims(network: str) -> bool:
    return networks.adapter(network).LIMITS.targeting


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _is_of(row: Audience, circle: Circle) -> bool:
    """Whether an audience was built for the circle as it is now."""
    names = [city["name"] for city in row.cities]
    return row.radius_km == circle.radius_km and names == [town.name for town in circle.cities]


def _towns(row: Audience | None, circle: Circle) -> list[Town]:
    """The circle's towns with their keys; before the keys are looked up, without."""
    built = row is not None and _is_of(row, circle)
    keys = [city["key"] for city in row.cities] if row and built else [None] * len(circle.cities)
    return [
        Town(
            town.name,
            key,
            _why(town, key) if built else None,
            town.population,
            home=town.id == circle.home.id,
        )
        for town, key in zip(circle.cities, keys, strict=True)
    ]


def _why(town: Place, key: str | None) -> str | None:
    """Why a town has no key: the network told no namesakes apart, or knows none or several."""
    if key:
        return None
    return "namesake" if has_namesake(town) else "unknown"


def _followers(
    session: Session,
    tandem: Tandem,
    settings: Settings,
    network: str,
    inside: Sequence[Inside],
    atlas: Gazetteer,
) -> dict[str, Any]:
    """How many follow us on a network, and how many of them live among those inside."""
    own = settings.networks[network].account
    row = account_of(session, tandem.campaign_id, network, own)
    known = row.followers if row else None
    here, note = None, None
    if not _aims(network):
        note = _("A post there goes to all followers, wherever they live.")
    elif known is not None:
        region = settings.audience.followers_region
        here = followers.reachable(known, inside, region, atlas)
    return {
        "network": network,
        "followers": known,
        "reachable": here,
        "checked_at": row.checked_at if row else None,
        "note": note,
    }


def _wider(
    told: dict[str, Any], circle: Circle, wishes: AudienceSettings, atlas: Gazetteer
) -> tuple[int, int] | None:
    """The smallest circle that holds enough followers, (km, people); None where none does."""
    if told["reachable"] is None or told["reachable"] >= FEW_FOLLOWERS:
        return None
    km = followers.radius_for(
        FEW_FOLLOWERS,
        told["followers"],
        circle.centre,
        wishes.followers_region,
        circle.radius_km,
        wishes.countries,
        atlas,
    )
    return (km, people_within(circle.centre, km, wishes.countries, atlas)) if km else None
