"""The embedded data: whole, rich enough, undamaged; a damaged copy says so."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audiences.gazetteer import DATA, Gazetteer
from audiences.place import GazetteerBroken
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


def test_it_holds_enough() -> None:
    """11,000 German places, every postcode area, both neighbours of the language, the rest."""
    places = list(Gazetteer.open().places())
    countries = [place.country for place in places]
    assert countries.count("DE") >= 11_000
    assert countries.count("AT") >= 2_000
    assert countries.count("CH") >= 2_000
    assert {"FR", "PL", "CZ", "NL", "BE", "LU", "DK"} <= set(countries)
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
    assert 76_000_000 < germans < 85_000_000


def test_every_place_is_found_by_its_id_and_its_name() -> None:
    atlas = Gazetteer.open()
    for place in list(atlas.places())[::37]:
        assert atlas.place(place.id) == place
    assert atlas.place(1) is None


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
