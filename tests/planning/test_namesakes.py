"""Towns that share their name within a state: their own keys or a visible gap, never another's."""

from datetime import UTC, datetime

import pytest

from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from orchestrator.circle import Circle, fitted
from orchestrator.model import CityKey
from orchestrator.place_keys import has_common_name, has_namesake, look_up
from orchestrator.store import Store
from tests.conftest import on_both
from tests.fakes import FakeNetwork

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHARED = ("Altdorf", "Weingarten", "Eching", "Taufkirchen", "Holzkirchen", "Amberg")


def towns(name: str) -> list[Place]:
    return [
        place
        for _rank, place in Gazetteer.open().named(name.lower())
        if place.name == name and place.is_town and place.country == "DE" and place.population > 500
    ]


@pytest.mark.parametrize("name", SHARED)
def test_a_name_that_two_towns_of_a_state_share_is_known(name: str) -> None:
    assert len([place for place in towns(name) if has_namesake(place)]) >= 2


@pytest.mark.parametrize("name", ["Passau", "Kassel", "Emden", "Hamburg"])
def test_a_town_that_is_the_only_one_of_its_name_keeps_it(name: str) -> None:
    [town] = towns(name)
    assert not has_namesake(town)


def altdorf() -> list[Place]:
    """By Nürnberg and by Landshut."""
    return [place for place in towns("Altdorf") if place.state == "Bayern"]


def test_a_namesake_is_a_gap_where_the_network_does_not_tell_them_apart(store: Store) -> None:
    """Neither takes what was remembered under the bare name; its neighbours keep their keys."""
    network = FakeNetwork("facebook")
    [passau] = towns("Passau")
    with store.session() as session:
        where = {"country": "DE", "region": "Bayern", "name": "Altdorf"}
        session.add(CityKey(network="facebook", key="other", checked_at=FRIDAY, **where))
    keys = look_up(store, network, [*altdorf(), passau], FRIDAY)
    assert keys == {passau.id: "k-Passau"} | {town.id: None for town in altdorf()}
    audience = fitted(
        network,
        Circle(passau, passau, 20, 70_000, 0, (altdorf()[0], passau), 1.0, 1.0, ()),
        keys,
        "soft",
    )
    assert audience["cities"] == [
        {"name": "Altdorf", "key": None},
        {"name": "Passau", "key": "k-Passau"},
    ]
    assert audience["targeting"] == network.fit(["k-Passau"])


@on_both
def test_namesakes_have_their_own_keys_where_they_are_told_apart(store: Store) -> None:
    """In one plan, and from memory: each is remembered by where it lies."""
    network = FakeNetwork("facebook", tells_where=True)
    keys = look_up(store, network, altdorf(), FRIDAY)
    assert sorted(keys.values()) == ["k-Altdorf-48.6", "k-Altdorf-49.4"]
    assert all(keys[town.id].endswith(f"{town.lat:.1f}") for town in altdorf())
    assert network.asked == ["Altdorf", "Altdorf"]
    for town in altdorf():
        assert look_up(store, network, [town], FRIDAY) == {town.id: keys[town.id]}
    assert len(network.asked) == 2


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("Neustadt an der Aisch", True),
        ("Neustadt an der Donau", True),
        ("Frankfurt am Main", False),
        ("Halle (Saale)", False),
        ("Passau", False),
    ],
)
def test_a_short_name_may_be_several_towns(name: str, common: bool) -> None:
    [town] = [each for _rank, each in Gazetteer.open().named(fold(name)) if each.name == name]
    assert has_common_name(town) is common


def test_one_key_never_stands_for_two_towns(store: Store) -> None:
    """A network that answers the same for both knows one of them, and nobody says which."""
    network = FakeNetwork("facebook")
    network.city_keys = lambda cities: ["1" if "Neu" in each.name else "2" for each in cities]
    names = ("Neustadt an der Aisch", "Neumarkt in der Oberpfalz", "Passau")
    [aisch, markt, passau] = [Gazetteer.open().named(fold(name))[0][1] for name in names]
    keys = look_up(store, network, [aisch, markt, passau], FRIDAY)
    assert keys == {aisch.id: None, markt.id: None, passau.id: "2"}
