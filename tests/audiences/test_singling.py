"""A public map singles nobody out, and loses nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.distance import Spot, distance_km
from audiences.singling import (
    LARGE,
    MANY,
    TOGETHER,
    Point,
    State,
    joined,
    singles_out,
    two_digits,
    unsingled,
)

HESSE, BREMEN, TYROL = State("DE", "Hessen"), State("DE", "Bremen"), State("AT", "Tirol")
STATES = st.sampled_from([HESSE, BREMEN, TYROL, State("CH", "")])
POINTS = st.builds(
    Point,
    name=st.sampled_from(["Alsfeld", "Kassel", "Sylt", "Imst", "Ort"]),
    state=STATES,
    lat=st.floats(45.5, 55.1),
    lon=st.floats(5.8, 17.2),
    inhabitants=st.integers(0, 60_000),
    tandems=st.integers(1, 4),
    radius_km=st.integers(5, 80),
    people=st.integers(0, 4_000_000),
)


def town(name: str, inhabitants: int, tandems: int, state: State = HESSE) -> Point:
    return Point(name, state, 50.751, 9.271, inhabitants, tandems, 12, 48_123)


@given(
    st.lists(POINTS, max_size=30),
    st.dictionaries(STATES, st.integers(1, 3), max_size=4),
)
def test_nobody_stands_out_and_nobody_is_lost(
    points: list[Point], regional: dict[State, int]
) -> None:
    """Every shown town has many people or tandems, no state counts one alone; the sum is kept."""
    found = unsingled(points, regional)
    assert not any(singles_out(each) for each in found.points)
    assert all(number >= TOGETHER for number in found.states.values())
    assert all(state.name for state in found.states)
    assert found.elsewhere != 1 or not found.states
    everybody = sum(each.tandems for each in points) + sum(regional.values())
    assert found.tandems == everybody


@given(st.lists(POINTS, max_size=20))
def test_the_order_of_towns_tells_nothing(points: list[Point]) -> None:
    """The same towns in another order are grouped in the same way."""
    one, other = unsingled(points, {}), unsingled(points[::-1], {})
    assert (one.states, one.elsewhere) == (other.states, other.elsewhere)
    assert sorted(one.points, key=repr) == sorted(other.points, key=repr)


@given(POINTS)
def test_points_lie_on_a_grid(point: Point) -> None:
    """Shown points are moved onto a grid of a kilometre or more, and never far from the town."""
    large = Point(**{**{name: getattr(point, name) for name in vars_of(point)}, "tandems": MANY})
    [shown] = unsingled([large], {}).points
    assert shown.lat * 100 == pytest.approx(round(shown.lat * 100), abs=1e-6)
    assert shown.lon * 50 == pytest.approx(round(shown.lon * 50), abs=1e-6)
    assert distance_km(Spot(shown.lat, shown.lon), Spot(point.lat, point.lon)) < 1.1
    step = Spot(shown.lat, shown.lon + 0.02)
    assert distance_km(Spot(shown.lat, shown.lon), step) >= 1


def vars_of(point: Point) -> list[str]:
    return list(point.__dataclass_fields__)


@pytest.mark.parametrize(
    ("inhabitants", "tandems", "hidden"),
    [
        (LARGE, 1, False),
        (LARGE - 1, 1, True),
        (LARGE - 1, MANY - 1, True),
        (LARGE - 1, MANY, False),
        (0, 1, True),
    ],
)
def test_the_rule_at_its_edges(inhabitants: int, tandems: int, hidden: bool) -> None:
    """Twenty thousand people hide anybody; below them, three tandems do."""
    assert singles_out(town("Alsfeld", inhabitants, tandems)) is hidden


def test_small_towns_are_counted_with_their_state() -> None:
    """Two small towns and one who may only be seen in the region: three of Hesse."""
    found = unsingled([town("Alsfeld", 15_900, 1), town("Lich", 13_600, 1)], {HESSE: 1})
    assert found.points == ()
    assert found.states == {HESSE: 3}
    assert found.elsewhere == 0


def test_one_alone_in_a_state_is_merged_further() -> None:
    """A single tandem of a state is one of the others, and is given company where there is any."""
    found = unsingled([], {HESSE: 3, BREMEN: 1, TYROL: 1})
    assert (found.states, found.elsewhere) == ({HESSE: 3}, 2)
    company = unsingled([], {HESSE: 3, BREMEN: 1, TYROL: 2})
    assert (company.states, company.elsewhere) == ({HESSE: 3}, 3)
    alone = unsingled([], {BREMEN: 1})
    assert (alone.states, alone.elsewhere) == ({}, 1)


def test_one_town_is_one_point() -> None:
    """Tandems of one town are counted together; the widest circle is shown with its people."""
    wide = Point("Fulda", HESSE, 50.55, 9.67, 69_000, 1, 20, 180_000)
    near = Point("Fulda", HESSE, 50.55, 9.67, 69_000, 1, 8, 95_000)
    namesake = Point("Fulda", BREMEN, 53.1, 8.8, 4_000, 1, 8, 95_000)
    both, other = joined([near, wide, namesake])
    assert (both.tandems, both.radius_km, both.people) == (2, 20, 180_000)
    assert other == namesake


@pytest.mark.parametrize(
    ("number", "rounded"), [(0, 0), (7, 7), (38, 38), (123, 120), (48_123, 48_000), (995, 1000)]
)
def test_two_digits_remain(number: int, rounded: int) -> None:
    """Small numbers stay as they are."""
    assert two_digits(number) == rounded
