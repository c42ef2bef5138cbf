"""What strangers send comes through collecting into the inbox whole, and out of it tame."""

from rich.cells import cell_len
from sqlmodel import select

from orchestrator.heard import Ledger
from orchestrator.model import Reply
from orchestrator.ports import Heard
from orchestrator.replies import storable, words
from tests.campaign_rows import NOON
from tests.conftest import on_both, on_sqlite
from tests.inbox.conftest import Manager, Rows

ODD = {
    "nothing": "",
    "blank": " \u200b\n\t",
    "ten thousand letters": "Wir suchen Hilfe. " * 556,
    "ten thousand without a gap": "a" * 10_000,
    "ten thousand hyphens": "a-" * 5_000,
    "ten thousand dots": "a." * 5_000 + "com/x",
    "hidden in a word": "Wir su\u200bchen in der Bä\u00adckerei Hil\u2060fe",
    "turned round": "\u202eefliH nehcus riW\u202c \u2066x\u2069 \u200f!",
    "a terminal's orders": "\x1b[2J\x1b]0;weg\x07\x9b31mrot\x00 Wir suchen",
    "a page": "<script>alert(1)</script><img src=x onerror=alert(1)> &amp; Wir suchen",
    "only a link": "https://jobs.example/stelle?id=17&x=%3Cscript%3E",
    "only links": "https://a.example/1 https://b.example/2\nwww.c.example",
    "mixed scripts": "Wir ѕuсhеn (кирилица) 广告 شغل עבודה",
    "marks in a pile": "Z" + "\u0317\u0353" * 2_000 + "algo",
    "half a letter": "Wir suchen \ud83d jemanden",
    "signs of pictures": "👩‍👩‍👧‍👦🏳️‍🌈" * 50,
    "a formula": "=HYPERLINK('https://x.example';'Stelle')",
}
STEERING = (
    "\x1b",
    "\x07",
    "\x00",
    "\x9b",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u00ad",
    "\u200f",
)


def take_in(rows: Rows, *heard: Heard, network: str = "facebook") -> list[int]:
    """As a pass of collecting does it; the numbers of what is there then."""
    with rows.store.session() as session:
        Ledger(session, rows.key, rows.id, network, NOON).keep(heard)
    with rows.store.reading() as session:
        return list(session.exec(select(Reply.id).order_by(Reply.id)).all())


def said(number: int, text: str, **changes: object) -> Heard:
    values = {
        "remote_id": f"c{number}",
        "post": None,
        "channel": "comment",
        "author_id": str(number),
        "author": "Ute",
        "text": text,
        "at": NOON,
    } | changes
    return Heard(**values)


@on_sqlite
def test_whatever_is_sent_is_kept_and_shown_tame(rows: Rows, manager: Manager) -> None:
    """In the list, alone and as JSON; nothing is lost, nothing steers."""
    private = {"channel": "message", "conversation": "t_1"}
    heard = [
        said(number, text, author=text[:300], **(private if number % 2 else {}))
        for number, text in enumerate(ODD.values())
    ]
    numbers = take_in(rows, *heard)
    assert len(numbers) == len(ODD)
    listed = manager.type("inbox", "list", "--all").out
    assert "Facebook, private" in listed
    told = {row["id"]: row for row in manager.ask("inbox", "list", "--all")["replies"]}
    shown = [listed, *(told[each]["text"] for each in numbers)]
    shown += [told[each]["author"] for each in numbers]
    shown += [manager.type("inbox", "show", str(each)).out for each in numbers]
    assert not [(sign, text) for sign in STEERING for text in shown if sign in text]
    assert max(map(cell_len, listed.splitlines())) <= 200
    with rows.store.reading() as session:
        for number, text in zip(numbers, ODD.values(), strict=True):
            kept = words(session, rows.key, session.get_one(Reply, number))
            assert kept == storable(text)


@on_both
def test_pictures_and_deleted_posts_lose_nothing(rows: Rows) -> None:
    """A sticker has no words; what stood below a post that is gone still came."""
    tandem = rows.tandem()
    there = rows.post(tandem, remote_id="10_1")
    numbers = take_in(
        rows,
        said(1, "", picture=True, post="10_1"),
        said(2, "Wir suchen ab sofort eine Hilfe in der Bäckerei", post="10_404"),
        said(3, "", picture=True, channel="message", conversation="t_1"),
        said(4, "", picture=True, post="10_1", author_id="1"),
    )
    sticker, orphan, private, second = (rows.read(each) for each in numbers)
    assert (sticker.picture, sticker.text, sticker.post_id) == (True, "", there)
    assert (orphan.post_id, orphan.queue, orphan.label) == (None, True, "job_offer")
    assert (private.picture, private.channel, private.conversation) == (True, "message", "t_1")
    assert second.duplicate_of is None, "two pictures may show two things"
