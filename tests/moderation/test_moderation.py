"""Replies go out of sight because a person or the rule wants it, and come back the same way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen

from orchestrator.abuse import rule
from orchestrator.abuse.rule import CLEAR
from orchestrator.abuse.wanted import amiss
from orchestrator.inbox.hiding import want_hidden, want_shown
from orchestrator.model import Post, Reply
from orchestrator.moderation import hide_at_once, moderate
from orchestrator.ports import NotPermitted, NotSent, OutcomeUnknown, Rejected
from orchestrator.run import run_pass, watch_pass
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import RULE, SEEN, Label
from tests.conftest import on_both, on_sqlite
from tests.moderation.conftest import Inbox
from tests.publishing.conftest import NOON

LATER = timedelta(minutes=20)


def passed(inbox: Inbox, shift: Shift | None = None) -> Tally:
    tally = Tally()
    moderate(shift or inbox.campaign.shift(), tally)
    return tally


def wish(inbox: Inbox, reply_id: int, hidden: bool = True) -> None:
    with inbox.campaign.session() as session:
        do = want_hidden if hidden else want_shown
        do(session, session.get_one(Reply, reply_id), inbox.now, "heike")


@on_both
def test_a_persons_wish_is_done_and_taken_back(inbox: Inbox) -> None:
    """What was read back is written down, and who wanted it is on record."""
    mine, other = inbox.say(), inbox.say()
    wish(inbox, mine)
    assert passed(inbox).replies_hidden == 1
    assert inbox.hidden() == {inbox.read(mine).remote_id}
    assert (inbox.read(mine).hidden_by, inbox.read(mine).hidden_at) == ("heike", NOON)
    assert inbox.read(other).hidden_at is None
    assert passed(inbox).replies_hidden == 0, "nothing is left to do"
    wish(inbox, mine, hidden=False)
    assert passed(inbox).replies_shown == 1
    assert inbox.hidden() == set()
    assert inbox.read(mine).hidden_at is None
    assert inbox.events(mine) == [
        ("heike", "hide"),
        ("tester", "reply hidden"),
        ("heike", "unhide"),
        ("tester", "reply shown"),
    ]


@on_both
@pytest.mark.parametrize("choice", ["never", "always"])
def test_the_rule_hides_only_clear_abuse_below_posts(inbox: Inbox, choice: str) -> None:
    """Never what may be an offer, what is only likely, a private message, or another label."""
    clear = inbox.say()
    inbox.say(confidence=CLEAR - 0.01)
    inbox.say(queue=True)
    inbox.say(conversation="t_1")
    inbox.say(post_id=None)
    inbox.say(Label.SPAM)
    inbox.say(Label.JOB_OFFER, queue=True)
    inbox.say(deleted_at=NOON)
    inbox.choose(hide_abuse=choice)
    passed(inbox)
    assert inbox.hidden() == ({inbox.read(clear).remote_id} if choice == "always" else set())
    if choice == "always":
        assert inbox.read(clear).hidden_by == RULE
        assert inbox.events(clear) == [(RULE, "hide"), ("tester", "reply hidden")]


def test_one_post_may_have_it_alone(inbox: Inbox) -> None:
    """A person chose it for this post, the campaign for none."""
    mine = inbox.say()
    other = inbox.say(post_id=inbox.campaign.published())
    with inbox.campaign.session() as session:
        session.get_one(Post, inbox.post).hide_abuse = True
    passed(inbox)
    assert inbox.hidden() == {inbox.read(mine).remote_id}
    assert inbox.read(other).hidden_by is None


def test_in_quiet_hours_only_what_came_in_them(inbox: Inbox) -> None:
    """Also when a daily job comes after them; by day somebody looks, and last week's is old."""
    night = NOON.replace(hour=1, minute=30)  # 02:30 in Berlin
    quiet = inbox.say(received_at=night)
    inbox.say(received_at=NOON - timedelta(hours=1))
    inbox.say(received_at=night - timedelta(days=2))
    inbox.choose(hide_abuse="quiet_hours")
    passed(inbox)
    assert inbox.hidden() == {inbox.read(quiet).remote_id}


@on_both
def test_what_somebody_shows_again_stays_shown(inbox: Inbox) -> None:
    """A person's word goes before the rule's, in every later pass."""
    mine = inbox.say()
    inbox.choose(hide_abuse="always")
    passed(inbox)
    wish(inbox, mine, hidden=False)
    for _pass in range(2):
        passed(inbox)
        assert inbox.hidden() == set()
        assert (inbox.read(mine).hidden_by, inbox.read(mine).hidden_at) == (SEEN, None)


@on_both
@pytest.mark.parametrize("change", [{"label": Label.TIP}, {"queue": True}])
def test_what_is_no_abuse_any_more_comes_back(inbox: Inbox, change: dict[str, object]) -> None:
    """After a person's label or an edit; but what a person hid stays hidden."""
    by_rule, by_hand = inbox.say(), inbox.say()
    wish(inbox, by_hand)
    inbox.choose(hide_abuse="always")
    passed(inbox)
    for each in (by_rule, by_hand):
        inbox.change(each, **change)
    assert passed(inbox).replies_shown == 1
    assert inbox.hidden() == {inbox.read(by_hand).remote_id}


def test_switching_the_rule_off_shows_nothing_again(inbox: Inbox) -> None:
    mine = inbox.say()
    inbox.choose(hide_abuse="always")
    passed(inbox)
    inbox.choose(hide_abuse="never")
    passed(inbox)
    assert inbox.hidden() == {inbox.read(mine).remote_id}


def test_an_outage_costs_a_repetition(inbox: Inbox) -> None:
    """After a quarter of an hour, not every half minute."""
    mine = inbox.say()
    wish(inbox, mine)
    shift = inbox.campaign.shift()
    inbox.network.steps = [NotSent("No network."), OutcomeUnknown("Hm.", repeatable=True)]
    passed(inbox, shift)
    passed(inbox, shift)
    assert len(inbox.network.orders) == 1
    assert inbox.read(mine).hidden_at is None
    for _time in range(2):
        inbox.campaign.clock.advance(LATER)
        inbox.campaign.machine.advance(LATER)
        passed(inbox, shift)
    assert inbox.hidden() == {inbox.read(mine).remote_id}
    assert inbox.read(mine).hidden_at == inbox.now


@on_both
@pytest.mark.parametrize("point", ["hiding a reply", "reply hidden"])
def test_a_death_on_the_way_costs_a_repetition(inbox: Inbox, point: str) -> None:
    from dataclasses import replace

    class Death(BaseException):
        pass

    def die(reached: str) -> None:
        if reached == point:
            raise Death

    mine = inbox.say()
    wish(inbox, mine)
    with pytest.raises(Death):
        passed(inbox, replace(inbox.campaign.shift(), reached=die))
    assert inbox.read(mine).hidden_at is None
    passed(inbox)
    assert inbox.read(mine).hidden_at == NOON
    assert inbox.hidden() == {inbox.read(mine).remote_id}


@on_both
def test_what_a_network_never_hides_is_not_asked_for_again(inbox: Inbox) -> None:
    """A person is told where to do it; neither the wish nor the rule comes back."""
    by_hand, by_rule = inbox.say(confidence=0.5), inbox.say()
    wish(inbox, by_hand)
    inbox.choose(hide_abuse="always")
    inbox.network.steps = [Rejected("It lets nobody."), Rejected("It lets nobody.")]
    tally = passed(inbox)
    assert tally.needs_person
    assert sum("comment_id=" in each for each in tally.findings) == 2
    assert (inbox.read(by_hand).hidden_by, inbox.read(by_rule).hidden_by) == (None, SEEN)
    passed(inbox)
    assert len(inbox.network.orders) == 2


def test_a_missing_permission_ends_the_round_and_nothing_else(inbox: Inbox) -> None:
    """The wishes stay for when somebody has made a new token; the account goes on."""
    for each in (inbox.say(), inbox.say()):
        wish(inbox, each)
    inbox.network.steps = [NotPermitted("The token lacks pages_manage_engagement.")]
    tally = passed(inbox)
    assert tally.needs_person
    assert len(inbox.network.orders) == 1
    assert len(missing(inbox)) == 2
    inbox.campaign.clock.advance(LATER)
    passed(inbox)
    assert len(inbox.hidden()) == 2


def missing(inbox: Inbox) -> list[int]:
    with inbox.campaign.store.reading() as session:
        return [each.reply.id for each in amiss(session, inbox.campaign.id)]


def test_what_is_deleted_or_forgotten_is_left_alone(inbox: Inbox) -> None:
    for how in ({"deleted_at": NOON}, {"forgotten_at": NOON}):
        inbox.say(hidden_by="heike", **how)
    passed(inbox)
    assert inbox.network.orders == []


def test_a_reply_that_the_network_does_not_have_waits_for_the_reading(inbox: Inbox) -> None:
    mine = inbox.say()
    wish(inbox, mine)
    inbox.network.absent.add(inbox.read(mine).remote_id or "")
    seen = hide_at_once(inbox.campaign.shift(), Tally(), mine)
    assert (seen.gone, seen.hidden, seen.missed) == ([mine], [], {})
    assert inbox.read(mine).hidden_at is None


def test_somebody_who_decides_otherwise_meanwhile_is_heeded(inbox: Inbox) -> None:
    """The second reply's wish ends while the first is being hidden."""
    first, second = inbox.say(), inbox.say(received_at=NOON - timedelta(hours=1))
    wish(inbox, first)
    wish(inbox, second)
    inbox.network.steps = [lambda: wish(inbox, second, hidden=False)]
    passed(inbox)
    assert inbox.hidden() == {inbox.read(first).remote_id}


def test_a_network_that_nods_and_does_nothing_is_told(inbox: Inbox) -> None:
    mine = inbox.say()
    wish(inbox, mine)
    inbox.network.deaf_ears = True
    tally = passed(inbox)
    assert tally.needs_person
    assert inbox.read(mine).hidden_at is None


def test_a_network_that_is_off_costs_only_time(inbox: Inbox) -> None:
    mine = inbox.say(network="x", post_id=None)
    wish(inbox, mine)
    shift = inbox.campaign.shift()
    del shift.networks["x"]
    seen = hide_at_once(shift, Tally(), mine)
    assert "off" in seen.missed[mine]


@pytest.mark.parametrize("make", [run_pass, watch_pass])
def test_passes_see_to_it(inbox: Inbox, make: object) -> None:
    """The daily job and the scheduler's watching job both do."""
    wish(inbox, mine := inbox.say())
    tally = make(inbox.campaign.shift())  # type: ignore[operator]
    assert tally.document()["replies_hidden"] == 1
    assert inbox.read(mine).hidden_at == NOON


@on_sqlite
def test_what_somebody_wants_seen_meanwhile_the_rule_leaves_alone(inbox: Inbox) -> None:
    """Also where the network had refused to hide it."""
    mine = inbox.say()
    with inbox.campaign.session() as session:
        rule.wish(session, inbox.campaign.id, [mine], inbox.now)

    def shown_again() -> Rejected:
        wish(inbox, mine, hidden=False)
        return Rejected("no")

    inbox.network.steps = [shown_again]
    passed(inbox)
    assert inbox.read(mine).hidden_by == SEEN


@on_sqlite
def test_no_pass_walks_through_all_replies(inbox: Inbox) -> None:
    """What somebody wants is found by an index of the few; a stream can have 100,000 others."""
    asked: list[tuple[str, Any]] = []
    with inbox.campaign.session() as session:
        connection = session.connection()
        listen(
            connection, "before_cursor_execute",
            lambda _c, _cursor, sql, values, *_rest: asked.append((sql, values)),
        )  # fmt: skip
        amiss(session, inbox.campaign.id)
        rule.outgrown(session, inbox.campaign.id)
        plans = [
            " ".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", v))
            for sql, v in asked[:]
        ]
    assert len(plans) == 2
    assert all("ix_reply_hidden" in plan for plan in plans), plans
