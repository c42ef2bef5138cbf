"""Settled once, remembered: by ``audience resolve`` and by the import."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.model import Event, KnownPlace, Tandem
from orchestrator.store import open_store
from tests.conftest import on_both, on_sqlite
from tests.placing.conftest import Folder, Importer


def rows(url: str, model: Any) -> list[Any]:
    store = open_store(url)
    with store.reading() as session:
        found = list(session.exec(select(model)).all())
    store.close()
    return found


@on_both
def test_what_is_settled_holds_for_import_and_resolve(
    folder: Folder, bring: Importer, database_url: str
) -> None:
    """An ambiguous row goes in once somebody has said what it means; a later word wins."""
    folder.campaign(database_url)
    unclear = folder.document("audience", "resolve", "Neustadt", exit_code=4)
    assert (unclear["source"], unclear["settled"]) == ("gazetteer", False)
    rejected = bring({"place": "Neustadt"}, exit_code=3)["rejected"]
    assert "audience settle" in rejected[0]["hint"]

    first = folder.document("audience", "settle", "Neustadt", "1")
    assert first["place"]["id"] == unclear["rivals"][0]["id"]
    assert first["before"] is None
    assert bring({"place": "  NEUSTADT "})["imported"] == 1
    clear = folder.document("audience", "resolve", "neustadt")
    assert (clear["status"], clear["settled"], clear["source"]) == ("resolved", True, "settled")
    assert clear["place"] == first["place"]
    assert len(clear["rivals"]) == len(unclear["rivals"]) - 1

    again = folder.document("audience", "settle", "Neustadt", "Neustadt (Hessen)")
    assert again["before"] == first["place"]
    assert bring({"place": "Neustadt"})["updated"] == 1
    assert rows(database_url, Tandem)[0].town == "Neustadt (Hessen)"
    assert bring({"place": "Neustadt"})["unchanged"] == 1

    assert folder.document("audience", "settle", "Neustadt", "--forget")["before"]
    assert bring({"place": "Neustadt"}, exit_code=3)["rejected"]
    assert rows(database_url, KnownPlace) == []
    events = [each for each in rows(database_url, Event) if each.what.startswith("place.")]
    assert [each.what for each in events] == ["place.settled", "place.settled", "place.forgotten"]
    assert not any("Neustadt" in f"{each.subject} {each.detail}" for each in events)


def test_a_number_stays_the_same_place(folder: Folder, sqlite_url: str) -> None:
    """Whatever was settled: the same command twice must not mean two places."""
    folder.campaign(sqlite_url)
    listed = folder.document("audience", "resolve", "Frankfurt")
    assert listed["rivals"][0]["number"] == 1
    settled = [folder.document("audience", "settle", "Frankfurt", "1")["place"] for _ in "ab"]
    assert settled[0] == settled[1]
    assert settled[0]["name"] == "Frankfurt (Oder)"
    [main] = folder.document("audience", "resolve", "Frankfurt")["rivals"]
    assert (main["name"], main["number"]) == ("Frankfurt am Main", None)


@pytest.mark.parametrize(
    ("typed", "wish", "means"),
    [
        ("Frankfurt", "Frankfurt an der Oder", "Frankfurt (Oder)"),
        ("Neustadt", "Neustadt, Hessen", "Neustadt (Hessen)"),
        ("Neustadt", "35279", "Neustadt (Hessen)"),
        ("Frankfurt", "2925535", "Frankfurt (Oder)"),
        ("Altona West", "Hamburg-Altona", "Hamburg-Altona"),
        ("bei der Oma", "Kassel", "Kassel"),
        ("Köln", "Köln-Ehrenfeld", "Köln-Ehrenfeld"),
    ],
)
def test_how_a_place_may_be_named(
    folder: Folder, sqlite_url: str, typed: str, wish: str, means: str
) -> None:
    """By name and state, postcode, or number; also what only the person can know."""
    folder.campaign(sqlite_url)
    place = folder.document("audience", "settle", typed, wish)["place"]
    assert place["name"] == means
    assert folder.document("audience", "resolve", typed)["place"]["name"] == means


@pytest.mark.parametrize(
    ("typed", "wish", "exit_code", "says"),
    [
        ("Neustadt", "79098", 2, "none of the places that may be meant"),
        ("Neustadt", "Neustadt", 4, "several places"),
        ("Neustadt", "Hintertupfing am See", 2, "not a known place"),
        ("Neustadt", "Hauptstraße 5, Neustadt", 2, "street address"),
        ("Hauptstraße 5, Neustadt", "1", 2, "street address"),
        ("50.1, 8.6", "1", 2, "coordinates"),
        ("", "1", 2, "No place"),
        ("Neustadt", "", 2, "No place"),
        ("Neustadt", "999", 2, "no place of number"),
        ("Neustadt", "99999999999999999999", 2, "no place of number"),
        ("Neustadt", "x" * 10_000, 2, "too long"),
        ("Dings", "2973783", 2, "not among your countries"),
    ],
)
def test_what_cannot_be_settled(
    folder: Folder, sqlite_url: str, typed: str, wish: str, exit_code: int, says: str
) -> None:
    """One sentence, and nothing is written."""
    folder.campaign(sqlite_url)
    error = folder.document("audience", "settle", typed, wish, exit_code=exit_code)["error"]
    assert says in error["what"]
    assert rows(sqlite_url, KnownPlace) == []


def test_neither_a_place_nor_forgetting_is_a_mistake(folder: Folder, sqlite_url: str) -> None:
    """Nor are both."""
    folder.campaign(sqlite_url)
    for wish in ([], ["1", "--forget"]):
        assert folder.run("audience", "settle", "Neustadt", *wish).exit_code == 2


def test_another_country_is_another_place(folder: Folder, bring: Importer, sqlite_url: str) -> None:
    """A row of Austria is not settled by a word about Germany."""
    folder.campaign(sqlite_url)
    folder.document("audience", "settle", "Neustadt", "Neustadt (Hessen)")
    assert bring({"place": "Neustadt", "country": "AT"}, exit_code=3)["rejected"]
    there = folder.document("audience", "settle", "Neustadt", "2700", "--country", "at")
    assert there["place"]["name"] == "Wiener Neustadt"
    done = bring({"place": "Neustadt", "country": "AT"}, {"place": "Neustadt"})
    assert done["imported"] == 2
    assert {each.country for each in rows(sqlite_url, Tandem)} == {"AT", "DE"}


def test_a_dry_run_only_tells(folder: Folder, sqlite_url: str) -> None:
    """Nothing is settled, nor noted."""
    folder.campaign(sqlite_url)
    told = folder.document("audience", "settle", "Neustadt", "1", "--dry-run")
    assert told["dry_run"] is True
    assert rows(sqlite_url, KnownPlace) == rows(sqlite_url, Event) == []


def test_a_small_settled_place_gives_nothing_away(
    folder: Folder, bring: Importer, sqlite_url: str
) -> None:
    """It is hidden behind a town as any other, and its own name may not stand in the appeal."""
    folder.campaign(sqlite_url)
    folder.document("audience", "settle", "Neustadt", "Neustadt am Rennsteig")
    hidden = {"show": "region", "public_name": "Lina", "link": ""}
    told = bring(
        {**hidden, "place": "Neustadt", "appeal_de": "Ich wohne in Neustadt und suche Arbeit."},
        {**hidden, "place": "Neustadt"},
        exit_code=3,
    )
    assert [each["row"] for each in told["rejected"]] == [2]
    [stored] = rows(sqlite_url, Tandem)
    assert stored.town_people >= 5_000
    assert stored.floor_km > 5


def test_outside_of_a_campaign_the_gazetteer_answers(folder: Folder) -> None:
    """Without a configuration, and without leaving anything there."""
    assert folder.document("audience", "resolve", "Kassel")["place"]["state"] == "Hessen"
    assert list(folder.path.iterdir()) == []
    assert folder.run("audience", "settle", "Neustadt", "1").exit_code == 2


def test_looking_makes_no_database(folder: Folder, tmp_path: Path) -> None:
    """A campaign that has none yet is asked like no campaign."""
    folder.campaign(f"sqlite:///{tmp_path}/none.db")
    assert folder.document("audience", "resolve", "Kassel")["settled"] is False
    assert not (tmp_path / "none.db").exists()


@on_sqlite
def test_without_key_or_database_the_gazetteer_answers_with_a_remark(
    folder: Folder, database_url: str, tmp_path: Path
) -> None:
    """What was settled is not known then, and that is said; settling is refused."""
    folder.campaign(database_url)
    folder.document("audience", "settle", "Neustadt", "1")
    key = folder.path / "keys" / "campaign.key"
    key.rename(key.with_suffix(".away"))
    result = folder.run("audience", "resolve", "Kassel")
    assert result.exit_code == 0
    assert "settled are not known" in result.stderr
    assert folder.document("audience", "resolve", "Kassel")["settled"] is None
    assert folder.run("audience", "settle", "Neustadt", "1").exit_code == 2
    key.with_suffix(".away").rename(key)
    broken = tmp_path / "broken.db"
    broken.write_text("no database")
    folder.configure(f"sqlite:///{broken}")
    assert folder.document("audience", "resolve", "Kassel")["settled"] is None
    assert folder.run("audience", "settle", "Neustadt", "1").exit_code == 2


def test_the_numbers_belong_to_the_list_that_was_asked_for(folder: Folder, sqlite_url: str) -> None:
    """The command that is offered has the options by which the numbers count."""
    folder.campaign(sqlite_url)
    words = folder.run("audience", "resolve", "Neustadt", "--state", "Saarland").stdout
    assert "no such place in “Saarland”" in words
    assert "settle QUERY NUMBER --state 'Saarland'" in words
    listed = folder.document("audience", "resolve", "Neustadt", "--state", "Saarland", exit_code=4)
    third = listed["rivals"][2]
    settled = folder.document("audience", "settle", "Neustadt", "3", "--state", "Saarland")
    assert settled["place"]["id"] == third["id"]
