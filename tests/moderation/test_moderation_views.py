"""What is hidden, folded, or calls for somebody is said in every view, without a word of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.model import Alert, Event, Post
from orchestrator.shift import Tally
from orchestrator.vocabulary import Delivery, Label, PostState
from tests.conftest import on_both
from tests.inbox.conftest import NOON, Manager, Rows, manager, rows

__all__ = ["manager", "rows"]


@pytest.fixture
def post(rows: Rows) -> int:
    return rows.post(
        rows.tandem(), state=PostState.PUBLISHED, remote_id="10_7",
        published_at=NOON - timedelta(hours=20), permalink="https://example.org/7",
    )  # fmt: skip


def abuse(rows: Rows, post: int, **changes: object) -> int:
    return rows.reply("Gesindel", Label.ABUSE, post_id=post, author="Xaver Böse", **changes)


@on_both
def test_today_lists_first_what_was_hidden_over_night(
    rows: Rows, manager: Manager, post: int
) -> None:
    """Before anything else, with how to look and how to undo it; what is older is not news."""
    by_rule = abuse(rows, post, hidden_by="rule", hidden_at=NOON - timedelta(hours=9))
    by_hand = abuse(rows, post, hidden_by="heike", hidden_at=NOON - timedelta(hours=1))
    abuse(rows, post, hidden_by="rule", hidden_at=NOON - timedelta(days=3))
    document = manager.ask("today")
    assert [each["id"] for each in document["hidden"]] == [by_rule, by_hand]
    assert document["hidden"][0]["hidden_by"] == "rule"
    lines = manager.type("today").out.splitlines()
    assert lines[2] == f"1 reply was hidden by the rule: {by_rule}"
    assert lines[3] == f"1 reply was hidden by hand: {by_hand}"
    assert "inbox unhide ID" in lines[4]
    assert "Gesindel" not in "".join(lines)


@on_both
def test_abuse_and_spam_are_counted_where_they_are_folded(
    rows: Rows, manager: Manager, post: int
) -> None:
    """In today, the list and the report; nothing is missing from the documents."""
    for _number in range(3):
        abuse(rows, post)
    rows.reply("Kredit ohne Schufa", Label.SPAM, post_id=post)
    abuse(rows, post, hidden_by="heike", hidden_at=NOON)
    assert manager.ask("today")["folded"] == {"abuse": 4, "spam": 1}
    assert "Folded away: 4 abuse, 1 spam" in manager.type("today").out
    listed = manager.type("inbox").out
    assert "4 abuse" in listed
    assert "1 spam" in listed
    assert "Gesindel" not in listed
    assert len(manager.ask("inbox")["replies"]) == 5
    totals = manager.ask("report")["totals"]
    assert (totals["labels"]["abuse"], totals["labels"]["spam"]) == (4, 1)
    assert totals["replies_hidden"] == 1
    assert "out of sight" in manager.type("report", "explain", "totals.replies_hidden").out


@on_both
def test_an_alert_stands_in_every_view(rows: Rows, manager: Manager, post: int) -> None:
    """Also without mail: today, doctor and run --status name the post and the way."""
    for _number in range(5):
        abuse(rows, post, received_at=NOON - timedelta(minutes=10))
    hour = NOON.replace(minute=0)
    rows.add(
        Alert(campaign_id=rows.id, post_id=post, hour=hour, count=5, state=Delivery.FAILED, at=NOON)
    )
    sentence = f"Post {post} drew 5 abusive comments within an hour"
    assert sentence in " ".join(manager.type("today").out.split())
    status = manager.type("run", "--status", "--json")
    assert status.exit == 4
    [alarm] = [each for each in status.document["alarms"] if each["name"] == "abuse"]
    assert alarm["what"].startswith(sentence)
    assert alarm["posts"] == [post]
    checks = manager.type("doctor", "--json").document["checks"]
    assert any(each["what"].startswith(sentence) for each in checks)


@on_both
def test_a_post_is_chosen_by_command(rows: Rows, manager: Manager, post: int) -> None:
    """On and off, each once on record; a strange word or post is refused."""
    on = manager.ask("post", "shield", str(post), "on")
    assert (on["hide_abuse"], on["changed"], on["campaign"]) == (True, True, "never")
    assert manager.ask("post", "shield", str(post), "on")["changed"] is False
    with rows.store.reading() as session:
        assert session.get_one(Post, post).hide_abuse is True
        assert session.exec(select(Event.what)).all() == ["hide abuse"]
    said = manager.type("post", "shield", str(post), "off")
    assert "the campaign's own choice counts" in said.out
    wrong = manager.type("post", "shield", str(post), "perhaps")
    assert wrong.exit == 2
    assert "“perhaps” does not fit for on|off; it can be: 'on', 'off'" in wrong.err
    assert manager.type("post", "shield", "999", "on").exit == 2


def test_a_pass_tells_what_it_hid() -> None:
    """A line for people, keys for scripts."""
    tally = Tally(replies_hidden=2, replies_shown=1, alerts=1)
    assert tally.eventful
    document = tally.document()
    assert [document[key] for key in ("replies_hidden", "replies_shown", "alerts")] == [2, 1, 1]
