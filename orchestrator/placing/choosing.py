"""Which place a person means who settles a typed one: a rival, or what else is not absurd."""

from collections.abc import Sequence

from audiences.circle import home_town
from audiences.distance import distance_km
from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.osm import word_key
from audiences.place import Place
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.placing.finding import Answer, Finder

_MOST_SHOWN = 6
_LONG_WORD = 4
_NEAR_KM = 15
# As long as postcodes are: such a number is one, unless no such postcode exists.
_CODE_LENGTHS = (4, 5)


def chosen(finder: Finder, typed: str, answer: Answer, wish: str, among: Sequence[str]) -> Place:
    """The one place that ``wish`` names: a number of the list, a name, a postcode, or an id.

    ``answer`` is what is known of the typed place, ``among`` the countries that may be meant;
    ``finder`` knows nothing settled, or what was said before would stand in for the name itself.
    Raises a sentence where it is none, several, or nothing like what was typed.
    """
    wish = wish.strip()
    place = _by_number(answer, wish) or _by_words(finder, answer, wish, tuple(among))
    if place.country not in among:
        raise UsageProblem(
            _("{place} lies in {country}, which is not among your countries.").format(
                place=named(place), country=place.country
            ),
            remedy=_("Add it to [audience] countries, or choose another place."),
        )
    if not _is_plausible(typed, place, answer):
        raise UsageProblem(
            _("{place} is none of the places that may be meant.").format(place=named(place)),
            remedy=_("Choose one of them: {rivals}.").format(rivals=_listed(answer.candidates)),
        )
    return place


def named(place: Place) -> str:
    """A place in one line, as people tell it from others."""
    return _("{name}, {state} ({country})").format(
        name=place.name, state=place.state, country=place.country
    )


def worded(place: Place) -> str:
    """The same with its people, where their number is known."""
    if not place.population:
        return named(place)
    return _("{name}, {state} ({country}), {people} people").format(
        name=place.name,
        state=place.state,
        country=place.country,
        people=count(place.population),
    )


def elsewhere(place: Place, countries: Sequence[str]) -> str:
    """Where the place is that was looked for; ``countries`` are the campaign's."""
    if place.country in countries:
        return _("There is such a place in another country: {place}").format(place=worded(place))
    return _(
        "There is such a place in {country}; it is not among your countries ([audience] countries)."
    ).format(country=place.country)


def _by_number(answer: Answer, wish: str) -> Place | None:
    """The rival of that number, or the place of that id; None: it is no such number."""
    if not (wish.isascii() and wish.isdecimal()):
        return None
    number = int(wish[:12])
    if 1 <= number <= len(answer.numbered):
        return answer.numbered[number - 1]
    if len(wish) in _CODE_LENGTHS:
        return None
    if (place := _of_id(answer, number)) is not None:
        return place
    raise UsageProblem(
        _("There is no place of number {number}.").format(number=wish[:12]),
        remedy=_("`tueroeffner audience resolve` shows the numbers."),
    )


def _of_id(answer: Answer, number: int) -> Place | None:
    known = next((each for each in answer.candidates if each.id == number), None)
    return known or Gazetteer.open().place(number)


def _by_words(finder: Finder, answer: Answer, wish: str, among: tuple[str, ...]) -> Place:
    found = finder.find(wish, countries=among)
    if found.place is not None:
        return found.place
    numbers = {each.id for each in answer.candidates}
    both = [each for each in found.rivals if each.id in numbers]
    if len(both) == 1:
        return both[0]
    if wish.isdecimal() and (place := _of_id(answer, int(wish))) is not None:
        return place
    if found.rivals:
        raise PersonNeeded(
            _("“{place}” may mean several places, or is misspelt.").format(place=wish[:60]),
            remedy=_("Write one of them with its state, or the postcode: {rivals}.").format(
                rivals=_listed(found.rivals)
            ),
        )
    raise UsageProblem(
        _("“{place}” is not a known place.").format(place=wish[:60]),
        remedy=_("Check the spelling, or write the postcode or the next larger town."),
    )


def _is_plausible(typed: str, place: Place, answer: Answer) -> bool:
    """Whether it is one of those that may be meant, or near one, or has a word of what was typed.

    Of what is quite unknown only the person knows what it means.
    """
    if not answer.candidates or _words(typed) & _words(f"{place.name} {home_town(place).name}"):
        return True
    return any(distance_km(place, each) <= _NEAR_KM for each in answer.candidates)


def _words(text: str) -> set[str]:
    return {word for word in (fold(text) or word_key(text)).split() if len(word) >= _LONG_WORD}


def _listed(places: Sequence[Place]) -> str:
    shown = ", ".join(dict.fromkeys(named(each) for each in places[:_MOST_SHOWN]))
    return shown + (", …" if len(places) > _MOST_SHOWN else "")
