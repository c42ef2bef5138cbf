"""After a restore nothing is sent before what may be live was looked for; then life goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator import release as releasing
from orchestrator.backup.create import create
from orchestrator.backup.listing import copies_of
from orchestrator.backup.places import Place
from orchestrator.backup.restore import restore, sound_copy
from orchestrator.model import Attempt, Event
from orchestrator.model import Campaign as CampaignRow
from orchestrator.ports import OutcomeUnknown
from orchestrator.publish import publish, send
from orchestrator.release import Freeze, freeze_of, release
from orchestrator.run import run_pass
from orchestrator.settle import QUIET
from orchestrator.shift import Tally
from orchestrator.store import open_store
from orchestrator.vocabulary import Outcome, PostState
from schedules.clock import SystemClock
from tests.publishing.conftest import NOON, Campaign

HOUR = timedelta(hours=1)
Lose = Callable[[], None]


@pytest.fixture
def campaign(store: object, key: object, settings: object) -> Campaign:
    """An empty campaign at noon of its second day."""
    return Campaign(store, key, settings)  # type: ignore[arg-type]


@pytest.fixture
def keep(campaign: Campaign, place: Place) -> Callable[[], str]:
    """Back up now."""
    return lambda: create(campaign.store, "woche", [place], campaign.clock, SystemClock()).id


@pytest.fixture
def lose(
    campaign: Campaign, place: Place, request: pytest.FixtureRequest, empty_postgresql_url: str,
    tmp_path: object,
) -> Iterator[Lose]:  # fmt: skip
    """Lose the database, and put the newest backup back into a new one of the same kind."""
    opened = []

    def again() -> None:
        kind = campaign.store.engine.dialect.name
        url = f"sqlite:///{tmp_path}/again.db" if kind == "sqlite" else empty_postgresql_url
        copy, described = sound_copy(copies_of([place], None))
        restore(copy, described, url, campaign.clock.now(), "tester")
        campaign.store = open_store(url)
        opened.append(campaign.store)

    yield again
    for store in opened:
        store.close()


def freeze(campaign: Campaign, since: object = NOON) -> None:
    """Freeze as a restore by other means would: only the campaign's row says so."""
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id).frozen_since = since  # type: ignore[assignment]


def release_all(campaign: Campaign, tries: int = 3) -> Freeze:
    """Ask for the release as somebody would who reads the sentence: every ten minutes."""
    for _try in range(tries):
        done = release(campaign.shift(), Tally())
        if done.since is None:
            break
        campaign.clock.advance(QUIET)
    return done


def live(campaign: Campaign) -> list[str]:
    return [text for network in (campaign.facebook, campaign.x) for _id, text, _t in network.live]


def test_what_went_out_after_the_backup_is_adopted_and_nothing_is_sent_twice(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """Back up, publish three, lose the database, restore, release: each is live once."""
    tandem = campaign.tandem()
    posts = [campaign.post(tandem, network) for network in ("facebook", "x", "facebook")]
    ahead = campaign.post(tandem, due_at=NOON + 3 * HOUR)
    keep()
    run_pass(campaign.shift())
    ids = [campaign.read(each).remote_id for each in posts]
    assert len(live(campaign)) == 3

    campaign.clock.advance(HOUR)
    lose()
    run_pass(campaign.shift())
    assert len(live(campaign)) == 3
    assert release_all(campaign).since is None
    assert [campaign.read(each).remote_id for each in posts] == ids
    assert {campaign.read(each).state for each in posts} == {PostState.PUBLISHED}

    for _pass in range(8):
        campaign.clock.advance(HOUR)
        run_pass(campaign.shift())
    assert campaign.read(ahead).state is PostState.PUBLISHED
    assert Counter(live(campaign)) == Counter(campaign.read(each).text for each in [*posts, ahead])


def test_what_never_went_out_is_sent_once_after_three_spread_reads(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """Not lost either; the third read ends the freeze, not the first."""
    post = campaign.post(campaign.tandem())
    keep()
    campaign.clock.advance(HOUR)
    lose()
    for left in (1, 1, 0):
        done = release(campaign.shift(), Tally())
        assert (done.left, done.since is None) == (left, not left)
        again = release(campaign.shift(), Tally())  # a second later is no second read
        assert again.left == left
        run_pass(campaign.shift()) if left else None
        assert live(campaign) == []
        campaign.clock.advance(QUIET)
    run_pass(campaign.shift())
    assert live(campaign) == [campaign.read(post).text]


def test_looks_from_before_the_restore_do_not_count(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """Unclear and twice unseen at the backup, sent again right after it: still never twice."""
    post = campaign.post(campaign.tandem())
    campaign.facebook.script = [(False, OutcomeUnknown("reset"))]
    run_pass(campaign.shift())
    for _read in range(2):
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    keep()
    campaign.clock.advance(QUIET)
    run_pass(campaign.shift())
    assert len(live(campaign)) == 1
    shown, campaign.facebook.live = campaign.facebook.live, []  # not shown at once
    lose()
    assert release(campaign.shift(), Tally()).left == 1
    campaign.facebook.live = shown
    campaign.clock.advance(QUIET)
    assert release(campaign.shift(), Tally()).since is None
    assert campaign.read(post).state is PostState.PUBLISHED
    assert len(live(campaign)) == 1


@pytest.mark.parametrize("state", [PostState.PLANNED, PostState.CLAIMED, PostState.SENDING])
def test_every_state_in_which_it_may_have_gone_out(campaign: Campaign, state: PostState) -> None:
    """Frozen by whatever means, without a restore of ours: release makes them unclear itself."""
    post = campaign.post(campaign.tandem(), state=state)
    late = campaign.post(campaign.tandem("zweites"), due_at=NOON - timedelta(days=2))
    if state is PostState.SENDING:
        with campaign.session() as session:
            session.add(Attempt(post_id=post, number=1, digest="d", sent_at=NOON))
    freeze(campaign)
    campaign.clock.advance(HOUR)
    texts = [campaign.read(each).text for each in (post, late)]
    campaign.facebook.live = [(f"facebook-{n}", text, None) for n, text in enumerate(texts)]
    assert freeze_of(campaign.shift()).unclear == {"facebook": 2}
    assert release(campaign.shift(), Tally()).since is None
    assert [campaign.read(each).remote_id for each in (post, late)] == ["facebook-0", "facebook-1"]
    with campaign.store.reading() as session:
        tried = session.exec(select(Attempt).where(Attempt.post_id == post)).all()
        assert [each.outcome for each in tried] == [Outcome.DONE]


def test_nothing_is_sent_while_frozen(campaign: Campaign) -> None:
    """The reason names the way out; a worker that chose before the freeze is stopped as well."""
    post = campaign.post(campaign.tandem())
    tally = Tally()
    chosen = campaign.shift()
    freeze(campaign)
    publish(campaign.shift(), tally)
    [(reason, count)] = tally.waiting_because.items()
    assert ("tueroeffner run --release" in reason, count) == (True, 1)
    assert send(chosen, Tally(), campaign.facebook, post) is None
    assert campaign.read(post).state is PostState.PLANNED
    assert (live(campaign), campaign.facebook.calls) == ([], 0)


def test_a_network_that_cannot_be_read_keeps_the_freeze(campaign: Campaign) -> None:
    """Refusing, or off: however often it is asked, nothing is sent, and the network is named."""
    tandem = campaign.tandem()
    campaign.post(tandem)
    on_x = campaign.post(tandem, "x")
    freeze(campaign)
    campaign.facebook.reading = OutcomeUnknown("502")
    for _try in range(5):
        campaign.clock.advance(QUIET)
        tally = Tally()
        done = release(campaign.shift(), tally)
    assert (done.since, done.unclear, done.off) == (NOON, {"facebook": 1}, [])
    assert "502" in tally.findings[0]
    assert campaign.read(on_x).state is PostState.PLANNED
    shift = campaign.shift()
    off = releasing.release(type(shift)(**{**vars(shift), "networks": {"x": campaign.x}}), Tally())
    assert (off.left, off.off) == (1, ["facebook"])
    run_pass(campaign.shift())
    assert live(campaign) == []


def test_posts_that_come_due_meanwhile_do_not_prolong_the_freeze(campaign: Campaign) -> None:
    """They cannot have gone out: doubt is of one moment, the first."""
    tandem = campaign.tandem()
    for minutes in range(0, 60, 5):
        campaign.post(tandem, due_at=NOON + timedelta(minutes=minutes))
    freeze(campaign)
    assert release_all(campaign, tries=4).since is None
    with campaign.store.reading() as session:
        doubts = session.exec(select(Event).where(Event.what == "doubted")).all()
    assert [each.detail["posts"] for each in doubts] == [1]


def test_nothing_in_doubt_ends_the_freeze_at_once(campaign: Campaign) -> None:
    """And a campaign that is not frozen has nothing to release."""
    campaign.post(campaign.tandem(), due_at=NOON + HOUR)
    freeze(campaign)
    assert release(campaign.shift(), Tally()) == Freeze(None, {}, [])
    assert release(campaign.shift(), Tally()) == Freeze(None, {}, [])
    with campaign.store.reading() as session:
        whats = [each.what for each in session.exec(select(Event)).all()]
    assert whats == ["doubted", "released"]


def test_a_post_that_was_too_late_before_is_too_late_after(campaign: Campaign) -> None:
    """A week-old post does not go out because we looked for it; one of this morning does."""
    tandem = campaign.tandem()
    old = campaign.post(tandem, due_at=NOON - timedelta(days=7))
    young = campaign.post(tandem, due_at=NOON - HOUR)
    freeze(campaign, NOON - timedelta(days=8))
    assert release_all(campaign, tries=4).since is None
    run_pass(campaign.shift())
    assert campaign.read(old).state is PostState.EXPIRED
    assert campaign.read(young).state is PostState.PUBLISHED


def test_two_live_copies_are_an_alarm(campaign: Campaign) -> None:
    """A double from before is told, and does not keep the campaign frozen."""
    post = campaign.post(campaign.tandem())
    text = campaign.read(post).text
    campaign.facebook.live = [("facebook-1", text, None), ("facebook-2", text, None)]
    freeze(campaign)
    campaign.clock.advance(QUIET)
    tally = Tally()
    assert release(campaign.shift(), tally).since is None
    assert tally.needs_person
    assert "facebook-2" in tally.findings[0]
