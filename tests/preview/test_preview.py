"""``preview``: what a person sees before they approve, on the terminal, in a browser, on paper."""

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import delete, select

from orchestrator.model import Audience, Post
from orchestrator.vocabulary import PostState, Show
from tests.preview.conftest import Board

DE = "Ich nähe gern und genau. Ändern, Säumen, Neues – alles macht mir Freude."
AR = "أخيط بدقة وأحب هذا العمل. هل لديكم مكان لي؟"
MakeBoard = Callable[..., Board]


class Outline(HTMLParser):
    """What a browser would fetch, run or speak in another language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def page(board: Board, *arguments: str) -> str:
    (path,) = board.json(*arguments)["files"]
    return Path(path).read_text("utf-8")


def test_every_post_is_shown_with_all_that_matters(board: MakeBoard) -> None:
    """Length and limit in the network's count, price, local time, audience, approval."""
    made = board()
    made.tandem("samira", {"de": DE, "ar": AR}, posts={("x", 2): {"approved_digest": "d2"}})
    document = made.json()
    posts = {(each["network"], each["language"]): each for each in document["posts"]}
    assert set(posts) == {(n, lang) for n in ("facebook", "x") for lang in ("de", "ar")}
    x = posts["x", "de"]
    assert (x["limit"], x["price_usd"], x["cities"], x["mode"]) == (280, 0.015, [], "")
    assert 0 < x["length"] <= 280
    assert x["approved"] is True
    assert x["due_at"] == "2026-11-27T10:34:00+01:00"
    facebook = posts["facebook", "de"]
    assert (facebook["approved"], facebook["mode"]) == (False, "soft")
    assert facebook["cities"] == ["Freiburg", "Emmendingen"]
    assert "030 555 0100" in facebook["text"]


def test_an_approval_of_another_text_does_not_count(board: MakeBoard) -> None:
    """Whoever approved an earlier wording has not approved this one."""
    made = board()
    made.tandem("samira", {"de": DE}, posts={("x", 1): {"approved_digest": "earlier"}})
    assert not any(post["approved"] for post in made.json()["posts"])


def test_terminal_shows_text_facts_and_next_step(board: MakeBoard) -> None:
    """One panel per post; a network's gaps are said."""
    made = board()
    made.tandem("samira", {"de": DE})
    result = made.run()
    assert result.exit_code == 0, result.output
    assert "Ich nähe gern und genau." in result.stdout
    assert re.search(r"\d+ of 280 characters", result.stdout)
    for words in ("0.015 USD", "not approved yet", "2 towns", "tueroeffner approve", "index.html"):
        assert words in result.stdout
    assert "1 town is not known" in " ".join(result.stdout.replace("│", " ").split())


def test_what_went_wrong_with_a_post_is_shown(board: MakeBoard) -> None:
    """On the terminal, on the page and for scripts; a price is told without a float's dust."""
    made = board()
    why = "Facebook did not keep <its> audience"
    changes = {"error": why, "price_usd": 0.015000000000000001}
    made.tandem("samira", {"de": DE}, posts={("facebook", 1): changes})
    found = made.json()["posts"]
    assert sorted((each["price_usd"], each["error"]) for each in found if each["error"]) == [
        (0.015, why)
    ]
    assert "0.015000" not in made.run("--json").stdout
    assert f"! {why}" in made.run().stdout
    assert "Facebook did not keep &lt;its&gt; audience" in page(made)


def test_states_of_posts_that_are_out(board: MakeBoard) -> None:
    """A published post stays in the preview and says so; a cancelled one is gone."""
    made = board()
    made.tandem(
        "samira",
        {"de": DE},
        posts={
            ("x", 1): {"state": PostState.PUBLISHED},
            ("x", 2): {"state": PostState.CANCELLED},
        },
    )
    posts = made.json()["posts"]
    assert [p["state"] for p in posts if p["network"] == "x"] == ["published"]
    assert ">published<" in page(made)


def test_page_asks_nothing_of_anyone_and_knows_its_languages(board: MakeBoard) -> None:
    """No script, no request, the right direction for every text."""
    made = board()
    made.tandem("samira", {"de": DE, "ar": AR})
    tags = Outline(page(made)).tags
    assert not {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "form"}
    assert all(attrs["href"].startswith("#") for _, attrs in tags if attrs.get("href"))
    texts = [attrs for _, attrs in tags if attrs.get("class") == "text"]
    assert {(each["lang"], each["dir"]) for each in texts} == {("de", "ltr"), ("ar", "rtl")}
    assert "url(" not in page(made)
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_untrusted_text_can_neither_script_nor_steer(board: MakeBoard) -> None:
    """Markup in an appeal is text; an escape sequence reaches neither page nor terminal."""
    made = board()
    made.tandem("samira", {"de": "<script>alert(1)</script> \x1b[31mIch nähe \u202eneg.\u202c"})
    html = page(made)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    output = made.run().stdout
    assert "\x1b" not in html + output
    assert "\u202e" not in html + output


def test_only_one_tandem_and_an_unknown_one(board: MakeBoard) -> None:
    """A slug narrows the preview; a misspelt one is refused with the nearest."""
    made = board()
    made.tandem("samira", {"de": DE})
    made.tandem("dawit", {"de": DE})
    assert {post["tandem"] for post in made.json("dawit")["posts"]} == {"dawit"}
    refused = made.run("dawitt")
    assert refused.exit_code == 2
    assert "dawit" in refused.output


def test_no_posts_tell_what_to_do(board: MakeBoard) -> None:
    """An empty preview writes nothing and names the next command."""
    made = board()
    result = made.run()
    assert result.exit_code == 0
    assert "tueroeffner plan" in result.stdout
    assert made.json() == {"posts": [], "files": [], "price_usd": 0.0}
    assert not (made.folder / "preview").exists()


def test_folder_that_is_a_file(board: MakeBoard) -> None:
    """A sentence with the folder and a way out, no traceback."""
    made = board()
    made.tandem("samira", {"de": DE})
    (made.folder / "out").write_text("mine")
    result = made.run("--out", str(made.folder / "out"))
    assert result.exit_code == 2
    assert "--out" in result.output
    assert (made.folder / "out").read_text() == "mine"


def test_foreign_files_stay(board: MakeBoard) -> None:
    """Somebody's own index.html is refused, everything else in the folder is left alone."""
    made = board()
    made.tandem("samira", {"de": DE})
    out = made.folder / "site"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    assert made.run("--out", str(out)).exit_code == 0
    assert made.run("--out", str(out)).exit_code == 0
    assert (out / "notes.txt").read_text() == "mine"
    (out / "index.html").write_text("<h1>my own site</h1>")
    assert made.run("--out", str(out)).exit_code == 2
    assert (out / "index.html").read_text() == "<h1>my own site</h1>"


def sheets(board: Board, *arguments: str) -> dict[str, str]:
    files = board.json(*arguments, "--for-tandem")["files"]
    return {Path(each).name: Path(each).read_text("utf-8") for each in files}


def test_when_nothing_is_left_to_show_earlier_pages_go(board: MakeBoard) -> None:
    """They may show somebody who has withdrawn; what is not ours stays."""
    made = board()
    made.tandem("samira", {"de": DE})
    out = made.folder / "seen"
    assert made.run("--out", str(out)).exit_code == 0
    assert made.run("--out", str(out), "--for-tandem").exit_code == 0
    (out / "mine.html").write_text("<h1>my own page</h1>")
    with made.store.session() as session:
        session.exec(delete(Post))
    assert made.json("--out", str(out))["files"] == []
    assert [each.name for each in out.iterdir()] == ["mine.html"]


def test_sheet_in_each_language_of_the_tandem(board: MakeBoard) -> None:
    """The volunteer's language and those of the appeals; unknown ones fall back to German."""
    made = board()
    made.tandem("samira", {"de": DE, "ar": AR}, volunteer_lang="en")
    made.tandem("dawit", {"de": DE, "xx": "…"}, volunteer_lang="yy")
    assert set(sheets(made)) == {
        "sheet-samira-en.html",
        "sheet-samira-de.html",
        "sheet-samira-ar.html",
        "sheet-dawit-de.html",
    }
    assert 'dir="rtl"' in sheets(made, "samira")["sheet-samira-ar.html"][:80]


@pytest.mark.parametrize(
    ("mode", "words"), [("soft", "mainly people"), ("hard", "only people who live")]
)
def test_sheet_tells_who_sees_it_and_how_to_stop(board: MakeBoard, mode: str, words: str) -> None:
    """All texts word for word, who sees what, what cannot be taken back, whom to tell."""
    made = board()
    made.tandem("samira", {"de": DE}, volunteer_lang="en", mode=mode, ends_on=date(2026, 12, 24))
    html = sheets(made)["sheet-samira-en.html"]
    for told in (
        f"Facebook: {words} around Freiburg",
        "X: everyone, anywhere in the world",
        "December 24, 2026",
        "shared it, copied it or saved it",
        "Aktionsbüro 030 555 0100",
        "Wednesday, November 25, 2026, 10:17",
    ):
        assert told in html
    for post in made.json()["posts"]:
        first_line = post["text"].split("\n")[0]
        assert first_line.replace("'", "&#39;") in html


@pytest.mark.parametrize("show", [Show.ALIAS, Show.REGION])
def test_sheet_keeps_the_secrets_that_the_posts_keep(board: MakeBoard, show: Show) -> None:
    """A lost sheet must not reveal more than the posts do."""
    made = board()
    made.tandem("kim-1", {"de": DE, "ar": AR}, name="Nasrin", show=show)
    for html in sheets(made).values():
        assert "Nasrin" not in html
        assert "Kim" in html
        assert "0151" not in html
        if show is Show.REGION:
            assert "Freiburg" not in html


def test_sheet_of_a_tandem_that_left_is_removed(board: MakeBoard) -> None:
    """A full run of sheets does not leave an old one lying about; other files stay."""
    made = board()
    made.tandem("samira", {"de": DE})
    sheets(made)
    out = made.folder / "preview"
    old = (out / "sheet-samira-de.html").rename(out / "sheet-gone-de.html")
    (out / "sheet-music.html").write_text("mine")
    sheets(made, "samira")
    assert old.exists()
    sheets(made)
    assert not old.exists()
    assert (out / "sheet-music.html").exists()


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        colour = colour if len(colour) == 6 else "".join(each * 2 for each in colour)
        parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_colours_can_be_read(board: MakeBoard, theme: int) -> None:
    """WCAG AA (4.5:1) for every pair of text and ground, in light and in dark."""
    made = board()
    made.tandem("samira", {"de": DE})
    html = page(made)
    block = re.findall(r":root \{[^}]*\}", html)[theme]
    colours: Any = dict(re.findall(r"--([\w-]+): #(\w+)", block))
    pairs = [("ink", "card"), ("ink", "bg"), ("soft", "card"), ("soft", "bg"), ("accent", "card")]
    pairs += [("accent", "bg"), ("ok", "ok-bg"), ("wait", "wait-bg"), ("card", "accent")]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize(("mode", "words"), [("soft", "mainly people"), ("hard", "only people")])
def test_sheet_of_a_region_tells_that_the_area_can_be_guessed(
    board: MakeBoard, mode: str, words: str
) -> None:
    """A post to a few towns is not one to the whole region; the tandem must know."""
    made = board()
    made.tandem(
        "kim-1", {"de": DE}, name="Nasrin", show=Show.REGION, mode=mode, volunteer_lang="en"
    )
    html = sheets(made)["sheet-kim-1-en.html"]
    assert f"Facebook: {words} in and around chosen towns in the area (number of towns: 2)" in html
    assert "can guess the area" in html
    assert "around Baden" not in html


def test_sheet_of_a_whole_state_names_it(board: MakeBoard) -> None:
    """Nobody can guess the area then, and no number of towns says so."""
    made = board()
    made.tandem("kim-1", {"de": DE}, name="Nasrin", show=Show.REGION, mode="hard")
    state = {"name": "Baden-Württemberg", "key": "4", "type": "region"}
    with made.store.session() as session:
        for row in session.exec(select(Audience)).all():
            row.cities = [state]
    html = sheets(made)["sheet-kim-1-de.html"]
    assert "Facebook: nur Menschen, die in Baden-Württemberg leben." in html
    assert "ausgewählte Orte" not in html


def test_sheet_puts_the_readers_own_language_beside_another(board: MakeBoard) -> None:
    """A post in a language one does not read stands beside the appeal in one's own."""
    made = board()
    made.tandem("samira", {"de": DE, "ar": AR})
    html = sheets(made)["sheet-samira-de.html"]
    assert html.count("Der Aufruf auf Deutsch:") == 2
    assert html.count(AR) == 2
    assert "النداء بالعربية" in sheets(made)["sheet-samira-ar.html"]
    made.tandem("dawit", {"de": DE}, volunteer_lang="en")
    assert "The appeal in English" not in sheets(made)["sheet-dawit-en.html"]
