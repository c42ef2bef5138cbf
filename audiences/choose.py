"""Whether a name means one place or several: the rule that keeps guesses out."""

from collections.abc import Iterable

from audiences.place import Place, Resolution

Candidate = tuple[int, Place]
_EXACT, _SHORT, _OTHER = 0, 1, 2
# The largest bearer of a name is meant silently only when this much larger than the second.
CLEARLY_LARGER = 5
# Other names of small places in GeoNames are too often some other village's.
_WELL_KNOWN = 20_000
# Abroad a short name alone is taken only of a town: the village at home may be missing here.
_TOWN_ABROAD = 5_000
# A foreign or colloquial name of a city this much larger casts doubt even on an official name.
_OVERWHELMING = 20


def choose(candidates: Iterable[Candidate], preferred: str | None) -> Resolution:
    """Return the one place that is meant, or all that may be. Candidates are (rank, place).

    Official names and their short forms count first; other names only if no place has the name
    itself. Within them a place is taken when it is the only one with exactly this name and no
    place of that short form is larger, or when it is five times as large as the next.
    """
    ranked = sorted(candidates, key=lambda c: _order(c, preferred))
    if not ranked:
        return Resolution("unknown", None)
    pool = _best_ranks(ranked)
    home = [c for c in pool if c[1].country == preferred] or pool
    place = _clear_choice(home)
    if place is None or _too_small(place, home, preferred) or _doubtful(place, pool, ranked):
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


def _clear_choice(pool: list[Candidate]) -> Place | None:
    by_size = sorted((place for _, place in pool), key=lambda p: -p.population)
    largest, second = by_size[0], by_size[1] if len(by_size) > 1 else None
    if second is None:
        return largest
    if largest.population and largest.population >= CLEARLY_LARGER * second.population:
        return largest
    exact = [place for rank, place in pool if rank == _EXACT]
    if len(exact) == 1 and exact[0] is largest and largest.population > second.population:
        return largest
    return None


def _too_small(place: Place, pool: list[Candidate], preferred: str | None) -> bool:
    rank = min(rank for rank, p in pool if p.id == place.id)
    if rank >= _OTHER:
        return place.population < _WELL_KNOWN
    abroad = preferred is not None and place.country != preferred
    return rank == _SHORT and abroad and place.population < _TOWN_ABROAD


def _doubtful(place: Place, pool: list[Candidate], ranked: list[Candidate]) -> bool:
    abroad_larger = any(
        p.country != place.country and p.population > place.population for _, p in pool
    )
    overwhelmed = any(
        rank == _OTHER and p.population > _OVERWHELMING * max(place.population, 1)
        for rank, p in ranked
    )
    return abroad_larger or overwhelmed
