"""Whoever is on call hears of much abuse once per post and hour, and of nobody's words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.abuse.bursts import SPAN, peaks
from orchestrator.abuse.telling import alerts, sentence
from orchestrator.messengers import mail
from orchestrator.model import Alert
from orchestrator.moderation.ringing import ring
from orchestrator.ports import NotSent, OutcomeUnknown
from orchestrator.sandbox.server import Sandbox
from orchestrator.settings import Mail
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Delivery, Label
from tests.conftest import on_both
from tests.fakes import FakeMessenger
from tests.moderation.conftest import Inbox
from tests.publishing.conftest import NOON

LATER = timedelta(minutes=20)


@pytest.fixture
def post_office(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> FakeMessenger:
    """The campaign has a mail server and somebody on call, after three comments."""
    office = FakeMessenger()
    monkeypatch.setattr(mail, "connect", lambda *_given, **_named: office)
    options = Mail(host="127.0.0.1", security="none", sender="a@b.example", on_call="c@d.example")
    inbox.campaign.settings = replace(inbox.campaign.settings, mail=options)
    inbox.choose(alert_after=3)
    return office


def rung(inbox: Inbox, shift: Shift | None = None) -> Tally:
    tally = Tally()
    ring(shift or inbox.campaign.shift(), tally)
    return tally


def burst(inbox: Inbox, count: int = 3, **changes: Any) -> None:
    for number in range(count):
        at = inbox.now - timedelta(minutes=5 * number + 1)
        inbox.say(**({"received_at": at, "confidence": 0.4} | changes))


def told(inbox: Inbox) -> list[str]:
    with inbox.campaign.store.reading() as session:
        return [sentence(each, each.hour) for each in alerts(session, inbox.campaign.id, inbox.now)]


@on_both
def test_one_mail_per_post_and_hour(inbox: Inbox, post_office: FakeMessenger) -> None:
    """However many passes come; what comes in the same hour is counted, not mailed."""
    burst(inbox, 2)
    assert rung(inbox).alerts == 0
    inbox.say(text="Ruf an: 0761 555 0123, du Ratte")
    assert rung(inbox).alerts == 1
    for _pass in range(2):
        inbox.say()
        assert rung(inbox).alerts == 0
    [letter] = post_office.letters
    assert letter.to == "c@d.example"
    hours = {each.hour for each in inbox.alerts()}
    assert all(each.state is Delivery.SENT for each in inbox.alerts())
    assert max(each.count for each in inbox.alerts()) == 5
    inbox.campaign.clock.advance(timedelta(hours=2))
    burst(inbox)
    rung(inbox)
    assert len(post_office.letters) == 2
    assert len({each.hour for each in inbox.alerts()} - hours) == 1
    assert letter.message_id != post_office.letters[1].message_id


def test_the_mail_says_where_and_how_to_stop_and_no_word_of_it(
    inbox: Inbox, post_office: FakeMessenger
) -> None:
    burst(
        inbox, text="Verschwindet ihr Ratten", author="Xaver Böse", permalink="https://f.example/9"
    )
    rung(inbox)
    [letter] = post_office.letters
    said = letter.subject + letter.text
    for word in ("Ratten", "Xaver", "f.example", "amira", "tandem-1"):
        assert word not in said
    for word in ("3 abusive comments", f"Post {inbox.post}", "pause --all", "inbox hide ID"):
        assert word in letter.text


def test_what_troubles_nobody_does_not_ring(inbox: Inbox, post_office: FakeMessenger) -> None:
    """Hidden, deleted, private, another label, yesterday's, or below no post."""
    inbox.say()
    for how in (
        {"hidden_at": NOON},
        {"deleted_at": NOON},
        {"conversation": "t_1"},
        {"label": Label.SPAM},
        {"post_id": None},
    ):
        burst(inbox, 2, **how)
    burst(inbox, 5, received_at=NOON - timedelta(days=2))
    assert rung(inbox).alerts == 0
    inbox.choose(alert_after=0)
    burst(inbox, 9)
    assert rung(inbox).alerts == 0
    assert post_office.letters == []


def test_without_mail_the_alert_stands_all_the_same(inbox: Inbox) -> None:
    """Until it is out of sight, and for a day."""
    inbox.choose(alert_after=3)
    burst(inbox)
    assert rung(inbox).alerts == 1
    [line] = told(inbox)
    assert f"Post {inbox.post} drew 3 abusive comments" in line
    assert "no mail went out" in line
    for reply in range(1, 4):
        inbox.change(reply, hidden_at=NOON)
    assert told(inbox) == []
    inbox.change(1, hidden_at=None)
    assert told(inbox)
    inbox.campaign.clock.advance(timedelta(hours=26))
    assert told(inbox) == []


@on_both
def test_a_mail_that_did_not_go_out_is_tried_again(
    inbox: Inbox, post_office: FakeMessenger
) -> None:
    """After a quarter of an hour, for some hours; it is said each time."""
    burst(inbox)
    shift = inbox.campaign.shift()
    post_office.script = [NotSent("The server does not answer.")]
    assert rung(inbox, shift).needs_person
    rung(inbox, shift)
    assert post_office.calls == 1
    assert inbox.alerts()[0].error == "The server does not answer."
    inbox.campaign.clock.advance(LATER)
    rung(inbox, shift)
    assert [each.state for each in inbox.alerts()] == [Delivery.SENT]
    assert len(post_office.letters) == 1


def test_nobody_is_called_in_the_morning_for_the_night_before(
    inbox: Inbox, post_office: FakeMessenger
) -> None:
    """What could not be mailed for hours stands in the views."""
    burst(inbox)
    post_office.script = [NotSent("The server does not answer.")]
    rung(inbox)
    inbox.campaign.clock.advance(timedelta(hours=5))
    rung(inbox)
    assert post_office.calls == 1
    assert "no mail went out" in told(inbox)[0]


@on_both
def test_a_mail_that_may_have_arrived_is_not_sent_again(
    inbox: Inbox, post_office: FakeMessenger
) -> None:
    burst(inbox)
    post_office.script = [(True, OutcomeUnknown("No answer after the dot."))]
    rung(inbox)
    inbox.campaign.clock.advance(LATER)
    rung(inbox)
    assert len(post_office.letters) == 1
    assert "nobody knows whether" in told(inbox)[0]


@on_both
@pytest.mark.parametrize("point", ["ringing", "rung"])
def test_a_death_on_the_way_sends_nothing_twice(
    inbox: Inbox, post_office: FakeMessenger, point: str
) -> None:
    """The row was there before the mail; nobody knows, and that is said."""

    class Death(BaseException):
        pass

    def die(reached: str) -> None:
        if reached == point:
            raise Death

    burst(inbox)
    with pytest.raises(Death):
        rung(inbox, replace(inbox.campaign.shift(), reached=die))
    for _time in range(2):
        rung(inbox)
        inbox.campaign.clock.advance(LATER)
    assert len(post_office.letters) == (point == "rung")
    assert [each.state for each in inbox.alerts()] == [Delivery.UNKNOWN]


def test_a_rehearsal_calls_nobody(inbox: Inbox, post_office: FakeMessenger) -> None:
    burst(inbox)
    shift = inbox.campaign.shift()
    shift.world.played = True
    rung(inbox, shift)
    assert post_office.calls == 0
    assert len(inbox.alerts()) == 1


@given(st.lists(st.integers(0, 600), max_size=60), st.integers(1, 6))
def test_peaks_are_what_counting_by_hand_finds(minutes: list[int], after: int) -> None:
    """Every hour in which so many fell within sixty minutes, and none besides."""
    times = sorted(NOON + timedelta(minutes=each) for each in minutes)
    found: dict[Any, int] = {}
    for end in times:
        count = sum(end - SPAN < each <= end for each in times)
        if count >= after:
            hour = end.replace(minute=0)
            found[hour] = max(count, found.get(hour, 0))
    assert peaks(times, after) == found


def test_two_programs_at_once_send_one_mail(inbox: Inbox, post_office: FakeMessenger) -> None:
    """The second one finds the alert on its way, and leaves it."""
    burst(inbox)
    post_office.script = [lambda _letter: rung(inbox) and None]
    rung(inbox)
    assert post_office.calls == 1
    assert [(each.state, each.post_id) for each in inbox.alerts()] == [(Delivery.SENT, inbox.post)]
    assert isinstance(inbox.alerts()[0], Alert)


def test_a_real_mail_goes_over_smtp(inbox: Inbox) -> None:
    """To the sandbox's mail server, with a login, addressed to whoever is on call."""
    burst(inbox)
    with Sandbox() as sandbox:
        prefix = "TUEROEFFNER_MAIL__"
        env = sandbox.env().items()
        options = {k.removeprefix(prefix).lower(): v for k, v in env if k.startswith(prefix)}
        given = Mail.model_validate(options | {"on_call": "night@example.org"})
        inbox.campaign.settings = replace(inbox.campaign.settings, mail=given)
        inbox.choose(alert_after=3)
        rung(inbox)
        [letter] = sandbox.letters()
    assert "night@example.org" in str(letter)
    assert f"abuse below post {inbox.post}" in str(letter)
    assert [each.state for each in inbox.alerts()] == [Delivery.SENT]
