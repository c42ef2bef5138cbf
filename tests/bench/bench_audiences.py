"""Figures of the places: `python tests/bench/bench_audiences.py`, about ten seconds.

Every speed is given as a ratio to a named baseline in the same run.
"""

import gzip
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from geopy.distance import geodesic

from audiences.circle import cities_within, default_radius, home_town, places_within
from audiences.cover import cover
from audiences.distance import Spot, distance_km
from audiences.gazetteer import DATA, Gazetteer
from audiences.place import Place
from audiences.resolve import resolve

Row = tuple[str, float | int, str]
QUERIES = ("Freiburg", "79098", "Muenchen", "Frankfurt/Main", "Berlin-Neukölln", "8001 Zürich")
_COLD = """
import time
from audiences.resolve import resolve
start = time.perf_counter()
resolve("Freiburg")
print(1000 * (time.perf_counter() - start))
"""


def best_of(rounds: int, work: Callable[[], object]) -> float:
    """Return the shortest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def lookup() -> list[Row]:
    """A warm lookup against building the dictionary that it replaces."""
    atlas = Gazetteer.open()
    warm = best_of(20, lambda: [resolve(query) for query in QUERIES]) / len(QUERIES)
    names = (DATA / "names.tsv").read_text("utf-8")
    table = best_of(2, lambda: dict(line.split("\t", 1) for line in names.splitlines()))
    raw = best_of(20, lambda: [atlas.named("freiburg") for _ in range(100)]) / 100
    return [
        ("lookup warm, any text (µs)", round(warm * 1e6, 1), "limit 200"),
        (
            "lookup warm, one folded name (µs)",
            round(raw * 1e6, 1),
            f"{table / raw:,.0f}× faster than building a dictionary of the names",
        ),
    ]


def cold_start() -> list[Row]:
    """The first lookup of a new process, imports left out."""
    root = Path(__file__).resolve().parents[2]
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", _COLD], cwd=root, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(5)
    ]
    return [("cold start with first lookup (ms)", round(min(runs), 2), "limit 150")]


def distances(seed: random.Random) -> list[Row]:
    """The closed form against geopy's geodesic, up to 80 km."""
    pairs = []
    while len(pairs) < 2_000:
        a = Spot(seed.uniform(47, 55), seed.uniform(6, 15))
        b = Spot(a.lat + seed.uniform(-0.5, 0.5), a.lon + seed.uniform(-0.7, 0.7))
        pairs.append((a, b))
    ours = best_of(5, lambda: [distance_km(a, b) for a, b in pairs])
    truth = best_of(1, lambda: [geodesic((a.lat, a.lon), (b.lat, b.lon)).km for a, b in pairs])
    worst = max(
        abs(distance_km(a, b) - geodesic((a.lat, a.lon), (b.lat, b.lon)).km) for a, b in pairs
    )
    return [
        (
            "distance (µs)",
            round(ours / len(pairs) * 1e6, 2),
            f"{truth / ours:,.0f}× geopy geodesic",
        ),
        ("distance, largest error to 80 km (m)", round(worst * 1000, 2), "limit 2"),
    ]


def circles(seed: random.Random) -> list[Row]:
    """All places within 25 km against a geodesic loop over the same places (a sample of it)."""
    places = list(Gazetteer.open().places())
    homes = _homes(places, seed, 1_000)
    first = best_of(1, lambda: [places_within(home, 25) for home in homes])
    warm = best_of(2, lambda: [places_within(home, 25) for home in homes])
    sample = seed.sample(places, 4_000)
    naive = best_of(1, partial(_naive, homes[0], sample)) * len(places) / len(sample) * len(homes)
    plan = best_of(1, lambda: [_plan(home) for home in homes])
    return [
        (
            "places within 25 km, 1,000 homes, first (ms)",
            round(first * 1e3),
            f"{naive / first:,.0f}× geopy loop",
        ),
        (
            "places within 25 km, 1,000 homes, warm (ms)",
            round(warm * 1e3),
            f"{naive / warm:,.0f}× geopy loop",
        ),
        ("radius, towns and cover of 1,000 homes (ms)", round(plan * 1e3), "limit 2,000"),
    ]


def weight() -> list[Row]:
    """What the data adds to the wheel, packed as a wheel packs it."""
    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in sorted(DATA.glob("*.tsv")))
    return [("data in the wheel (kB)", round(packed / 1000), "limit 3,000")]


def run() -> list[Row]:
    """Return (figure, value, baseline or limit)."""
    seed = random.Random(2016)
    return [*lookup(), *cold_start(), *distances(seed), *circles(seed), *weight()]


def _homes(places: list[Place], seed: random.Random, count: int) -> list[Place]:
    german = [place for place in places if place.country == "DE" and place.people]
    return seed.choices(german, weights=[place.people for place in german], k=count)


def _naive(home: Place, places: list[Place]) -> list[Place]:
    return [p for p in places if geodesic((home.lat, home.lon), (p.lat, p.lon)).km <= 25]


def _plan(home: Place) -> list[Place]:
    radius = default_radius(home)
    return cover(cities_within(home, radius), home_town(home))


if __name__ == "__main__":
    for figure, value, compared in run():
        print(f"{figure:<48} {value:>12,}   {compared}")
