"""A town's key by where the town lies, when the network's search tells that (it may not)."""

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.networks.wire.graph_cities import pick, places
from orchestrator.ports import City

# Two towns of this name in Bayern, by Nürnberg and by Landshut, 90 km apart.
BY_NUREMBERG, BY_LANDSHUT = (49.385, 11.357), (48.558, 12.108)
ALTDORF = City("Altdorf", "Bayern", "DE", *BY_NUREMBERG)


def told(key: str, at: tuple[object, object] | None = None, **changed: Any) -> dict[str, Any]:
    place = {"key": key, "name": "Altdorf", "region": "Bavaria", "country_code": "DE"}
    where = {} if at is None else {"latitude": at[0], "longitude": at[1]}
    return {**place, "type": "city", **where, **changed}


def test_namesakes_are_told_apart_by_where_they_lie() -> None:
    both = [told("1", BY_LANDSHUT), told("2", BY_NUREMBERG)]
    assert pick(ALTDORF, both) == pick(ALTDORF, both[::-1]) == "2"
    assert pick(City("Altdorf", "Bayern", "DE", *BY_LANDSHUT), both) == "1"


def test_the_only_town_of_a_name_is_not_ours_when_it_lies_elsewhere() -> None:
    """A post would be shown to a place 90 km away only: better a gap that somebody sees."""
    assert pick(ALTDORF, [told("1", BY_LANDSHUT)]) is None
    assert pick(ALTDORF, [told("1", (49.45, 11.2))]) == "1"


def test_as_text_it_is_the_same_place() -> None:
    assert pick(ALTDORF, [told("1", ("48.558", "12.108")), told("2", ("49.385", "11.357"))]) == "2"


@pytest.mark.parametrize(
    "untold", [None, (None, None), ("", ""), ("north", "east"), (91, 11), (49.4, "nan"), ([], {})]
)
def test_where_the_search_does_not_say_namesakes_stay_a_gap(untold: Any) -> None:
    """Neither is guessed, also when only one of them tells where it lies; one alone is taken."""
    assert pick(ALTDORF, [told("1", untold), told("2", untold)]) is None
    assert pick(ALTDORF, [told("1", untold), told("2", (49.40, 11.36))]) is None
    assert pick(ALTDORF, [told("1", untold)]) == "1"
    nowhere = City("Altdorf", "Bayern", "DE")
    assert pick(nowhere, [told("1", BY_LANDSHUT), told("2", BY_NUREMBERG)]) is None
    assert pick(nowhere, [told("1", BY_LANDSHUT)]) == "1"


@pytest.mark.parametrize(
    ("found", "key"),
    [
        ([told("1", BY_LANDSHUT), told("2", BY_NUREMBERG)], "2"),
        ([told("1"), told("2", (49.40, 11.36))], "2"),
        ([told("1", (49.38, 11.37))], "1"),
        ([told("1")], None),
        ([told("1"), told("2")], None),
        ([told("1", BY_LANDSHUT), told("2")], None),
        ([told("1", (49.45, 11.2))], None),
    ],
)
def test_a_namesake_is_only_what_is_told_to_lie_there(
    found: list[dict[str, Any]], key: str | None
) -> None:
    """Ten kilometres away, or untold, it may be the other one: then there is a gap."""
    assert pick(replace(ALTDORF, namesake=True), found) == key
    assert pick(City("Altdorf", "Bayern", "DE", namesake=True), found) is None


def test_two_at_the_same_distance_are_not_guessed_between() -> None:
    assert pick(ALTDORF, [told("1", (49.4, 11.3)), told("2", (49.4, 11.3))]) is None


def test_a_region_or_a_country_is_no_town() -> None:
    """Their keys would be added to the towns', and undo them."""
    found = [told("4002", type="region"), told("DE", type="country"), told("7")]
    assert places({"data": found}) == [told("7")]


@pytest.mark.parametrize(
    ("where", "common", "key"),
    [
        (None, False, "1"),
        (None, True, None),
        ((49.58, 10.61), True, "1"),
        (BY_LANDSHUT, True, None),
    ],
)
def test_a_bare_name_that_several_towns_share_says_nothing(
    where: Any, common: bool, key: str | None
) -> None:
    """ "Neustadt" in Bayern is one of six; its key must not become another one's."""
    ours = City("Neustadt an der Aisch", "Bayern", "DE", 49.579, 10.613, common=common)
    assert pick(ours, [told("1", where, name="Neustadt")]) == key
    exact = told("2", name="Neustadt an der Aisch")
    assert pick(ours, [told("1", where, name="Neustadt"), exact]) == "2"
