"""Whether a name means one place or several: the rule that keeps guesses out."""

from collections.abc import Iterable

from audiences.place import Place, Resolution

Candidate = tuple[int, Place]
_EXACT, _SHORT, _OTHER = 0, 1, 2
# The largest bearer of a name is meant silently only when this much larger than the second.
CLEARLY_LARGER = 5
# Other names of small places in GeoNames are too often some other village's.
_WELL_KNOWN = 20_000
# Where GeoNames knows no population the place may well be a small municipality.
_UNCOUNTED = 3_000
# Abroad the uncounted ones are hamlets: GeoNames' extract has everything from 500 people on.
_UNCOUNTED_ABROAD = 500
# Abroad a short name alone is taken only of a town: the village at home may be missing here.
_TOWN_ABROAD = 5_000
# Of which people know that it is one, whatever quarter elsewhere bears its name.
_CITY = 100_000
# A foreign or colloquial name of a city this much larger casts doubt even on an official name.
_OVERWHELMING = 20


def choose(candidates: Iterable[Candidate], preferred: str | None) -> Resolution:
    """Return the one place that is meant, or all that may be. Candidates are (rank, place).

    Official names and their short forms count first; other names only if no place has the name
    itself. Within them a place is taken when it is the only one, or five times as large as every
    other, in whatever country; between a town and quarters elsewhere see `_outweighs`.
    """
    ranked = sorted(candidates, key=lambda c: _order(c, preferred))
    if not ranked:
        return Resolution("unknown", None)
    pool = _best_ranks(ranked)
    place = _clear_choice(pool, preferred)
    if place is None or _too_small(place, pool, preferred) or _overwhelmed(place, ranked):
        return Resolution("ambiguous", None, tuple(p for _, p in ranked))
    return Resolution("resolved", place, tuple(p for _, p in ranked if p.id != place.id))


def _order(candidate: Candidate, preferred: str | None) -> tuple[int, bool, int, int]:
    rank, place = candidate
    return max(rank, _SHORT), place.country != preferred, -place.population, place.id


def _best_ranks(ranked: list[Candidate]) -> list[Candidate]:
    strong = [c for c in ranked if c[0] <= _SHORT]
    if strong:
        return strong
    best = min(rank for rank, _ in ranked)
    return [c for c in ranked if c[0] == best]


def _clear_choice(pool: list[Candidate], preferred: str | None) -> Place | None:
    by_size = sorted(pool, key=lambda c: (-_size(c[1], preferred), c[1].id))
    rank, largest = by_size[0]
    exact = rank == _EXACT
    if all(_outweighs(largest, other, preferred, exact=exact) for other in by_size[1:]):
        return largest
    return None


def _outweighs(place: Place, rival: Candidate, preferred: str | None, *, exact: bool) -> bool:
    """Tell whether the bare name means the one and not the other.

    A quarter never outweighs a town, and a town has to be five times as large as a quarter. Twice
    is enough where the name is exactly the town's own and the rival is no full bearer of it: a town
    that is only called so for short, as Freiberg am Neckar is beside Freiberg; or a quarter beside
    a city, as "Hamm" would else be a question for Hamburg's Hamm (4.7 times).
    """
    rank, other = rival
    if other.is_town and not place.is_town:
        return False
    lesser = rank > _EXACT if other.is_town else place.population >= _CITY
    return place.population >= (2 if exact and lesser else CLEARLY_LARGER) * _size(other, preferred)


def _size(place: Place, preferred: str | None) -> int:
    abroad = preferred is not None and place.country != preferred
    return place.population or (_UNCOUNTED_ABROAD if abroad else _UNCOUNTED)


def _too_small(place: Place, pool: list[Candidate], preferred: str | None) -> bool:
    rank = min(rank for rank, p in pool if p.id == place.id)
    if rank >= _OTHER:
        return place.population < _WELL_KNOWN
    abroad = preferred is not None and place.country != preferred
    return rank == _SHORT and abroad and place.population < _TOWN_ABROAD


def _overwhelmed(place: Place, ranked: list[Candidate]) -> bool:
    return any(
        rank == _OTHER and p.population > _OVERWHELMING * max(place.population, 1)
        for rank, p in ranked
    )
