"""What is asked for: the countries and states in which a name is looked up."""

from dataclasses import dataclass, replace
from functools import lru_cache

from audiences.choose import Candidate
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from audiences.regions import countries_named, states_named

HOME_COUNTRIES = ("DE", "AT", "CH")
_HOME = frozenset((*HOME_COUNTRIES, "LI"))


@dataclass(frozen=True, slots=True)
class Question:
    """What narrows the answer down. An empty `states` means any; `bounded`: so the caller said."""

    gazetteer: Gazetteer
    countries: frozenset[str] | None
    preferred: str | None
    states: frozenset[str] = frozenset()
    bounded: bool = False

    def admits(self, place: Place) -> bool:
        """Tell whether a place lies in the countries and states asked for."""
        if self.countries is not None and place.country not in self.countries:
            return False
        return not self.states or place.state in self.states

    def named(self, key: str) -> list[Candidate]:
        """Return the admitted places of a folded name."""
        return [c for c in _named(self.gazetteer, key) if self.admits(c[1])]

    def knows(self, key: str) -> bool:
        """Tell whether an admitted place has this folded name."""
        return bool(self.named(key))

    def narrowed(self, word: str) -> "Question | None":
        """Return the question within the state or country that a word names, None for others."""
        if states := states_named(word):
            return replace(self, states=self.states & states or states)
        if countries := countries_named(word):
            return self._within(countries)
        return None

    def in_any_state(self) -> "Question":
        """Return the question without its states."""
        return replace(self, states=frozenset())

    def namesakes_abroad(self, key: str) -> list[Candidate]:
        """Return the neighbours' towns that answer to a folded name, where nothing forbids them."""
        if self.bounded or self.states:
            return []
        named = _named(self.gazetteer, key)
        return [each for each in named if each[1].is_town and not self.admits(each[1])]

    def across_borders(self) -> "Question | None":
        """Return the question across the borders, None where the countries were given."""
        if self.bounded or self.countries != _HOME:
            return None
        return replace(self, countries=None, preferred=None)

    def _within(self, countries: frozenset[str]) -> "Question":
        if self.bounded and self.countries is not None:
            return replace(self, countries=countries & self.countries)
        return replace(self, countries=countries, preferred=self._preferred(countries))

    def _preferred(self, countries: frozenset[str]) -> str | None:
        if self.preferred in countries:
            return self.preferred
        return next(iter(sorted(countries))) if len(countries) == 1 else None


@lru_cache(maxsize=8192)
def _named(gazetteer: Gazetteer, key: str) -> tuple[Candidate, ...]:
    # One text asks for the same name in several readings, a file of tandems for the same towns.
    return tuple(gazetteer.named(key))


def asked(
    gazetteer: Gazetteer, countries: tuple[str, ...] | None, preferred: str | None
) -> Question:
    """Return the question of a caller: None means at home first, then across the borders."""
    if countries is None:
        return Question(gazetteer, _HOME, preferred)
    return Question(gazetteer, frozenset(countries), preferred, bounded=True)
