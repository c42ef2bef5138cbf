"""The page: one quiet file that anybody may be shown, in three languages, safe and accessible."""

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from report_rows import Size
from sqlmodel import col, select

from orchestrator.model import Audience, Post, Reply, Tandem
from orchestrator.report import pages
from orchestrator.vocabulary import Show, TandemState
from tests.conftest import on_sqlite
from tests.page_reader import Page, colours_of, contrast

if TYPE_CHECKING:
    from tests.report.conftest import Desk, MakeDesk

TEMPLATES = Path(pages.__file__).parent / "templates"
CSS = "".join(
    (TEMPLATES / name).read_text("utf-8") for name in ("page.css", "map.css", "report.css")
)
# Attributes by which a page could fetch something, or run it.
FETCHING = ("src", "srcset", "action", "data", "poster", "background", "ping", "formaction")


@pytest.fixture(params=["en", "ar", "de"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """The pages of the usual campaign that were made already, by language."""
    return {}


@pytest.fixture
def html(desk: "MakeDesk", language: str, seen: dict[str, str]) -> str:
    """The page of the usual campaign."""
    if language not in seen:
        seen[language] = desk().page("--lang", language)
    return seen[language]


@on_sqlite
def test_the_page_is_whole_and_asks_nothing_from_anywhere(html: str) -> None:
    """No script, no address, no font, no picture: a closed file that forbids itself the net."""
    page = Page(html)
    used = {tag for tag, _ in page.tags}
    assert not used & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"}
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert name not in FETCHING, (tag, name)
            assert not name.startswith("on"), (tag, name)
            assert "://" not in value, (tag, name, value)
            assert "javascript:" not in value
        assert attributes.get("href", "#").startswith("#")
    assert not re.search(r"url\(|@import|xlink|https?://", html)
    [policy] = [
        each["content"]
        for _, each in page.tags
        if each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert len(html.encode()) < 400_000


@on_sqlite
def test_language_direction_and_order_of_headings(html: str, language: str) -> None:
    """Screen readers know the language, the direction, and the way through the page."""
    page = Page(html)
    [root] = [attributes for tag, attributes in page.tags if tag == "html"]
    assert root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(page.headings))
    sections = [attributes for tag, attributes in page.tags if tag == "section"]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(sections) == 8
    for attributes in (each for _, each in page.tags):
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, "").split()) <= set(ids)
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids
    if language == "ar":
        arabic = re.findall("[\u0600-\u06ff]+", page.text)
        assert len(arabic) > 300


@on_sqlite
def test_every_chart_has_a_name_and_a_table(html: str) -> None:
    """Whoever does not see a chart is told what it is, and finds its figures in a table."""
    charts = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(charts) == 5 + 4 + 1
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title id=[^>]+>[^<]{5,}</title><desc id=[^>]+>[^<]{20,}</desc>", chart)
    page = Page(html)
    tables = sum(tag == "table" for tag, _ in page.tags)
    assert tables == sum(tag == "caption" for tag, _ in page.tags) == 6
    heads = [attributes for tag, attributes in page.tags if tag == "th"]
    assert all(each.get("scope") in ("col", "row") for each in heads)


@pytest.mark.parametrize("palette", ["light", "dark", "print"])
def test_the_palette_can_be_read(palette: str) -> None:
    """Words have a contrast of 4.5 at least, shapes that mean something 3 (WCAG AA)."""
    colours = colours_of(CSS)[palette]
    for ground in ("paper", "card"):
        for ink in ("ink", "soft", "accent", "offer", "tip"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for shape in ("offer", "tip", "rest", "post", "reach", "passed", "moving", "working", "ended"):
        assert contrast(colours[shape], colours["paper"]) >= 3, shape
    assert contrast(colours["notice-ink"], colours["notice"]) >= 4.5
    assert contrast("#000", "#fff") == pytest.approx(21)


def test_every_colour_has_its_dark_and_its_paper() -> None:
    """No palette forgets a colour, and no rule names one that is not there."""
    light, dark, paper = colours_of(CSS).values()
    assert set(light) == set(dark) == set(paper)
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= set(light)


def _change(made: "Desk", slug: str, **values: Any) -> None:
    with made.store.session() as session:
        tandem = session.exec(select(Tandem).where(Tandem.slug == slug)).one()
        tandem.sqlmodel_update(values)
        session.add(tandem)


ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=1>"


@on_sqlite
def test_names_are_words_and_never_markup(desk: "MakeDesk") -> None:
    """Whatever is typed as a name, a town or a partner stands on the page as harmless text."""
    made = desk(name=f"Woche {ATTACK}")
    _change(made, "tandem-000", public_name=ATTACK, show=Show.FULL, town=ATTACK)
    _change(made, "tandem-001", public_name="\x1b[2J\u202eeman\x07", show=Show.FULL)
    _change(made, "tandem-002", public_name="L" * 10_000, show=Show.FULL, town="T" * 10_000)
    with made.store.session() as session:
        for reply in session.exec(select(Reply).limit(5)).all():
            reply.channel, reply.status = ATTACK[:40], ATTACK[:40]
            session.add(reply)
    page = Page(made.page())
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, each in page.tags for name in each)
    assert "<script>" in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text
    assert "LLLLL" in page.text
    assert "L" * 61 not in page.text
    assert len(page.text) < 60_000


@on_sqlite
def test_who_must_not_be_shown_is_counted_without_a_name(desk: "MakeDesk") -> None:
    """Unchecked people lose name, town and circle; who withdrew is one line of figures."""
    made = desk()
    hidden = {"tandem-003": "Verborgen", "tandem-005": "Ungeprüft"}
    _change(
        made,
        "tandem-003",
        public_name="Verborgen",
        town="Geheimstadt",
        state=TandemState.WITHDRAWN,
    )
    _change(made, "tandem-005", public_name="Ungeprüft", town="Dunkelheim", show=None)
    _change(
        made, "tandem-006", public_name="Kim", town="Kleinstadt", region="Hessen", show=Show.REGION
    )
    html = made.page()
    for word in (*hidden.values(), "Geheimstadt", "Dunkelheim", "Kleinstadt"):
        assert word not in html
    assert "Hesse area" in html
    assert html.count("not shown") >= 2
    document = made.json()
    told = {each["tandem"]: each for each in document["by_tandem"]}
    assert "tandem-003" not in html
    assert "tandem-003" not in told
    assert (told["_withdrawn"]["public_name"], told["_withdrawn"]["place"]) == (None, None)
    assert told["_withdrawn"]["replies"] >= 0
    assert document["totals"]["tandems"] == 24


@on_sqlite
def test_the_map_singles_nobody_out(desk: "MakeDesk") -> None:
    """A small town with one tandem has no circle; it is counted with its state."""
    made = desk()
    small = {"town": "Alsfeld", "region": "Hessen", "town_people": 15_900}
    _change(made, "tandem-001", **small, place_id=1, lat=50.751, lon=9.271, show=Show.FULL)
    _change(made, "tandem-006", region="Hessen", show=Show.REGION)
    html = made.page("--lang", "en")
    [shown] = re.findall(r'<section aria-labelledby="map">.*?</section>', html, re.DOTALL)
    assert "Alsfeld" not in shown
    assert "<li><bdi>Hesse</bdi>: 2</li>" in shown
    assert "fewer than 20,000 people" in shown
    assert "Leipzig" in shown


@on_sqlite
def test_no_circle_tells_that_a_home_was_moved(desk: "MakeDesk") -> None:
    """Whose home was moved to a town 30 km away has the circle of whoever lives there."""
    made = desk()
    _change(made, "tandem-003", show=Show.FULL)
    unmoved = made.page("--lang", "en"), made.json()
    _change(made, "tandem-003", floor_km=40)
    with made.store.session() as session:
        for audience in session.exec(select(Audience)).all():
            audience.radius_km, audience.people = 40, 900_000
            session.add(audience)
    assert (made.page("--lang", "en"), made.json()) == unmoved
    circle = r"<title>Leipzig, (\d+) km around"
    assert [km != "33" for km in re.findall(circle, unmoved[0])] == [True]
    _change(made, "tandem-003", radius_km=33)
    assert re.findall(circle, made.page("--lang", "en")) == ["33"]


@on_sqlite
def test_nothing_private_is_on_the_page(html: str) -> None:
    """No slug, no author, no words of a reply, no volunteer, no text of a post."""
    for word in ("tandem-0", "Ein Mensch", "in der Küche", "Wer kann helfen", "+49"):
        assert word not in html


@on_sqlite
def test_there_would_be_something_private_to_tell(desk: "MakeDesk") -> None:
    """The campaign of these pages has words that must not be on them."""
    with desk().store.reading() as session:
        assert session.exec(select(Reply).where(col(Reply.text).contains("in der Küche"))).first()
        assert session.exec(select(Reply).where(col(Reply.author) == "Ein Mensch")).first()
        assert session.exec(select(Post).where(col(Post.text).contains("Wer kann helfen"))).first()


@on_sqlite
def test_the_page_and_the_document_agree(desk: "MakeDesk") -> None:
    """The figures at the top are those that scripts read."""
    made = desk()
    totals, page = made.json()["totals"], Page(made.page())
    assert (
        f"{totals['job_offers']} job offers and {totals['tips']} tips came in."
        in page.text.replace("\u00a0", " ")
    )
    facebook, x = (f"{each['value']:,}" for each in totals["reach"])
    assert facebook in page.text
    assert x in page.text
    assert f"{totals['waiting']} job offers wait" in page.text


@on_sqlite
def test_numbers_are_written_as_readers_write_them(desk: "MakeDesk") -> None:
    """Points in German, commas in English; the days too."""
    made = desk()
    reach = made.json()["totals"]["reach"][0]["value"]
    english = made.page("--lang", "en")
    assert f"{reach:,}" in english
    assert "23–29 November 2026" in english
    german = made.page("--lang", "de")
    assert f"{reach:,}".replace(",", ".") in german
    assert "23.–29. November 2026" in german
    assert "23–29 نوفمبر 2026" in made.page("--lang", "ar")


@on_sqlite
def test_an_empty_campaign_is_honest(desk: "MakeDesk", language: str) -> None:
    """Before the first import there is a page, and it claims nothing."""
    made = desk(None)
    page = Page(made.page("--lang", language))
    assert not any(tag == "svg" for tag, _ in page.tags)
    assert made.json()["totals"]["tandems"] == 0
    assert made.json()["totals"]["reach"] == []
    if language == "en":
        assert "There are no tandems yet" in page.text


@on_sqlite
def test_many_days_and_many_tandems_stay_readable(desk: "MakeDesk") -> None:
    """A long campaign thins its axis out; a large one draws the first sixty and says so."""
    made = desk(Size(tandems=90, posts=200, readings=1, replies=90), end="2027-03-01")
    html = made.page("--until", "2027-02-20")
    assert "The charts show the first 60 tandems" in Page(html).text
    first = re.search(r"<svg.*?</svg>", html, re.DOTALL)
    assert first is not None
    assert first[0].count(" Dec<") + first[0].count(" Nov<") + first[0].count(" Jan<") <= 9


@pytest.mark.parametrize("number", [0, 1, 2, 3, 11, 100, 102, 111])
def test_arabic_knows_how_many(number: int) -> None:
    """Nought, one, two, a few, many and a hundred each take their own form."""
    from orchestrator.i18n import ngettext, speaking

    with speaking("ar"):
        said = ngettext("{count} tandem", "{count} tandems", number).format(count=number)
    assert (
        said
        == {
            0: "لا ثنائيات",
            1: "ثنائي واحد",
            2: "ثنائيان",
            3: "3 ثنائيات",
            11: "11 ثنائيًا",
            100: "100 ثنائي",
            102: "102 ثنائي",
            111: "111 ثنائيًا",
        }[number]
    )
