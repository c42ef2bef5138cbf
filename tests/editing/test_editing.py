"""A post gets other words at its network, or keeps its own; which of them, its row says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator import people
from orchestrator.decide.case import Case, case_of
from orchestrator.editing import refuse_post, refuse_words, reword, the_same
from orchestrator.errors import PartlyDone, PersonNeeded, UsageProblem
from orchestrator.handover import attend
from orchestrator.model import Consent, Event, Post, Tandem
from orchestrator.pause import pause
from orchestrator.ports import NotAuthorised, OutcomeUnknown, Rejected, Trouble
from orchestrator.publish import hand_over, publish
from orchestrator.shift import Shift, Tally
from orchestrator.verify import verify
from orchestrator.vocabulary import PostState, Scope, Show
from tests.conftest import on_both
from tests.editing.conftest import Page
from tests.publishing.conftest import NOON

NEW = "Schneiderin sucht eine Werkstatt in Freiburg. Wer weiß eine?"
TOMORROW = NOON + timedelta(days=1)


def case(page: Page, post_id: int) -> Case:
    return case_of(page.store, page.id, post_id)


def at_the_page(page: Page) -> list[str]:
    live = [text for _id, text, _towns in page.facebook.live]
    return live + [draft.text for draft in page.facebook.kept.values()]


def events(page: Page) -> list[str]:
    with page.store.reading() as session:
        rows = session.exec(select(Event).order_by(Event.id)).all()
    return [row.what for row in rows if "reword" in row.what]


@on_both
@pytest.mark.parametrize("way", ["live", "held"])
def test_words_change_here_and_there(page: Page, way: str) -> None:
    """Approved in these words, known by them, and left alone by every pass that follows."""
    post_id = page.live() if way == "live" else page.held(TOMORROW)
    before = page.read(post_id)
    refuse_post(page.shift(), case(page, post_id))
    refuse_words(page.shift(), case(page, post_id), NEW)
    reword(page.shift(), case(page, post_id), NEW)
    after = page.read(post_id)
    assert (after.text, after.rewording, after.error) == (NEW, None, None)
    assert at_the_page(page) == [NEW]
    assert after.digest == after.approved_digest != before.digest
    assert (after.state, after.remote_id) == (before.state, before.remote_id)
    assert events(page) == ["rewording", "reworded"]
    tally = Tally()
    attend(page.shift(), tally)
    verify(page.shift(), tally)
    publish(page.shift(), tally)
    hand_over(page.shift(), tally)
    assert (tally.findings, at_the_page(page)) == ([], [NEW])
    assert page.read(post_id).state is before.state


@pytest.mark.parametrize("point", ["wished", "reworded", "read back"])
@pytest.mark.parametrize("way", ["live", "held"])
def test_a_crash_in_between_is_settled_by_looking(page: Page, way: str, point: str) -> None:
    """Old or new words stand there, and after the quiet period the row says which."""
    post_id = page.live() if way == "live" else page.held(TOMORROW)
    old = page.read(post_id).text

    def die(at: str) -> None:
        if at == point:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reword(replace(page.shift(), reached=die), case(page, post_id), NEW)
    assert page.read(post_id).rewording == NEW
    page.clock.advance(timedelta(minutes=11))
    tally = Tally()
    attend(page.shift(), tally)
    verify(page.shift(), tally)
    row = page.read(post_id)
    assert row.rewording is None
    assert at_the_page(page) == [row.text] == [old if point == "wished" else NEW]
    assert row.approved_digest == row.digest
    assert tally.needs_person is (point == "wished")
    assert ("still says the old words" in (row.error or "")) is (point == "wished")


def test_a_post_that_came_down_meanwhile_is_not_looked_at(page: Page) -> None:
    """Its words are nobody's business any more; its row keeps what became of it."""
    post_id = page.live()

    def die(at: str) -> None:
        if at == "wished":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reword(replace(page.shift(), reached=die), case(page, post_id), NEW)
    page.facebook.live.clear()
    with page.session() as session:
        session.get_one(Post, post_id).state = PostState.WITHDRAWN
    page.clock.advance(timedelta(minutes=11))
    verify(page.shift(), tally := Tally())
    row = page.read(post_id)
    assert (row.rewording, row.error, tally.findings) == (None, None, [])


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Rejected("no"), UsageProblem),
        (NotAuthorised("the token"), PartlyDone),
    ],
)
def test_a_refused_edit_changes_nothing(page: Page, trouble: Trouble, kind: type) -> None:
    post_id = page.live()
    before = page.read(post_id)
    page.facebook.edits = [trouble]
    with pytest.raises(kind):
        reword(page.shift(), case(page, post_id), NEW)
    after = page.read(post_id)
    assert (after.text, after.digest, after.rewording) == (before.text, before.digest, None)
    assert at_the_page(page) == [before.text]


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_answer_is_read_back(page: Page, done: bool) -> None:
    """At once when it was done; else it says that nobody knows, and may be repeated."""
    post_id = page.live()
    page.facebook.edits = [(done, OutcomeUnknown("lost", repeatable=True))]
    if done:
        reword(page.shift(), case(page, post_id), NEW)
        assert page.read(post_id).text == NEW
        return
    with pytest.raises(PartlyDone):
        reword(page.shift(), case(page, post_id), NEW)
    assert page.read(post_id).rewording == NEW
    verify(page.shift(), Tally())
    assert page.read(post_id).rewording == NEW  # too early to say
    reword(page.shift(), case(page, post_id), NEW)
    assert page.read(post_id).text == NEW == at_the_page(page)[0]


def test_words_of_somebody_else_there_are_a_finding(page: Page) -> None:
    post_id = page.live()
    page.facebook.edits = [OutcomeUnknown("lost")]
    with pytest.raises(PartlyDone):
        reword(page.shift(), case(page, post_id), NEW)
    page.facebook.reword(page.read(post_id).remote_id or "", "Von Hand geändert")
    page.clock.advance(timedelta(minutes=11))
    tally = Tally()
    verify(page.shift(), tally)
    assert "neither its old nor its new words" in tally.findings[0]
    assert page.read(post_id).rewording is None


def test_nothing_is_found_twice_when_somebody_was_quicker(page: Page) -> None:
    """The post was taken down while a person wrote: nothing of ours goes there."""
    post_id = page.live()
    seen = case(page, post_id)
    with page.session() as session:
        session.get_one(Post, post_id).state = PostState.WITHDRAWN
    with pytest.raises(UsageProblem):
        reword(page.shift(), seen, NEW)
    assert page.facebook.edited == 0


SAID = {
    "a phone number": "Bitte melden: 0761 555 0199",
    "a mail address": "Schreibt an amira.h@example.org",
    "a street": "Sie wohnt in der Habsburgerstraße 12",
    "the papers": "Sie hat nur eine Duldung",
    "an age": "Ich bin 16 Jahre alt und suche eine Lehrstelle",
    "nothing": "",
    "too much": "ä" * 63_207,
}


@pytest.mark.parametrize("label", SAID)
def test_what_no_public_text_may_say(page: Page, label: str) -> None:
    post_id = page.live()
    with pytest.raises(UsageProblem) as caught:
        refuse_words(page.shift(), case(page, post_id), SAID[label])
    assert "0199" not in caught.value.what
    assert "amira.h" not in caught.value.what


@pytest.mark.parametrize(
    ("show", "text", "told"),
    [
        (Show.ALIAS, "Samira näht", "hides"),
        (Show.ALIAS, "Mehr: https://instagram.com/naehen", "account"),
        (Show.REGION, "Wer hilft in Freiburg?", "hides"),
        (Show.FULL, "Samira näht in Freiburg", ""),
        (Show.ALIAS, "Eine Schneiderin in Freiburg", ""),
    ],
)
def test_what_the_safety_check_hides_stays_hidden(
    page: Page, show: Show, text: str, told: str
) -> None:
    post_id = page.live(text="Eine Schneiderin sucht Arbeit.")
    with page.session() as session:
        tandem = session.get_one(Tandem, page.read(post_id).tandem_id)
        person = people.add(session, page.key, page.id, {"name": "Samira"})
        tandem.show, tandem.refugee_id, tandem.public_name = show, person.id, "Nour"
    if told:
        with pytest.raises(UsageProblem, match=told):
            refuse_words(page.shift(), case(page, post_id), text)
    else:
        refuse_words(page.shift(), case(page, post_id), text)


def test_a_hidden_name_that_cannot_be_read_refuses_all_words(page: Page) -> None:
    post_id = page.live()
    with page.session() as session:
        session.get_one(Tandem, page.read(post_id).tandem_id).show = Show.ALIAS
    with pytest.raises(UsageProblem, match="cannot be read"):
        refuse_words(page.shift(), case(page, post_id), NEW)


def test_words_that_another_post_says_are_refused(page: Page) -> None:
    """The network would call it a duplicate; and a post must be known by its words."""
    first, second = page.live(), page.live()
    with pytest.raises(UsageProblem, match="says the same"):
        refuse_words(page.shift(), case(page, second), page.read(first).text.upper())
    assert the_same(case(page, first), page.read(first).text)


def test_which_posts_keep_their_words(page: Page) -> None:
    """On X, where it cannot be; not sent yet; or what has to come down anyway."""
    tandem = page.tandem()
    short = page.post(tandem, "x", text="Kurz und gut")
    planned = [page.post(tandem, name, due_at=TOMORROW) for name in ("facebook", "x")]
    publish(page.shift(), Tally())
    with pytest.raises(UsageProblem, match="lets no program change the words") as caught:
        refuse_post(page.shift(), case(page, short))
    assert f"post takedown {short}" in caught.value.remedy
    for each in planned:
        with pytest.raises(UsageProblem, match="not sent yet: its words are those of") as caught:
            refuse_post(page.shift(), case(page, each))
        assert "Change the appeal of" in caught.value.remedy
    gone = page.post(tandem, state=PostState.EXPIRED)
    with pytest.raises(UsageProblem, match="neither live nor held"):
        refuse_post(page.shift(), case(page, gone))
    live = page.live()
    with page.session() as session:
        wanted = Consent.person_id == session.get_one(Tandem, page.read(live).tandem_id).refugee_id
        for consent in session.exec(select(Consent).where(wanted)).all():
            consent.withdrawn_at = NOON
    with pytest.raises(PersonNeeded):
        refuse_post(page.shift(), case(page, live))


def test_a_stopped_post_may_be_corrected(page: Page) -> None:
    """What is live and wrong is put right also while nothing new goes out."""
    post_id = page.live()
    with page.session() as session:
        pause(session, page.id, [(Scope.ALL, "")], NOON, "tester")
    shift: Shift = page.shift()
    refuse_post(shift, case(page, post_id))
    reword(shift, case(page, post_id), NEW)
    assert at_the_page(page) == [NEW]


def test_a_clock_that_went_back_changes_no_words(page: Page) -> None:
    """Whoever is in doubt about time or database leaves the page as it is."""
    post_id = page.live()
    page.clock.advance(timedelta(days=-3))
    with pytest.raises(PersonNeeded):
        reword(page.shift(), case(page, post_id), NEW)
    assert page.facebook.edited == 0
    assert page.read(post_id).rewording is None
