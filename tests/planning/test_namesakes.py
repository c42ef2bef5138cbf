"""Towns that share their name within a state: a visible gap, never another town's key."""

from datetime import UTC, datetime

import pytest

from audiences.gazetteer import Gazetteer
from orchestrator.circle import Circle, city_id, fitted, has_namesake, look_up
from orchestrator.store import Store
from tests.fakes import FakeNetwork

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SHARED = ("Altdorf", "Weingarten", "Eching", "Taufkirchen", "Holzkirchen", "Amberg")


def towns(name: str) -> list:
    return [
        place
        for _rank, place in Gazetteer.open().named(name.lower())
        if place.name == name and place.is_town and place.country == "DE" and place.population > 500
    ]


@pytest.mark.parametrize("name", SHARED)
def test_a_town_with_a_namesake_in_its_state_has_none(name: str) -> None:
    assert len([place for place in towns(name) if has_namesake(place)]) >= 2


@pytest.mark.parametrize("name", ["Passau", "Kassel", "Emden", "Hamburg"])
def test_a_town_that_is_the_only_one_of_its_name_keeps_it(name: str) -> None:
    [town] = towns(name)
    assert not has_namesake(town)


def test_a_namesake_is_a_gap_also_where_its_key_was_remembered(store: Store) -> None:
    """Neither asked for nor taken from before; its neighbours keep their keys."""
    network = FakeNetwork("facebook")
    altdorf = [place for place in towns("Altdorf") if place.state.startswith("Ba")]
    [passau] = towns("Passau")
    keys = look_up(store, network, [*altdorf, passau], FRIDAY)
    assert network.asked == ["Passau"]
    assert keys == {city_id(passau): "k-Passau"} | {city_id(town): None for town in altdorf}
    audience = fitted(
        network,
        Circle(passau, passau, 20, 70_000, 0, (altdorf[0], passau), 1.0, 1.0, ()),
        keys,
        "soft",
    )
    assert audience["cities"] == [
        {"name": "Altdorf", "key": None},
        {"name": "Passau", "key": "k-Passau"},
    ]
    assert audience["targeting"] == network.fit(["k-Passau"])
