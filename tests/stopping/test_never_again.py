"""What has to come down is never shown again: it is hidden for as long as nobody deletes it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select, update

from orchestrator.hiding.sight import Sight
from orchestrator.leaving import decision
from orchestrator.leaving.away import bring
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Consent, Event, Post, Tandem
from orchestrator.ports import NotSent, Rejected, Trouble
from orchestrator.run import run_pass, watch_pass
from orchestrator.screening.keeping import keep
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState, Scope, Show
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign
from tests.stopping.sights import at_once, campaign, go_on, hidden, live, remote, stop

__all__ = ["campaign"]
PASS = timedelta(minutes=16)
YESTERDAY = date(2026, 11, 23)
Ended = Callable[[Session, int], object]


def withdrawn(session: Session, tandem_id: int) -> None:
    decision.withdraw(session, tandem_id, NOON, "tester")


def closed(session: Session, tandem_id: int) -> None:
    decision.close(session, tandem_id, NOON, "tester", "hired", posts_down=True)


def screened(session: Session, tandem_id: int) -> None:
    keep(session, tandem_id, Show.ALIAS, "Robin", NOON, "tester")


def not_public(session: Session, tandem_id: int) -> None:
    keep(session, tandem_id, None, "", NOON, "tester")


def consent_taken_back(session: Session, tandem_id: int) -> None:
    mine = col(Consent.tandem_id) == tandem_id
    session.exec(update(Consent).where(mine).values(withdrawn_at=NOON))


def consent_over(session: Session, tandem_id: int, on: date | None = YESTERDAY) -> None:
    mine = col(Consent.tandem_id) == tandem_id
    session.exec(update(Consent).where(mine).values(ends_on=on))


ENDS = [withdrawn, closed, screened, not_public, consent_taken_back, consent_over]


def end(campaign: Campaign, post_id: int, ended: Ended) -> None:
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id, with_for_update={"key_share": True})
        ended(session, session.get_one(Post, post_id).tandem_id)


@pytest.fixture
def refused(campaign: Campaign) -> Iterator[pytest.MonkeyPatch]:
    """Both networks refuse every deletion, until this, and nothing else, is undone."""

    def refuse(_remote_id: str) -> bool:
        raise Rejected("This post cannot be deleted.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(campaign.facebook, "takedown", refuse)
        patched.setattr(campaign.x, "takedown", refuse)
        yield patched


def told(campaign: Campaign, post_id: int) -> list[str]:
    with campaign.store.reading() as session:
        events = select(Event.what).where(Event.subject == f"post {post_id}")
        return list(session.exec(events.order_by(col(Event.id))).all())


@on_both
@pytest.mark.parametrize("ended", ENDS, ids=lambda each: each.__name__)
def test_no_resume_shows_it(campaign: Campaign, refused: pytest.MonkeyPatch, ended: Ended) -> None:
    """It ends while a stop hides everything, and no network deletes it: the others come back, it
    does not; once the network deletes, it is gone.
    """
    post_id, other = live(campaign, show=Show.FULL), live(campaign, show=Show.FULL)
    stop(campaign)
    assert sorted(at_once(campaign).hidden) == [post_id, other]
    end(campaign, post_id, ended)
    go_on(campaign)
    assert at_once(campaign) == Sight(shown=[other])
    for _pass in range(3):
        campaign.clock.advance(PASS)
        run_pass(campaign.shift())
    assert hidden(campaign) == remote(campaign, post_id)
    assert (campaign.read(post_id).remote_id, False) not in campaign.facebook.orders
    refused.undo()
    campaign.clock.advance(PASS)
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.WITHDRAWN
    assert [text for _id, text, _targeting in campaign.facebook.live] == [campaign.read(other).text]


@on_both
@pytest.mark.parametrize("ended", [withdrawn, consent_over], ids=lambda each: each.__name__)
def test_it_may_end_after_the_stop_was_lifted(
    campaign: Campaign, refused: pytest.MonkeyPatch, ended: Ended
) -> None:
    """Nothing was hidden in time, and the row says otherwise: it is hidden all the same."""
    post_id = live(campaign)
    stop(campaign)
    campaign.facebook.hiding = [NotSent("The network cannot be reached.")]
    at_once(campaign)
    go_on(campaign)
    assert (campaign.read(post_id).hidden_at, hidden(campaign)) == (NOON, set())
    end(campaign, post_id, ended)
    watch_pass(campaign.shift())
    assert hidden(campaign) == remote(campaign, post_id)


class TestFallback:
    """Nobody stopped anything: what a network does not delete goes out of sight there."""

    @on_both
    def test_it_is_hidden_once_and_looked_at_again(
        self, campaign: Campaign, refused: pytest.MonkeyPatch
    ) -> None:
        """One alarm, which is the deletion's; somebody who shows it by hand does not prevail."""
        post_id = live(campaign)
        end(campaign, post_id, withdrawn)
        shift = campaign.shift()
        tally = watch_pass(shift)
        assert (tally.hidden, len(tally.findings), tally.needs_person) == (1, 1, True)
        orders = [(campaign.read(post_id).remote_id, True)]
        for minutes, shown_by_hand in [(1, False), (16, False), (1, True), (16, True)]:
            if shown_by_hand:
                campaign.facebook.hidden.clear()
            campaign.clock.advance(timedelta(minutes=minutes))
            watch_pass(shift)
        assert (campaign.facebook.orders, len(hidden(campaign))) == (orders * 2, 1)
        assert told(campaign, post_id) == ["hidden", "hidden"]

    def test_the_command_hides_what_it_cannot_delete(
        self, campaign: Campaign, refused: pytest.MonkeyPatch
    ) -> None:
        """At once: the person may be in danger while the next pass is an hour away."""
        post_id, other = live(campaign), live(campaign)
        end(campaign, post_id, withdrawn)
        end(campaign, other, withdrawn)
        tandem_id = campaign.read(post_id).tandem_id
        away = bring(campaign.shift(), Tally(), tandem_id, lambda _seconds: None)
        assert [each.post.id for each in away.left] == [post_id]
        assert hidden(campaign) == remote(campaign, post_id)

    def test_what_may_stay_after_all_is_seen_again(
        self, campaign: Campaign, refused: pytest.MonkeyPatch
    ) -> None:
        """The consent is extended."""
        post_id = live(campaign)
        end(campaign, post_id, consent_over)
        watch_pass(campaign.shift())
        assert len(hidden(campaign)) == 1
        end(campaign, post_id, lambda session, tandem: consent_over(session, tandem, None))
        assert watch_pass(campaign.shift()).shown_again == 1
        assert hidden(campaign) == set()

    @pytest.mark.parametrize("trouble", [Rejected("Not this one."), NotSent("No way there.")])
    def test_hiding_may_fail_as_well(
        self, campaign: Campaign, refused: pytest.MonkeyPatch, trouble: Trouble
    ) -> None:
        """The alarm stays the one of the deletion; a later pass tries both again."""
        post_id = live(campaign)
        end(campaign, post_id, withdrawn)
        campaign.facebook.hiding = [trouble]
        tally = watch_pass(shift := campaign.shift())
        assert (tally.hidden, hidden(campaign), tally.needs_person) == (0, set(), True)
        assert [each for each in tally.findings if "Hide it there" in each] == []
        shift.benched.clear()
        campaign.clock.advance(PASS)
        assert watch_pass(shift).hidden == 1

    def test_a_network_that_cannot_hide_makes_no_more_noise(
        self, campaign: Campaign, refused: pytest.MonkeyPatch
    ) -> None:
        post_id = live(campaign, "x")
        end(campaign, post_id, withdrawn)
        tally = watch_pass(campaign.shift())
        assert (tally.hidden, len(tally.findings)) == (0, 1)
        assert at_once(campaign) == Sight()

    @pytest.mark.parametrize(("ended", "hides"), [(withdrawn, True), (consent_over, False)])
    def test_a_calendar_that_may_be_wrong_hides_nothing(
        self, campaign: Campaign, refused: pytest.MonkeyPatch, ended: Ended, hides: bool
    ) -> None:
        """An older copy of the database: what people decided counts, what dates say waits."""
        post_id = live(campaign)
        end(campaign, post_id, ended)
        with campaign.session() as session:
            session.get_one(CampaignRow, campaign.id).frozen_since = NOON - timedelta(hours=1)
        watch_pass(campaign.shift())
        assert bool(hidden(campaign)) is hides

    def test_another_commands_answer_does_not_name_it(
        self, campaign: Campaign, refused: pytest.MonkeyPatch
    ) -> None:
        """Who stops one tandem is told nothing about another's withdrawal."""
        post_id, other = live(campaign), live(campaign)
        end(campaign, post_id, withdrawn)
        with campaign.store.reading() as session:
            post = session.get_one(Post, other)
            slug = session.get_one(Tandem, post.tandem_id).slug
        stop(campaign, (Scope.TANDEM, slug))
        assert at_once(campaign) == Sight(hidden=[other])
