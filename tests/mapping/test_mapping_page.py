"""The map's page: whole, small, reachable without a mouse, and without what exposes anybody."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from audiences.fold import fold
from audiences.gazetteer import Gazetteer
from audiences.place import Place
from audiences.resolve import resolve
from orchestrator.keys import create_key_file
from orchestrator.mapping import pages
from orchestrator.model import Audience, Campaign, Municipality, Tandem
from orchestrator.report import pages as report_pages
from orchestrator.store import Store, open_store
from orchestrator.vocabulary import Show, TandemState
from tests.campaign_rows import NOON, add_tandem
from tests.conftest import on_both, on_sqlite
from tests.page_reader import Page, colours_of, contrast

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

TEMPLATES = Path(report_pages.__file__).parent / "templates"
OWN = Path(pages.__file__).parent / "templates"
CSS = "".join((TEMPLATES / name).read_text("utf-8") for name in ("page.css", "map.css"))
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Folder:
    """A campaign's folder with an open database; ``run`` is the command line."""

    def __init__(self, path: Path, store: Store) -> None:
        self.path, self.store = path, store
        with store.session() as session:
            campaign = Campaign(slug="woche", name="Woche", key_fingerprint="f", created_at=NOON)
            session.add(campaign)
            session.flush()
            self.campaign_id = int(campaign.id)

    def add(self, slug: str, place: str = "", **changes: Any) -> int:
        """A tandem around a place of the gazetteer, or around Freiburg."""
        if place:
            found = resolve(place).place
            assert found is not None, place
            changes = _home(found) | changes
        with self.store.session() as session:
            return int(add_tandem(session, self.campaign_id, slug, **changes).id)

    def settle_in(self, place: Place) -> int:
        """A tandem in this town."""
        return self.add(f"tandem-{place.id}", **_home(place))

    def change(self, number: int, **values: Any) -> None:
        with self.store.session() as session:
            session.add(session.get_one(Tandem, number).sqlmodel_update(values))

    def run(self, *arguments: str) -> Any:
        from orchestrator.commands.audience import app

        config = ["--config", str(self.path / "config.toml")]
        return CliRunner().invoke(app, ["map", *arguments, *config])

    def page(self, *arguments: str) -> str:
        result = self.run("--out", str(self.path / "map.html"), *arguments)
        assert result.exit_code == 0, result.output
        return (self.path / "map.html").read_text("utf-8")

    def json(self, *arguments: str) -> Any:
        result = self.run("--out", str(self.path / "map.html"), "--json", *arguments)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def _home(place: Place) -> dict[str, Any]:
    return {
        "place_id": place.id,
        "town": place.name,
        "region": place.state,
        "country": place.country,
        "lat": place.lat,
        "lon": place.lon,
        "town_people": place.population,
    }


@pytest.fixture
def folder(
    tmp_path: Path,
    settings: "SettingsFactory",
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TUEROEFFNER_NOW", "2026-11-24T09:00:00+01:00")
    create_key_file(tmp_path / "keys" / "campaign.key")
    settings(database={"url": database_url})
    store = open_store(database_url)
    yield Folder(tmp_path, store)
    store.close()


@pytest.fixture
def large(folder: Folder) -> Folder:
    """Thirty-eight tandems in as many cities."""
    towns = [each for each in Gazetteer.open().places() if each.is_town and each.country == "DE"]
    for each in sorted(towns, key=lambda each: -each.population)[:76:2]:
        folder.settle_in(each)
    return folder


@on_sqlite
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_the_page_is_whole_small_and_asks_nothing(large: Folder, language: str) -> None:
    """With 38 circles below 80 kB; no script, no address, no picture from anywhere."""
    html = large.page("--lang", language)
    assert len(html.encode()) <= 80_000
    page = Page(html)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "use", "base"}
    assert not re.search(r"url\(|@import|xlink|https?://", html)
    for _tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes)
        assert attributes.get("href", "#").startswith("#")
    [root] = [attributes for tag, attributes in page.tags if tag == "html"]
    assert root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert page.headings == [1, 2, 2]
    assert all(after - before <= 1 for before, after in pairwise(page.headings))


def _lines(html: str) -> dict[str, tuple[str, list[str]]]:
    """The table by number: name and cells."""
    found = {}
    for number, name, cells in re.findall(
        r'<tr id="t(\d+)"><th scope="row"><a href="#c\1"><bdi>(.*?)</bdi></a></th>(.*?)</tr>', html
    ):
        found[number] = (name, re.findall(r"<td[^>]*>(.*?)</td>", cells))
    return found


@on_sqlite
def test_every_circle_has_its_line_and_back(large: Folder) -> None:
    """Circles and table are the same towns; each leads to the other by links, without a script."""
    html = large.page("--lang", "en")
    lines = _lines(html)
    assert len(lines) == 38
    titles = re.findall(r'<a class="spot" id="c(\d+)" href="#t\1"><title>(.*?)</title>', html)
    assert dict(titles).keys() == lines.keys()
    for number, said in titles:
        name, (state, km, people, tandems) = lines[number]
        assert said == f"{name}: {km} km around, {tandems} tandem, about {people} people"
        assert state
    names = [name for name, _cells in lines.values()]
    assert names == sorted(names, key=fold)


@on_sqlite
def test_the_keyboard_reaches_everything(large: Folder) -> None:
    """A way past the map, links with visible focus, and every id that is linked to."""
    html = large.page()
    page = Page(html)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
    assert links[0] == "towns"
    assert set(links) <= set(ids)
    for _tag, attributes in page.tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
    css = (OWN / "map_page.css").read_text("utf-8")
    for rule in (".spot:focus .ring", ".spot:target .ring", "tr:target", ".spot:focus .told"):
        assert rule in css
    [drawing] = [each for tag, each in page.tags if tag == "svg" and "aria-labelledby" in each]
    assert drawing["role"] == "group"


@on_both
def test_who_is_not_on_the_map(folder: Folder) -> None:
    """Region only, withdrawn, closed and erased have no circle; the region is counted in words."""
    folder.add("here", "Kassel")
    folder.add("region", "Fulda", show=Show.REGION)
    folder.add("gone", "Marburg", state=TandemState.WITHDRAWN)
    folder.add("hired", "Gießen", state=TandemState.CLOSED)
    folder.add("erased", "Hanau", erased_at=NOON)
    document = folder.json()
    assert [each["name"] for each in document["towns"]] == ["Kassel"]
    assert document["states"] == [{"country": "DE", "state": "Hessen", "tandems": 1}]
    html = folder.page("--lang", "en")
    assert "Hesse" in html
    for town in ("Fulda", "Marburg", "Gießen", "Hanau"):
        assert f">{town}" not in re.sub(r'<text class="landmark.*?</text>', "", html)


@on_sqlite
def test_the_public_map_singles_nobody_out(folder: Folder) -> None:
    """A small town with one tandem is counted with its state, and nobody unchecked is there."""
    folder.add("kassel", "Kassel")
    folder.add("alsfeld", "36304")
    folder.add("region", "Fulda", show=Show.REGION)
    folder.add("unchecked", "Marburg", show=None)
    folder.add("perhaps-a-minor", "Wetzlar", adult=False)
    for number in range(3):
        folder.add(f"hof-{number}", "Lauterbach (Hessen)")
    document = folder.json("--public")
    assert {each["name"]: each["tandems"] for each in document["towns"]} == {
        "Kassel": 1,
        "Lauterbach": 3,
    }
    assert document["states"] == [{"country": "DE", "state": "Hessen", "tandems": 2}]
    assert document["tandems"] == 6
    for each in document["towns"]:
        assert each["lat"] * 100 == pytest.approx(round(each["lat"] * 100), abs=1e-6)
        assert each["unchecked"] is None
        assert len(str(each["people"]).rstrip("0")) <= 2
    html = folder.page("--public", "--lang", "en")
    for word in ("Alsfeld", "Wetzlar", "Amira", "kassel", "internal", "Not checked"):
        assert word not in html


@on_sqlite
def test_a_public_map_may_have_no_circle(folder: Folder) -> None:
    """Where everybody would stand out there is a number, and no region of one alone."""
    folder.add("alsfeld", "36304")
    document = folder.json("--public")
    assert (document["towns"], document["states"], document["elsewhere"]) == ([], [], 1)
    html = folder.page("--public", "--lang", "en")
    assert "No town may be shown here." in html
    for word in ("Alsfeld", "Hesse", "<svg"):
        assert word not in html


@on_sqlite
def test_the_internal_map_tells_what_is_missing(folder: Folder) -> None:
    """Who is not checked yet stands out, and which towns a network cannot be told; no names."""
    folder.add("unchecked", "Marburg", show=None)
    number = folder.add("kassel", "Kassel")
    with folder.store.session() as session:
        cities = [{"name": "Kassel", "key": "1"}, {"name": "Fuldatal", "key": None}]
        session.add(
            Audience(
                tandem_id=number,
                network="facebook",
                radius_km=12,
                people=250_000,
                mode="soft",
                cities=cities,
                built_at=NOON,
            )
        )
    told = {each["name"]: (each["unchecked"], each["gaps"]) for each in folder.json()["towns"]}
    assert told == {"Marburg": (1, 0), "Kassel": (0, 1)}
    html = folder.page("--lang", "en")
    assert 'class="spot open"' in html
    for word in ("Not checked yet", "Towns without a key", "internal", "do not pass it on"):
        assert word in html
    for word in ("Amira", "unchecked<", ">kassel"):
        assert word not in html


@on_sqlite
def test_tandems_of_one_town_share_a_circle(folder: Folder) -> None:
    """One circle, the widest, with a number."""
    folder.add("one", "Kassel", radius_km=8)
    folder.add("two", "Kassel", radius_km=20)
    [town] = folder.json()["towns"]
    assert (town["tandems"], town["radius_km"]) == (2, 20)
    assert "Kassel · 2" in folder.page()


@on_both
def test_no_public_circle_tells_that_a_home_was_moved(folder: Folder) -> None:
    """Who lives in the town and who was moved to it from 30 km away make the same page."""
    number = folder.add("kassel", "Kassel")
    drawn = folder.json("--public"), folder.page("--public")
    folder.change(number, floor_km=40)
    assert (folder.json("--public"), folder.page("--public")) == drawn
    [own], [town] = drawn[0]["towns"], folder.json()["towns"]
    assert own["radius_km"] < 40
    assert town["radius_km"] == 40
    folder.change(number, radius_km=12)
    assert folder.json("--public")["towns"][0]["radius_km"] == 12


@on_sqlite
def test_the_public_map_goes_by_official_figures(folder: Folder) -> None:
    """A town that was counted anew and is small singles out whom it did not before."""
    folder.add("kassel", "Kassel")
    place = resolve("Kassel").place
    assert place is not None
    with folder.store.session() as session:
        session.add(
            Municipality(
                ags="06611000", name="Kassel", population=19_999, lat=place.lat, lon=place.lon,
                place_id=place.id, imported_at=NOON,
            )
        )  # fmt: skip
    assert folder.json("--public")["towns"] == []


@on_sqlite
def test_names_are_words_and_never_markup(
    folder: Folder, settings: "SettingsFactory", database_url: str
) -> None:
    """What a geocoder calls a town or a state stands on the page as harmless text; a title too."""
    settings(database={"url": database_url}, campaign={"name": f"Woche {ATTACK}"})
    folder.add("odd", town=ATTACK, region=ATTACK, town_people=30_000, place_id=99)
    folder.add("long", town="T" * 5_000, place_id=98, lat=50.0, lon=9.0)
    folder.add("control", town="A\x1b[2J\u202ebc", place_id=97, lat=51.0, lon=9.0)
    html = folder.page()
    page = Page(html)
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert page.text.count("<script>") >= 4
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "T" * 61 not in html


@on_sqlite
def test_an_empty_campaign_is_told_how_to_fill_it(folder: Folder) -> None:
    """A page without a circle, and the next command; an older page does not stay."""
    folder.add("only", "Kassel")
    assert "Kassel" in folder.page()
    with folder.store.session() as session:
        tandem = session.exec(select(Tandem)).one()
        tandem.state = TandemState.WITHDRAWN
        session.add(tandem)
    result = folder.run("--out", str(folder.path / "map.html"), "--lang", "en")
    assert result.exit_code == 0
    assert "tandem import" in result.output
    html = (folder.path / "map.html").read_text("utf-8")
    assert "Kassel" not in html
    assert "<svg" not in html
    assert Page(html).headings == [1]


@on_sqlite
def test_where_it_goes(folder: Folder) -> None:
    """Its own file is replaced, anybody else's stays; - is the terminal."""
    folder.add("only", "Kassel")
    assert folder.run().exit_code == 0
    assert folder.run().exit_code == 0
    assert (folder.path / "audience-map.html").exists()
    assert folder.run("--public").exit_code == 0
    assert (folder.path / "audience-map-public.html").exists()
    printed = folder.run("--out", "-")
    assert printed.output.startswith("<!doctype html>")
    foreign = folder.path / "brief.html"
    foreign.write_text("Liebe Grüße", "utf-8")
    for out in (foreign, folder.path, folder.path / "no" / "map.html"):
        refused = folder.run("--out", str(out), "--lang", "en")
        assert refused.exit_code == 2, out
        assert "--out" in refused.output
    assert foreign.read_text("utf-8") == "Liebe Grüße"
    assert folder.run("--out", "-", "--json").exit_code == 2


@pytest.mark.parametrize("palette", ["light", "dark", "print"])
def test_the_map_can_be_read(palette: str) -> None:
    """Names have a contrast of 4.5 on land and sea, circles and points 3 (WCAG AA)."""
    colours = colours_of(CSS)[palette]
    for ground in ("land", "land-far", "sea", "paper"):
        for ink in ("ink", "soft"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        for shape in ("ring", "offer"):
            assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS + (OWN / "map_page.css").read_text("utf-8")))
    assert used <= set(colours)
