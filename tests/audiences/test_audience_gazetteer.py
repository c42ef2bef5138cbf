"""The embedded data: whole, rich enough, undamaged; a damaged copy says so."""

import math
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiences.circle import WIDEST_DISK_KM
from audiences.distance import distance_km
from audiences.fold import fold
from audiences.gazetteer import DATA, Gazetteer
from audiences.place import GazetteerBroken, Place
from audiences.resolve import resolve


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_the_files_match_their_recorded_digests() -> None:
    Gazetteer.open().verify()


@pytest.mark.parametrize(
    "name", ["cells.tsv", "names.tsv", "outlines.tsv", "places.tsv", "postcodes.tsv"]
)
def test_one_changed_byte_is_noticed(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(GazetteerBroken, match=name):
        Gazetteer(copy).verify()


def test_a_missing_file_is_named_with_what_to_do(copy: Path) -> None:
    (copy / "names.tsv").unlink()
    with pytest.raises(GazetteerBroken, match=r"names\.tsv cannot be read.*Install") as broken:
        Gazetteer(copy)
    assert str(broken.value).endswith(".")


def test_a_cut_file_is_damaged(copy: Path) -> None:
    content = (copy / "places.tsv").read_bytes()
    (copy / "places.tsv").write_bytes(content[: len(content) // 2])
    with pytest.raises(GazetteerBroken, match=r"places\.tsv"):
        resolve("Zwickau", gazetteer=Gazetteer(copy))


def test_a_table_of_another_build_is_damaged(copy: Path) -> None:
    lines = (copy / "places.tsv").read_text("utf-8").splitlines(keepends=True)
    (copy / "places.tsv").write_text("".join(lines[1:]), "utf-8")
    with pytest.raises(GazetteerBroken):
        resolve("Zwickau", gazetteer=Gazetteer(copy))


HOME = ("DE", "AT", "CH", "LI")


def town(name: str, country: str) -> Place:
    """Return the largest place of that official name."""
    found = [p for r, p in Gazetteer.open().named(fold(name)) if r == 0 and p.country == country]
    return max(found, key=lambda place: place.population)


def members(place: Place) -> list[Place]:
    return [p for p in Gazetteer.open().places() if place.id in (p.id, p.part_of)]


def test_it_holds_enough() -> None:
    """11,000 German places, every postcode area, both neighbours of the language, the rest."""
    places = list(Gazetteer.open().places())
    countries = [place.country for place in places]
    assert countries.count("DE") >= 11_000
    assert countries.count("AT") >= 2_000
    assert countries.count("CH") >= 2_000
    assert {"FR", "PL", "CZ", "NL", "BE", "LU", "DK", "SE", "SK", "HU", "SI", "HR", "IT"} <= set(
        countries
    )
    codes = Gazetteer.open().postcodes()
    areas = [code for code in codes if code.startswith("DE")]
    assert len(areas) >= 8_150
    assert sum(code.startswith("AT") for code in codes) >= 2_000
    assert sum(code.startswith("CH") for code in codes) >= 3_000


def test_every_german_postcode_means_a_place_near_its_area() -> None:
    atlas = Gazetteer.open()
    for code in atlas.postcodes():
        meant = atlas.postcode(code[:2], code[2:])
        assert meant is not None
        assert meant.place.country == code[:2]


def test_every_state_of_three_countries_is_there() -> None:
    states = {(p.country, p.state) for p in Gazetteer.open().places() if p.population > 0}
    assert len({s for c, s in states if c == "DE" and s}) == 16
    assert len({s for c, s in states if c == "AT" and s}) == 9
    assert len({s for c, s in states if c == "CH" and s}) == 26


def test_nobody_is_counted_twice() -> None:
    """A town and its districts together hold the town's population, not more."""
    places = {place.id: place for place in Gazetteer.open().places()}
    held: dict[int, int] = {}
    for place in places.values():
        town = place.part_of or place.id
        assert places[town].part_of is None
        held[town] = held.get(town, 0) + place.people
    assert all(held[town] == places[town].population for town in held)
    germans = sum(p.people for p in places.values() if p.country == "DE")
    assert 78_000_000 < germans < 84_000_000


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Chiasso", "CH"),
        ("Mendrisio", "CH"),
        ("Lugano", "CH"),
        ("Como", "IT"),
        ("Milano", "IT"),
        ("Kittsee", "AT"),
        ("Nickelsdorf", "AT"),
        ("Bratislava", "SK"),
        ("Sopron", "HU"),
        ("Győr", "HU"),
        ("Maribor", "SI"),
        ("Zagreb", "HR"),
        ("Vaduz", "LI"),
        ("Genève", "CH"),
        ("Strasbourg", "FR"),
        ("Liège", "BE"),
        ("Luxembourg", "LU"),
        ("Enschede", "NL"),
        ("Sønderborg", "DK"),
        ("Trelleborg", "SE"),
        ("Szczecin", "PL"),
        ("Plzeň", "CZ"),
    ],
)
def test_the_edges_and_the_towns_across_the_border_are_there(name: str, country: str) -> None:
    found = [p for _, p in Gazetteer.open().named(fold(name)) if p.country == country]
    assert any(p.people > 0 and p.disk_km > 0 for p in found)


@pytest.mark.parametrize(
    ("name", "country"),
    [("Paris", "FR"), ("Gdańsk", "PL"), ("Budapest", "HU"), ("Aalborg", "DK"), ("Gent", "BE")],
)
def test_what_lies_far_beyond_the_borders_is_left_out(name: str, country: str) -> None:
    assert all(p.country != country for _, p in Gazetteer.open().named(fold(name)))


def test_nothing_abroad_is_farther_than_100_km() -> None:
    """Measured to the nearest place at home, which is at most some 20 km from the border."""
    atlas = Gazetteer.open()
    abroad = [p for p in atlas.places() if p.country not in HOME]
    for place in abroad[::41]:
        row, column = math.floor(place.lat * 4), math.floor(place.lon * 4)
        cells = ((row + y, column + x) for y in range(-5, 6) for x in range(-7, 8))
        near = (p for cell in cells for p in atlas.cell(*cell) if p.country in HOME)
        assert any(distance_km(place, p) < 121 for p in near), place


@pytest.mark.parametrize(
    ("name", "country", "km2"),
    [
        ("Berlin", "DE", 892),
        ("Hamburg", "DE", 739),
        ("München", "DE", 311),
        ("Fehmarn", "DE", 185),
    ],
)
def test_a_city_and_its_districts_are_as_wide_as_their_land(
    name: str, country: str, km2: float
) -> None:
    disks = sum(math.pi * p.disk_km**2 for p in members(town(name, country)))
    assert disks == pytest.approx(km2, rel=0.04)


def test_only_places_without_people_are_points_and_no_disk_is_too_wide() -> None:
    places = list(Gazetteer.open().places())
    assert [p for p in places if p.people > 0 and p.disk_km == 0 and p.country in HOME] == []
    assert sum(p.people for p in places if p.disk_km == 0) == 0
    assert max(p.disk_km for p in places) <= WIDEST_DISK_KM


def test_the_disks_of_a_country_cover_its_land_and_not_more() -> None:
    """Three in ten square kilometres of Switzerland lie in villages that nobody is counted in."""
    land = {"DE": (357_600, 0.9), "AT": (83_900, 0.85), "CH": (41_300, 0.68)}
    disks = dict.fromkeys(land, 0.0)
    for place in Gazetteer.open().places():
        if place.country in disks:
            disks[place.country] += math.pi * place.disk_km**2
    for country, (km2, least) in land.items():
        assert least * km2 < disks[country] < 1.02 * km2, country


@pytest.mark.parametrize(
    ("village", "municipality"),
    [
        ("Wehrda", "Marburg"),  # once given to Cölbe, whose postal row was nearer
        ("Zeppelinheim", "Neu-Isenburg"),
        ("Vagen", "Feldkirchen-Westerham"),
        ("Weißenschirmbach", "Querfurt"),
        ("Pregassona", "Lugano"),
        ("Littau", "Luzern"),  # its own municipality until 2010
        ("Jona", "Rapperswil"),
        ("Liebefeld", "Köniz"),
        ("Goldau", "Arth"),
        ("Oerlikon", "Zürich"),
        ("Töss", "Winterthur"),
    ],
)
def test_a_village_is_part_of_the_municipality_it_lies_in(village: str, municipality: str) -> None:
    atlas = Gazetteer.open()
    towns = [atlas.place(p.part_of) for _, p in atlas.named(fold(village)) if p.part_of]
    assert municipality in [place.name for place in towns if place]


@pytest.mark.parametrize(
    "names",
    [
        "Pully Prilly Renens",  # beside Lausanne
        "Carouge Vernier Lancy Meyrin Onex Thônex Chêne-Bougeries",  # Genève
        "Allschwil Binningen Birsfelden Muttenz Münchenstein Pratteln Reinach Riehen",  # Basel
        "Köniz Ostermundigen Ittigen Muri",  # Bern
        "Zollikon Kilchberg Adliswil Schlieren Dietikon Opfikon Wallisellen Dübendorf",  # Zürich
        "Emmen Kriens Horw Ebikon Wittenbach Gossau",  # Luzern, St. Gallen
    ],
)
def test_a_town_beside_a_city_is_none_of_its_districts(names: str) -> None:
    assert [name for name in names.split() if not town(name, "CH").is_town] == []


def test_people_and_name_of_a_misplaced_town_stand_at_its_own_point() -> None:
    """GeoNames counts these in villages of the same name elsewhere in the state."""
    altdorf = resolve("Altdorf, 84032").place
    assert altdorf is not None
    assert (altdorf.name, altdorf.population, altdorf.is_town) == ("Altdorf", 11_355, True)
    assert distance_km(altdorf, town("Landshut", "DE")) < 5
    assert distance_km(town("Zell am Harmersbach", "DE"), town("Offenburg", "DE")) < 20
    assert town("Haag in Oberbayern", "DE").population < 7_000


def test_every_place_is_found_by_its_id_and_its_name() -> None:
    atlas = Gazetteer.open()
    for place in list(atlas.places())[::37]:
        assert atlas.place(place.id) == place
    assert atlas.place(1) is None


def test_the_first_ids_are_scanned_for_and_many_are_indexed(copy: Path) -> None:
    """Both ways give the same place, the first and the last line included."""
    atlas = Gazetteer(copy)
    lines = (copy / "places.tsv").read_text("utf-8").splitlines()
    ids = [int(line.partition("\t")[0]) for line in (lines[0], lines[-1], *lines[::2000])]
    assert [atlas.place(number) for number in ids] == [Gazetteer(copy).place(n) for n in ids]
    assert atlas.place(1) is None


def test_official_figures_replace_a_town_and_scale_its_districts() -> None:
    plain = Gazetteer.open()
    berlin, fehmarn = town("Berlin", "DE"), town("Fehmarn", "DE")
    official = plain.with_people({berlin.id: 3_662_381, fehmarn.id: 12_986})
    changed = official.place(berlin.id)
    assert changed is not None
    assert changed.population == 3_662_381
    districts = [p for p in official.places() if berlin.id in (p.id, p.part_of)]
    assert sum(p.people for p in districts) == 3_662_381
    part = next(p for p in districts if p.name == "Berlin-Neukölln")
    assert part.population == pytest.approx(
        next(p for p in members(berlin) if p.id == part.id).population
        * 3_662_381
        / berlin.population,
        abs=1,
    )
    assert part in [p for _, p in official.named("berlin neukoelln")]
    assert part in official.cell(math.floor(part.lat * 4), math.floor(part.lon * 4))
    assert plain.place(berlin.id) == berlin
    kiel = town("Kiel", "DE")
    assert official.place(kiel.id) == kiel


def test_official_figures_for_a_district_or_nothing_are_refused() -> None:
    district = next(p for p in Gazetteer.open().places() if p.part_of)
    for number in (district.id, 1):
        with pytest.raises(ValueError, match=str(number)):
            Gazetteer.open().with_people({number: 10})


def test_outlines_are_closed_areas_of_every_state_and_neighbour() -> None:
    rows = [line.split("\t") for line in (DATA / "outlines.tsv").read_text("utf-8").splitlines()]
    assert len({state for country, state, _ in rows if country == "DE"}) == 16
    assert {"AT", "CH", "LI", "FR", "PL", "DK"} <= {country for country, _, _ in rows}
    for _country, _state, points in rows:
        values = [float(value) for value in points.split(" ")]
        lats, lons = values[::2], values[1::2]
        assert len(lats) == len(lons) >= 3
        assert (lats[0], lons[0]) != (lats[-1], lons[-1])
        assert all(44 <= lat <= 58 for lat in lats)
        assert all(1 <= lon <= 21 for lon in lons)
    home = sum(len("\t".join(row)) + 1 for row in rows if row[0] in HOME)
    assert home < 45_000


def test_two_states_share_their_border_point_by_point() -> None:
    """No gap and no overlap between Hessen and Thüringen, wherever both were simplified."""
    rows = [line.split("\t") for line in (DATA / "outlines.tsv").read_text("utf-8").splitlines()]
    points: dict[str, set[tuple[str, str]]] = {}
    for _country, state, text in rows:
        values = text.split(" ")
        points.setdefault(state, set()).update(zip(values[::2], values[1::2], strict=True))
    assert len(points["Hessen"] & points["Thüringen"]) > 20


def test_threads_may_share_it(copy: Path) -> None:
    atlas = Gazetteer(copy)
    towns = ["Kiel", "79098", "Görlitz", "Aachen", "Passau", "8001 Zürich"] * 30
    alone = [resolve(town) for town in towns]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda town: resolve(town, gazetteer=atlas), towns))
    assert together == alone


@pytest.mark.parametrize(
    ("former", "name"),
    [
        ("Fürstenwalde/Spree Fürstenwalde", "Fürstenwalde"),
        ("Halle-Halle-Neustadt", "Halle-Neustadt"),
        ("Storkow (Mark) Storkow", "Storkow (Mark)"),
        ("Grünheide (Mark) Grünheide", "Grünheide (Mark)"),
        ("Briesen (Mark) Briesen (Mark)", "Briesen (Mark)"),
        ("Dietlikon / Dietlikon (Dorf)", "Dietlikon"),
        ("Murten/Morat", "Murten"),
        ("Morat", "Murten"),
        ("Biel/Bienne", "Biel"),
        ("Bleiburg/Pliberk", "Bleiburg"),
        ("Lantsch/Lenz", "Lenz"),
        ("Freiburg (Elbe) Flecken", "Freiburg (Elbe)"),
        ("Horgen (Dorfkern)", "Horgen"),
        ("Winterthur-Töss (Kreis 4)", "Winterthur-Töss"),
        ("Lahr/Schwarzwald", "Lahr/Schwarzwald"),
    ],
)
def test_a_place_bears_its_plain_name_and_answers_to_the_former_one(former: str, name: str) -> None:
    place = resolve(former).place
    assert place is not None
    assert place.name == name
    again = resolve(f"{name}, {place.state}").place
    assert again is not None
    assert again.name == name


def test_public_names_are_no_register_entries() -> None:
    """Nothing that a post can name (5,000 people) is doubled or has an office's remark."""
    shown = [p for p in Gazetteer.open().places() if p.population >= 5_000]
    strange = re.compile(r" / |\((?:Dorf|Dorfkern)\)|Flecken|-Stadt |(?<!Zürich) \(Kreis")
    doubled = re.compile(r"^(\S+)(?: \([^)]+\)|/\S+)? \1\b")
    home = [p.name for p in shown if p.country in ("DE", "AT", "CH")]
    assert [name for name in home if strange.search(name) or doubled.search(name)] == []
