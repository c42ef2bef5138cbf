"""Where a typed place is: as somebody settled it, else in the gazetteer, else asked online."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlmodel import Session

from audiences.place import Place, Resolution
from audiences.resolve import HOME_COUNTRIES, resolve
from orchestrator.campaign import known
from orchestrator.keys import CampaignKey
from orchestrator.placing.known import SETTLED, settled_places, typed_digest
from orchestrator.placing.online import Inquiry, geocoder_of

if TYPE_CHECKING:
    from audiences.geocode import Geocoder

GAZETTEER = "gazetteer"


@dataclass(frozen=True)
class Answer:
    """What a typed place means; ``source``: settled, the gazetteer, or the service's domain.

    ``numbered``: the rivals as they are without anything settled, so that their numbers stay.
    ``elsewhere``: the place of that name in a country that was not asked for.
    """

    found: Resolution
    source: str
    numbered: tuple[Place, ...]
    elsewhere: Place | None = None

    @property
    def place(self) -> Place | None:
        """The place, if it is clear which."""
        return self.found.place

    @property
    def rivals(self) -> tuple[Place, ...]:
        """The other places that may be meant, in the order in which they are shown."""
        return self.found.rivals

    def number(self, rival: Place) -> int | None:
        """By which a rival can be settled; None for what the gazetteer takes by itself."""
        ids = [each.id for each in self.numbered]
        return ids.index(rival.id) + 1 if rival.id in ids else None

    @property
    def candidates(self) -> tuple[Place, ...]:
        """Everything that may be meant."""
        return (self.place, *self.rivals) if self.place else self.rivals


def is_online(answer: Answer) -> bool:
    """Whether a service on the internet gave it."""
    return answer.source not in (SETTLED, GAZETTEER)


@dataclass(frozen=True)
class Finder:
    """Finds typed places; without a key only in the gazetteer.

    ``settled``: see ``known.settled_places``.
    """

    countries: tuple[str, ...] = HOME_COUNTRIES
    key: CampaignKey | None = None
    settled: Mapping[str, Place] = field(default_factory=dict)
    geocoder: "Geocoder | None" = None

    def settled_as(self, typed: str, country: str) -> Place | None:
        """What somebody said that a typed place of a country means."""
        if self.key is None or not self.settled:
            return None
        return self.settled.get(typed_digest(self.key, typed, country))

    def find(
        self,
        typed: str,
        *,
        state: str | None = None,
        countries: tuple[str, ...] | None = None,
        preferred: str | None = None,
    ) -> Answer:
        """The place; raises PlaceRefused, and GeocoderTrouble where a service failed.

        Who names a state beside it asks anew, whatever was settled. A service is asked for what
        the gazetteer does not know at all, and not for a town of a country that is not meant.
        """
        among = countries or self.countries
        preferred = preferred or ("DE" if "DE" in among else among[0])
        # Who asks for no country may mean a neighbour's town; a campaign in one country does not.
        at_large = set(among) == set(self.countries) >= set(HOME_COUNTRIES)
        found = resolve(
            typed, state=state, countries=None if at_large else among, preferred=preferred
        )
        meant = None if state else self._settled(typed, among, preferred)
        if meant is not None:
            others = (found.place, *found.rivals) if found.place else found.rivals
            rivals = tuple(each for each in others if each.id != meant.id)
            return Answer(Resolution("resolved", meant, rivals), SETTLED, found.rivals)
        elsewhere = None if at_large or found.place else _elsewhere(typed, state, among)
        here = Answer(found, GAZETTEER, found.rivals, elsewhere)
        if found.abroad and countries is None:
            among = (found.abroad,)
        return here if self._is_known(here, among) else self._asked(here, typed, state, among)

    def _is_known(self, here: Answer, among: tuple[str, ...]) -> bool:
        """Whether no service needs to be asked."""
        if self.geocoder is None or here.found.status != "unknown":
            return True
        if here.elsewhere is not None and set(among) <= set(HOME_COUNTRIES):
            return True
        return here.found.abroad not in (None, *among)

    def _asked(self, here: Answer, typed: str, state: str | None, among: tuple[str, ...]) -> Answer:
        assert self.geocoder is not None
        asked = self.geocoder.resolve(f"{typed}, {state}" if state else typed, among)
        elsewhere = here.elsewhere if asked.status == "unknown" else None
        return Answer(asked, self.geocoder.service.domain, asked.rivals, elsewhere)

    def _settled(self, typed: str, among: tuple[str, ...], preferred: str) -> Place | None:
        inside = (self.settled_as(typed, each) for each in dict.fromkeys((preferred, *among)))
        return next((place for place in inside if place is not None), None)


def _elsewhere(typed: str, state: str | None, among: tuple[str, ...]) -> Place | None:
    found = resolve(typed, state=state).place
    return found if found is not None and found.country not in among else None


def finder_of(session: Session, inquiry: Inquiry) -> Finder:
    """The finder of a campaign, with what was settled in it."""
    return Finder(
        tuple(inquiry.audience.countries),
        inquiry.key,
        settled_places(session, known(session, inquiry.campaign.slug), inquiry.key),
        geocoder_of(inquiry),
    )
