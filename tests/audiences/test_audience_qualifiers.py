"""No word behind a town's name is thrown away: it has to belong to the town, or we ask."""

import pytest

from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.landscapes import split_landscape
from audiences.place import Place
from audiences.resolve import resolve
from audiences.riverside import _TOWNS


@pytest.mark.parametrize(
    ("query", "not_meant"),
    [
        ("Hamm am Rhein", "Hamm"),
        ("Herzberg (Mark)", "Herzberg (Elster)"),
        ("Kerpen (Eifel)", "Kerpen"),
        ("Naurath (Eifel)", "Naurath"),
        ("Sevenig (Our)", "Sevenig"),
        ("Rutsweiler am Glan", "Rutsweiler an der Lauter"),
        ("Bresegard bei Picher", "Bresegard"),
        ("Frankfurt (Elbe)", "Frankfurt (Oder)"),
        ("Frankfurt am Neckar", "Frankfurt am Main"),
        ("Neustadt am Rhein", "Neustadt an der Weinstraße"),
        ("Ulm (Lahn)", "Ulm"),
        ("Kerpen Westfalen", "Kerpen"),
        ("Aachen am Rhein", "Aachen"),
    ],
)
def test_a_town_that_lies_elsewhere_is_offered_and_never_taken(query: str, not_meant: str) -> None:
    """The namesake that was meant is often a village that the data lacks."""
    answer = resolve(query)
    assert answer.status == "ambiguous"
    assert not_meant in [place.name for place in answer.rivals]


def test_all_bearers_of_the_bare_name_are_offered() -> None:
    offered = {(place.name, place.state) for place in resolve("Kerpen (Eifel)").rivals}
    assert offered >= {("Kerpen", "Nordrhein-Westfalen"), ("Kerpen", "Rheinland-Pfalz")}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Lindau am Bodensee", "Lindau (Bodensee)"),
        ("Konstanz am Bodensee", "Konstanz"),
        ("Passau an der Donau", "Passau"),
        ("Köln am Rhein", "Köln"),
        ("Mainz am Rhein", "Mainz"),
        ("Heidelberg am Neckar", "Heidelberg"),
        ("Stein am Rhein", "Stein am Rhein"),
        ("Hamm (Westf.)", "Hamm"),
        ("Reichenbach/O.L.", "Reichenbach/Oberlausitz"),
        ("Menden (Sauerland)", "Menden"),
        ("Hattersheim am Main", "Hattersheim"),
        ("Brünn/Thür.", "Brünn"),
        ("Hattingen/Ruhr", "Hattingen"),
        ("Frankfurt a. M.", "Frankfurt am Main"),
    ],
)
def test_a_river_at_which_a_town_lies_is_understood(query: str, meant: str) -> None:
    place = resolve(query).place
    assert place is not None
    assert place.name == meant


def _known(town: str) -> list[Place]:
    return [place for _, place in Gazetteer.open().named(fold(town)) if place.is_town]


@pytest.mark.parametrize("landscape", _TOWNS)
def test_every_town_at_a_river_is_called_so_in_a_state_of_that_river(landscape: str) -> None:
    """A word that can never match, or a river without its states, would be dead."""
    states = split_landscape(f"x {landscape}")[1]
    assert states
    for town in _TOWNS[landscape].split():
        named = [place for place in _known(town) if fold(place.name) == fold(town)]
        assert {place.state for place in named} & states, town
