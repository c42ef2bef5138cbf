"""After a restore nothing is sent before what may be live was looked for; then life goes on."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator import release as releasing
from orchestrator.approve import content_digest
from orchestrator.backup.create import create
from orchestrator.backup.listing import copies_of
from orchestrator.backup.places import Place
from orchestrator.backup.restore import restore, sound_copy
from orchestrator.model import Attempt, Event, Post
from orchestrator.model import Campaign as CampaignRow
from orchestrator.ports import Draft, OutcomeUnknown, Rejected
from orchestrator.publish import publish, send
from orchestrator.release import Freeze, freeze_of, release
from orchestrator.release.found import Found
from orchestrator.run import run_pass
from orchestrator.settle import QUIET
from orchestrator.shift import Tally
from orchestrator.store import open_store
from orchestrator.vocabulary import Outcome, PostState
from schedules.clock import SystemClock
from tests.fakes import HoldingNetwork
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


def test_a_network_that_cannot_be_read_keeps_its_own_posts_frozen(campaign: Campaign) -> None:
    """Refusing, or off: however often it is asked, nothing is sent there; the other goes on."""
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
    assert done.frozen == ["facebook"]
    assert "502" in tally.findings[0]
    assert campaign.read(on_x).state is PostState.PLANNED
    shift = campaign.shift()
    off = releasing.release(type(shift)(**{**vars(shift), "networks": {"x": campaign.x}}), Tally())
    assert (off.left, off.off) == (1, ["facebook"])
    run_pass(campaign.shift())
    assert live(campaign) == [campaign.read(on_x).text]


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
    campaign.post(campaign.tandem(), due_at=NOON + timedelta(hours=49))
    freeze(campaign)
    assert release(campaign.shift(), Tally()) == Freeze(None, {}, [])
    assert release(campaign.shift(), Tally()) == Freeze(None, {}, [])
    with campaign.store.reading() as session:
        whats = [each.what for each in session.exec(select(Event)).all()]
    assert whats == ["doubted", "doubted ahead", "thawed", "thawed", "released"]


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


def rewrite(campaign: Campaign, post: int, text: str) -> None:
    """New words, approved: what an import, a plan and an approval do."""
    with campaign.session() as session:
        row = session.get_one(Post, post)
        row.text = text
        row.digest = row.approved_digest = content_digest(row)


def test_words_that_changed_after_the_backup_are_not_followed_by_the_old_ones(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """The live post is named to a person; accepted, its slot is called off, never sent as well."""
    tandem = campaign.tandem()
    post, on_x = campaign.post(tandem), campaign.post(tandem, "x")
    ahead = campaign.post(tandem, due_at=NOON + 5 * HOUR)
    keep()
    rewrite(campaign, post, "Wer kennt in Freiburg eine Änderungsschneiderei?")
    run_pass(campaign.shift())
    campaign.clock.advance(HOUR)
    lose()
    for _try in range(4):
        tally = Tally()
        done = release(campaign.shift(), tally)
        campaign.clock.advance(QUIET)
        run_pass(campaign.shift())
    link = "https://social.example/facebook-1"
    assert (done.frozen, done.unexplained) == (["facebook"], {"facebook": [link]})
    assert (tally.needs_person, link in " ".join(tally.findings)) == (True, True)
    assert campaign.read(on_x).state is PostState.PUBLISHED
    assert len(live(campaign)) == 2

    tally = Tally()
    assert release(campaign.shift(), tally, accept=True).since is None
    assert (tally.cancelled, tally.needs_person) == (1, False)
    assert campaign.read(post).state is PostState.CANCELLED
    assert "other words" in (campaign.read(post).error or "")
    with campaign.store.reading() as session:
        [event] = session.exec(select(Event).where(Event.what == "accepted")).all()
        assert (event.actor, event.detail) == (
            "tester",
            {"posts": ["facebook-1"], "held": False},
        )
    campaign.clock.advance(5 * HOUR)
    run_pass(campaign.shift())
    assert campaign.read(ahead).state is PostState.PUBLISHED
    assert len(live(campaign)) == 3


def test_who_accepts_has_seen_these_posts_and_no_later_ones(campaign: Campaign) -> None:
    """A post that shows up afterwards is an alarm of its own."""
    campaign.post(campaign.tandem())
    freeze(campaign)
    campaign.facebook.live = [("facebook-1", "Von Hand", None)]
    release(campaign.shift(), Tally(), accept=True)
    campaign.facebook.live.append(("facebook-2", "Auch von Hand", None))
    campaign.clock.advance(QUIET)
    done = release(campaign.shift(), Tally())
    assert done.unexplained == {"facebook": ["https://social.example/facebook-2"]}


@pytest.mark.parametrize("changes", [
    {"state": PostState.CANCELLED, "approved_digest": None},
    {"due_at": NOON + timedelta(days=3)},
    {"state": PostState.EXPIRED},
])  # fmt: skip
def test_a_post_that_went_out_by_a_later_plan_is_known_by_its_words(
    campaign: Campaign, changes: dict[str, object]
) -> None:
    """Called off, too late or due later at the backup: adopted, and not sent in its slot again."""
    post = campaign.post(campaign.tandem(), **changes)
    freeze(campaign)
    campaign.facebook.live = [("facebook-7", campaign.read(post).text, None)]
    tally = Tally()
    assert release(campaign.shift(), tally).since is None
    assert campaign.read(post).state is PostState.PUBLISHED
    assert campaign.read(post).remote_id == "facebook-7"
    assert tally.needs_person is ("state" in changes and "approved_digest" in changes)
    campaign.clock.advance(timedelta(days=4))
    run_pass(campaign.shift())
    assert len(live(campaign)) == 1


def test_what_is_known_or_has_no_words_is_no_alarm(campaign: Campaign) -> None:
    """Published before, and a new title picture; and the look reaches back before the backup."""
    published = campaign.published()
    campaign.facebook.live = [(f"facebook-{published}", "...", None), ("facebook-8", "", None)]
    freeze(campaign)
    assert release(campaign.shift(), Tally()).since is None
    assert campaign.facebook.looked_since[-1] < NOON


def test_a_duplicate_refusal_after_a_restore_is_proof_of_life(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """Shown late, so that the release did not see it: adopted by its words, never refused."""
    post = campaign.post(campaign.tandem(), due_at=NOON + 3 * HOUR)
    keep()
    text = campaign.read(post).text
    lose()
    assert release_all(campaign, tries=4).since is None
    campaign.clock.advance(3 * HOUR)
    campaign.facebook.script = [Rejected("Duplicate status message", duplicate=True)]
    run_pass(campaign.shift())
    assert campaign.read(post).state is PostState.UNKNOWN
    campaign.facebook.live = [("facebook-9", text, None)]
    campaign.clock.advance(QUIET)
    run_pass(campaign.shift())
    assert campaign.read(post).remote_id == "facebook-9"
    assert campaign.facebook.looked_since[-1] < NOON


def test_the_same_words_in_two_slots_are_two_posts(campaign: Campaign) -> None:
    """One is known by its number: the other is not taken for it, and is not lost."""
    tandem = campaign.tandem()
    known = campaign.post(
        tandem, text="Zweimal", state=PostState.PUBLISHED, remote_id="facebook-1",
        targeting_kept=True,
    )  # fmt: skip
    other = campaign.post(tandem, text="Zweimal")
    campaign.facebook.live = [("facebook-1", "Zweimal", None)]
    freeze(campaign)
    assert release_all(campaign, tries=4).since is None
    run_pass(campaign.shift())
    assert campaign.read(known).remote_id == "facebook-1"
    assert campaign.read(other).remote_id == "facebook-2"


def test_a_second_restore_freezes_a_network_that_went_on(
    campaign: Campaign, keep: Callable[[], str], lose: Lose
) -> None:
    """A backup of a half released campaign: what its events say of an older restore is over."""
    campaign.post(campaign.tandem())
    freeze(campaign)
    campaign.facebook.reading = OutcomeUnknown("502")
    assert release(campaign.shift(), Tally()).frozen == ["facebook"]
    keep()
    lose()
    assert freeze_of(campaign.shift()).frozen == ["facebook", "x"]


def test_looking_how_the_freeze_stands_locks_nothing(campaign: Campaign) -> None:
    """A dry run waits for nobody, and keeps nobody waiting."""
    post = campaign.post(campaign.tandem())
    freeze(campaign)
    with campaign.session() as session:
        session.get_one(Post, post, with_for_update=True)
        assert freeze_of(campaign.shift()).unclear == {"facebook": 1}


@pytest.fixture
def holding(campaign: Campaign) -> HoldingNetwork:
    """A Facebook that keeps posts for us."""
    campaign.facebook = HoldingNetwork("facebook")
    return campaign.facebook


def test_what_was_handed_over_after_the_backup_is_found_and_not_sent_as_well(
    campaign: Campaign, keep: Callable[[], str], lose: Lose, holding: HoldingNetwork
) -> None:
    """The backup says planned; the platform holds it, and publishes it once."""
    tandem = campaign.tandem()
    on_x = campaign.post(tandem, "x")
    post = campaign.post(tandem, due_at=NOON + 3 * HOUR)
    keep()
    run_pass(campaign.shift())
    number = campaign.read(post).remote_id
    assert list(holding.kept) == [number]
    campaign.clock.advance(HOUR)
    lose()
    assert freeze_of(campaign.shift()).unclear == {"x": 1, "facebook": 1}
    done = release(campaign.shift(), Tally())
    assert done.since is None
    assert done.found == {"facebook": Found(held=1), "x": Found(live=1)}
    found = campaign.read(post)
    assert (found.state, found.remote_id) == (PostState.SCHEDULED, number)
    for _pass in range(4):
        campaign.clock.advance(HOUR)
        holding.turn(campaign.clock.now())
        run_pass(campaign.shift())
    assert campaign.read(post).state is PostState.PUBLISHED
    assert Counter(live(campaign)) == Counter(campaign.read(each).text for each in (post, on_x))


def handed(campaign: Campaign, holding: HoldingNetwork) -> int:
    """A post that the platform holds for three hours from now."""
    post = campaign.post(campaign.tandem(), due_at=NOON + 3 * HOUR)
    run_pass(campaign.shift())
    assert list(holding.kept) == ["facebook-1"]
    return post


def test_what_the_backup_says_to_be_held_is_looked_at_by_its_number(
    campaign: Campaign, keep: Callable[[], str], lose: Lose, holding: HoldingNetwork
) -> None:
    """Live by now, it is adopted; while the platform does not say, its network stays frozen."""
    post = handed(campaign, holding)
    keep()
    campaign.clock.advance(4 * HOUR)
    holding.turn(campaign.clock.now())
    lose()
    holding.reading = OutcomeUnknown("502")
    done = release(campaign.shift(), Tally())
    assert (done.frozen, done.unclear) == (["facebook"], {"facebook": 1})
    assert campaign.read(post).state is PostState.SCHEDULED
    holding.reading = None
    done = release(campaign.shift(), Tally())
    assert (done.since, done.found) == (None, {"facebook": Found(live=1)})
    assert (campaign.read(post).state, len(live(campaign))) == (PostState.PUBLISHED, 1)


def test_a_move_that_the_backup_does_not_know_is_taken_from_the_platform(
    campaign: Campaign, keep: Callable[[], str], lose: Lose, holding: HoldingNetwork
) -> None:
    """The platform's time is the newer one, and is not moved back to the old one."""
    post = handed(campaign, holding)
    keep()
    holding.move("facebook-1", NOON + 6 * HOUR)
    campaign.clock.advance(HOUR)
    lose()
    tally = Tally()
    assert release(campaign.shift(), tally).since is None
    assert "another time" in " ".join(tally.findings)
    run_pass(campaign.shift())
    row = campaign.read(post)
    assert (row.due_at, row.handed_for) == (NOON + 6 * HOUR, NOON + 6 * HOUR)
    assert (row.due_wall, row.state) == ("2026-11-24T18:00", PostState.SCHEDULED)
    assert holding.kept["facebook-1"].at == NOON + 6 * HOUR


def test_what_is_held_in_other_words_stops_its_network_until_somebody_looked(
    campaign: Campaign, keep: Callable[[], str], lose: Lose, holding: HoldingNetwork
) -> None:
    """Recalled, rewritten and handed over anew after the backup: accepted, its slot is called off.

    A post that is not due before long cannot be what is held, and stays.
    """
    post = handed(campaign, holding)
    far = campaign.post(campaign.tandem("zweites"), due_at=NOON + timedelta(days=4))
    keep()
    holding.kept = {"facebook-8": Draft("Wer kennt eine Änderungsschneiderei?", at=NOON + 3 * HOUR)}
    campaign.clock.advance(HOUR)
    lose()
    for _try in range(4):
        tally = Tally()
        done = release(campaign.shift(), tally)
        campaign.clock.advance(QUIET)
    link = "https://social.example/facebook-8"
    assert (done.frozen, done.unexplained) == (["facebook"], {"facebook": [link]})
    assert "Delete it there, or let it go out" in " ".join(tally.findings)
    tally = Tally()
    assert release(campaign.shift(), tally, accept=True).since is None
    assert (campaign.read(post).state, tally.cancelled) == (PostState.CANCELLED, 1)
    assert campaign.read(far).state is PostState.PLANNED


def test_a_draft_that_no_row_explains_is_told_and_stops_nothing(
    campaign: Campaign, holding: HoldingNetwork
) -> None:
    """Nobody sees it, so it is no reason to wait."""
    freeze(campaign)
    holding.kept = {"facebook-8": Draft("Ein Entwurf")}
    tally = Tally()
    assert release(campaign.shift(), tally).since is None
    assert (tally.needs_person, "is a draft" in tally.findings[0]) == (True, True)
