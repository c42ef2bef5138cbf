"""An answer is written down before it is sent, sent once, and never said again in doubt."""

from datetime import timedelta
from typing import Any

import pytest

from orchestrator import people
from orchestrator.answering import settling
from orchestrator.answering.attending import attend_answers
from orchestrator.answering.rules import open_answer
from orchestrator.answering.times import minutes_to, unacknowledged, unclear
from orchestrator.errors import PartlyDone, PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.model import Account, Campaign, Pause, Reply, Tandem
from orchestrator.ports import (
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Said,
)
from orchestrator.replies import forget
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import AnswerKind, AnswerWay, Condition, Delivery, Scope, Show
from tests.answering.conftest import WORDS, Desk
from tests.at_once import together
from tests.campaign_rows import NOON
from tests.conftest import on_both

LOST = OutcomeUnknown("nobody knows")


@on_both
def test_an_answer_is_said_once_and_noted(desk: Desk) -> None:
    """Words, way, person, time and number are kept; the reply has its first answer."""
    reply = desk.reply()
    row = desk.send(reply)
    assert [(text, private) for _to, text, private in desk.facebook.told] == [(WORDS, False)]
    assert (row.state, row.remote_id, row.by) == (Delivery.SENT, "facebook-a1", "heike")
    assert (row.sent_at, desk.read(reply).answered_at) == (NOON, NOON)
    assert desk.events(reply) == ["answer", "answered"]
    with pytest.raises(UsageProblem, match="this word already"):
        desk.send(reply, text="Noch einmal")
    desk.campaign.clock.advance(timedelta(hours=1))
    desk.send(reply, kind=AnswerKind.CLOSING, text="Bis bald", reason="thanks")
    assert desk.read(reply).answered_at == NOON


@on_both
def test_it_is_written_down_before_it_is_sent(desk: Desk) -> None:
    """While the network is called nothing is locked, and the row says so."""
    reply = desk.reply()
    seen: list[Any] = []

    def look() -> None:
        [row] = desk.answers(reply)
        with desk.campaign.session() as session:  # somebody else writes meanwhile
            session.get_one(Campaign, desk.campaign.id, with_for_update=True).name = "Anders"
        seen.append(row.state)

    desk.facebook.steps = [look]
    desk.send(reply)
    assert seen == [Delivery.SENDING]


@on_both
def test_two_people_at_once_answer_once(desk: Desk) -> None:
    """Whoever comes second is told, and the network is called once."""
    reply = desk.reply()
    refused = together(4, lambda _number: desk.send(reply))
    assert len(desk.facebook.told) == 1
    assert len(refused) == 3
    assert all(isinstance(each, UsageProblem | PersonNeeded) for each in refused)
    assert [each.state for each in desk.answers(reply)] == [Delivery.SENT]


@pytest.mark.parametrize(
    ("trouble", "state", "raised"),
    [
        (Rejected("no"), Delivery.FAILED, PersonNeeded),
        (RateLimited("wait", seconds=60), Delivery.FAILED, PartlyDone),
        (NotSent("no line"), Delivery.FAILED, PartlyDone),
        (NotAuthorised("dead"), Delivery.FAILED, PersonNeeded),
        (LOST, Delivery.UNKNOWN, PartlyDone),
    ],
)
def test_what_the_network_says_of_it(
    desk: Desk, trouble: Exception, state: Delivery, raised: type[TueroeffnerError]
) -> None:
    """What was certainly not said may be said again; what nobody knows may not."""
    reply = desk.reply()
    desk.facebook.steps = [trouble]
    with pytest.raises(raised):
        desk.send(reply)
    [row] = desk.answers(reply)
    assert (row.state, row.error) == (state, str(trouble))
    assert desk.read(reply).answered_at is None
    if state is Delivery.UNKNOWN:
        with pytest.raises(PersonNeeded, match="Nobody knows"):
            desk.send(reply)
        assert not desk.facebook.told
    else:
        desk.send(reply)
        assert len(desk.facebook.told) == 1


def test_ctrl_c_in_the_middle_of_the_call(desk: Desk) -> None:
    reply = desk.reply()
    desk.facebook.steps = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        desk.send(reply)
    assert [each.state for each in desk.answers(reply)] == [Delivery.UNKNOWN]


def test_an_unclear_answer_is_found(desk: Desk) -> None:
    """By its words, as they are kept: also with our own number in them."""
    reply = desk.reply()
    words = f"{WORDS} Aktionsbüro 030 555 0100"
    desk.facebook.steps = [(True, LOST)]
    with pytest.raises(PartlyDone, match="nobody knows"):
        desk.send(reply, text=words)
    case = desk.case(reply)
    answer = open_answer(case, NOON)
    assert answer is not None
    found = settling.look(desk.shift, case, answer)
    assert (found.state, found.remote_id) == (Delivery.SENT, "facebook-a1")
    assert desk.read(reply).answered_at == NOON
    assert open_answer(desk.case(reply), NOON) is None


@on_both
def test_a_pass_finds_what_nobody_confirmed(desk: Desk) -> None:
    """Where looking is free, nobody has to type anything; nothing is sent by it."""
    found, lost = desk.reply(), desk.reply()
    for reply, step in ((found, (True, LOST)), (lost, LOST)):
        desk.facebook.steps = [step]
        with pytest.raises(PartlyDone):
            desk.send(reply, text=f"{WORDS} {reply}")
    run_pass(desk.shift)
    assert [each.state for each in desk.answers(found)] == [Delivery.SENT]
    assert desk.read(found).answered_at == NOON
    assert "answered" in desk.events(found)
    assert [each.state for each in desk.answers(lost)] == [Delivery.UNKNOWN]
    assert len(desk.facebook.told) == 1


def test_the_same_words_to_somebody_else_in_the_thread_are_not_it(desk: Desk) -> None:
    """They stand on record for the other one; of this one still nobody knows."""
    first, second = desk.reply(), desk.reply()
    desk.send(first)
    desk.facebook.steps = [LOST]
    with pytest.raises(PartlyDone):
        desk.send(second)
    attend_answers(desk.shift, Tally())
    assert [each.state for each in desk.answers(second)] == [Delivery.UNKNOWN]


def test_a_pass_asks_seldom_and_never_where_it_costs(desk: Desk) -> None:
    """Each quarter of an hour for a day; on X a person decides to pay for a look."""
    shift, asked = desk.shift, []
    desk.facebook.steps = [LOST]
    desk.x.steps = [LOST]
    for reply in (desk.reply(), desk.reply(network="x", parent_remote_id=None)):
        with pytest.raises(PartlyDone):
            desk.send(reply)
    desk.facebook.answered = lambda *_a, **_b: asked.append("facebook") or []  # type: ignore[method-assign,func-returns-value]
    desk.x.answered = lambda *_a, **_b: asked.append("x") or []  # type: ignore[method-assign,func-returns-value]
    for hours in (0, 0.1, 0.2, 26):
        desk.campaign.clock.advance(timedelta(hours=hours))
        attend_answers(shift, Tally())
    assert asked == ["facebook", "facebook"]


def test_what_is_not_found_stays_unclear_until_a_person_says(desk: Desk) -> None:
    """Other words, and other answers of ours, are not it."""
    reply = desk.reply()
    desk.send(reply, kind=AnswerKind.ANSWER, text="Noch eine Frage")
    desk.facebook.steps = [LOST]
    with pytest.raises(PartlyDone):
        desk.send(reply)
    case = desk.case(reply)
    answer = open_answer(case, NOON)
    assert answer is not None
    assert settling.look(desk.shift, case, answer).state is Delivery.UNKNOWN
    with desk.campaign.store.reading() as session:
        assert unclear(session, desk.campaign.id) == [reply]
    assert settling.say(desk.shift, case, answer, was_sent=False).state is Delivery.FAILED
    desk.send(reply)
    assert [text for _to, text, _private in desk.facebook.told] == ["Noch eine Frage", WORDS]


def test_a_person_says_that_it_is_there(desk: Desk) -> None:
    reply = desk.reply()
    desk.facebook.steps = [LOST]
    with pytest.raises(PartlyDone):
        desk.send(reply)
    case = desk.case(reply)
    answer = open_answer(case, NOON)
    assert answer is not None
    assert settling.say(desk.shift, case, answer, was_sent=True).state is Delivery.SENT
    with pytest.raises(UsageProblem, match="already"):
        desk.send(reply)


def test_what_a_dead_program_left_is_unclear_after_a_while(desk: Desk) -> None:
    """Before that it may still be on its way."""
    reply = desk.reply()
    desk.facebook.steps = [SystemExit()]
    with pytest.raises(SystemExit):
        desk.send(reply)
    with desk.campaign.session() as session:
        row = desk.answers(reply)[0]
        session.merge(row).state = Delivery.SENDING
    with pytest.raises(PersonNeeded, match="at this moment"):
        open_answer(desk.case(reply), NOON + timedelta(minutes=4))
    left = open_answer(desk.case(reply), NOON + timedelta(minutes=6))
    assert left is not None
    assert left.id == row.id


@on_both
def test_a_comment_is_answered_privately_once_across_programs(desk: Desk) -> None:
    """Also with other words, and while the first one is unclear."""
    reply = desk.reply()
    desk.send(reply, way=AnswerWay.PRIVATE)
    with pytest.raises(UsageProblem, match="once"):
        desk.send(reply, way=AnswerWay.PRIVATE, kind=AnswerKind.ANSWER, text="Noch etwas")
    desk.send(reply, kind=AnswerKind.ANSWER, text="Noch etwas")
    assert [private for _to, _text, private in desk.facebook.told] == [True, False]


@pytest.mark.parametrize(
    ("reply", "wish", "words"),
    [
        ({"received_at": NOON - timedelta(days=8)}, {"way": AnswerWay.PRIVATE}, "seven days"),
        (
            {"channel": "message", "conversation": "t_7", "received_at": NOON - timedelta(days=2)},
            {"way": AnswerWay.PRIVATE},
            "24 hours",
        ),
        ({"channel": "message", "conversation": "t_7"}, {}, "written to you alone"),
        ({"network": "x", "channel": "reply"}, {"way": AnswerWay.PRIVATE}, "by one"),
        ({"network": None, "channel": "phone"}, {}, "by yourself|nothing can be sent"),
        ({"deleted_at": NOON}, {}, "deleted"),
        ({"forgotten_at": NOON}, {}, "let go"),
        ({}, {"text": ""}, "no words"),
        ({}, {"text": "Ruft an: 0761 555 0199"}, "phone number"),
        ({}, {"text": "Schreibt an amira@example.org"}, "mail address"),
        ({}, {"text": "Seht https://facebook.com/amira.naeht"}, "account"),
        ({"network": "x", "channel": "reply"}, {"text": "a" * 281}, "too long"),
    ],
)
def test_what_is_refused_before_anything_is_written(
    desk: Desk, reply: dict[str, Any], wish: dict[str, Any], words: str
) -> None:
    number = desk.reply(**reply)
    with pytest.raises(UsageProblem, match=words):
        desk.send(number, **wish)
    assert not desk.answers(number)
    assert not desk.facebook.told + desk.x.told


def test_a_newer_message_opens_the_window_again(desk: Desk) -> None:
    """The platform counts from the last one; each may be answered."""
    old = desk.message(received_at=NOON - timedelta(days=2))
    desk.message(received_at=NOON - timedelta(hours=1))
    desk.send(old, way=AnswerWay.PRIVATE)
    [(to, _text, private)] = desk.facebook.told
    assert (to.is_message, to.conversation, private) == (True, "t_7", True)


def test_the_campaigns_own_contact_may_be_said(desk: Desk) -> None:
    """And stays readable in what we keep; a stranger's number, told privately, does not."""
    desk.send(desk.reply(), text=f"{WORDS} Aktionsbüro 030 555 0100")
    row = desk.send(
        desk.message(), way=AnswerWay.PRIVATE, text="Aktionsbüro 030 555 0100 oder 0761 555 0199"
    )
    assert row.text == "Aktionsbüro 030 555 0100 oder •••"


def test_a_name_that_is_hidden_is_never_said(desk: Desk) -> None:
    """Neither in public nor to a stranger alone; the alias may be."""
    tandem = desk.campaign.tandem(show=Show.ALIAS, public_name="Robin")
    with desk.campaign.session() as session:
        person = people.add(session, desk.campaign.key, desk.campaign.id, {"name": "Amira"})
        session.get_one(Tandem, tandem).refugee_id = person.id
    for way, reply in (
        (AnswerWay.PUBLIC, desk.reply(tandem_id=tandem)),
        (AnswerWay.PRIVATE, desk.message(tandem_id=tandem)),
    ):
        with pytest.raises(UsageProblem, match="safety check hides"):
            desk.send(reply, way=way, text="Amira freut sich!")
        desk.send(reply, way=way, text="Robin freut sich!")
    assert desk.case(reply).tandem == "Robin"


def test_an_answer_to_an_answer_of_ours_speaks_to_us(desk: Desk) -> None:
    """What else stands deeper in a thread, the network is asked about."""
    first = desk.reply(network="x", channel="reply", remote_id="100")
    stranger = desk.reply(network="x", channel="reply", remote_id="101", parent_remote_id="100")
    desk.send(first)
    ours = desk.reply(network="x", channel="reply", remote_id="102", parent_remote_id="x-a1")
    named = desk.reply(network="x", channel="mention", remote_id="103", parent_remote_id="9")
    summons = [desk.case(each).to.summons for each in (first, stranger, ours, named)]
    assert summons == [True, False, True, True]


class TestWhatStopsIt:
    """A stop applies to answers as to posts."""

    @pytest.mark.parametrize(
        ("scope", "name"),
        [(Scope.ALL, ""), (Scope.NETWORK, "facebook"), (Scope.TANDEM, "amira-und-jonas")],
    )
    def test_a_pause(self, desk: Desk, scope: Scope, name: str) -> None:
        reply = desk.reply(tandem_id=desk.campaign.tandem())
        with desk.campaign.session() as session:
            session.add(
                Pause(campaign_id=desk.campaign.id, scope=scope, name=name, since=NOON, actor="x")
            )
        with pytest.raises(PersonNeeded, match="pause"):
            desk.send(reply)
        assert not desk.answers(reply)

    def test_an_older_database(self, desk: Desk) -> None:
        reply = desk.reply()
        with desk.campaign.session() as session:
            session.get_one(Campaign, desk.campaign.id).frozen_since = NOON
        with pytest.raises(PersonNeeded, match="older copy"):
            desk.send(reply)

    def test_an_account_at_rest(self, desk: Desk) -> None:
        reply = desk.reply()
        with desk.campaign.session() as session:
            account = session.get_one(Account, desk.campaign.accounts["facebook"])
            account.condition, account.refusal = Condition.BLOCKED, "held back"
        with pytest.raises(PersonNeeded, match="held back"):
            desk.send(reply)

    def test_a_dead_token_is_noted_and_a_missing_permission_is_not(self, desk: Desk) -> None:
        """The one concerns all posts, the other only this answer."""
        for trouble, condition in (
            (NotAuthorised("lacks", condition=Condition.PERMISSION), None),
            (NotAuthorised("dead"), Condition.TOKEN),
        ):
            desk.facebook.steps = [trouble]
            with pytest.raises(PersonNeeded):
                desk.send(desk.reply())
            with desk.campaign.store.reading() as session:
                account = session.get_one(Account, desk.campaign.accounts["facebook"])
                assert account.condition == condition

    def test_a_network_that_is_off(self, desk: Desk) -> None:
        with pytest.raises(UsageProblem, match="off here"):
            desk.send(desk.reply(network="bluesky"))


class TestMoney:
    """X charges for answers, and the cap counts them."""

    def on_x(self, desk: Desk) -> int:
        return desk.reply(network="x", channel="mention")

    @on_both
    def test_it_is_booked_with_the_intent(self, desk: Desk) -> None:
        desk.x.steps = [None, LOST, Rejected("no"), RateLimited("wait", seconds=9)]
        desk.send(self.on_x(desk))
        assert desk.charged() == pytest.approx(0.01)
        for expected in (0.02, 0.02, 0.02):  # perhaps, and twice certainly not
            with pytest.raises((PartlyDone, PersonNeeded)):
                desk.send(self.on_x(desk))
            assert desk.charged() == pytest.approx(expected)

    def test_never_over_the_cap(self, desk: Desk) -> None:
        desk.x.answer_cost = 10.01
        reply = self.on_x(desk)
        with pytest.raises(PersonNeeded, match="cap"):
            desk.send(reply)
        assert not desk.answers(reply)


def test_how_soon_people_are_answered(desk: Desk) -> None:
    """In minutes; an offer without a word is named, a repetition is not."""
    quick = desk.reply(received_at=NOON - timedelta(minutes=30))
    waiting = desk.reply()
    desk.reply(duplicate_of=waiting)
    desk.send(quick)
    with desk.campaign.store.reading() as session:
        answered = session.get_one(Reply, quick)
        assert minutes_to(answered.answered_at, answered.received_at) == 30.0
        assert [each.id for each in unacknowledged(session, desk.campaign.id)] == [waiting]


@on_both
def test_our_words_go_with_theirs(desk: Desk) -> None:
    """That there was an answer, and when, stays as a figure."""
    reply, other = desk.reply(), desk.reply()
    desk.send(reply)
    desk.send(other, text="Anders")
    with desk.campaign.session() as session:
        forget(session, session.get_one(Reply, reply), NOON)
    assert [(each.text, each.state) for each in desk.answers(reply)] == [("", Delivery.SENT)]
    assert [each.text for each in desk.answers(other)] == ["Anders"]
    assert desk.read(reply).answered_at == NOON


def test_words_that_stand_there_already_are_not_said_again(desk: Desk) -> None:
    """Typed there by hand, or sent before this copy of the database was made."""
    reply, other = desk.reply(), desk.reply()
    desk.facebook.there.append(Said("facebook-by-hand", WORDS, NOON))
    with pytest.raises(PersonNeeded, match="stand there already"):
        settling.refuse_said(desk.shift, desk.case(reply), desk.wish())
    settling.refuse_said(desk.shift, desk.case(reply), desk.wish(text="Anders"))
    desk.facebook.reading = LOST
    settling.refuse_said(desk.shift, desk.case(other), desk.wish())
