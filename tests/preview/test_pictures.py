"""Pictures and films in the preview: seen, told in words, small enough, and asked of nobody."""

import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from orchestrator.model import Account, Post
from orchestrator.uploads import note_remark
from tests.page_reader import Page
from tests.preview.conftest import Board

DE = "Ich nähe gern und genau. Ändern, Säumen, Neues – alles macht mir Freude."
ALT = "Samira an der Nähmaschine, sie lacht"
MakeBoard = Callable[..., Board]


def picture(seed: int = 1, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A photo as hard to compress as those of telephones."""
    noise = Image.frombytes("RGB", (80, 60), random.Random(seed).randbytes(80 * 60 * 3))
    written = io.BytesIO()
    noise.resize(size, Image.Resampling.BICUBIC).save(written, "JPEG", quality=90)
    return written.getvalue()


def page(board: Board, *arguments: str) -> str:
    (path,) = board.json(*arguments)["files"]
    return Path(path).read_text("utf-8")


def addresses(html: str) -> list[str]:
    return re.findall(r'href="(data:[^"]+)"', html)


def test_a_photo_stands_in_every_post_and_in_the_page_once(board: MakeBoard) -> None:
    """With its words beside it and for whoever hears the page; nothing is fetched."""
    made = board()
    made.tandem("samira", {"de": DE}, media=[{"content": picture(), "alt": ALT}])
    html = page(made)
    (address,) = addresses(html)
    assert address.startswith("data:image/jpeg;base64,")
    assert len(address) <= 60_000
    read = Page(html)
    assert read.text.count(ALT) == 4
    shown = [attrs for tag, attrs in read.tags if tag == "svg" and attrs.get("role") == "img"]
    assert {each["aria-label"] for each in shown} == {f"Picture: {ALT}"}
    assert len(shown) == 4
    assert not re.search(r'(src|href)="(?!#|data:)', html)
    assert "url(" not in html


def test_a_film_shows_its_poster_and_its_length(board: MakeBoard) -> None:
    """The film itself stays outside of the page."""
    made = board()
    film = b"\x00\x00\x00\x18ftypmp42" + random.Random(3).randbytes(4_000)
    media = [{"content": picture(2, (720, 1280)), "film": film, "alt": ALT}]
    made.tandem("samira", {"de": DE}, media=media)
    document = made.json()
    film_of = {post["network"]: post["media"] for post in document["posts"]}
    told = {"kind": "video", "alt": ALT, "alt_told": True, "seconds": 21.4, "remark": None}
    assert film_of == {"x": [told], "facebook": [told | {"alt_told": False}]}
    html = page(made)
    assert "Film, 21 s" in html
    assert "Facebook takes no words for films" in html
    assert "X takes no words" not in html
    assert len(addresses(html)) == 1
    assert len(html) < 110_000


def test_what_a_network_did_not_take_of_a_film_is_told_with_its_post(board: MakeBoard) -> None:
    """Instead of the words that nobody hears there: on the page, on the screen, and for scripts."""
    made, said = board(), "X does not take the words of this film."
    media = [{"content": picture(2), "film": b"film", "alt": ALT}]
    made.tandem("samira", {"de": DE}, media=media)
    with made.store.session() as session:
        post = session.exec(select(Post).where(Post.network == "x").limit(1)).one()
        note_remark(post, 0, said)
        number = post.id
    (shown,) = [post["media"] for post in made.json()["posts"] if post["id"] == number]
    assert [(each["alt_told"], each["remark"]) for each in shown] == [(False, said)]
    assert Page(page(made)).text.count(said) == 1
    assert made.run().stdout.count("X does not take the words") == 1
    assert f"Film: {said}" in made.run(str(number), command="post show").stdout
    listed = json.loads(made.run(str(number), "--json", command="post show").stdout)
    assert listed["posts"][0]["media"] == [{"kind": "video", "alt": ALT, "remark": said}]


def test_scripts_are_told_everything(board: MakeBoard) -> None:
    """Pictures, followers near by, labels, and what sending all of it costs."""
    made = board()
    made.tandem(
        "samira", {"de": DE}, media=[{"content": picture(), "alt": ""}], made_with_ai=True,
        posts={("x", 1): {"place": "df51dec6f4ee2b2c"}},
    )  # fmt: skip
    with made.store.session() as session:
        for account in session.exec(select(Account)):
            account.followers = 48_000
            account.remote_id = made.settings.networks[account.network].account
    document = made.json()
    assert document["price_usd"] == 0.03
    posts = {(post["network"], post["due_at"][8:10]): post for post in document["posts"]}
    facebook, x = posts["facebook", "25"], posts["x", "25"]
    nothing = {"seconds": None, "remark": None}
    assert facebook["media"] == [{"kind": "photo", "alt": "", "alt_told": True, **nothing}]
    assert (facebook["made_with_ai"], facebook["place_label"], x["place_label"]) == (
        True,
        False,
        True,
    )
    assert 20 <= facebook["reachable_followers"] <= 2_000
    assert x["reachable_followers"] is None
    html = page(made)
    for words in (
        "of our followers live there",
        "no alternative text",
        "made with AI, the town as its place",
        "Sending costs 0.03 USD in all",
    ):
        assert words in html
    said = " ".join(made.run().stdout.replace("│", " ").split())
    assert "▣ Picture: no alternative text" in said
    assert "made with AI" in said


def test_a_page_of_forty_tandems_stays_small(board: MakeBoard) -> None:
    """Each with a photo of its own; the browser opens it at once."""
    made = board()
    one = picture()
    for number in range(40):
        changed = one + bytes([number])  # another digest, the same pixels
        made.tandem(f"tandem-{number:02}", {"de": DE}, media=[{"content": changed, "alt": ALT}])
    html = page(made)
    assert len(addresses(html)) == 40
    assert len(html.encode()) <= 4_000_000


@pytest.mark.parametrize("content", [b"", b"no picture at all", picture()[:900]])
def test_what_cannot_be_read_is_told_in_words(board: MakeBoard, content: bytes) -> None:
    """The page is made all the same, and says what is missing."""
    made = board()
    made.tandem("samira", {"de": DE}, media=[{"content": content, "alt": ALT}])
    html = page(made)
    assert addresses(html) == []
    assert html.count("It cannot be shown here.") == 4
    assert ALT in Page(html).text


def test_the_sheet_for_the_tandem_shows_the_picture_too(board: MakeBoard) -> None:
    """Whoever is seen must know with which picture."""
    made = board()
    made.tandem("samira", {"de": DE}, media=[{"content": picture(), "alt": ALT}])
    html = page(made, "samira", "--for-tandem")
    read = Page(html)
    assert len(addresses(html)) == 1
    assert sum(tag == "use" for tag, _attrs in read.tags) == 4
    assert {attrs["aria-label"] for tag, attrs in read.tags if attrs.get("role")} == {ALT}


def test_alternative_texts_can_neither_script_nor_steer(board: MakeBoard) -> None:
    """Somebody typed them; they are words."""
    made = board()
    alt: Any = '"><script>alert(1)</script>\x1b[31m\u202e'
    made.tandem("samira", {"de": DE}, media=[{"content": picture(), "alt": alt}])
    html = page(made)
    assert "<script>" not in html
    assert not {"\x1b", "\u202e"} & set(html + made.run().stdout)


def test_a_link_beside_a_picture_ends_the_text(board: MakeBoard) -> None:
    """As it is sent: there is no room for it elsewhere. Without a picture it stands by itself."""
    link, made = "https://tueren.example.org/samira", board()
    of = {("facebook", 1): {"link": link}}
    made.tandem("samira", {"de": DE}, media=[{"content": picture(), "alt": ALT}], posts=of)
    html = page(made)
    assert f"\n\n<bdi>{link}</bdi></p>" in html
    assert "Link beside the text" not in html
    made.tandem("amira", {"de": DE}, posts=of)
    assert "Link beside the text" in page(made)


def test_nobody_else_on_this_computer_can_read_a_page(board: MakeBoard) -> None:
    """It holds pictures of people; an older page is closed as well."""
    made = board()
    made.tandem("samira", {"de": DE}, media=[{"content": picture(), "alt": ALT}])
    for arguments in ([], [], ["--for-tandem"]):
        for path in map(Path, made.json(*arguments)["files"]):
            assert path.stat().st_mode & 0o777 == 0o600
            path.chmod(0o644)
