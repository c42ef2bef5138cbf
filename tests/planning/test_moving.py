"""Moving one post: what may move where, what stays as it was, and what is said."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from orchestrator.errors import UsageProblem
from orchestrator.model import Consent, Event
from orchestrator.moving import Moved, move, wanted
from orchestrator.vocabulary import PostState
from tests.conftest import on_both
from tests.journeys.conftest import (
    Approved,
    Manager,
    approved,
    manager,
    sandbox,
    tandems,
    typed_once,
)
from tests.publishing.conftest import NETWORK_SETTINGS, NOON, Campaign, campaign

if TYPE_CHECKING:
    from tests.conftest import SettingsFactory

__all__ = ["approved", "campaign", "manager", "sandbox", "tandems", "typed_once"]

# Wednesday 17:33 by the clock in Berlin, within the windows.
THERE = datetime(2026, 11, 25, 16, 33, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moved(campaign: Campaign, post_id: int, at: datetime = THERE, **changes: Any) -> Moved:
    """Move a post at noon on Tuesday."""
    options = {"dry_run": False} | changes
    now = options.pop("now", NOON)
    return move(
        campaign.store, campaign.settings, campaign.id, post_id, at, now, "heike", **options
    )


def post_in(campaign: Campaign, state: PostState = PostState.PLANNED, **changes: Any) -> int:
    """A post of its own tandem, due tomorrow at noon."""
    slug = f"tandem-{len(campaign.posts()) + 1}"
    due = {"due_at": NOON + timedelta(days=1), "due_wall": "2026-11-25T12:00"}
    return campaign.post(campaign.tandem(slug), state=state, **(due | changes))


@pytest.mark.parametrize("state", [PostState.PLANNED, PostState.SCHEDULED, PostState.EXPIRED])
@on_both
def test_a_post_that_waits_gets_its_new_time_and_keeps_its_approval(
    campaign: Campaign, state: PostState
) -> None:
    """Instant, wall time and zone together; an expired one waits again; the journal tells."""
    held_for = NOON + timedelta(days=1) if state is PostState.SCHEDULED else None
    post_id = post_in(
        campaign, state, held_at=NOON - HOUR, zone="Europe/Vienna", handed_for=held_for
    )
    before = campaign.read(post_id)
    done = moved(campaign, post_id)
    post = campaign.read(post_id)
    assert (post.due_at, post.due_wall, post.zone) == (THERE, "2026-11-25T17:33", "Europe/Berlin")
    assert post.held_at is None
    assert (post.approved_digest, post.digest) == (before.digest, before.digest)
    assert post.state is (state if state is PostState.SCHEDULED else PostState.PLANNED)
    assert post.handed_for == held_for  # only the network can change that
    assert (done.held, done.was, done.remarks) == (state is PostState.SCHEDULED, before.due_at, [])
    assert (done.row["id"], done.row["due_at"], done.row["error"]) == (post_id, THERE, None)
    with campaign.store.reading() as session:
        event = session.exec(select(Event).where(Event.what == "moved")).one()
    assert (event.actor, event.subject) == ("heike", f"post {post_id}")
    assert event.detail == {"was": before.due_at.isoformat(), "to": THERE.isoformat()}


def test_a_dry_run_shows_the_new_time_and_writes_nothing(campaign: Campaign) -> None:
    post_id = post_in(campaign)
    before = campaign.read(post_id)
    assert moved(campaign, post_id, dry_run=True).row["due_at"] == THERE
    assert campaign.read(post_id) == before
    with campaign.store.reading() as session:
        assert session.exec(select(Event).where(Event.what == "moved")).all() == []


@pytest.mark.parametrize("state", sorted(set(PostState) - {PostState.PLANNED, PostState.EXPIRED}))
def test_what_cannot_move_says_why_and_what_to_do(campaign: Campaign, state: PostState) -> None:
    """Every other state, also a held post whose time has come: refused, and nothing is changed."""
    post_id = post_in(campaign, state, handed_for=NOON, remote_id="10_1")
    before = campaign.read(post_id)
    with pytest.raises(UsageProblem) as refused:
        moved(campaign, post_id)
    assert f"Post {post_id} cannot be moved" in refused.value.what
    assert "tueroeffner" in refused.value.remedy
    assert "post " not in refused.value.remedy or f"{post_id}`" in refused.value.remedy
    assert campaign.read(post_id) == before


def test_an_expired_post_that_the_network_still_holds_waits_for_it(campaign: Campaign) -> None:
    """Planned beside what the network keeps, it could go out twice."""
    post_id = post_in(campaign, PostState.EXPIRED, handed_digest="d", remote_id="10_1")
    with pytest.raises(UsageProblem, match="not given it back"):
        moved(campaign, post_id)


def other_campaign(campaign: Campaign) -> int:
    post_id = post_in(campaign)
    campaign.id += 1
    return post_id


@pytest.mark.parametrize("number", [lambda _: 9999, lambda _: -1, lambda _: 10**20, other_campaign])
def test_a_post_that_is_not_there_is_named(
    campaign: Campaign, number: Callable[[Campaign], int]
) -> None:
    post_id = number(campaign)
    for attempt in (
        lambda: moved(campaign, post_id),
        lambda: wanted(campaign.store, campaign.settings, campaign.id, post_id, "+1h"),
    ):
        with pytest.raises(UsageProblem, match=f"no post {post_id}"):
            attempt()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOON, "is over"),
        (NOON - timedelta(days=400), "is over"),
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), "quiet hours, 21:00-07:00"),
        (datetime(2026, 11, 26, 5, 59, tzinfo=UTC), "quiet hours"),
    ],
)
def test_a_time_that_is_over_or_quiet_is_refused(
    campaign: Campaign, at: datetime, words: str
) -> None:
    """The first minute of quiet hours and the last are quiet."""
    post_id = post_in(campaign)
    with pytest.raises(UsageProblem, match=words):
        moved(campaign, post_id, at)
    assert campaign.read(post_id).due_at == NOON + timedelta(days=1)


@pytest.mark.parametrize("seconds", [-59, 0, 59])
@on_both
def test_two_posts_of_a_network_do_not_share_a_minute(campaign: Campaign, seconds: int) -> None:
    """The other one is named; another network, another minute and what is out do not count."""
    near = {"due_at": THERE + timedelta(seconds=seconds)}
    live = post_in(campaign, PostState.PUBLISHED, **near)
    post_in(campaign, network="x", **near)
    post_in(campaign, due_at=THERE + timedelta(minutes=1))
    post_in(campaign, due_at=THERE - timedelta(minutes=1))
    first, second = post_in(campaign), post_in(campaign, **near)
    with pytest.raises(UsageProblem, match=f"post {second} goes out on facebook"):
        moved(campaign, first)
    moved(campaign, second, THERE + 2 * HOUR)
    assert moved(campaign, first).row["id"] == first
    assert campaign.read(live).state is PostState.PUBLISHED


def test_the_daily_job_takes_several_posts_at_its_time(
    campaign: Campaign, settings: "SettingsFactory"
) -> None:
    """With ``passes`` posts lie on the same minute anyway; a time beside one is remarked."""
    networks = {name: dict(each) for name, each in NETWORK_SETTINGS.items()}
    campaign.settings = settings(campaign={"passes": ["09:30", "17:33"]}, **networks)
    post_in(campaign, due_at=THERE)
    post_id = post_in(campaign)
    assert moved(campaign, post_id).remarks == []
    beside = moved(campaign, post_id, THERE + timedelta(minutes=9)).remarks
    assert beside == [
        "The daily job runs at 09:30, 17:33: it goes out with the next one after that."
    ]


@pytest.mark.parametrize(("last_day", "good"), [(24, False), (25, True), (26, True)])
def test_no_post_moves_behind_the_end_of_consent(
    campaign: Campaign, last_day: int, good: bool
) -> None:
    """The last day itself is still allowed, whatever UTC says of the date."""
    late = datetime(2026, 11, 25, 19, 59, tzinfo=UTC)
    post_id = post_in(campaign)
    with campaign.session() as session:
        for consent in session.exec(select(Consent)).all():
            consent.ends_on = date(2026, 11, last_day)
    if good:
        assert moved(campaign, post_id, late).row["due_at"] == late
        return
    with pytest.raises(UsageProblem, match="consent has ended") as refused:
        moved(campaign, post_id, late)
    assert "tandem-1" in refused.value.remedy


@pytest.mark.parametrize(
    ("at", "now", "words"),
    [
        (datetime(2026, 11, 25, 13, 30, tzinfo=UTC), NOON, "outside of the campaign's hours"),
        (datetime(2026, 11, 30, 16, 33, tzinfo=UTC), NOON, "after the campaign's end"),
        (
            datetime(2026, 11, 22, 16, 33, tzinfo=UTC),
            NOON - timedelta(days=5),
            "before the campaign",
        ),
    ],
)
def test_an_unusual_time_is_remarked_and_done(
    campaign: Campaign, at: datetime, now: datetime, words: str
) -> None:
    post_id = post_in(campaign)
    (remark,) = moved(campaign, post_id, at, now=now).remarks
    assert words in remark
    assert campaign.read(post_id).due_at == at


@on_both
def test_a_second_post_of_the_tandem_on_that_day_is_remarked(campaign: Campaign) -> None:
    """By the local day: 23:30 UTC is tomorrow in Berlin."""
    tandem_id = campaign.tandem()
    first = campaign.post(tandem_id, due_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    campaign.post(tandem_id, due_at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC))
    second = campaign.post(tandem_id, network="x", due_at=NOON + timedelta(days=4))
    remarks = moved(campaign, second).remarks
    assert remarks == [f"Post {first} of the same tandem goes out on that day too."]


def test_a_move_to_the_same_time_is_none(campaign: Campaign) -> None:
    """Repeating the command is safe."""
    post_id = post_in(campaign)
    moved(campaign, post_id)
    assert moved(campaign, post_id).was == THERE


def test_a_typed_time_is_read_on_the_campaign_s_wall(campaign: Campaign) -> None:
    post_id = post_in(campaign)
    typed = wanted(campaign.store, campaign.settings, campaign.id, post_id, "17:33")
    assert typed.at_utc == THERE
    with pytest.raises(UsageProblem, match="“halb sechs” is not a time") as refused:
        wanted(campaign.store, campaign.settings, campaign.id, post_id, "halb sechs")
    assert "+2h" in refused.value.remedy


def ready(manager: Manager, approved: Approved) -> list[dict[str, Any]]:
    """One tandem, planned and approved; its posts on Facebook by time."""
    approved(1)
    return [post for post in manager.posts() if post["network"] == "facebook"]


def row(manager: Manager, number: int) -> dict[str, Any]:
    return next(post for post in manager.posts() if post["id"] == number)


def test_the_command_moves_a_planned_post_without_asking_any_network(
    manager: Manager, approved: Approved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative time that begins with a minus is no option; dry first, then really."""
    post = ready(manager, approved)[0]
    due = datetime.fromisoformat(post["due_at"])
    calls = len(manager.sandbox.calls.entries())
    for name in list(manager.sandbox.env()):
        monkeypatch.delenv(name)  # no network is on
    dry = manager.ask("schedule", "move", str(post["id"]), "-1m", "--dry-run")
    assert row(manager, post["id"])["due_at"] == post["due_at"]
    done = manager.ask("schedule", "move", str(post["id"]), "-1m")
    assert dry == done
    shown = row(manager, post["id"])
    assert done["posts"] == [shown]
    assert (done["was"], done["confirmed"]) == (post["due_at"], None)
    assert datetime.fromisoformat(shown["due_at"]) == due - timedelta(minutes=1)
    assert shown["approved"]
    assert len(manager.sandbox.calls.entries()) == calls
    said = manager.type("schedule", "move", str(post["id"]), "+1m")
    assert (said.exit, f"Post {post['id']}:" in said.out) == (0, True)


def test_the_command_refuses_what_it_does_not_understand(
    manager: Manager, approved: Approved
) -> None:
    """Exit 2 and a sentence, also for a misspelt option; every post stays."""
    ready(manager, approved)
    before = manager.posts()
    for words in (
        ("9999", "+1h"), ("1", "bald"), ("1", "--dryrun"), ("1",), ("eins", "+1h"),
        ("1", "-1h", "-2h"),
    ):  # fmt: skip
        answer = manager.type("schedule", "move", *words)
        assert answer.exit == 2, words
        assert answer.err.strip(), words
        assert manager.posts() == before


def there(manager: Manager, post: dict[str, Any]) -> dict[str, Any]:
    """The post as the network has it: one, and no more."""
    (found,) = [each for each in manager.live() if each["text"] == post["text"]]
    return found


def held(manager: Manager, approved: Approved) -> dict[str, Any]:
    """A post that Facebook holds for its time."""
    post = ready(manager, approved)[0]
    due = datetime.fromisoformat(post["due_at"])
    manager.wait(due - timedelta(hours=20) - manager.sandbox.clock.now())
    manager.ask("run", "--once", "--yes")
    post = row(manager, post["id"])
    assert post["state"] == "scheduled"
    return post


def test_the_command_moves_what_facebook_holds_and_waits_for_its_word(
    manager: Manager, approved: Approved
) -> None:
    """It goes out there at the new time, once, while this machine does nothing."""
    post = held(manager, approved)
    done = manager.ask("schedule", "move", str(post["id"]), "+3m")
    assert done["confirmed"] is True
    assert done["posts"][0]["state"] == "scheduled"
    due = datetime.fromisoformat(done["posts"][0]["due_at"])
    manager.wait(due - timedelta(seconds=1) - manager.sandbox.clock.now())
    assert there(manager, post)["state"] != "published"
    manager.wait(timedelta(minutes=6))
    assert there(manager, post)["state"] == "published"
    manager.ask("run", "--once", "--yes")
    shown = row(manager, post["id"])
    assert shown["state"] == "published"
    assert abs(datetime.fromisoformat(shown["published_at"]) - due) < timedelta(minutes=5)


def test_a_network_that_does_not_answer_is_said_and_tried_again(
    manager: Manager, approved: Approved
) -> None:
    """Exit 3; the next pass moves it there; it is live once, at its new time."""
    from orchestrator.sandbox.faults import describe

    post = held(manager, approved)
    fault = {"network": "facebook", "kind": "status", "status": 500, "times": 1}
    manager.sandbox.faults.add(describe(fault))
    answer = manager.type("schedule", "move", str(post["id"]), "+1h", "--json")
    assert (answer.exit, answer.document["confirmed"]) == (3, False)
    assert manager.ask("schedule", "move", str(post["id"]), "+0m")["confirmed"] is True
    due = datetime.fromisoformat(row(manager, post["id"])["due_at"])
    manager.wait(due + timedelta(minutes=10) - manager.sandbox.clock.now())
    manager.ask("run", "--once", "--yes")
    assert row(manager, post["id"])["state"] == "published"
    assert there(manager, post)["state"] == "published"
