"""One reply, one person: taking, giving back, correcting."""

from datetime import timedelta
from typing import Any

import pytest

from orchestrator.campaign import enrol
from orchestrator.errors import PersonNeeded
from orchestrator.inbox import hand
from orchestrator.model import Reply
from orchestrator.replies import Sender, sort
from orchestrator.vocabulary import Label
from tests.at_once import together
from tests.inbox.conftest import NOON, Manager, Rows

ZONE = "Europe/Berlin"
FROM_THE_SHOP = Sender(contact="0761 555 0123")


def test_taking_says_so_and_what_comes_next(rows: Rows, manager: Manager) -> None:
    """The name, the time and an event are kept; the next command is named."""
    reply = rows.reply()
    said = manager.type("inbox", "take", str(reply))
    assert said.exit == 0
    assert f"inbox show {reply} --contact" in said.out
    assert (rows.read(reply).taken_by, rows.read(reply).taken_at) == ("heike", NOON)
    assert [(each.actor, each.what) for each in rows.events(reply)] == [("heike", "take")]


def test_taking_twice_is_taking_once(rows: Rows, manager: Manager) -> None:
    """Repeating a command is safe: the first time counts, with one event."""
    reply = rows.reply()
    manager.ask("inbox", "take", str(reply))
    manager.now += timedelta(hours=1)
    again = manager.type("inbox", "take", str(reply))
    assert again.exit == 0
    assert "already, since Tue 24 Nov 12:00" in again.out
    assert rows.read(reply).taken_at == NOON
    assert len(rows.events(reply)) == 1


def test_the_time_is_the_campaigns(rows: Rows, manager: Manager) -> None:
    """With its offset, like every other time of a document."""
    taken = manager.ask("inbox", "take", str(rows.reply()))
    assert taken["taken_at"] == "2026-11-24T12:00:00+01:00"


def test_nobody_rings_for_what_was_taken_back(rows: Rows, manager: Manager) -> None:
    """A deleted reply is refused with a sentence, and its page does not name the command."""
    reply = rows.reply("", deleted_at=NOON)
    refused = manager.type("inbox", "take", str(reply))
    assert refused.exit == 2
    assert f"Reply {reply} was deleted by its author" in refused.err
    assert rows.read(reply).taken_by is None
    assert "inbox take" not in manager.type("inbox", "show", str(reply)).out


def test_an_offer_does_not_vanish_with_a_label(rows: Rows, manager: Manager) -> None:
    """What it was folded under turns out to be less: the oldest of the offers steps forward."""
    first = rows.reply(taken_by="heike", taken_at=NOON)
    tip = rows.reply("Frag mal dort", Label.TIP, duplicate_of=first)
    older = rows.reply("Nochmal am Telefon", duplicate_of=first)
    younger = rows.reply("Und per Mail", duplicate_of=first, received_at=NOON)
    manager.ask("inbox", "label", str(first), "question")
    assert rows.read(older).duplicate_of is None
    assert [rows.read(each).duplicate_of for each in (first, tip, younger)] == [older] * 3
    assert (rows.read(older).taken_by, rows.read(first).taken_by) == ("heike", None)
    assert [each["id"] for each in manager.ask("today")["offers_waiting"]] == [older]
    manager.ask("inbox", "label", str(older), "tip")
    assert rows.read(younger).duplicate_of is None, "it is the only offer now"


def test_a_repetition_that_is_the_offer_steps_forward(rows: Rows, manager: Manager) -> None:
    """Folded as a question, it turns out to be an offer."""
    first = rows.reply("Was kann sie?", Label.QUESTION)
    again = rows.reply("Wann fängt sie an?", Label.QUESTION, duplicate_of=first)
    manager.ask("inbox", "label", str(again), "job_offer")
    assert (rows.read(again).duplicate_of, rows.read(first).duplicate_of) == (None, again)


def test_what_was_handed_over_stays_the_original(rows: Rows, manager: Manager) -> None:
    """People are talking already: a label changes nothing about who is talking."""
    first = rows.reply(status="forwarded")
    again = rows.reply("Nochmal", duplicate_of=first)
    manager.ask("inbox", "label", str(first), "other")
    assert rows.read(again).duplicate_of == first


def test_what_somebody_has_is_refused_with_their_name(rows: Rows, manager: Manager) -> None:
    """Exit 4: only the two people can settle that; who, since when, and what to do."""
    reply = rows.reply()
    manager.ask("inbox", "take", str(reply))
    manager.name = "yusuf"
    refused = manager.type("inbox", "take", str(reply), "--json")
    assert refused.exit == 4
    error = refused.document["error"]
    assert "heike" in error["what"]
    assert "Tue 24 Nov 12:00" in error["what"]
    assert f"inbox release {reply}" in error["remedy"]
    assert rows.read(reply).taken_by == "heike"


SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contact": ({"sender": FROM_THE_SHOP}, {"text": "Ruft an: +49 (0)761 5550123"}),
    "mail": (
        {"text": "laden@naeherei.example"},
        {"sender": Sender(contact="Laden@Naeherei.example")},
    ),
    "author": ({"author_digest": "a" * 64}, {"author_digest": "a" * 64, "text": "Und noch was"}),
}


@pytest.mark.parametrize("kind", SAME)
def test_nobody_rings_the_same_sender_twice(kind: str, rows: Rows, manager: Manager) -> None:
    """Another reply of the same sender is refused with the number of the one in hand."""
    one, other = (rows.reply(**made) for made in SAME[kind])
    manager.ask("inbox", "take", str(one))
    manager.name = "yusuf"
    refused = manager.type("inbox", "take", str(other))
    assert refused.exit == 4
    assert f"reply {one} of the same sender" in refused.err
    manager.name = "heike"
    assert manager.type("inbox", "take", str(other)).exit == 0


def test_a_repetition_counts_as_the_same_sender(rows: Rows, manager: Manager) -> None:
    """Whoever has the offer has what repeats it as well, and the other way round."""
    first = rows.reply()
    again = rows.reply("Nochmal am Telefon", duplicate_of=first)
    third = rows.reply("Und per Mail", duplicate_of=first)
    manager.ask("inbox", "take", str(again))
    manager.name = "yusuf"
    assert manager.type("inbox", "take", str(first)).exit == 4
    assert manager.type("inbox", "take", str(third)).exit == 4


def test_what_is_finished_holds_nobody_up(rows: Rows, manager: Manager) -> None:
    """A sender whose earlier offer came to its end can be called by somebody else."""
    rows.reply(sender=FROM_THE_SHOP, taken_by="heike", taken_at=NOON, status="filled")
    anew = rows.reply("Jetzt im Service", sender=FROM_THE_SHOP)
    manager.name = "yusuf"
    assert manager.type("inbox", "take", str(anew)).exit == 0


def test_strangers_do_not_hold_each_other_up(rows: Rows, manager: Manager) -> None:
    """Two replies without contact and author are two senders."""
    one, other = rows.reply(author=""), rows.reply(author="")
    manager.ask("inbox", "take", str(one))
    manager.name = "yusuf"
    assert manager.type("inbox", "take", str(other)).exit == 0


@pytest.mark.parametrize("workers", [2, 6])
@pytest.mark.parametrize("locked", [True, False])
def test_of_several_at_the_same_moment_one_gets_it(workers: int, locked: bool, rows: Rows) -> None:
    """With the campaign's row held as the command does, and by the database alone."""
    reply_id = rows.reply()

    def reach(number: int) -> None:
        with rows.store.session() as session:
            if locked:
                enrol(session, rows.settings.campaign, rows.key, NOON)
            reply = session.get_one(Reply, reply_id)
            hand.take(session, reply, NOON, f"worker-{number}", ZONE)

    raised = together(workers, reach)
    assert len(raised) == workers - 1
    assert all(isinstance(error, PersonNeeded) for error in raised)
    (event,) = rows.events(reply_id)
    assert rows.read(reply_id).taken_by == event.actor


def test_two_replies_of_one_employer_at_the_same_moment(rows: Rows) -> None:
    """Two people reach for two replies of one shop: only one of them rings there."""
    replies = [rows.reply(f"Wir suchen {n} Leute", sender=FROM_THE_SHOP) for n in range(4)]

    def reach(number: int) -> None:
        with rows.store.session() as session:
            campaign = enrol(session, rows.settings.campaign, rows.key, NOON)
            reply = hand.reply_of(session, campaign.id, replies[number])
            hand.take(session, reply, NOON, f"worker-{number}", ZONE)

    assert len(together(4, reach)) == 3
    assert len({rows.read(each).taken_by for each in replies} - {None}) == 1


def test_giving_back_frees_the_reply(rows: Rows, manager: Manager) -> None:
    """The taker needs no confirmation; then anybody can take it."""
    reply = rows.reply()
    manager.ask("inbox", "take", str(reply))
    assert manager.ask("inbox", "release", str(reply))["taken_by"] is None
    again = manager.type("inbox", "release", str(reply))
    assert again.exit == 0
    assert "Nobody had reply" in again.out
    manager.name = "yusuf"
    manager.ask("inbox", "take", str(reply))
    assert [each.what for each in rows.events(reply)] == ["take", "release", "take"]


def test_taking_it_away_from_somebody_asks(rows: Rows, manager: Manager) -> None:
    """Without a terminal refused with the name; --yes or a yes does it, and it is on record."""
    reply = rows.reply(taken_by="heike", taken_at=NOON)
    manager.name = "yusuf"
    refused = manager.type("inbox", "release", str(reply))
    assert refused.exit == 2
    assert "heike has reply" in refused.err
    assert "--yes" in refused.err
    assert manager.type("inbox", "release", str(reply), keys="n\n").exit == 2
    assert rows.read(reply).taken_by == "heike"
    assert manager.type("inbox", "release", str(reply), keys="y\n").exit == 0
    assert rows.read(reply).taken_by is None
    (event,) = rows.events(reply)
    assert (event.actor, event.detail) == ("yusuf", {"held_by": "heike"})


def test_a_yes_holds_only_for_the_person_who_was_named(rows: Rows) -> None:
    """It changed hands while somebody thought about the question: nothing is taken away."""
    reply_id = rows.reply(taken_by="lena", taken_at=NOON)
    with pytest.raises(PersonNeeded, match="lena"), rows.store.session() as session:
        hand.release(session, session.get_one(Reply, reply_id), "heike", NOON, "yusuf")
    assert rows.read(reply_id).taken_by == "lena"


def test_a_label_of_a_person_decides_whether_it_is_read(rows: Rows, manager: Manager) -> None:
    """Offers, tips and questions come before people, the rest does not."""
    for label in Label:
        reply = rows.reply("Hm", Label.OTHER)
        changed = manager.ask("inbox", "label", str(reply), label.value)
        assert changed["queue"] is (label in (Label.JOB_OFFER, Label.TIP, Label.QUESTION))
        kept = rows.read(reply)
        now = (kept.label, kept.labelled_by, kept.confidence, kept.why)
        assert now == (label, "heike", 1.0, [])
        (event,) = rows.events(reply)
        assert event.detail == {"was": "other", "becomes": label.value}


def test_no_machine_changes_a_label_of_a_person(rows: Rows, manager: Manager) -> None:
    """Sorting again, as collecting does after an edit, leaves it alone."""
    reply_id = rows.reply("Wir suchen ab sofort eine Köchin", Label.JOB_OFFER)
    manager.ask("inbox", "label", str(reply_id), "spam")
    with rows.store.session() as session:
        sort(session.get_one(Reply, reply_id), "Wir suchen ab sofort zwei Köchinnen")
    assert rows.read(reply_id).label is Label.SPAM


def test_an_unknown_label_names_the_seven(rows: Rows, manager: Manager) -> None:
    """A slip costs nothing; hyphens and capitals are no slip."""
    reply = rows.reply()
    wrong = manager.type("inbox", "label", str(reply), "offer")
    assert wrong.exit == 2
    assert "job_offer, tip, question, encouragement, abuse, spam, other" in wrong.err
    assert rows.read(reply).labelled_by is None
    assert manager.type("inbox", "label", str(reply), "Job-Offer").exit == 0


@pytest.mark.parametrize("number", ["0", "7", "99999999999999999999"])
def test_a_number_that_does_not_exist_is_refused(number: str, manager: Manager) -> None:
    """By each verb; also one that no database could hold."""
    for verb, *options in (["take"], ["release"], ["show"], ["show", "--contact"]):
        refused = manager.type("inbox", verb, number, *options)
        assert refused.exit == 2
        assert f"There is no reply {number}" in refused.err
