"""The town that stands for a home: how far it may be, how many people it needs, who counts them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import delete, select

from audiences.circle import WIDEST_KM
from audiences.distance import distance_km
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from audiences.resolve import resolve
from orchestrator.intake import towns
from orchestrator.intake.fields import Unfit
from orchestrator.intake.importing import Intake, Report
from orchestrator.intake.towns import Atlas
from orchestrator.keys import CampaignKey
from orchestrator.model import Municipality, Tandem
from tests.conftest import on_sqlite
from tests.intake.conftest import NOW, tandem

Bring = Callable[..., Report]
STAUFEN = "Staufen im Breisgau"
ATLAS = Atlas(CampaignKey(bytes(32)), 5_000, ("DE", "AT", "CH"), {})


def place_of(typed: str) -> Place:
    found = resolve(typed).place
    assert found is not None, typed
    return found


def official(intake: Intake, people: dict[str, int]) -> None:
    """Import official figures of towns, in the place of the former ones."""
    with intake.store.session() as session:
        session.exec(delete(Municipality))
        for number, (town, counted) in enumerate(people.items()):
            place = place_of(town)
            session.add(
                Municipality(
                    ags=f"{number:08}", name=town, population=counted, lat=place.lat,
                    lon=place.lon, place_id=place.id, imported_at=NOW,
                )
            )  # fmt: skip


def home(intake: Intake) -> Tandem:
    with intake.store.reading() as session:
        row: Tandem = session.exec(select(Tandem)).one()
        return row


@on_sqlite
def test_official_figures_say_which_town_hides_a_home(bring: Bring, intake: Intake) -> None:
    """One of 400 hides nobody, though it was thought large; one of 8,000 does, the other way."""
    official(intake, {"Emmendingen": 400, STAUFEN: 8_000})
    bring(tandem(place="Emmendingen"), tandem(slug="other", place=STAUFEN))
    with intake.store.reading() as session:
        moved, own = session.exec(select(Tandem).order_by(Tandem.slug)).all()
    assert moved.town != "Emmendingen"
    assert moved.floor_km > 0
    assert (own.place_id, own.floor_km, own.town_people) == (place_of(STAUFEN).id, 0, 8_000)


def test_later_figures_move_a_home_only_out_of_a_town_that_hides_it_no_more(
    bring: Bring, intake: Intake
) -> None:
    """A town that shrinks, or a village that grows, moves nobody as long as k people stay."""
    emmendingen = tandem(place="Emmendingen")
    bring(emmendingen)
    official(intake, {"Emmendingen": 5_000})
    assert bring(emmendingen).unchanged == 1
    official(intake, {"Emmendingen": 4_999})
    again = bring(emmendingen)
    assert again.updated == 1
    assert any("shown as" in notice for notice in again.notices)
    moved = home(intake)
    assert moved.town != "Emmendingen"
    official(intake, {"Emmendingen": 30_000})
    assert bring(emmendingen).unchanged == 1
    assert home(intake) == moved


@on_sqlite
def test_towns_found_by_former_rules_are_found_anew(
    bring: Bring, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A floor that was stored by another rule does not stay for good."""
    village = tandem(place=STAUFEN)
    with monkeypatch.context() as former:
        former.setattr(towns, "_RULES", 1)
        former.setattr(towns, "_floor_km", lambda *_places: 13)
        bring(village)
    assert home(intake).floor_km == 13
    assert bring(village).updated == 1
    assert home(intake).floor_km == 20


@pytest.mark.parametrize("country", ["DE", "AT", "CH"])
def test_the_circle_holds_all_of_a_village_and_tells_little(country: str) -> None:
    """Its whole land and 5 km at least around its middle, in steps of 10 km; never beyond 80."""
    small = [
        each
        for each in Gazetteer.open().places()
        if each.country == country and each.is_town and each.population < ATLAS.k
    ]
    # Those with the most land, and a sample of all.
    wide = sorted(small, key=lambda each: -each.disk_km)[:20]
    for village in (*wide, *small[:: len(small) // 60]):
        try:
            town = ATLAS._hiding(village)
        except Unfit:
            continue
        floor, away = towns._floor_km(village, town), distance_km(village, town)
        assert floor % 10 == 0
        assert away + max(5, village.disk_km) <= floor <= WIDEST_KM, village.name


def test_a_home_is_not_moved_farther_than_a_circle_reaches() -> None:
    """An island out at sea belongs to a city 100 km away: no town there can stand for it."""
    with pytest.raises(Unfit) as refused:
        ATLAS.town("Hamburg-Neuwerk", "DE")
    assert "large enough to hide a home" in refused.value.reason
    assert "k_anonymity" in refused.value.hint
    near = replace(ATLAS, k=0).town("Hamburg-Neuwerk", "DE")
    assert (near.town, near.floor_km) == ("Hamburg Neuwerk", 0)
