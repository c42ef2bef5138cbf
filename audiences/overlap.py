"""Who lives in several circles at once: shared by two, and by all of them without counting twice.

A place that lies in circles as a whole counts exactly. Where a circle cuts a place's disk, the
share of its people inside is exact too; which of them another circle holds as well is read off a
fixed pattern of points on the disk, so that the same circles always share the same people.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from audiences.circle import Inside
from audiences.distance import local_km
from audiences.place import Place

_POINTS = 61
_ALL = (1 << _POINTS) - 1
_KM_PER_DEGREE = 111.2
# As seeds lie in a sunflower: each stands for the same area. (bit, x, y) on a disk of radius 1.
_PATTERN = tuple(
    (
        1 << n,
        math.sqrt((n + 0.5) / _POINTS) * math.cos(n * math.pi * (3 - math.sqrt(5))),
        math.sqrt((n + 0.5) / _POINTS) * math.sin(n * math.pi * (3 - math.sqrt(5))),
    )
    for n in range(_POINTS)
)


@dataclass(frozen=True, slots=True)
class Circle:
    """The circle of one tandem, under a key that only the caller understands.

    ``inside`` are its places, as ``shares_within`` gives them.
    """

    key: str
    lat: float
    lon: float
    radius_km: float
    inside: Sequence[Inside]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two circles, the people who live in both, and their share of the smaller audience."""

    a: str
    b: str
    people: int
    share: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """People who live in the same circles; the keys are in order."""

    people: float
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """What circles have in common.

    ``people`` by key; ``pairs`` that share some, largest first; ``gross`` counts everybody as often
    as circles hold them, ``net`` once; ``crowds`` are the same people, by the circles they live in.
    """

    people: Mapping[str, int]
    pairs: tuple[Pair, ...]
    gross: int
    net: int
    crowds: tuple[Crowd, ...]

    @property
    def most_circles(self) -> int:
        """How many circles meet where most of them do."""
        return max((len(crowd.keys) for crowd in self.crowds), default=0)

    def shared(self) -> dict[frozenset[str], int]:
        """Return the people of each pair, as the timetable wants them."""
        return {frozenset((pair.a, pair.b)): pair.people for pair in self.pairs}


def overlap(circles: Iterable[Circle]) -> Overlap:
    """Return what the circles have in common. Their order plays no part."""
    ordered = sorted(circles, key=lambda circle: circle.key)
    sums = _Sums(ordered)
    for place, shares in _by_place(ordered):
        sums.add(place, shares)
    return sums.result()


def _by_place(
    circles: Sequence[Circle],
) -> Iterator[tuple[Place, list[tuple[int, float]]]]:
    """Yield every place that lies in circles, with the circles' numbers and shares."""
    places: dict[int, Place] = {}
    shares: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for number, circle in enumerate(circles):
        for place, share, _ in circle.inside:
            if place.people:
                places[place.id] = place
                shares[place.id].append((number, share))
    return ((places[number], found) for number, found in sorted(shares.items()))


@dataclass(frozen=True, slots=True)
class _Part:
    """One circle's part of a place: the share of its people, and the points that stand for them.

    ``weight`` is the share that each point stands for.
    """

    circle: int
    share: float
    points: int
    weight: float


class _Sums:
    """People by circle, by pair and by crowd, place after place."""

    def __init__(self, circles: Sequence[Circle]) -> None:
        self._circles = circles
        self._points: dict[tuple[int, float, float, float], int] = {}
        self._people = [0.0] * len(circles)
        self._shared: defaultdict[tuple[int, int], float] = defaultdict(float)
        self._crowds: defaultdict[tuple[int, ...], float] = defaultdict(float)

    def add(self, place: Place, shares: Sequence[tuple[int, float]]) -> None:
        for number, share in shares:
            self._people[number] += share * place.people
        if len(shares) == 1:
            self._crowds[(shares[0][0],)] += shares[0][1] * place.people
            return
        parts = [self._part(place, number, share) for number, share in shares]
        for one, other in combinations(parts, 2):
            if both := _in_both(one, other):
                self._shared[one.circle, other.circle] += both * place.people
        for numbers, share in _blocks(parts):
            self._crowds[numbers] += share * place.people

    def _part(self, place: Place, number: int, share: float) -> _Part:
        if share >= 1:
            return _Part(number, share, _ALL, share / _POINTS)
        circle = self._circles[number]
        # Tandems of one town often have the same circle.
        where = place.id, circle.lat, circle.lon, circle.radius_km
        if where not in self._points:
            self._points[where] = _points_inside(place, circle)
        points = self._points[where]
        return _Part(number, share, points, share / points.bit_count())

    def result(self) -> Overlap:
        keys = [circle.key for circle in self._circles]
        people = {key: round(count) for key, count in zip(keys, self._people, strict=True)}
        gross = sum(people.values())
        pairs = [
            Pair(a, b, count, round(count / min(people[a], people[b]), 4))
            for (one, other), shared in self._shared.items()
            for a, b, count in [(keys[one], keys[other], round(shared))]
            if count and _meet(self._circles[one], self._circles[other])
        ]
        return Overlap(
            people,
            tuple(sorted(pairs, key=lambda pair: (-pair.people, pair.a, pair.b))),
            gross=gross,
            net=max(max(people.values(), default=0), min(gross, round(sum(self._crowds.values())))),
            crowds=tuple(
                Crowd(count, tuple(keys[number] for number in numbers))
                for numbers, count in sorted(self._crowds.items())
            ),
        )


def _points_inside(place: Place, circle: Circle) -> int:
    """Return the points of a place's disk in a circle, as bits; the nearest one if none is."""
    degree = _KM_PER_DEGREE / place.disk_km
    east = (circle.lon - place.lon) * math.cos(math.radians(place.lat)) * degree
    north = (circle.lat - place.lat) * degree
    reach = (circle.radius_km / place.disk_km) ** 2
    inside = sum(
        [
            bit
            for bit, x, y in _PATTERN
            if (across := x - east) * across + (up := y - north) * up <= reach
        ]
    )
    return inside or min(_PATTERN, key=lambda p: (p[1] - east) ** 2 + (p[2] - north) ** 2)[0]


def _in_both(one: _Part, other: _Part) -> float:
    """Return the share of a place's people in both parts, never more or less than is possible."""
    common = (one.points & other.points).bit_count() * min(one.weight, other.weight)
    return max(one.share + other.share - 1, min(common, one.share, other.share))


def _blocks(parts: Sequence[_Part]) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield by which circles the people of a place are held, and their share of the place.

    A point stands for as much as the part that takes it for most: so parts that do not touch add
    up, equal parts count once, and a further circle never makes the whole smaller.
    """
    blocks: list[tuple[int, tuple[_Part, ...]]] = [(_ALL, ())]
    for part in parts:
        blocks = [
            block
            for points, holders in blocks
            for block in (
                (points & part.points, (*holders, part)),
                (points & ~part.points, holders),
            )
            if block[0]
        ]
    held = [
        (holders, points.bit_count() * max(part.weight for part in holders))
        for points, holders in blocks
        if holders
    ]
    whole = max(1.0, sum(share for _, share in held))
    for holders, share in held:
        yield tuple(part.circle for part in holders), share / whole


def _meet(one: Circle, other: Circle) -> bool:
    reach = one.radius_km + other.radius_km
    return local_km(one.lat, one.lon, other.lat, other.lon) < reach
