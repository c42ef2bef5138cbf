"""Every figure of the places, each beside its baseline: `python tests/bench/bench_audiences.py`.

Takes about a minute. Speeds are given as a ratio to a named baseline in the same run, and times
are the processor's: whatever else the machine does meanwhile does not count.
"""

import gzip
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import combinations, product
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple, TypeVar

from geopy.distance import geodesic

from audiences.circle import Inside, choose_radius, home_town, places_within, shares_within
from audiences.cover import COVERED, cover
from audiences.distance import Spot, distance_km
from audiences.gazetteer import DATA, Gazetteer
from audiences.map import Circle as Drawn
from audiences.map import draw
from audiences.meetings import meetings
from audiences.overlap import Circle, Overlap, overlap
from audiences.place import Place
from audiences.resolve import resolve
from orchestrator.placing.finding import Finder
from schedules.calendar import Window
from schedules.timetable import Crowd, Demand, Frame, Placed, expand, same_day_overlap

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "audiences"))

from audience_places import TOWNS
from audience_typed import FIRST, SECOND

Answer = TypeVar("Answer")
COUNTRIES = ("DE", "AT", "CH")
LANES = ("facebook/town", "x/main")
WEEK = Frame(
    date(2026, 11, 23),
    date(2026, 11, 29),
    "Europe/Berlin",
    (Window.parse("08:00-10:00"), Window.parse("17:00-20:00")),
    Window.parse_quiet("21:00-07:00"),
)
QUERIES = ("Freiburg", "79098", "Muenchen", "Frankfurt/Main", "Berlin-Neukölln", "8001 Zürich")
WAYS = {
    "": lambda text: resolve(text).place,
    ", product": lambda text: Finder().find(text).place,
}
_COLD = """
import time
from audiences.resolve import resolve
start = time.process_time()
resolve("Freiburg")
print(1000 * (time.process_time() - start))
"""


class Figure(NamedTuple):
    """What was measured, what it must and should reach, and the baseline beside it."""

    name: str
    value: float | int
    must: str = ""
    aim: str = ""
    baseline: str = ""


class Plan(NamedTuple):
    """All that planning finds without a database, and the seconds of each step."""

    overlap: Overlap
    placed: Sequence[Placed]
    seconds: Mapping[str, float]


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


# -- where is it? ------------------------------------------------------------------------------


def resolving() -> Iterable[Figure]:
    """Lists of places with points from general knowledge, the second and third typed by people.

    Once as the package answers, and once as the product asks it (`product`).
    """
    lists = (("own list", TOWNS), ("as typed", FIRST), ("unseen", SECOND))
    for (way, find), (name, known) in product(WAYS.items(), lists):
        answers = [(each, find(each[0])) for each in known]
        off = [
            (distance_km(place, Spot(each[1], each[2])), each[3])
            for each, place in answers
            if place is not None
        ]
        wrong = sum(km > allowed for km, allowed in off)
        kilometres = sorted(km for km, _ in off)
        share = 100 * (len(off) - wrong) / len(known)
        yield Figure(f"{name}{way}: right of {len(known)} (%)", round(share, 1), "88", "96.5")
        yield Figure(f"{name}{way}: silently wrong", wrong, "0", "0")
        yield Figure(f"{name}{way}: median error (km)", round(median(kilometres), 2), "0.5", "0.25")
        p95 = quantiles(kilometres, n=20)[-1]
        yield Figure(f"{name}{way}: p95 error (km)", round(p95, 2), "3", "1.3")


def lookups() -> Iterable[Figure]:
    """A warm lookup against building the dictionary that it replaces; the first of a process."""
    atlas = Gazetteer.open()
    warm = best_of(20, lambda: [resolve(query) for query in QUERIES]) / len(QUERIES)
    names = (DATA / "names.tsv").read_text("utf-8")
    table = best_of(2, lambda: dict(line.split("\t", 1) for line in names.splitlines()))
    raw = best_of(20, lambda: [atlas.named("freiburg") for _ in range(100)]) / 100
    yield Figure("lookup warm, any text (µs)", round(warm * 1e6, 1), "200", "20")
    ratio = f"{table / raw:,.0f}× faster than building a dictionary"
    yield Figure("lookup warm, one folded name (µs)", round(raw * 1e6, 1), "200", "20", ratio)
    yield Figure("first lookup, after the imports (ms)", round(min(_cold_starts()), 2), "150", "5")


def _cold_starts() -> list[float]:
    command, root = [sys.executable, "-c", _COLD], Path(__file__).resolve().parents[2]
    return [
        float(subprocess.run(command, cwd=root, check=True, capture_output=True).stdout)
        for _ in range(5)
    ]


# -- how far is it? ----------------------------------------------------------------------------


def distances(seed: random.Random) -> Iterable[Figure]:
    """The closed form against geopy's geodesic, up to 80 km."""
    pairs: list[tuple[Spot, Spot]] = []
    while len(pairs) < 2_000:
        a = Spot(seed.uniform(47, 55), seed.uniform(6, 15))
        b = Spot(a.lat + seed.uniform(-0.5, 0.5), a.lon + seed.uniform(-0.7, 0.7))
        if distance_km(a, b) <= 80:
            pairs.append((a, b))
    ours = best_of(5, lambda: [distance_km(a, b) for a, b in pairs])
    truth = best_of(1, lambda: [_geodesic(a, b) for a, b in pairs])
    worst = max(abs(distance_km(a, b) - _geodesic(a, b)) for a, b in pairs)
    yield Figure("distance to 80 km, largest error (m)", round(worst * 1000, 2), "50", "2")
    ratio = f"{truth / ours:,.0f}× geopy geodesic"
    yield Figure("distance (µs)", round(ours / len(pairs) * 1e6, 2), baseline=ratio)


def within(seed: random.Random) -> Iterable[Figure]:
    """All places within 25 km of 1,000 homes against a geodesic loop over the same places.

    The loop runs for two homes, and has to find the same places but for two metres at the rim.
    """
    places = list(Gazetteer.open().places())
    homes = some_homes(seed, 1_000)
    ours = best_of(3, lambda: [places_within(home, 25) for home in homes])
    looped = homes[:2]
    naive = best_of(1, lambda: [_naive(home, places) for home in looped]) / len(looped)
    for home in looped:
        rim = {p.id for p in places_within(home, 25.1) if abs(_geodesic(home, p) - 25) < 0.002}
        found = {place.id for place in places_within(home, 25)}
        assert found - rim == {place.id for place in _naive(home, places)} - rim
    ratio = naive * len(homes) / ours
    baseline = f"{ratio:,.0f}× geopy loop over the same {len(places):,} rows, same answer"
    yield Figure("within 25 km, ratio to geopy", round(ratio), "5,000", "30,000", baseline)
    yield Figure("within 25 km, 1,000 homes (ms)", round(ours * 1e3))


def _geodesic(a: Spot | Place, b: Spot | Place) -> float:
    return float(geodesic((a.lat, a.lon), (b.lat, b.lon)).km)


def _naive(home: Place, places: Iterable[Place]) -> list[Place]:
    return [place for place in places if _geodesic(home, place) <= 25]


# -- who is reached, and when? -----------------------------------------------------------------


def planning(seed: random.Random) -> Iterable[Figure]:
    """The whole plan of 1,000 tandems without a database, step by step; the first is cold."""
    texts = some_texts(seed, 1_000)
    first, again = plan(texts), min((plan(texts) for _ in range(3)), key=_whole)
    yield Figure("plan of 1,000 tandems, first (ms)", round(_whole(first) * 1e3), "2,000", "500")
    yield Figure("plan of 1,000 tandems, again (ms)", round(_whole(again) * 1e3), "2,000", "500")
    for step, seconds in again.seconds.items():
        yield Figure(f"  of it {step} (ms)", round(seconds * 1e3))
    yield Figure("  overlapping pairs", len(again.overlap.pairs))
    counted = best_of(3, lambda: _met(again))
    yield Figure("  who meets how many appeals (ms)", round(counted * 1e3))


def plan(
    texts: Sequence[str], radius_km: int | None = None, lanes: Sequence[str] = LANES, posts: int = 2
) -> Plan:
    """Plan tandems from what was typed to the minute of every post."""
    steps: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Answer]) -> Answer:
        start = time.process_time()
        done = work()
        steps[step] = time.process_time() - start
        return done

    homes = timed("resolve", lambda: [_resolved(text) for text in texts])
    radii = timed("radius", lambda: [radius_km or _radius(home) for home in homes])
    around = timed("people", lambda: [_around(h, r) for h, r in zip(homes, radii, strict=True)])
    timed("cover", lambda: [cover(*each) for each in zip(around, radii, homes, strict=True)])
    circles = [
        Circle(f"t{number:04}", home.lat, home.lon, radius, inside=inside)
        for number, (home, radius, inside) in enumerate(zip(homes, radii, around, strict=True))
    ]
    shared = timed("overlap", partial(overlap, circles))
    demands = [Demand(circle.key, lane, posts) for circle in circles for lane in lanes]
    placed = timed("days", partial(_placed, shared, demands))
    return Plan(shared, placed, steps)


def _resolved(text: str) -> Place:
    place = resolve(text).place
    assert place is not None
    return place


def _radius(home: Place) -> int:
    return choose_radius(home, countries=COUNTRIES)


def _around(home: Place, radius_km: int) -> list[Inside]:
    return shares_within(home, radius_km, COUNTRIES)


def _placed(shared: Overlap, demands: Sequence[Demand]) -> list[Placed]:
    crowds = [Crowd(round(each.people), each.keys) for each in shared.crowds]
    return expand(demands, WEEK, conflicts=shared.shared(), crowds=crowds).placed


def _whole(each: Plan) -> float:
    return sum(each.seconds.values())


def _met(each: Plan) -> object:
    appeals = [(post.key, post.slot.day) for post in each.placed]
    return meetings(each.overlap.crowds, appeals, WEEK.start, 2, 4)


def covering(seed: random.Random) -> Iterable[Figure]:
    """The people whom the chosen keys cover, and whether fewer keys would have done.

    The exact answer comes from trying all sets of towns, where there are at most twelve.
    """
    held, recalls, tried, fewest = [], [], 0, 0
    for home in some_homes(seed, 400):
        radius = _radius(home)
        inside = _around(home, radius)
        chosen = cover(inside, radius, home)
        people = _people_of_towns(inside, radius, home)
        keys = {town.id for town in chosen.towns}
        held.append(sum(people[key] for key in keys) / max(1.0, sum(people.values())))
        recalls.append(chosen.recall)
        if len(people) <= 12:
            tried += 1
            fewest += len(keys) == _fewest(people, home_town(home).id)
    least = round(100 * min(held), 1)
    yield Figure("people of the towns inside, covered (%)", least, "95", "95", "the least of 400")
    yield Figure(
        "people of the circle, covered (%)", round(100 * median(recalls), 1), "", "", "median"
    )
    same = f"{fewest} of {tried} small circles, against all sets"
    yield Figure("fewest keys (%)", round(100 * fewest / tried, 1), "", "100", same)


def _people_of_towns(inside: Iterable[Inside], radius: int, home: Place) -> dict[int, float]:
    people: defaultdict[int, float] = defaultdict(float)
    towns = {home_town(home).id}
    for place, share, km in inside:
        people[place.part_of or place.id] += place.people * share
        if km <= radius and place.is_town and place.population > 0:
            towns.add(place.id)
    return {town: people[town] for town in towns}


def _fewest(people: Mapping[int, float], home: int) -> int:
    others = [town for town in people if town != home]
    wanted = COVERED * sum(people.values())
    return next(
        1 + count
        for count in range(len(others) + 1)
        for some in combinations(others, count)
        if people[home] + sum(people[town] for town in some) >= wanted - 1e-6
    )


def staggering(seed: random.Random) -> Iterable[Figure]:
    """People who meet two of 38 tandems on a day, against the order of a list.

    A list is worked off from its top: six tandems a day. It is in no order, or by state and town,
    as lists of several partners are. Twelve campaigns, circles of 25 km, one post each; then two
    posts on two networks, where the list has both networks on one day and again three days later.
    """
    ours = drawn = sorted_ = twice = twice_listed = 0
    for _ in range(12):
        texts = some_texts(seed, 38)
        single, double = plan(texts, 25, LANES[:1], posts=1), plan(texts, 25)
        ours += same_day_overlap(single.placed, single.overlap.shared())
        twice += same_day_overlap(double.placed, double.overlap.shared())
        keys = sorted(single.overlap.people)
        by_state = [key for _, key in sorted(zip(map(_state_and_town, texts), keys, strict=True))]
        shared = single.overlap.shared()
        drawn += _same_day(shared, {key: {n // 6} for n, key in enumerate(keys)})
        sorted_ += _same_day(shared, {key: {n // 6} for n, key in enumerate(by_state)})
        listed = {key: {n // 6, (n // 6 + 3) % 7} for n, key in enumerate(keys)}
        twice_listed += _same_day(shared, listed)
    for name, value, baseline in (
        ("38 tandems, against a list in no order (%)", ours, drawn),
        ("38 tandems, against a list by state (%)", ours, sorted_),
        ("38 tandems, 2 networks × 2 posts (%)", twice, twice_listed),
    ):
        share = round(100 * value / baseline, 2)
        yield Figure(name, share, "50", "5", f"{value / 12:,.0f} of {baseline / 12:,.0f} people")


def _same_day(shared: Mapping[frozenset[str], int], days: Mapping[str, set[int]]) -> int:
    return sum(
        people * len(set.intersection(*(days[key] for key in pair)))
        for pair, people in shared.items()
    )


def _state_and_town(text: str) -> tuple[str, str]:
    town, _, state = text.rpartition(", ")
    return state, town


# -- what does it weigh? -----------------------------------------------------------------------


def weighing(seed: random.Random) -> Iterable[Figure]:
    """The data as a wheel packs it, and the map of 38 circles."""
    files = [path for path in sorted(DATA.iterdir()) if path.is_file()]
    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    yield Figure("data added to the wheel (kB)", round(packed / 1000), "3,000", "1,000")
    circles = [Drawn(h.name, h.lat, h.lon, _radius(h)) for h in some_homes(seed, 38)]
    svg = draw(circles, "38", "38")
    seconds = best_of(3, lambda: draw(circles, "38", "38"))
    yield Figure("map of 38 circles (kB)", round(len(svg.encode()) / 1000, 1), "80", "80")
    yield Figure("map of 38 circles (ms)", round(seconds * 1e3, 1), "1,000", "20")


def some_homes(seed: random.Random, count: int) -> list[Place]:
    """Draw places of Germany, the larger the likelier."""
    german = [each for each in Gazetteer.open().places() if each.country == "DE" and each.people]
    return seed.choices(german, weights=[place.people for place in german], k=count)


def some_texts(seed: random.Random, count: int) -> list[str]:
    """Draw as many texts that mean a town or a district: its name and its state."""
    texts: list[str] = []
    while len(texts) < count:
        texts += [
            text
            for home in some_homes(seed, count)
            for text in [f"{home.name}, {home.state}"]
            if resolve(text).place
        ]
    return texts[:count]


def figures() -> Iterable[Figure]:
    """Yield all figures in the order in which a campaign needs them."""
    yield from resolving()
    yield from lookups()
    yield from distances(random.Random(2016))
    yield from within(random.Random(2016))
    yield from planning(random.Random(2016))
    yield from covering(random.Random(2016))
    yield from staggering(random.Random(2016))
    yield from weighing(random.Random(2016))


def main() -> None:
    """Print a line for each figure as soon as it is known."""
    print(f"{'figure':<44}{'value':>12}{'must':>9}{'aim':>9}   baseline")
    for each in figures():
        limits = f"{each.must:>9}{each.aim:>9}   {each.baseline}"
        print(f"{each.name:<44}{each.value:>12,}{limits}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
