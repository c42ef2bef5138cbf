"""The map: true to scale, small, quiet, and safe whatever a town is called."""

import math
import re
import shutil
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from audiences import ground, outlines
from audiences.distance import Spot, distance_km
from audiences.gazetteer import DATA, Gazetteer
from audiences.map import Circle, draw
from audiences.place import GazetteerBroken
from audiences.projection import box_around, framed

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


def lettering(root: ElementTree.Element, kind: str = "wide") -> ElementTree.Element:
    [found] = marked(root, kind)
    return found


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in marked(lettering(root), "name")]


def boxes(root: ElementTree.Element, kind: str) -> list[tuple[float, float, float, float]]:
    """The labels as somewhat narrow boxes, so that touching is not overlapping."""
    found, size = [], {"wide": 13, "narrow": 23}[kind]
    for each in lettering(root, kind).iter("text"):
        x, y, half = float(each.get("x", 0)), float(each.get("y", 0)), len(each.text or "") * 0.25
        found.append((x - half * size, y - 0.7 * size, x + half * size, y))
    return found


def overlapping(root: ElementTree.Element, kind: str) -> int:
    return sum(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for a, b in combinations(boxes(root, kind), 2)
    )


def test_circles_are_true_to_scale() -> None:
    """Radii and distances on the map are those on the earth, within a few in a hundred."""
    root = drawn(CIRCLES)
    rings = dict(zip(TOWNS, marked(root, "ring"), strict=True))
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


@pytest.mark.parametrize("km", [5, 25, 80])
@pytest.mark.parametrize("lat", [45.9, 48.2, 51.0, 54.9])
def test_a_circle_is_one_on_the_earth(km: int, lat: float) -> None:
    """Every point of its rim is as far from the town as it should be, within half a hundredth."""
    frame = framed([box_around(lat, 9.5, km)], None, 640.0)
    x, y, r = frame.disk(lat, 9.5, km)
    for bearing in range(0, 360, 10):
        rim = geodesic(kilometers=km).destination((lat, 9.5), bearing)
        assert math.dist((x, y), frame.at(rim.latitude, rim.longitude)) == pytest.approx(
            r, rel=0.005
        )


def test_north_is_up_and_west_is_left() -> None:
    """The map is no mirror image."""
    points = {
        each.findtext("title"): marked(each, "point")[0] for each in marked(drawn(CIRCLES), "spot")
    }
    assert float(points["Hamburg"].get("cy", 0)) < float(points["Freiburg"].get("cy", 0))
    assert float(points["Aachen"].get("cx", 0)) < float(points["Görlitz"].get("cx", 0))


def shape(root: ElementTree.Element) -> tuple[float, float]:
    width, height = root.get("viewBox", "").split()[2:]
    return float(width), float(height)


def test_a_country_can_be_recognised() -> None:
    """A campaign all over Germany shows all of it: its states, its border, what lies around."""
    root = drawn(CIRCLES)
    width, height = shape(root)
    assert 700 < height < 1000
    [home], [abroad] = marked(root, "home"), marked(root, "abroad")
    germany, others = home.get("d", ""), abroad.get("d", "")
    assert germany.count("z") > 16
    assert others.count("z") > 8
    assert marked(root, "outer")
    for path in (germany, others):
        for x, y in corners(path):
            assert 0 <= x <= 2 * width
            assert 0 <= y <= 2 * height
    assert sum(each.get("d", "").count("h0") for each in marked(root, "town")) > 600


def corners(path: str) -> list[tuple[float, float]]:
    """All points of a path, from its steps."""
    found: list[tuple[float, float]] = []
    for ring in path.replace("z", "").split("M")[1:]:
        start, _, steps = ring.partition("l")
        x, y = map(float, start.split())
        numbers = [float(each) for each in re.findall(r"-?\d+", steps)]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + across, y + down
            found.append((x, y))
    return found


@pytest.mark.parametrize(
    ("circles", "country", "widest_km"),
    [
        ([Circle("Freiburg", 47.9959, 7.8522, 12)], "DE", 260),
        ([Circle("Hof", 50.31, 11.91, 15), Circle("Lindau", 47.55, 9.69, 15)], "DE", 480),
        ([Circle("Westerland", 54.9, 8.31, 20), Circle("Husum", 54.48, 9.05, 20)], "DE", 300),
        ([Circle("Wien", 48.21, 16.37, 5), Circle("Bregenz", 47.5, 9.75, 9)], "AT", 720),
        ([Circle("Basel", 47.56, 7.59, 5), Circle("Chur", 46.85, 9.53, 20)], "CH", 450),
        ([Circle("Breisach", 48.03, 7.58, 20)], "DE", 260),
    ],
)
def test_the_map_comes_near(circles: list[Circle], country: str, widest_km: float) -> None:
    """A part of a country fills the page, with some surroundings; every circle lies whole in it."""
    root = drawn(circles, countries=(country,))
    width, height = shape(root)
    [x, *_rest] = marked(root, "ring")
    km = circles[0].radius_km or 0
    assert width * km / float(x.get("r", 0)) < widest_km * 1.1
    assert 0.55 < height / width < 1.6
    for ring in marked(root, "ring"):
        x_at, y_at, r = (float(ring.get(name, 0)) for name in ("cx", "cy", "r"))
        assert r < x_at < width - r
        assert r < y_at < height - r
    assert marked(root, "home")


def test_the_scale_is_true() -> None:
    """The bar at the bottom is as long as it says, where the map is in its middle."""
    root = drawn(CIRCLES, unit="{km} km")
    [bar, text] = marked(root, "scale")
    start, end = re.match(r"M(\d+) .*H([\d.]+)m", bar.get("d", "")).groups()  # type: ignore[union-attr]
    km = int((text.text or "").removesuffix(" km"))
    fulda = next(
        ring for name, ring in zip(TOWNS, marked(root, "ring"), strict=True) if name == "Fulda"
    )
    assert (float(end) - float(start)) / km == pytest.approx(
        float(fulda.get("r", 0)) / 25, rel=0.02
    )


def test_the_map_is_small() -> None:
    """Forty tandems take less than sixty kilobytes, with all that they say when pointed at."""
    towns = [each for each in Gazetteer.open().places() if each.is_town and each.country == "DE"]
    places = [each for each in towns if each.population > 90_000][:40]
    circles = [Circle(each.name, each.lat, each.lon, 30) for each in places]
    assert len(draw(circles, "Karte", "Orte", linked=True).encode()) < 60_000


def test_a_thousand_circles_are_drawn_lightly() -> None:
    """A large campaign stays a map: cities are named instead of circles, and it is soon drawn."""
    towns = [each for each in Gazetteer.open().places() if each.is_town and each.country == "DE"]
    places = sorted(towns, key=lambda each: -each.population)[:1000]
    circles = [Circle(each.name, each.lat, each.lon, 15) for each in places]
    root = drawn(circles, linked=True)
    assert root.get("class") == "map cloud"
    assert len(marked(root, "ring")) == 1000
    assert {each.get("class") for each in root.iter() if each.get("class") == "name"} == set()
    assert len(ElementTree.tostring(root)) < 450_000


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
    for kind in ("wide", "narrow"):
        assert overlapping(root, kind) == 0
        assert len(boxes(root, kind)) >= 4
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
    landmarks = {each.text for each in marked(lettering(drawn(CIRCLES)), "landmark")}
    assert {"Berlin", "München"} <= landmarks
    assert "Hamburg" not in landmarks
    told = {each.text for each in marked(lettering(drawn(CIRCLES, say=str.upper)), "landmark")}
    assert "BERLIN" in told


def test_linked_circles_are_reached_by_keyboard() -> None:
    """Each circle is a link with its words, to the line of its number; a picture has no links."""
    circles = [
        Circle(n, *at, km, told=f"{n}, {km} km") for km, (n, at) in enumerate(TOWNS.items(), 5)
    ]
    root = drawn(circles, linked=True)
    links = {each.get("id"): each for each in root.iter("a")}
    assert set(links) == {f"c{number}" for number in range(len(circles))}
    for number, circle in enumerate(circles):
        link = links[f"c{number}"]
        assert link.get("href") == f"#t{number}"
        assert link.findtext("title") == circle.told
        assert [each.text for each in marked(link, "told")] == [circle.told]
    assert root.get("role") == "group"
    plain = drawn(circles)
    assert plain.get("role") == "img"
    assert not list(plain.iter("a"))
    assert [each.findtext("title") for each in marked(plain, "spot")] == [
        each.told for each in reversed(circles)
    ]


def test_what_is_not_settled_looks_different() -> None:
    """Not by its colour alone: its class has another line."""
    [spot] = marked(drawn([Circle("Fulda", 50.55, 9.67, 12, open=True)]), "spot")
    assert "open" in spot.get("class", "")


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
    svg = draw([Circle(name, 50.0, 10.0, 10, told=name)], title, "Orte", linked=True)
    root = ElementTree.fromstring(svg)
    used = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert used <= {"svg", "title", "desc", "path", "circle", "text", "g", "a", "rect"}
    assert root.findtext("title") == title
    assert "script" not in used
    assert "http" not in svg.replace("http", "", svg.count("http") if "http" in name else 0)


@pytest.mark.parametrize("name", ["places.tsv", "outlines.tsv"])
@pytest.mark.parametrize("content", ["1\tFulda\tDE\n", "DE\t\t50.1 9.2 50.3\n", None])
def test_a_damaged_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str | None
) -> None:
    """The map says which file is broken or missing instead of drawing half a country."""
    if content:
        (tmp_path / name).write_text(content, "utf-8")
    if name == "places.tsv":
        monkeypatch.setattr(Gazetteer, "open", lambda: Gazetteer(tmp_path))
        shutil.copy(DATA / "names.tsv", tmp_path)
    else:
        monkeypatch.setattr(outlines, "DATA", tmp_path)
    forget()
    try:
        with pytest.raises(GazetteerBroken, match=name.replace(".", r"\.")):
            draw([], "Karte", "Orte")
    finally:
        forget()


def forget() -> None:
    """Let the files be read anew."""
    ground.towns.cache_clear()
    outlines.rings.cache_clear()
