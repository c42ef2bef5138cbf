"""From the place somebody typed to the town that is kept: never exact, never guessed."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from audiences.circle import WIDEST_KM, snap
from audiences.distance import distance_km
from audiences.fold import fold, without_suffix
from audiences.gazetteer import Gazetteer
from audiences.osm import FIRST_ID
from audiences.outward import GeocoderTrouble
from audiences.place import Place, PlaceRefused, Resolution
from audiences.resolve import resolve
from orchestrator.i18n import _
from orchestrator.intake.fields import Unfit
from orchestrator.keys import CampaignKey
from orchestrator.places import refusal
from orchestrator.placing import online
from orchestrator.placing.choosing import elsewhere
from orchestrator.placing.finding import Answer, Finder
from orchestrator.unsaid import halves

MOST_RIVALS = 6
# Added when a place was moved to a larger town: the home may lie beyond the small place's centre,
# and beyond its own land where the gazetteer takes that for smaller.
_MARGIN_KM = 5
# Who sees the circle at a network learns only in such steps how far away the home is.
_STEP_KM = 10
# Another number asks anew for all towns that were found by other rules than these.
_RULES = 2
# A place of which the gazetteer does not know the surroundings must not move into another region.
_FARTHEST_KM = 50


@dataclass(frozen=True)
class Town:
    """The centre that stands for a home: degrees, inhabitants, and the km that it was moved."""

    place_id: int
    town: str
    region: str
    country: str
    lat: float
    lon: float
    town_people: int
    floor_km: int
    place_digest: str

    def names(self) -> set[str]:
        """What people call the town, unless it is also the region's name."""
        return town_names(self.town, self.region)


def town_names(town: str, region: str) -> set[str]:
    """What people call a town, unless it is also the region's name."""
    return {each for each in _spoken(town) if fold(each) != fold(region)}


@dataclass(frozen=True)
class Atlas:
    """Finds towns: with ``k`` people at least; places of an earlier import are ``known``.

    ``finder`` tells what else typed places mean: as somebody settled it, or a service says;
    ``gazetteer`` how many people live there, as ``official.gazetteer`` gives it.
    """

    key: CampaignKey
    k: int
    countries: tuple[str, ...]
    known: Mapping[str, Town]
    finder: Finder = field(default_factory=Finder)
    gazetteer: Gazetteer = field(default_factory=Gazetteer.open)

    def town(self, typed: str, country: str, *, given: bool = True) -> Town:
        """The town for a typed place; raises :class:`Unfit` with the rivals in the hint.

        ``given``: the country was filled in, so namesakes elsewhere do not count.
        """
        return self._known(typed, country) or self._found(typed, country, given)

    def knows(self, typed: str, country: str) -> bool:
        """Whether an earlier import has settled the town of this typed place."""
        return self._known(typed, country) is not None

    def telling(self, typed: str, country: str, town: Town) -> tuple[str, ...]:
        """Words by which the typed place gives itself away though ``town`` stands for it."""
        codes = tuple(re.findall(r"(?<!\d)\d{4,5}(?!\d)", typed))
        if not town.floor_km:
            return codes
        own = {fold(each) for each in _spoken(town.town)}
        place = self.finder.settled_as(typed, country) or _asked(typed, (country,), country).place
        # A service is not asked again for it: what it once found is called as it was typed.
        names = _spoken(place.name if place is not None else re.sub(r"\d", "", typed).strip())
        return (*codes, *sorted(each for each in names if fold(each) not in own))

    def refuse_foreign(self, typed: str, repaired: str, country: str, *, given: bool) -> None:
        """Raise :class:`Unfit` where a code without its zero is one abroad, with its town."""
        if not re.search(r"\d\s+[^\W\d]", typed):
            return
        others = [each for each in self.countries if each != country]
        fits = [each for each in others if _asked(typed, (each,), each).place is not None]
        if fits and not (given and _asked(repaired, (country,), country).place is not None):
            raise Unfit(_unknown(typed), _fill_in(fits[0]))

    def digest(self, typed: str, country: str) -> str:
        """By what a typed place is recognised; another ``k``, or meaning, is another question."""
        text = " ".join(typed.split())
        question = f"place|{fold(text) or text.casefold()}|{country}|{self.k}|{_RULES}"
        meant = self.finder.settled_as(typed, country)
        return self.key.digest(f"{question}|{meant.id}" if meant else question)

    def _known(self, typed: str, country: str) -> Town | None:
        """The town of an earlier import, unless too few people are left in it by now."""
        town = self.known.get(self.digest(typed, country))
        place = self.gazetteer.place(town.place_id) if town else None
        return None if place is not None and place.population < self.k else town

    def _found(self, typed: str, country: str, given: bool) -> Town:
        place = self._counted(self._place(typed, country, given))
        town = self._hiding(place)
        return Town(
            place_id=town.id,
            town=town.name,
            region=town.state,
            country=town.country,
            lat=town.lat,
            lon=town.lon,
            town_people=town.population,
            floor_km=_floor_km(place, town),
            place_digest=self.digest(typed, country),
        )

    def _counted(self, place: Place) -> Place:
        """A place with its official number of people; one that a service found has its own."""
        return self.gazetteer.place(place.id) or place

    def _hiding(self, place: Place) -> Place:
        """The town that stands for a place, if one is near enough for a circle around both."""
        farthest = WIDEST_KM if place.id < FIRST_ID else _FARTHEST_KM
        with suppress(LookupError):
            town = snap(place, self.k, self.gazetteer)
            if _floor_km(place, town) <= farthest:
                return town
        if place.id >= FIRST_ID and not place.population:
            raise Unfit(
                _("Nobody told how many people live there, so it may be too small to hide a home."),
                _("Write a larger town, or ask another service ([audience] geocoder)."),
            )
        raise Unfit(
            _("No town near this place is large enough to hide a home."),
            _("Write a larger town, or lower [audience] k_anonymity."),
        )

    def _place(self, typed: str, country: str, given: bool) -> Place:
        answer = self._meant(typed, country, given)
        if answer.place is not None and answer.place.country == country:
            return answer.place
        if answer.elsewhere is not None and not _is_any_called(typed, answer):
            raise Unfit(_unknown(typed), self._hint(answer.elsewhere))
        if answer.place is None and _no_postcode(typed, self.countries):
            raise Unfit(
                _("This postcode does not exist."), _("Correct it, or write the town instead.")
            )
        if answer.rivals and answer.place is None:
            raise _ambiguous(typed, answer)
        raise Unfit(_unknown(typed), self._hint(answer.place or self._elsewhere(typed, country)))

    def _meant(self, typed: str, country: str, given: bool) -> Answer:
        among = (country,) if given else self.countries
        try:
            return self.finder.find(typed, countries=among, preferred=country)
        except PlaceRefused as error:
            raise Unfit(*refusal(error.reason)) from error
        except GeocoderTrouble as trouble:
            assert self.finder.geocoder is not None
            raise Unfit(*online.words(self.finder.geocoder.service, trouble)) from trouble

    def _elsewhere(self, typed: str, country: str) -> Place | None:
        others = tuple(each for each in self.countries if each != country)
        return _asked(typed, others, None).place if others else None

    def _hint(self, found: Place | None) -> str:
        if found is None:
            return _("Check the spelling, or write the postcode or the next larger town.")
        if found.country in self.countries:
            return _fill_in(found.country)
        return elsewhere(found, self.countries)


def _floor_km(place: Place, town: Place) -> int:
    """The smallest radius around a town that holds every home of the place it stands for."""
    if place.id == town.id:
        return 0
    farthest = distance_km(place, town) + max(_MARGIN_KM, place.disk_km)
    return _STEP_KM * math.ceil(farthest / _STEP_KM)


def _no_postcode(typed: str, countries: tuple[str, ...]) -> bool:
    """Whether a postcode was typed, alone or before a town, that none of the countries has."""
    found = re.match(r"(?:[A-Z]{1,2}[- ]?)?(\d{4,5})(?:\s+[^\W\d]|$)", typed, re.ASCII)
    atlas = Gazetteer.open()
    return found is not None and not any(atlas.postcode(each, found[1]) for each in countries)


def _is_any_called(typed: str, answer: Answer) -> bool:
    """Whether one of the rivals bears the typed name, and not only one like it."""
    return any(fold(typed) in map(fold, _spoken(each.name)) for each in answer.rivals)


def _fill_in(country: str) -> str:
    return _("There is such a place in {country}: fill in the column “country”.").format(
        country=country
    )


def _spoken(name: str) -> set[str]:
    """A town's full name, its short one, and those of which it is put together: "Neukölln"."""
    return {name, without_suffix(name), name.partition("-")[2], *halves(name)} - {""}


def with_zero(typed: str, country: str) -> str:
    """Put back the zero that a spreadsheet takes from a German postcode: 4103 → 04103."""
    lost = country == "DE" and re.match(r"(?:D[- ]?)?[1-9]\d{3}(?=\s+\D|$)", typed, re.ASCII)
    return re.sub(r"\d", r"0\g<0>", typed, count=1) if lost else typed


def _asked(typed: str, countries: tuple[str, ...], preferred: str | None) -> Resolution:
    try:
        return resolve(typed, countries=countries, preferred=preferred)
    except PlaceRefused as error:
        raise Unfit(*refusal(error.reason)) from error


def _ambiguous(typed: str, answer: Answer) -> Unfit:
    rivals = [f"{place.name} ({place.state})" for place in answer.rivals]
    shown = ", ".join(dict.fromkeys(rivals[:MOST_RIVALS]))
    more = ", …" if len(rivals) > MOST_RIVALS else ""
    return Unfit(
        _("“{place}” may mean several places, or is misspelt.").format(place=_quoted(typed)),
        _(
            "Write one of them with its state, or the postcode: {rivals}; or say once what is"
            " meant: `tueroeffner audience settle`."
        ).format(rivals=shown + more),
    )


def _unknown(typed: str) -> str:
    return _("“{place}” is not a known place.").format(place=_quoted(typed))


def _quoted(typed: str) -> str:
    """A typed place, short, and without a postcode: that is more exact than may be repeated."""
    return re.sub(r"\d", "•", typed[:60])
