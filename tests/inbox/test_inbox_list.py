"""The list: what a person should read comes first, and nothing is hidden without a word."""

from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from orchestrator.commands.desk import Desk
from orchestrator.model import Reply
from orchestrator.vocabulary import Label
from tests.conftest import on_sqlite
from tests.inbox.conftest import NOON, Manager, Rows

HOUR = timedelta(hours=1)


def ids(answer: Any) -> list[int]:
    return [each["id"] for each in answer["replies"]]


def test_offers_come_first_and_the_oldest_of_each_label(rows: Rows, manager: Manager) -> None:
    """Offers, tips, questions, and within each the one that waits longest."""
    question = rows.reply("Was kann er denn?", Label.QUESTION, received_at=NOON - 9 * HOUR)
    young = rows.reply(received_at=NOON - HOUR)
    tip = rows.reply("Die Stadtwerke stellen ein", Label.TIP, received_at=NOON - 8 * HOUR)
    old = rows.reply(received_at=NOON - 30 * HOUR)
    assert ids(manager.ask("inbox")) == [old, young, tip, question]


@on_sqlite
def test_an_empty_inbox_tells_how_it_fills(manager: Manager) -> None:
    """Somebody who starts today learns the two commands."""
    said = manager.type("inbox").out
    assert "inbox add" in said
    assert "collect" in said
    assert manager.ask("inbox", "list") == {"replies": []}


def test_the_contract_of_a_row(rows: Rows, manager: Manager) -> None:
    """The keys that scripts rely on, times in the campaign's zone."""
    tandem = rows.tandem()
    post = rows.post(tandem)
    reply = rows.reply(post_id=post, tandem_id=tandem, why=["need"])
    (row,) = manager.ask("inbox")["replies"]
    wanted = {
        "id": reply, "network": "facebook", "channel": "comment", "post": post,
        "tandem": "amira-und-jonas", "author": "Näherei Beispiel",
        "text": "Wir suchen ab sofort eine Hilfe in der Näherei",
        "received_at": "2026-11-24T10:00:00+01:00", "label": "job_offer", "confidence": 0.9,
        "why": ["need"], "queue": True, "status": "new", "taken_by": None, "duplicate_of": None,
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


def folding(rows: Rows) -> dict[str, int]:
    """One reply of every kind that a list folds away, and one that it shows."""
    offer = rows.reply()
    return {
        "offer": offer,
        "spam": rows.reply("Verdiene 400 € am Tag", Label.SPAM),
        "abuse": rows.reply("…", Label.ABUSE),
        "cheer": rows.reply("Viel Glück", Label.ENCOURAGEMENT),
        "finished": rows.reply(status="filled"),
        "again": rows.reply(duplicate_of=offer),
        "deleted": rows.reply("", deleted_at=NOON),
        "unsure": rows.reply("hm, vielleicht", Label.OTHER, queue=True),
    }


def test_what_is_folded_away_is_counted_and_can_be_seen(rows: Rows, manager: Manager) -> None:
    """Nothing disappears: the last line counts it and names the way to it."""
    made = folding(rows)
    said = manager.type("inbox")
    assert said.out.count("\n") == 2 * 2 + 1
    last = said.out.splitlines()[-1]
    for part in ("1 spam", "1 abuse", "1 encouragement", "1 finished", "1 told before"):
        assert part in last
    assert "deleted by the author" in last
    assert "inbox list --all" in last
    everything = manager.type("inbox", "--all").out
    assert "Not shown" not in everything
    assert sorted(ids(manager.ask("inbox"))) == sorted(made.values())


def test_a_label_can_be_asked_for(rows: Rows, manager: Manager) -> None:
    """Spam is one option away; an unknown label names the seven."""
    made = folding(rows)
    assert ids(manager.ask("inbox", "list", "--label", "spam")) == [made["spam"]]
    assert "400 €" in manager.type("inbox", "--label", "spam").out
    wrong = manager.type("inbox", "--label", "offer")
    assert wrong.exit == 2
    assert "job_offer, tip, question, encouragement, abuse, spam, other" in wrong.err


def test_network_and_tandem_narrow_the_list(rows: Rows, manager: Manager) -> None:
    """Both filters, together and alone; unknown names are refused with what there is."""
    one, two = rows.tandem(), rows.tandem("tandem-07")
    here = rows.reply(tandem_id=one)
    there = rows.reply(tandem_id=two, network="x")
    assert ids(manager.ask("inbox", "--tandem", "tandem-07")) == [there]
    assert ids(manager.ask("inbox", "--network", "facebook")) == [here]
    assert ids(manager.ask("inbox", "--network", "facebook", "--tandem", "tandem-07")) == []
    assert (
        "Nothing is left to read"
        in manager.type("inbox", "--network", "x", "--tandem", "amira-und-jonas").out
    )
    assert "tandem-07" in manager.type("inbox", "--tandem", "tandem-7").err
    assert manager.type("inbox", "--network", "mastodon").exit == 2


def test_waiting_is_what_nobody_has_taken(rows: Rows, manager: Manager) -> None:
    """Whoever looks for work finds what is free; the rest is counted."""
    free = rows.reply()
    rows.reply(taken_by="heike", taken_at=NOON)
    rows.reply("Viel Glück", Label.ENCOURAGEMENT)
    assert ids(manager.ask("inbox", "--waiting")) == [free]
    assert "1 in somebody's hands" in manager.type("inbox", "--waiting").out


def test_no_contact_reaches_a_list(rows: Rows, manager: Manager) -> None:
    """Phones and mails are masked, also in JSON, and where an invisible sign splits them."""
    rows.reply("Ruft an: 0761 555 0123 oder laden@naeherei.example")
    with rows.store.session() as session:
        reply = session.get_one(Reply, rows.reply(author="0761 555 0177"))
        reply.text = "0761 555\u200b 01\u200d99, la\u2060den@naeherei.example"
        session.add(reply)
    for said in (manager.type("inbox").out, manager.type("inbox", "--json").out):
        for secret in ("0123", "0177", "99", "naeherei.example"):
            assert secret not in said
        assert "•••" in said


HOSTILE = {
    "escape": "\x1b[2J\x1b]0;weg\x07 Wir suchen",
    "reversed": "Wir suchen \u202egnutiel\u202c \u2066x\u2069",
    "long": "Wir suchen Leute " * 600,
    "one word": "x" * 10_000,
    "wide": "広告" * 3_000,
    "pile": "a" + "\u0301" * 5_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 40,
    "lines": "eins\r\nzwei\u2028drei\x85vier\x0bfünf",
    "tags": "Wir\U000e0041\U000e0042 suchen",
    "arabic": "عندي مغسلة سيارات وأحتاج شخص، خليه يتصل فيني",
}


@pytest.mark.parametrize("kind", HOSTILE)
@on_sqlite
def test_a_hostile_text_stays_on_its_line(kind: str, rows: Rows, manager: Manager) -> None:
    """Two lines a reply, at most as wide as the terminal, without anything that steers it."""
    rows.reply(HOSTILE[kind], author=HOSTILE[kind][:200])
    said = manager.type("inbox").out
    assert said.count("\n") == 2
    for line in said.splitlines():
        assert cell_len(line) <= 200
        assert len(line) < 1_000
    for steering in ("\x1b", "\x07", "\u202e", "\u2066", "\u200b", "\U000e0041"):
        assert steering not in said
    (row,) = manager.ask("inbox")["replies"]
    assert "\x1b" not in row["text"]
    assert "\u202e" not in row["text"]


@on_sqlite
def test_eighty_columns_hold_every_line(
    rows: Rows, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest slug, a long name and a long text neither fold nor push."""
    slug = "lina-und-das-sehr-lange-paar-aus-bad-homburg-vor-der-hoehe"
    tandem = rows.tandem(slug)
    rows.reply("Wir suchen Leute " * 60, tandem_id=tandem, taken_by="maximiliane", taken_at=NOON)
    rows.reply("👩‍👩‍👧‍👦" * 100, tandem_id=tandem)

    monkeypatch.setattr(Desk, "console", _console(80))
    said = manager.type("inbox").out
    assert max(map(cell_len, said.splitlines())) <= 80
    assert "maximiliane" in said
    monkeypatch.setattr(Desk, "console", _console(120))
    assert 80 < max(map(cell_len, manager.type("inbox").out.splitlines())) <= 120


def _console(width: int) -> Any:
    return property(lambda _desk: Console(width=width))


@on_sqlite
def test_the_group_shows_its_own_help(manager: Manager) -> None:
    """Bare `inbox` lists, `inbox --help` explains."""
    said = manager.type("inbox", "--help").out
    assert "classify" in said
    assert manager.type("inbox", "lst").exit == 2
