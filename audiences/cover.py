"""Which towns stand for a circle at a network that knows towns and no radius."""

from collections.abc import Sequence

from audiences.place import Place


def cover(cities: Sequence[Place], home: Place, share: float = 0.95, cap: int = 250) -> list[Place]:
    """Return the fewest towns that hold the share of all people, largest first, home among them.

    Towns do not overlap, so taking the largest first is the optimum and needs no search. `home`
    is the home town as `home_town` gives it; it stays even if it is tiny. At most `cap` towns.
    """
    wanted = share * sum(town.population for town in cities)
    chosen = [town for town in cities if town.id == home.id][:1] or [home]
    held = sum(town.population for town in chosen)
    for town in sorted(cities, key=lambda town: (-town.population, town.id)):
        if held >= wanted or len(chosen) >= cap:
            break
        if town.id != home.id:
            chosen.append(town)
            held += town.population
    return sorted(chosen, key=lambda town: (-town.population, town.id))
