"""The map: true to scale, small, quiet, and safe whatever a town is called."""

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences import map as drawing
from audiences.distance import Spot, distance_km
from audiences.gazetteer import Gazetteer
from audiences.map import Circle, draw
from audiences.place import GazetteerBroken

SVG = "{http://www.w3.org/2000/svg}"
TOWNS = {
    "Freiburg": (47.9959, 7.8522),
    "Hamburg": (53.5507, 9.993),
    "Görlitz": (51.155, 14.9885),
    "Aachen": (50.7766, 6.0834),
    "Fulda": (50.5516, 9.6752),
}
CIRCLES = [Circle(name, lat, lon, 25) for name, (lat, lon) in TOWNS.items()]


def drawn(circles: list[Circle], **options: object) -> ElementTree.Element:
    return ElementTree.fromstring(draw(circles, "Karte", "Orte", **options))  # type: ignore[arg-type]


def marked(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if kind in each.get("class", "").split()]


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in marked(root, "name")]


def boxes(root: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """The labels as somewhat narrow boxes, so that touching is not overlapping."""
    found = []
    for each in (*marked(root, "name"), *marked(root, "landmark")):
        x, y, half = float(each.get("x", 0)), float(each.get("y", 0)), len(each.text or "") * 3.2
        found.append((x - half, y - 9, x + half, y))
    return found


def overlapping(root: ElementTree.Element) -> int:
    return sum(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for a, b in combinations(boxes(root), 2)
    )


def test_circles_are_true_to_scale() -> None:
    """Radii and distances on the map are those on the earth, within a few in a hundred."""
    root = drawn(CIRCLES)
    rings = {
        each.name: ring
        for each, ring in zip(
            sorted(CIRCLES, key=lambda c: c.name), marked(root, "ring"), strict=True
        )
    }
    for name, other in combinations(TOWNS, 2):
        one, two = rings[name], rings[other]
        apart = math.dist(
            (float(one.get("cx", 0)), float(one.get("cy", 0))),
            (float(two.get("cx", 0)), float(two.get("cy", 0))),
        )
        unit = (float(one.get("r", 0)) + float(two.get("r", 0))) / 50
        assert apart / unit == pytest.approx(
            distance_km(Spot(*TOWNS[name]), Spot(*TOWNS[other])), rel=0.03
        )


def test_north_is_up_and_west_is_left() -> None:
    """The map is no mirror image."""
    points = {
        (each.findtext("title") or each.findtext(f"{SVG}title")): each
        for each in marked(drawn(CIRCLES), "point")
    }
    assert float(points["Hamburg"].get("cy", 0)) < float(points["Freiburg"].get("cy", 0))
    assert float(points["Aachen"].get("cx", 0)) < float(points["Görlitz"].get("cx", 0))


def test_germany_can_be_recognised() -> None:
    """All towns of the country lie in the frame, and the neighbours' beyond its border too."""
    svg = draw(CIRCLES, "Karte", "Orte")
    height = float(re.search(r'viewBox="0 0 640 (\d+)"', svg)[1])  # type: ignore[index]
    assert 700 < height < 1000
    home = re.findall(r'class="town home"[^>]* d="([^"]+)"', svg)
    abroad = re.findall(r'class="town abroad"[^>]* d="([^"]+)"', svg)
    towns = [
        each
        for each in Gazetteer.open().places()
        if each.country == "DE" and each.is_town and each.population >= 1_200
    ]
    shown = sum(path.count("h0") for path in home)
    # Towns on the same spot of the map share a dot.
    assert 0.85 * len(towns) < shown <= len(towns)
    assert sum(path.count("h0") for path in abroad) > 800


def test_the_map_is_small() -> None:
    """Forty tandems take less than a hundred kilobytes."""
    towns = [each for each in Gazetteer.open().places() if each.is_town and each.country == "DE"]
    places = [each for each in towns if each.population > 90_000][:40]
    circles = [Circle(each.name, each.lat, each.lon, 30) for each in places]
    assert len(draw(circles, "Karte", "Orte").encode()) < 100_000


def test_labels_do_not_cover_one_another() -> None:
    """Even where ten towns lie close together, a name stands free or is left out."""
    ruhr = [
        each
        for each in Gazetteer.open().places()
        if each.country == "DE"
        and each.is_town
        and each.population > 90_000
        and abs(each.lat - 51.45) < 0.35
        and abs(each.lon - 7.1) < 0.7
    ]
    assert len(ruhr) > 10
    circles = [Circle(each.name, each.lat, each.lon, 10) for each in ruhr]
    root = drawn(circles)
    assert overlapping(root) == 0
    assert len(texts(root)) >= 8
    assert len(marked(root, "point")) == len(circles)


def test_a_number_says_how_many_share_a_town() -> None:
    """One circle for the town, with a number from two on."""
    root = drawn([Circle("Fulda", 50.55, 9.67, 12, 3), Circle("Trier", 49.76, 6.64, 12, 1)])
    assert sorted(texts(root)) == ["Fulda · 3", "Trier"]


def test_a_town_without_a_circle_is_a_point() -> None:
    """No radius, no ring."""
    root = drawn([Circle("Fulda", 50.55, 9.67, None)])
    assert marked(root, "ring") == []
    assert len(marked(root, "point")) == 1


def test_landmarks_stand_back() -> None:
    """Large cities help to find one's way, unless a circle names them already."""
    landmarks = {each.text for each in marked(drawn(CIRCLES), "landmark")}
    assert {"Berlin", "München"} <= landmarks
    assert "Hamburg" not in landmarks
    told = {each.text for each in marked(drawn(CIRCLES, say=str.upper), "landmark")}
    assert "BERLIN" in told


def test_neighbours_circles_are_in_the_frame() -> None:
    """A circle abroad widens the map; its country is shown as a whole when asked for."""
    vienna = Circle("Wien", 48.2085, 16.3721, 30)
    for countries in (("DE",), ("DE", "AT")):
        [point] = marked(drawn([vienna], countries=countries), "point")
        assert 0 < float(point.get("cx", 0)) < 640


def test_no_circles_are_no_trouble() -> None:
    """The ground alone can be drawn."""
    assert marked(drawn([]), "point") == []


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(max_size=80).filter(
        lambda text: not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", text)
    ),
    title=st.sampled_from(["Karte", "<script>", "\"&'"]),
)
def test_names_are_never_markup(name: str, title: str) -> None:
    """Whatever a town is called, the SVG stays well-formed and has no further elements."""
    svg = draw([Circle(name, 50.0, 10.0, 10)], title, "Orte")
    root = ElementTree.fromstring(svg)
    used = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert used <= {"svg", "title", "desc", "path", "circle", "text"}
    assert root.findtext("title") == title
    assert "script" not in used
    assert "http" not in svg.replace("http", "", svg.count("http") if "http" in name else 0)


def test_a_damaged_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The map says which file is broken instead of drawing half a country."""
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "places.tsv").write_text("1\tFulda\tDE\n", "utf-8")
    monkeypatch.setattr(drawing, "DATA", folder)
    drawing._towns.cache_clear()
    try:
        with pytest.raises(GazetteerBroken, match=r"places\.tsv"):
            draw([], "Karte", "Orte")
    finally:
        drawing._towns.cache_clear()
