"""A person's correction is kept, and used at once for nearly the same words."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from orchestrator.erasure.forgetting import forget_sender
from orchestrator.heard import Ledger
from orchestrator.learning import LEARNT, recall
from orchestrator.model import Correction, Person, Reply
from orchestrator.ports import Heard
from orchestrator.replies import Sender, forget
from orchestrator.vocabulary import Label
from tests.conftest import on_both
from tests.inbox.conftest import NOON, Manager, Rows

ABUSE = "Schickt sie doch alle dahin zurück, wo sie hergekommen sind, das faule Pack will keiner!"
COPY = "schickt sie doch ALLE dahin zurück wo sie hergekommen sind... das faule Pack will keiner 🤮"
NEAR = "Schickt sie doch alle dahin zurück, wo sie hergekommen sind, das faule Pack will eh keiner!"
OFFER = "Wir suchen ab sofort eine Hilfe in der Näherei, gern auch ungelernt"


def hear(rows: Rows, *texts: str) -> list[Reply]:
    """Each text as a network brings it; the rows that come of it."""
    with rows.store.reading() as session:
        begin = len(session.exec(select(Reply.id)).all())
    heard = [
        Heard(f"h{begin + n}", None, "comment", f"7{begin + n}", "Jemand", text, NOON)
        for n, text in enumerate(texts)
    ]
    with rows.store.session() as session:
        Ledger(session, rows.key, rows.id, "facebook", NOON).keep(heard)
        return [
            session.exec(select(Reply).where(Reply.remote_id == each.remote_id)).one()
            for each in heard
        ]


def corrections(rows: Rows) -> list[Correction]:
    with rows.store.reading() as session:
        return list(session.exec(select(Correction)).all())


def labelled(rows: Rows, manager: Manager, label: str, text: str = ABUSE, **how: Any) -> int:
    """A reply that somebody corrects; its number."""
    reply = rows.reply(text, Label.OTHER, queue=False, **how)
    manager.ask("inbox", "label", str(reply), label)
    return reply


@on_both
def test_a_correction_is_kept_and_used_for_what_comes(rows: Rows, manager: Manager) -> None:
    """Who, when, what it was and became; and why the next one is sorted so."""
    mine = labelled(rows, manager, "abuse")
    [kept] = corrections(rows)
    assert (kept.reply_id, kept.by, kept.at) == (mine, "heike", NOON)
    assert (kept.was, kept.label) == (Label.OTHER, Label.ABUSE)
    copy, near, other = hear(rows, COPY, NEAR, "Alles Gute für euch beide!")
    for each in (copy, near):
        assert (each.label, each.why) == (Label.ABUSE, [LEARNT])
        assert each.labelled_by is None
    assert (copy.confidence, copy.queue) == (1.0, False)
    assert 0.9 <= near.confidence < 1
    assert other.why != [LEARNT]
    shown = manager.ask("inbox", "show", str(copy.id))["reply"]
    assert shown["why_text"] == ["somebody corrected nearly the same words"]


@on_both
def test_what_is_there_already_is_sorted_anew(rows: Rows, manager: Manager) -> None:
    """Not what a person labelled, has in hand or has finished, nor what is gone."""
    waiting = [rows.reply(each, Label.OTHER, queue=True) for each in (COPY, NEAR)]
    left = [
        rows.reply(COPY, Label.OTHER, labelled_by="jana"),
        rows.reply(COPY, Label.OTHER, taken_by="jana", taken_at=NOON),
        rows.reply(COPY, Label.OTHER, status="forwarded"),
        rows.reply(COPY, Label.OTHER, deleted_at=NOON),
        rows.reply("Alles Gute für euch!", Label.OTHER),
    ]
    mine = rows.reply(ABUSE, Label.OTHER)
    said = manager.type("inbox", "label", str(mine), "abuse")
    assert "So are 2 others with nearly the same words." in said.out
    assert {rows.read(each).label for each in waiting} == {Label.ABUSE}
    assert {rows.read(each).label for each in left} == {Label.OTHER}
    [event] = rows.events(mine)
    assert event.detail["others"] == 2
    again = manager.ask("inbox", "label", str(mine), "abuse")
    assert again["others"] == []


@on_both
def test_the_newest_correction_counts_and_one_may_be_taken_back(
    rows: Rows, manager: Manager
) -> None:
    """By the same person or another; what had learnt from it follows."""
    mine = labelled(rows, manager, "abuse")
    [copy] = hear(rows, COPY)
    assert copy.label is Label.ABUSE
    manager.now += timedelta(minutes=5)
    manager.name = "jana"
    manager.ask("inbox", "label", str(mine), "encouragement")
    assert rows.read(copy.id).label is Label.ENCOURAGEMENT
    [kept] = corrections(rows)
    assert (kept.by, kept.was, kept.label) == ("jana", Label.ABUSE, Label.ENCOURAGEMENT)
    manager.now += timedelta(minutes=5)
    manager.ask("inbox", "label", str(copy.id), "spam")
    [third] = hear(rows, ABUSE)
    assert third.label is Label.SPAM
    assert rows.read(mine).label is Label.ENCOURAGEMENT, "a person labelled that one"


@on_both
def test_what_learnt_from_a_label_that_was_taken_back_is_sorted_afresh(
    rows: Rows, manager: Manager
) -> None:
    """Alike enough for a tip, not for abuse: it goes back to what the classifier says."""
    near = OFFER.replace("gern auch", "gerne")
    [before] = hear(rows, near)
    mine = labelled(rows, manager, "tip", OFFER)
    assert (rows.read(before.id).label, rows.read(before.id).why) == (Label.TIP, [LEARNT])
    manager.now += timedelta(minutes=5)
    manager.ask("inbox", "label", str(mine), "spam")
    after = rows.read(before.id)
    assert (after.label, after.why, after.queue) == (before.label, before.why, before.queue)


@on_both
def test_no_offer_leaves_the_queue_but_by_the_very_same_words(rows: Rows, manager: Manager) -> None:
    """A word more or less, and somebody reads it all the same, under the learnt label."""
    labelled(rows, manager, "spam", OFFER)
    same, near = hear(rows, f"{OFFER}!!!", f"{OFFER} nachts")
    assert (same.label, same.queue) == (Label.SPAM, False)
    assert (near.label, near.queue) == (Label.SPAM, True)
    manager.now += timedelta(minutes=5)
    abuse = labelled(rows, manager, "abuse")
    [more] = hear(rows, f"{ABUSE} Ich hab einen Job für sie in meiner Bäckerei, ruft an.")
    assert LEARNT not in more.why
    assert rows.read(abuse).label is Label.ABUSE


def test_an_offer_that_was_missed_is_learnt_for_all_that_are_like_it(
    rows: Rows, manager: Manager
) -> None:
    """The other way round needs less: at worst somebody reads in vain."""
    text = "Bei uns is grad wer ausgfalln, des kannt passen für die Frau, schaut vorbei im Gasthof"
    labelled(rows, manager, "job_offer", text)
    [near] = hear(rows, text.replace("grad", "jetzt"))
    assert (near.label, near.queue, near.why) == (Label.JOB_OFFER, True, [LEARNT])


def test_what_somebody_typed_in_stays_in_the_queue(rows: Rows, manager: Manager) -> None:
    """Somebody found it worth typing in: a correction puts it away as little as a machine."""
    note = rows.reply(ABUSE, Label.OTHER, network=None, remote_id=None, channel="phone", queue=True)
    labelled(rows, manager, "abuse")
    assert (rows.read(note).label, rows.read(note).queue) == (Label.ABUSE, True)
    typed = manager.ask("inbox", "add", "--channel", "phone", "--text", COPY, "--new")
    added = rows.read(typed["reply"]["id"] if "reply" in typed else typed["id"])
    assert (added.label, added.queue) == (Label.ABUSE, True)


def test_an_edit_is_sorted_by_its_new_words(rows: Rows, manager: Manager) -> None:
    labelled(rows, manager, "abuse")
    [mine] = hear(rows, "Alles Gute für euch beide!")
    edited = Heard(mine.remote_id or "", None, "comment", "71", "Jemand", COPY, NOON)
    with rows.store.session() as session:
        Ledger(session, rows.key, rows.id, "facebook", NOON).keep([edited])
    assert (rows.read(mine.id).label, rows.read(mine.id).why) == (Label.ABUSE, [LEARNT])


def test_a_contact_within_the_words_does_not_matter(rows: Rows, manager: Manager) -> None:
    """It is masked before it is compared, and sealed words are sorted as they came."""
    text = "Kredit ohne Schufa, schnell und einfach, melde dich unter 0761 555 0123 bei Herrn Klar"
    labelled(rows, manager, "spam", text)
    with_other = text.replace("0761 555 0123", "0761 555 0199")
    [copy] = hear(rows, with_other)
    assert (copy.label, copy.why) == (Label.SPAM, [LEARNT])
    assert b"0761" not in corrections(rows)[0].shape


@on_both
def test_forgotten_words_leave_a_shape_and_an_erasure_leaves_nothing(
    rows: Rows, manager: Manager
) -> None:
    """Retention keeps what was learnt, since no word can be read from it; an erasure does not."""
    first = labelled(rows, manager, "abuse")
    manager.now += timedelta(minutes=1)
    second = labelled(rows, manager, "spam", OFFER, sender=Sender(contact="0761 555 0123"))
    with rows.store.session() as session:
        forget(session, session.get_one(Reply, first), NOON)
        person = session.get_one(Person, rows.read(second).person_id)
        forget_sender(session, person, NOON)
    [kept] = corrections(rows)
    assert kept.reply_id == first
    assert ABUSE.encode() not in kept.shape
    assert len(kept.shape) <= 512
    [copy] = hear(rows, COPY)
    assert copy.label is Label.ABUSE


def test_what_has_no_words_is_kept_and_teaches_nothing(rows: Rows, manager: Manager) -> None:
    """A picture: the label is this one's."""
    labelled(rows, manager, "abuse", "", picture=True)
    assert corrections(rows)[0].shape == b""
    with rows.store.reading() as session:
        assert not recall(session, rows.key, rows.id)
    [empty] = hear(rows, "")
    assert LEARNT not in empty.why


def test_five_hundred_copies_follow_one_correction(rows: Rows, manager: Manager) -> None:
    """In a moment, each once."""
    hear(rows, *(f"{COPY} @jemand{number}" for number in range(500)))
    mine = rows.reply(ABUSE, Label.OTHER)
    done = manager.ask("inbox", "label", str(mine), "spam")
    assert len(done["others"]) == 500


def test_two_campaigns_do_not_learn_from_each_other(rows: Rows, manager: Manager) -> None:
    labelled(rows, manager, "abuse")
    with rows.store.reading() as session:
        assert recall(session, rows.key, rows.id)
        assert not recall(session, rows.key, rows.id + 1)


@pytest.mark.parametrize("label", ["abuse", "tip"])
def test_a_repetition_that_learns_is_weighed_anew(rows: Rows, manager: Manager, label: str) -> None:
    """What was folded under a question may turn out to be worth more than it."""
    first = rows.reply("Was kann sie?", Label.QUESTION)
    again = rows.reply(COPY, Label.OTHER, queue=False, duplicate_of=first)
    labelled(rows, manager, label)
    assert (rows.read(again).duplicate_of is None) == (label == "tip")
