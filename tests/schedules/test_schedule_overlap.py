"""How near the planner comes to the best days, and whom it spares when people meet too many."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product

import pytest

from schedules.calendar import Window
from schedules.timetable import (
    Crowd,
    Demand,
    Fixed,
    Frame,
    Patience,
    Placed,
    expand,
    same_day_overlap,
)

LANES = ("facebook/town", "x/main")
MONDAY = date(2026, 11, 23)
WEEK = Frame(
    MONDAY,
    MONDAY + timedelta(days=6),
    "Europe/Berlin",
    (Window.parse("08:00-10:00"), Window.parse("17:00-20:00")),
)
Conflicts = dict[frozenset[str], int]


def frame(days: int) -> Frame:
    return Frame(MONDAY, MONDAY + timedelta(days=days - 1), WEEK.zone, WEEK.windows)


def neighbours(count: int, reach: float, seed: int) -> Conflicts:
    """Circles of one size at random places of a square: the nearer, the more people they share."""
    some = random.Random(seed)
    places = [(some.random(), some.random()) for _ in range(count)]
    found = {}
    for one in range(count):
        for other in range(one):
            (x, y), (u, v) = places[one], places[other]
            apart = ((x - u) ** 2 + (y - v) ** 2) ** 0.5
            if apart < reach:
                found[frozenset((f"k{one}", f"k{other}"))] = 1 + round(90_000 * (1 - apart / reach))
    return found


def least_overlap(count: int, days: int, conflicts: Conflicts) -> int:
    """Try every even distribution of one post each; the least people who meet two on a day."""
    pairs = [(*sorted(int(key[1:]) for key in pair), people) for pair, people in conflicts.items()]
    return min(
        sum(people for one, other, people in pairs if chosen[one] == chosen[other])
        for chosen in product(range(days), repeat=count)
        if max(loads := Counter(chosen).values()) - min(loads) <= 1 and len(loads) == days
    )


def met(days: Mapping[str, set[int]], conflicts: Conflicts) -> int:
    """Count the people whom two keys reach on one day, apart from the planner's own count."""
    return sum(
        people * len(set.intersection(*(days[key] for key in pair)))
        for pair, people in conflicts.items()
    )


def days_of(placed: list[Placed]) -> dict[str, set[int]]:
    days: dict[str, set[int]] = {each.key: set() for each in placed}
    for each in placed:
        days[each.key].add((each.slot.day - MONDAY).days)
    return days


def wishes(count: int) -> list[Demand]:
    return [Demand(f"k{number}", lane, 2) for number in range(count) for lane in LANES]


@pytest.mark.parametrize(
    ("count", "days", "reach"), [(7, 3, 0.5), (8, 2, 0.5), (8, 4, 0.7), (6, 3, 1.5)]
)
def test_the_best_days_are_found_or_nearly(count: int, days: int, reach: float) -> None:
    """Against all even distributions: mostly the very best, together within three hundredths."""
    found, best = [], []
    for seed in range(6):
        conflicts = neighbours(count, reach, seed)
        demands = [Demand(f"k{number}", "x", 1) for number in range(count)]
        placed = expand(demands, frame(days), conflicts=conflicts).placed
        found.append(same_day_overlap(placed, conflicts))
        best.append(least_overlap(count, days, conflicts))
    assert all(ours >= theirs for ours, theirs in zip(found, best, strict=True))
    assert sum(found) <= 1.03 * sum(best)
    assert sum(ours == theirs for ours, theirs in zip(found, best, strict=True)) >= 4


def test_38_tandems_meet_far_fewer_twice_than_in_list_order_or_at_random() -> None:
    """Over six campaigns with two networks and two posts each: a twentieth of what a list gives
    (both networks on one day and again three days later), and of the mean of fifty random draws.
    """
    found = listed = drawn = 0.0
    for seed in range(6):
        conflicts, some = neighbours(38, 0.13, seed), random.Random(seed)
        assert len(conflicts) >= 20
        by_list = {f"k{n}": {n % 7, (n + 3) % 7} for n in range(38)}
        found += met(days_of(expand(wishes(38), WEEK, conflicts=conflicts).placed), conflicts)
        listed += met(by_list, conflicts)
        for _ in range(50):
            drawn += met({key: set(some.sample(range(7), 2)) for key in by_list}, conflicts) / 50
    assert found <= 0.05 * listed
    assert found <= 0.05 * drawn


def test_networks_move_together_where_one_alone_would_save_nobody() -> None:
    """Crowded circles: with two networks no more people meet twice than with one."""
    both = alone = 0
    for seed in range(4):
        conflicts = neighbours(38, 0.2, seed)
        both += met(days_of(expand(wishes(38), WEEK, conflicts=conflicts).placed), conflicts)
        one = [wish for wish in wishes(38) if wish.lane == LANES[0]]
        alone += met(days_of(expand(one, WEEK, conflicts=conflicts).placed), conflicts)
    assert both <= 1.05 * alone


def test_a_place_is_spared_a_third_appeal_before_two_are_kept_apart() -> None:
    """Six keys on three days, of whom three share a crowd: it meets at most two of them a day.

    The pairs outside of the crowd weigh more than those inside, and would put its keys together.
    """
    keys = [f"k{n}" for n in range(6)]
    crowd = Crowd(1_000, ("k0", "k1", "k2"))
    apart = {frozenset((a, b)): 2_500 for a in keys[:3] for b in keys[3:]}
    apart |= {frozenset((a, b)): 2_500 for a in keys[3:] for b in keys[3:] if a < b}
    demands = [Demand(key, "x", 1) for key in keys]
    careless = expand(demands, frame(2), conflicts=apart).placed
    assert most_a_day(careless, crowd) == 3
    patient = Patience(per_day=2, per_week=9)
    careful = expand(demands, frame(2), conflicts=apart, crowds=[crowd], patience=patient).placed
    assert most_a_day(careful, crowd) == 2


def test_a_full_week_makes_networks_share_days() -> None:
    """Two tandems with two posts on both networks: four appeals in a week, if days coincide."""
    crowd = Crowd(1_000, ("k0", "k1"))
    assert appeals(expand(wishes(2), WEEK).placed, crowd) > 4
    assert appeals(expand(wishes(2), WEEK, crowds=[crowd]).placed, crowd) == 4


def test_what_went_out_this_week_counts_and_the_next_week_is_free() -> None:
    """Three of the crowd's posts lie in the first week; its fourth key is put into the second."""
    fortnight = frame(14)
    gone = [
        Fixed(f"k{n}", "x", 1, at)
        for n, at in enumerate(each.slot.at_utc for each in early(fortnight, 3))
    ]
    demands = [Demand(f"k{n}", "x", 1) for n in range(4)]
    patience = Patience(per_day=1, per_week=3)
    crowd = Crowd(1_000, tuple(each.key for each in demands))
    weeks = set()
    for number in range(20):  # without the crowd the fourth's name decides
        own = [*demands[:3], Demand(f"z{number}", "x", 1)]
        mine = Crowd(crowd.people, tuple(each.key for each in own))
        [placed] = expand(own, fortnight, fixed=gone, crowds=[mine], patience=patience).placed
        weeks.add((placed.slot.day - MONDAY).days // 7)
    assert weeks == {1}


def early(fortnight: Frame, count: int) -> list[Placed]:
    """Slots in the first week."""
    week = Frame(fortnight.start, fortnight.start + timedelta(days=6), WEEK.zone, WEEK.windows)
    return expand([Demand(f"k{n}", "x", 1) for n in range(count)], week).placed


@pytest.mark.parametrize("seed", range(3))
def test_no_post_is_dropped_and_days_stay_even_whatever_is_shared(seed: int) -> None:
    """Everybody meets everybody: limits cannot be kept, and every post still has its day."""
    some = random.Random(seed)
    keys = [f"k{n}" for n in range(20)]
    crowds = [Crowd(some.randrange(1, 90_000), tuple(some.sample(keys, 12))) for _ in range(30)]
    conflicts = neighbours(20, 2, seed)
    table = expand(wishes(20), WEEK, conflicts=conflicts, crowds=crowds)
    assert not table.unplaced
    assert len(table.placed) == 80
    for lane in LANES:
        loads = Counter(each.slot.day for each in table.placed if each.lane == lane)
        assert set(loads.values()) <= {5, 6}
    some.shuffle(crowds)
    assert expand(wishes(20), WEEK, conflicts=conflicts, crowds=crowds) == table


def most_a_day(placed: list[Placed], crowd: Crowd) -> int:
    days = days_of(placed)
    return max(Counter(day for key in crowd.keys for day in days[key]).values())


def appeals(placed: list[Placed], crowd: Crowd) -> int:
    days = days_of(placed)
    return sum(len(days[key]) for key in crowd.keys)
