"""Names beyond the border: through the command and the import, as people ask."""

from typing import Any

import pytest

from tests.placing.conftest import Folder, Importer


@pytest.mark.parametrize(
    ("typed", "exit_code", "found", "offered"),
    [
        ("Straßburg", 4, None, "Strasbourg"),
        ("Forbach", 4, None, "Forbach"),
        ("Brünn", 4, None, "Brno"),
        ("Vaduz", 0, "Vaduz", None),
        ("9490", 0, "Vaduz", None),
        ("Strasbourg", 0, "Strasbourg", None),
        ("Venlo", 0, "Venlo", None),
    ],
)
def test_a_large_neighbour_is_never_silently_a_village_at_home(
    folder: Folder, typed: str, exit_code: int, found: str | None, offered: str | None
) -> None:
    """Where no country is asked for, as the command does it."""
    answer: Any = folder.document("audience", "resolve", typed, exit_code=exit_code)
    assert (answer["place"] or {}).get("name") == found
    if offered:
        [large, *_] = answer["rivals"]
        assert (large["name"], large["country"] in ("FR", "CZ")) == (offered, True)


@pytest.mark.parametrize(
    ("typed", "country"),
    [("Wien", "AT"), ("Zürich", "CH"), ("Vaduz", "LI"), ("Strasbourg", "FR")],
)
def test_a_place_outside_of_a_campaigns_countries_is_said_to_be_there(
    folder: Folder, bring: Importer, sqlite_url: str, typed: str, country: str
) -> None:
    """Not to be misspelt, nor outside of what is covered."""
    folder.campaign(sqlite_url, countries=["DE"])
    answer = folder.document("audience", "resolve", typed, exit_code=4)
    assert (answer["place"], answer["elsewhere"]["country"]) == (None, country)
    said = folder.run("audience", "resolve", typed).stdout
    assert f"in {country}; it is not among your countries" in said
    assert "covered" not in said
    [rejected] = bring({"place": typed}, exit_code=3)["rejected"]
    assert f"in {country}; it is not among your countries" in rejected["hint"]


def test_a_row_of_another_country_is_told_which(
    folder: Folder, bring: Importer, sqlite_url: str
) -> None:
    """In a campaign of both countries; where the name is one of this country's, too, that asks."""
    folder.campaign(sqlite_url)
    rows = [{"place": place, "country": "DE"} for place in ("Wien", "Salzburg")]
    vienna, salzburg = bring(*rows, exit_code=3)["rejected"]
    assert "in AT: fill in the column" in vienna["hint"]
    assert "Salzburg (Rheinland-Pfalz)" in salzburg["hint"]
    assert bring({"place": "Straßburg", "country": ""}, exit_code=3)["rejected"]
