"""A thread as a page: whole, in order, masked, for its owner alone, and asking nobody anything."""

import re
from pathlib import Path

from orchestrator.inbox.thread import thread_of
from orchestrator.model import Answer, Reply
from orchestrator.vocabulary import AnswerKind, AnswerWay, Delivery, Label
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Manager, Rows

ARABIC = "عندي مغسلة سيارات"


def conversation(rows: Rows) -> dict[str, int]:
    """An offer under a post, a question to it, our answer, and one below another comment."""
    tandem = rows.tandem()
    post = rows.post(tandem)
    offer = rows.reply("Wir suchen eine Hilfe, Tel. 0761 555 0123", post_id=post, tandem_id=tandem)
    question = rows.reply("Auch halbtags?", Label.QUESTION, parent_remote_id=f"r{offer}")
    deeper = rows.reply(ARABIC, parent_remote_id=f"r{question}", author="سامر")
    other = rows.reply("Viel Glück", Label.ENCOURAGEMENT, post_id=post)
    rows.add(
        Answer(
            campaign_id=rows.id, reply_id=offer, kind=AnswerKind.ACKNOWLEDGEMENT,
            way=AnswerWay.PUBLIC, language="de", text="Danke, wir melden uns.",
            state=Delivery.SENT, by="heike", at=NOON, sent_at=NOON,
        ),
        Answer(
            campaign_id=rows.id, reply_id=offer, kind=AnswerKind.CLOSING, way=AnswerWay.PUBLIC,
            language="de", text="Nie gesagt.", state=Delivery.FAILED, by="heike", at=NOON,
        ),
    )  # fmt: skip
    return {"offer": offer, "question": question, "deeper": deeper, "other": other}


def test_the_whole_conversation_from_any_part_of_it(rows: Rows) -> None:
    """Each answer below what it answers, ours as well; what was never sent is not there."""
    made = conversation(rows)
    for begun in ("offer", "question", "deeper"):
        with rows.store.reading() as session:
            found = thread_of(session, session.get_one(Reply, made[begun]))
        assert [(each.id, each.depth) for each in found.said] == [
            (made["offer"], 0), (None, 1), (made["question"], 1), (made["deeper"], 2),
        ]  # fmt: skip
        assert found.said[1].text == "Danke, wir melden uns."
        assert "Schneiderei" in found.post
        assert found.tandem == "amira-und-jonas"


@on_sqlite
def test_circles_and_lost_beginnings_end(rows: Rows) -> None:
    """Two that answer each other, one that answers itself, one whose beginning we do not hold."""
    one = rows.reply("eins", parent_remote_id="r2")
    two = rows.reply("zwei", parent_remote_id="r1")
    own = rows.reply("drei", parent_remote_id="r3")
    lost = rows.reply("vier", parent_remote_id="nobody")
    note = rows.reply("fünf", remote_id=None, network=None, channel="phone")
    with rows.store.reading() as session:
        for number, most in ((one, 2), (two, 2), (own, 1), (lost, 1), (note, 1)):
            found = thread_of(session, session.get_one(Reply, number))
            assert number in [each.id for each in found.said]
            assert len(found.said) <= most


@on_sqlite
def test_the_page(rows: Rows, manager: Manager) -> None:
    """Escaped and masked; each text in its own direction; no script, nothing from elsewhere."""
    made = conversation(rows)
    hostile = "<script>alert(1)</script> \x1b[2J\u202e <img src=http://x.example/y>"
    rows.reply(hostile, parent_remote_id=f"r{made['offer']}", author="<b>")
    out = manager.folder / "thread.html"
    said = manager.type("inbox", "thread", str(made["question"]), "--out", "thread.html")
    assert (said.exit, said.out) == (0, "Wrote thread.html.\n")
    page = out.read_text("utf-8")
    assert "&lt;script&gt;" in page
    assert f'dir="auto" lang="ar">{ARABIC}' in page
    assert page.count('aria-current="true"') == 1
    assert "•••" in page
    for never in ("0123", "<script", "<img", "<b>", "\x1b", "\u202e", "<link", "@import"):
        assert never not in page.replace("<b><bdi>", "")
    assert not re.findall(r"<[^>]*(?:src|href)=|url\(", page)
    assert "default-src 'none'" in page
    assert manager.type("inbox", "thread", str(made["offer"]), "--out", "thread.html").exit == 0
    (manager.folder / "other.html").write_text("mine")
    refused = manager.type("inbox", "thread", str(made["offer"]), "--out", "other.html")
    assert refused.exit == 2
    assert (manager.folder / "other.html").read_text() == "mine"


@on_sqlite
def test_without_a_place_it_is_temporary_and_its_owners(rows: Rows, manager: Manager) -> None:
    """The path is told, in JSON as well; nobody else may read it."""
    offer = conversation(rows)["offer"]
    path = Path(manager.ask("inbox", "thread", str(offer))["file"])
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    said = manager.type("inbox", "thread", str(offer), "--lang", "de").out
    (path,) = map(Path, re.findall(r"/\S+\.html", said))
    assert '<html lang="de">' in path.read_text("utf-8")
    path.unlink()
    assert manager.type("inbox", "thread", "999").exit == 2


@on_sqlite
def test_abuse_and_spam_are_folded_and_counted(rows: Rows, manager: Manager) -> None:
    """Each opens where it stands; what somebody asked for lies open."""
    offer = rows.reply()
    abuse = rows.reply("Verschwindet", Label.ABUSE, parent_remote_id=f"r{offer}")
    rows.reply("400 € am Tag", Label.SPAM, parent_remote_id=f"r{offer}")
    manager.type("inbox", "thread", str(offer), "--out", "t.html")
    page = (manager.folder / "t.html").read_text("utf-8")
    assert "Folded away: 1 abuse, 1 spam" in page
    assert re.findall(r"<details>.*?lang=\"\">(.*?)</p>", page) == ["Verschwindet", "400 € am Tag"]
    manager.type("inbox", "thread", str(abuse), "--out", "t.html")
    page = (manager.folder / "t.html").read_text("utf-8")
    assert re.findall(r"<details>.*?lang=\"\">(.*?)</p>", page) == ["400 € am Tag"]


@on_sqlite
def test_what_is_gone_is_said_to_be_gone(rows: Rows, manager: Manager) -> None:
    """Deleted words are not there any more, a picture is named as one."""
    gone = rows.reply("", deleted_at=NOON)
    rows.reply("", picture=True, parent_remote_id=f"r{gone}")
    manager.type("inbox", "thread", str(gone), "--out", "t.html")
    page = (manager.folder / "t.html").read_text("utf-8")
    assert "(its words are gone)" in page
    assert "(a picture)" in page
