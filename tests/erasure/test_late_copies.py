"""A copy that shows late is taken down before its words are forgotten; pictures stay others'."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.copies import late_looks, search
from orchestrator.erasure.erasing import erase
from orchestrator.erasure.forgetting import forget
from orchestrator.errors import PersonNeeded
from orchestrator.leaving import away, decision
from orchestrator.model import Campaign as Row
from orchestrator.model import Tandem
from orchestrator.ports import OutcomeUnknown
from orchestrator.run import run_pass
from orchestrator.settle import QUIET
from orchestrator.shift import Tally
from orchestrator.vocabulary import PostState
from tests.campaign_rows import NOON
from tests.conftest import on_both
from tests.publishing.conftest import Campaign, campaign, database_url

__all__ = ["campaign", "database_url"]
PHOTO = ("facebook-photo", "", None)
HOUR = timedelta(hours=1)


def withdrawn_after_a_lost_answer(campaign: Campaign) -> int:
    """Sent, looked for three times, sent again, live, and taken down by a withdrawal."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    campaign.facebook.script = [OutcomeUnknown("reset")]
    run_pass(campaign.shift())
    for _look in range(3):
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    assert campaign.read(post_id).published_at == NOON + 3 * QUIET
    with campaign.session() as session:
        decision.withdraw(session, tandem_id, campaign.clock.now(), "heike")
    assert away.bring(campaign.shift(), Tally(), tandem_id, lambda _seconds: None).left == []
    assert (campaign.facebook.live, campaign.read(post_id).state) == ([], PostState.WITHDRAWN)
    return post_id


def erased(campaign: Campaign) -> bool:
    """Erase them, as the command does."""
    with campaign.session() as session:
        row = session.get_one(Row, campaign.id)
        erase(session, row, campaign.key, "amira-und-jonas", campaign.clock.now(), "heike")
        return session.exec(select(Tandem)).one().erased_at is not None


@on_both
def test_an_erasure_waits_until_a_late_copy_would_show(campaign: Campaign) -> None:
    """Refused with the time; the copy comes down by its words, then nothing stands against it."""
    post_id = withdrawn_after_a_lost_answer(campaign)
    before = campaign.read(post_id)
    with pytest.raises(PersonNeeded) as early:
        erased(campaign)
    assert f"A try of post {post_id} of" in early.value.what
    assert "From Wed 25 Nov 12:30 on, `tueroeffner run --once`" in early.value.remedy
    assert campaign.read(post_id) == before
    campaign.facebook.live += [PHOTO, ("facebook-late", before.text, None)]
    campaign.clock.advance(3 * HOUR)
    run_pass(campaign.shift())
    assert campaign.facebook.live == [PHOTO]
    assert erased(campaign)


def test_a_look_that_found_nothing_lets_them_be_erased(campaign: Campaign) -> None:
    """A read that fails is no look; the next one that works is, and a day later is the last."""
    withdrawn_after_a_lost_answer(campaign)
    campaign.clock.advance(3 * HOUR)
    run_pass(campaign.shift())
    with pytest.raises(PersonNeeded):
        erased(campaign)
    campaign.clock.advance(21 * HOUR)
    campaign.facebook.reading = OutcomeUnknown("502")
    run_pass(campaign.shift())
    with pytest.raises(PersonNeeded):
        erased(campaign)
    campaign.facebook.reading = None
    run_pass(campaign.shift())
    assert erased(campaign)


def test_who_is_erased_again_is_looked_for_no_more(campaign: Campaign) -> None:
    """A restore erases without asking: no pass takes the page's own picture for theirs."""
    post_id = withdrawn_after_a_lost_answer(campaign)
    with campaign.session() as session:
        forget(session, session.exec(select(Tandem)).one(), NOON, "mark")
    with campaign.store.reading() as session:
        assert session.exec(late_looks()).all() == []
    campaign.facebook.live.append(PHOTO)
    for _pass in range(3):
        campaign.clock.advance(3 * HOUR)
        run_pass(campaign.shift())
    assert campaign.facebook.live == [PHOTO]
    assert campaign.read(post_id).remote_id is None


def test_nothing_is_looked_for_without_words(campaign: Campaign) -> None:
    """A picture says nothing, too: it must never be a hit."""
    campaign.facebook.live.append(PHOTO)
    assert campaign.facebook.find("", NOON)
    assert search(campaign.facebook, "", NOON) == search(campaign.facebook, " \n", NOON) == []


def test_what_was_never_found_is_looked_for_before_its_words_go(campaign: Campaign) -> None:
    """Sent without an answer, withdrawn, called off: it may be live all the same."""
    tandem_id = campaign.tandem()
    post_id = campaign.post(tandem_id)
    campaign.facebook.script = [OutcomeUnknown("reset")]
    run_pass(campaign.shift())
    with campaign.session() as session:
        decision.withdraw(session, tandem_id, campaign.clock.now(), "heike")
    for _look in range(3):
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.CANCELLED
    with pytest.raises(PersonNeeded, match="may still show up"):
        erased(campaign)
    campaign.clock.advance(24 * HOUR)
    campaign.facebook.live.append(("facebook-late", campaign.read(post_id).text, None))
    run_pass(campaign.shift())
    assert (campaign.facebook.live, campaign.read(post_id).state) == ([], PostState.WITHDRAWN)
    assert erased(campaign)
