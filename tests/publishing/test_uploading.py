"""Pictures and films reach a network before their post; no post goes out twice or without them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from threading import Event
from typing import Any

import pytest
from sqlmodel import col, delete, select, update

from orchestrator import uploading
from orchestrator.approve import content_digest, take_back
from orchestrator.bill import left_to_pay
from orchestrator.copies import READS
from orchestrator.decide.case import case_of
from orchestrator.decide.retry import retry
from orchestrator.discarding import discard, stays
from orchestrator.model import Account, Attempt, Consent, Medium, Post, Tandem, Upload
from orchestrator.model import Campaign as CampaignRow
from orchestrator.model import Event as Note
from orchestrator.pause import pause, resume
from orchestrator.ports import (
    Attachment,
    NotAuthorised,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unattached,
    Uploaded,
)
from orchestrator.run import publish_pass, run_pass, send_pass, upload_pass
from orchestrator.shift import Tally
from orchestrator.today.uploads import uploads as uploads_under_way
from orchestrator.uploads import on_its_way
from orchestrator.vocabulary import MediaKind, Outcome, PostState, Scope, TandemState
from schedules.clock import Clock, FixedClock
from tests.conftest import on_both
from tests.fakes import UploadingNetwork
from tests.publishing.conftest import NOON, Campaign

PHOTO = b"Amira an der Naehmaschine"
FILM = b"Jonas und Amira in der Werkstatt, zwanzig Sekunden"
HOUR = timedelta(hours=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """Both networks take pictures."""
    campaign.facebook = UploadingNetwork("facebook")
    campaign.x = UploadingNetwork("x", targets=False, cost=0.015)
    return campaign


def file(campaign: Campaign, content: bytes = PHOTO, **changes: str) -> dict[str, str]:
    """A prepared file, as a post names it."""
    digest = hashlib.sha256(content).hexdigest()
    folder = campaign.settings.folder / "media"
    folder.mkdir(exist_ok=True)
    (folder / digest).write_bytes(content)
    known = {"digest": digest, "kind": "photo", "mime": "image/jpeg", "alt": "An der Nähmaschine"}
    return {**known, **changes}


def shown(campaign: Campaign, network: str = "facebook", **changes: Any) -> int:
    """A due post with a picture, of somebody who may be seen."""
    tandem_id = campaign.tandem(f"tandem-{len(campaign.posts()) + 1}")
    with campaign.session() as session:
        person_id = session.get_one(Tandem, tandem_id).refugee_id
        given = {"tandem_id": tandem_id, "person_id": person_id, "given_on": date(2026, 10, 1)}
        session.add(Consent(purpose="face", **given))
    changes = {"media": [file(campaign)]} | changes
    return campaign.post(tandem_id, network, **changes)


def uploads(campaign: Campaign) -> list[Upload]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Upload).order_by(Upload.position)).all())


def endings(campaign: Campaign) -> list[str]:
    """What the audit log says of uploads that no post took."""
    with campaign.store.reading() as session:
        told = session.exec(select(Note.what).order_by(Note.id)).all()
    return [what for what in told if what in ("upload taken away", "upload ended")]


def numbers(network: UploadingNetwork) -> list[list[str]]:
    return [[each.remote_id for each in draft.media] for draft in network.drafts]


@on_both
def test_one_pass_brings_the_files_and_then_the_post(campaign: Campaign) -> None:
    """In their order, with their words; what was used up is forgotten."""
    media = [file(campaign), file(campaign, FILM, kind="video", mime="video/mp4", alt="")]
    post_id = shown(campaign, media=media, made_with_ai=True, place="11")
    tally = run_pass(campaign.shift())
    assert (tally.published, tally.uploaded, tally.waiting) == (1, 2, 0)
    assert tally.document()["waiting_because"] == {}
    assert [(content, alt) for _number, content, alt in campaign.facebook.files] == [
        (PHOTO, "An der Nähmaschine"),
        (FILM, ""),
    ]
    (draft,) = campaign.facebook.drafts
    assert [(each.remote_id, each.kind, each.alt) for each in draft.media] == [
        ("facebook-file-1", "photo", "An der Nähmaschine"),
        ("facebook-file-2", "video", ""),
    ]
    assert (draft.made_with_ai, draft.place_id) == (True, "11")
    assert (campaign.read(post_id).state, uploads(campaign)) == (PostState.PUBLISHED, [])


@on_both
def test_what_is_ready_goes_out_while_a_film_is_on_its_way(campaign: Campaign) -> None:
    """The scheduler sends beside the upload; the post with the film waits, and says why."""
    text_id = campaign.post(campaign.tandem("text"))
    film_id = shown(campaign, due_at=NOON - HOUR)
    tally = send_pass(campaign.shift())
    assert (tally.published, tally.waiting) == (1, 1)
    assert tally.waiting_because == {on_its_way(): 1}
    assert campaign.read(text_id).state is PostState.PUBLISHED
    assert upload_pass(campaign.shift()).uploaded == 1
    assert send_pass(campaign.shift()).published == 1
    assert campaign.read(film_id).state is PostState.PUBLISHED


def test_the_text_goes_first_in_a_daily_job_too(campaign: Campaign) -> None:
    """While the first byte of a picture leaves, what needs none is already live."""
    shown(campaign, due_at=NOON - HOUR)
    text_id = campaign.post(campaign.tandem("text"))
    states = []
    campaign.facebook.uploading = [lambda _sent: states.append(campaign.read(text_id).state)]
    assert run_pass(campaign.shift()).published == 2
    assert set(states) == {PostState.PUBLISHED}


@on_both
def test_a_killed_upload_goes_on_where_it_was(campaign: Campaign) -> None:
    """After any part: nothing is sent twice, and nothing goes out without its picture."""
    post_id = shown(campaign)

    def dies(_point: str) -> None:
        raise KeyboardInterrupt

    for sent in [*range(4, len(PHOTO), 4), len(PHOTO)]:
        campaign.facebook.uploading = [dies]
        with pytest.raises(KeyboardInterrupt):
            run_pass(campaign.shift())
        (row,) = uploads(campaign)
        assert (row.sent, row.ready) == (sent, False)
        assert campaign.facebook.live == []
    assert run_pass(campaign.shift()).published == 1
    assert len(campaign.facebook.arrived) == 1
    assert numbers(campaign.facebook) == [["facebook-file-1"]]
    assert campaign.read(post_id).state is PostState.PUBLISHED


@pytest.mark.parametrize("point", ["uploaded", "chosen", "claimed", "intended", "answered"])
@on_both
def test_a_kill_anywhere_costs_no_picture_and_makes_no_double(
    campaign: Campaign, point: str
) -> None:
    """Between upload and outcome: at most one post, and never one without its picture."""

    def dies(here: str) -> None:
        if here == point:
            raise KeyboardInterrupt

    post_id = shown(campaign)
    with pytest.raises(KeyboardInterrupt):
        run_pass(replace(campaign.shift("worker-0"), reached=dies))
    campaign.machine.advance(HOUR)
    for _pass in range(6):
        run_pass(campaign.shift())
        campaign.clock.advance(HOUR)
    assert numbers(campaign.facebook) == [["facebook-file-1"]]
    assert len(campaign.facebook.live) == 1
    assert campaign.read(post_id).state is PostState.PUBLISHED


def stopped(campaign: Campaign) -> None:
    with campaign.session() as session:
        pause(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")


def withdrawn(campaign: Campaign) -> None:
    with campaign.session() as session:
        for tandem in session.exec(select(Tandem)):
            tandem.state = TandemState.WITHDRAWN


def without_consent(campaign: Campaign) -> None:
    with campaign.session() as session:
        session.exec(delete(Consent))


def without_face(campaign: Campaign) -> None:
    with campaign.session() as session:
        session.exec(delete(Consent).where(col(Consent.purpose) == "face"))


def called_back(campaign: Campaign) -> None:
    with campaign.session() as session:
        for tandem in session.exec(select(Tandem)):
            take_back(session, tandem.id)


def frozen(campaign: Campaign) -> None:
    with campaign.session() as session:
        session.get_one(CampaignRow, campaign.id).frozen_since = NOON


STOPS = [stopped, withdrawn, without_consent, without_face, called_back, frozen]


@pytest.mark.parametrize("stop", STOPS)
def test_nothing_more_leaves_the_house_once_somebody_stops_it(
    campaign: Campaign, stop: Callable[[Campaign], None]
) -> None:
    """In the middle of an upload: it ends with the part on its way, and is begun by no pass."""
    shown(campaign)
    seen: list[int] = []

    def between(sent: int) -> None:
        seen.append(sent)
        stop(campaign)

    campaign.facebook.uploading = [between]
    run_pass(campaign.shift())
    run_pass(campaign.shift())
    assert seen == [4]
    assert [len(got) for got in campaign.facebook.arrived.values()] == [8]
    assert campaign.facebook.live == []


def test_an_upload_goes_on_after_a_pause(campaign: Campaign) -> None:
    """What the network has already is not sent again."""
    post_id = shown(campaign)
    campaign.facebook.uploading = [lambda _sent: stopped(campaign)]
    run_pass(campaign.shift())
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    assert run_pass(campaign.shift()).published == 1
    assert (len(campaign.facebook.arrived), len(campaign.facebook.files)) == (1, 1)
    assert campaign.read(post_id).state is PostState.PUBLISHED


def test_a_scheduler_that_is_stopped_leaves_the_rest_of_a_film(campaign: Campaign) -> None:
    """Ctrl-C is heard after each part."""
    shown(campaign)
    stop = Event()
    campaign.facebook.uploading = [lambda _sent: stop.set()]
    upload_pass(campaign.shift(stopped=stop.is_set))
    assert [row.sent for row in uploads(campaign)] == [8]


@pytest.mark.parametrize("what", ["alt", "file", "page"])
def test_a_changed_file_is_uploaded_anew(campaign: Campaign, what: str) -> None:
    """Also where only its words changed, or the page: what another one has is of no use there.

    What was brought before is taken away.
    """
    post_id = shown(campaign, due_at=NOON + HOUR)
    changes = {"file": file(campaign, FILM), "alt": file(campaign, alt="In der Werkstatt")}
    with campaign.session() as session:
        other = Account(campaign_id=campaign.id, network="facebook", remote_id="99")
        session.add(other)
        session.flush()
        post = session.get_one(Post, post_id)
        post.account_id = other.id if what == "page" else post.account_id
    upload_pass(campaign.shift())
    with campaign.session() as session:
        post = session.get_one(Post, post_id)
        post.account_id = campaign.accounts["facebook"]
        post.media = [changes.get(what, post.media[0])]
        post.digest = post.approved_digest = content_digest(post)
    campaign.clock.advance(HOUR)
    assert run_pass(campaign.shift()).published == 1
    assert numbers(campaign.facebook) == [["facebook-file-2"]]
    assert len(uploads(campaign)) == 0
    assert campaign.facebook.discarded == ["facebook-file-1"]


def test_what_expired_at_the_network_is_uploaded_anew(campaign: Campaign) -> None:
    """Two hours ahead, for an hour: the post shows the second upload."""
    shown(campaign, due_at=NOON + 2 * HOUR)
    campaign.facebook.expires = NOON + HOUR
    upload_pass(campaign.shift())
    assert len(campaign.facebook.files) == 1
    campaign.clock.advance(2 * HOUR)
    campaign.facebook.expires = NOON + 4 * HOUR
    assert run_pass(campaign.shift()).published == 1
    assert numbers(campaign.facebook) == [["facebook-file-2"]]


def test_what_expires_at_once_is_uploaded_once_a_pass(campaign: Campaign) -> None:
    """No network is flooded because its time to keep a file is shorter than ours to post it."""
    post_id = shown(campaign)
    campaign.facebook.expires = NOON
    tally = run_pass(campaign.shift())
    assert (len(campaign.facebook.files), tally.published) == (1, 0)
    assert campaign.read(post_id).state is PostState.PLANNED


@on_both
def test_a_file_that_is_refused_for_good_ends_the_post(campaign: Campaign) -> None:
    """It is told, shown as a try, and sent nowhere without its picture; others go out."""
    refused, good = shown(campaign), shown(campaign)
    campaign.facebook.uploading = [Rejected("the film is too long")]
    tally = run_pass(campaign.shift())
    assert (tally.published, tally.rejected, tally.needs_person) == (1, 1, True)
    post = campaign.read(refused)
    assert (post.state, post.error) == (PostState.REJECTED, "the film is too long")
    with campaign.store.reading() as session:
        assert session.exec(
            select(Attempt.outcome, Attempt.detail).where(Attempt.post_id == refused)
        ).all() == [(Outcome.REJECTED, "the film is too long")]
    assert campaign.read(good).state is PostState.PUBLISHED


@pytest.mark.parametrize(
    "trouble", [NotSent("no line"), NotAuthorised("token"), OutcomeUnknown("HTML")]
)
def test_a_post_waits_as_long_as_its_upload_fails(campaign: Campaign, trouble: Exception) -> None:
    """For two days: it never expires for our upload's sake, and goes out when that is done."""
    post_id = shown(campaign, media=[file(campaign, PHOTO * 12)])
    for _look in range(12):
        campaign.facebook.uploading = [trouble]
        run_pass(campaign.shift())
        campaign.clock.advance(4 * HOUR)
        campaign.machine.advance(4 * HOUR)
    assert campaign.read(post_id).state is PostState.PLANNED
    campaign.facebook.uploading = []
    assert run_pass(campaign.shift()).published == 1


def test_an_upload_does_not_wait_until_reading_may_go_on(campaign: Campaign) -> None:
    """Figures rest for a day when the cap leaves nothing for them; a picture is sending."""
    shown(campaign)
    with campaign.session() as session:
        session.exec(update(Account).values(read_not_before=NOON + timedelta(days=1)))
    assert run_pass(campaign.shift()).published == 1


def test_a_limit_on_uploads_lets_reading_go_on(campaign: Campaign) -> None:
    """The network asks to wait: no upload is tried meanwhile, and then the post goes out."""
    shown(campaign)
    campaign.facebook.uploading = [RateLimited("wait", seconds=600)]
    assert run_pass(campaign.shift()).published == 0
    with campaign.store.reading() as session:
        account = session.exec(select(Account).where(Account.network == "facebook")).one()
    assert (account.read_not_before, account.not_before) == (None, NOON + timedelta(minutes=10))
    assert run_pass(campaign.shift()).published == 0
    campaign.clock.advance(timedelta(minutes=11))
    assert run_pass(campaign.shift()).published == 1


@on_both
def test_answers_without_sense_are_not_asked_for_in_every_pass(campaign: Campaign) -> None:
    """A scheduler for three hours: ever seldomer, told after some; another file starts afresh."""
    post_id = shown(campaign, due_at=NOON + 40 * HOUR)
    tries: list[int] = []

    def fails(*_args: object) -> Uploaded:
        tries.append(campaign.clock.now().hour * 60 + campaign.clock.now().minute)
        raise OutcomeUnknown("HTML")

    bring, campaign.facebook.upload = campaign.facebook.upload, fails  # type: ignore[method-assign]
    loud = []
    for minute in range(180):
        if upload_pass(campaign.shift()).needs_person:
            loud.append(minute)
        campaign.clock.advance(timedelta(minutes=1))
    assert [after - before for before, after in pairwise(tries)] == [1, 5, 15, 60, 60]
    assert loud == [21, 81, 141]
    campaign.facebook.upload = bring  # type: ignore[method-assign]
    with campaign.session() as session:
        post = session.get_one(Post, post_id)
        post.media = [file(campaign, FILM)]
        post.digest = post.approved_digest = content_digest(post)
    assert upload_pass(campaign.shift()).uploaded == 1


@dataclass
class Careful(UploadingNetwork):
    """X as it is: an upload is good for a day, its words are charged, and films are looked at."""

    clock: Clock = field(default_factory=lambda: FixedClock(NOON))
    looks: int = 0
    asked_again: int = 0

    def upload(
        self, file: Attachment, so_far: Uploaded, keep: Callable[[Uploaded], None]
    ) -> Uploaded:
        self.expires = self.clock.now() + 24 * HOUR
        done = replace(so_far, ready=True, wait=0.0) if so_far.remote_id else None
        done = done or super().upload(file, so_far, keep)
        if self.looks > self.asked_again:
            self.asked_again += 1
            return replace(done, ready=False, wait=20.0)
        self.spent += 0.005 if file.alt else 0.0
        return done


@pytest.fixture
def naps(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the program slept; this machine's time passes with it."""
    slept: list[float] = []

    def nap(seconds: float) -> None:
        slept.append(seconds)
        campaign.machine.advance(timedelta(seconds=seconds))

    monkeypatch.setattr(uploading, "sleep", nap)
    return slept


@on_both
def test_a_daily_job_brings_each_picture_once_and_pays_its_words_once(campaign: Campaign) -> None:
    """Three days, a pass at noon: some come due after it, others have to wait for their turn."""
    campaign.x = Careful("x", targets=False, cost=0.015, clock=campaign.clock)
    for hours in (-60, -59, -58, -57, -56, -55, -54, 0.5, 1.5, 24, 25):
        late = {"held_at": NOON - 54 * HOUR} if hours < 0 else {}
        shown(campaign, "x", due_at=NOON + hours * HOUR, **late)
    sent, shift = [], campaign.shift()
    for _day in range(3):
        sent.append(run_pass(shift).published)
        assert uploads(campaign) == []
        campaign.clock.advance(24 * HOUR)
        campaign.machine.advance(24 * HOUR)
    assert sent == [5, 5, 1]
    assert len(campaign.x.files) == len(campaign.x.live) == 11
    with campaign.store.reading() as session:
        [paid] = session.exec(select(Account.read_usd).where(Account.network == "x")).all()
    assert paid == pytest.approx(11 * 0.005)


def test_a_daily_job_waits_while_a_film_is_looked_at(campaign: Campaign, naps: list[float]) -> None:
    """X names a time eight times over: the film goes out in the same pass, not a day later."""
    campaign.x = Careful("x", targets=False, clock=campaign.clock, looks=8)
    shown(campaign, "x")
    assert run_pass(campaign.shift()).published == 1
    assert naps == [10.0] * 8


@pytest.mark.parametrize(("pace", "most"), [(None, 300), (timedelta(minutes=30), 0)])
def test_a_film_that_is_looked_at_for_long_is_asked_for_by_the_next_pass(
    campaign: Campaign, naps: list[float], pace: timedelta | None, most: float
) -> None:
    """A daily job waits for five minutes, a scheduler not at all; the post says why it waits."""
    campaign.x = Careful("x", targets=False, clock=campaign.clock, looks=1000)
    post_id = shown(campaign, "x")
    tally = run_pass(replace(campaign.shift(), pace=pace))
    assert (tally.published, sum(naps)) == (0, most)
    assert tally.document()["waiting_because"] == {on_its_way(): 1}
    assert campaign.read(post_id).state is PostState.PLANNED
    campaign.x.looks = 0
    assert run_pass(campaign.shift()).published == 1
    assert len(campaign.x.files) == 1


def test_a_film_without_its_words_goes_out_and_that_is_told(campaign: Campaign) -> None:
    """The network takes the film and not what it shows in words; the post keeps that.

    What was approved is the same, and another upload may take them.
    """
    bring = campaign.x.upload

    def wordless(*given: Any) -> Uploaded:
        return replace(bring(*given), remark="it goes out without its words")

    campaign.x.upload = wordless  # type: ignore[method-assign]
    post_id = shown(campaign, "x")
    campaign.x.expires = NOON + HOUR
    later = shown(campaign, "x", due_at=NOON + 2 * HOUR)
    tally = upload_pass(campaign.shift())
    assert [each for each in tally.findings if "without its words" in each and str(post_id) in each]
    assert run_pass(campaign.shift()).published == 1
    for each in (post_id, later):
        assert campaign.read(each).media[0]["remark"] == "it goes out without its words"
    campaign.x.expires, campaign.x.upload = None, bring  # type: ignore[method-assign]
    campaign.clock.advance(2 * HOUR)
    assert run_pass(campaign.shift()).published == 1
    assert "remark" not in campaign.read(later).media[0]


def test_what_lacks_its_files_takes_no_other_posts_turn(campaign: Campaign) -> None:
    """Ten posts whose upload fails, and five late ones: the late ones go out at once."""
    for _number in range(10):
        shown(campaign, due_at=NOON - HOUR, held_at=NOON - HOUR)
    tandem_id = campaign.tandem("text")
    for _number in range(5):
        campaign.post(tandem_id, due_at=NOON - HOUR / 2, held_at=NOON - HOUR / 2)
    campaign.facebook.uploading = [NotSent("no line")]
    tally = run_pass(campaign.shift())
    assert (tally.published, tally.waiting) == (5, 10)


def test_pictures_that_never_arrive_keep_no_others_back(campaign: Campaign) -> None:
    """A daily job, five late posts whose upload fails each time, and two later ones: they go out.

    Once the five come through, they follow.
    """
    late = {"held_at": NOON - HOUR, "media": [file(campaign, FILM)]}
    never = [shown(campaign, due_at=NOON - 2 * HOUR, **late) for _number in range(5)]
    good = [shown(campaign, due_at=NOON - HOUR, held_at=NOON - HOUR) for _number in range(2)]
    bring = campaign.facebook.upload

    def picky(given: Attachment, *others: Any) -> Uploaded:
        if given.path.read_bytes() == FILM:
            raise OutcomeUnknown("HTML")
        return bring(given, *others)

    campaign.facebook.upload = picky  # type: ignore[method-assign]
    for _day in range(4):
        run_pass(campaign.shift())
        campaign.clock.advance(24 * HOUR)
        campaign.machine.advance(24 * HOUR)
    assert {campaign.read(each).state for each in good} == {PostState.PUBLISHED}
    assert {campaign.read(each).state for each in never} == {PostState.PLANNED}
    campaign.facebook.upload = bring  # type: ignore[method-assign]
    assert run_pass(campaign.shift()).published == 5


@pytest.mark.parametrize("loss", ["gone", "changed"])
def test_no_post_goes_out_without_the_picture_that_was_approved(
    campaign: Campaign, loss: str
) -> None:
    """A file that is gone, or another one under its name: the post is called off, and told."""
    post_id = shown(campaign)
    path = campaign.settings.folder / "media" / campaign.read(post_id).media[0]["digest"]
    path.unlink() if loss == "gone" else path.write_bytes(b"another")
    tally = run_pass(campaign.shift())
    assert (tally.cancelled, tally.needs_person, campaign.facebook.arrived) == (1, True, {})
    assert campaign.read(post_id).state is PostState.CANCELLED


def test_a_file_that_goes_between_upload_and_post_stops_the_post(campaign: Campaign) -> None:
    """Somebody took the picture back after it was uploaded."""
    post_id = shown(campaign, due_at=NOON + HOUR)
    upload_pass(campaign.shift())
    (campaign.settings.folder / "media" / campaign.read(post_id).media[0]["digest"]).unlink()
    campaign.clock.advance(HOUR)
    run_pass(campaign.shift())
    assert (campaign.read(post_id).state, campaign.facebook.live) == (PostState.CANCELLED, [])


@on_both
def test_what_is_handed_over_takes_its_picture_along(campaign: Campaign) -> None:
    """Uploaded two days ahead with it; called back and planned anew, it is uploaded again."""
    post_id = shown(campaign, due_at=NOON + 24 * HOUR)
    assert run_pass(campaign.shift()).scheduled == 1
    (draft,) = campaign.facebook.kept.values()
    assert [each.remote_id for each in draft.media] == ["facebook-file-1"]
    stopped(campaign)
    run_pass(campaign.shift())
    assert (campaign.facebook.kept, campaign.read(post_id).state) == ({}, PostState.PLANNED)
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    assert run_pass(campaign.shift()).scheduled == 1
    assert numbers(campaign.facebook) == [["facebook-file-1"], ["facebook-file-2"]]


@on_both
def test_a_draft_that_is_given_back_has_used_up_its_picture(campaign: Campaign) -> None:
    """Stopped in two phases, after the draft was made: the post goes out later, with a new one."""
    campaign.settings.networks["facebook"].__dict__["publish"] = "two-phase"
    post_id = shown(campaign)

    def stops(point: str) -> None:
        if point == "prepared":
            stopped(campaign)

    run_pass(replace(campaign.shift(), reached=stops))
    assert len(campaign.facebook.kept) == 1
    run_pass(campaign.shift())
    assert (campaign.facebook.kept, uploads(campaign)) == ({}, [])
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    assert run_pass(campaign.shift()).published == 1
    assert campaign.read(post_id).state is PostState.PUBLISHED
    assert [number for number, _content, _alt in campaign.facebook.files] == [
        "facebook-file-1",
        "facebook-file-2",
    ]


def test_words_for_the_blind_are_taken_off_at_the_price_at_which_they_were_added(
    campaign: Campaign,
) -> None:
    """Planned for a day on which X charges more for them than today: no cent is off."""

    def price(_text: str, alts: int = 0, on: date | None = None) -> float:
        return 0.015 + alts * (0.01 if on == date(2026, 11, 30) else 0.005)

    campaign.x.price = price  # type: ignore[method-assign]
    due_at = NOON + timedelta(days=6)
    full = price("", 1, due_at.date())
    post = campaign.read(shown(campaign, "x", due_at=due_at, price_usd=full))
    assert left_to_pay(campaign.shift(), post, []) == pytest.approx(0.025)
    assert left_to_pay(campaign.shift(), post, post.media) == pytest.approx(0.015)


def test_publish_uploads_for_what_is_due_and_nothing_ahead(campaign: Campaign) -> None:
    """Whoever types `publish` waits for no film of tomorrow."""
    due, later = shown(campaign), shown(campaign, media=[file(campaign, FILM)], due_at=NOON + HOUR)
    tally = publish_pass(campaign.shift())
    assert (tally.published, len(campaign.facebook.files)) == (1, 1)
    assert campaign.read(due).state is PostState.PUBLISHED
    assert campaign.read(later).state is PostState.PLANNED


@on_both
def test_a_refused_post_is_tried_again_with_a_fresh_upload(campaign: Campaign) -> None:
    """Perhaps it was refused for the sake of the first one, which is taken away."""
    post_id = shown(campaign)
    campaign.facebook.script = [Rejected("invalid media")]
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.REJECTED
    retry(campaign.store, campaign.id, case_of(campaign.store, campaign.id, post_id), NOON, "heike")
    assert run_pass(campaign.shift()).published == 1
    assert campaign.facebook.discarded == ["facebook-file-1"]
    assert numbers(campaign.facebook) == [["facebook-file-2"]]


def test_of_a_refused_album_nothing_stays_at_the_network(campaign: Campaign) -> None:
    """The second picture is refused: the first one, which nobody sees, is taken away there."""
    post_id = shown(campaign, media=[file(campaign), file(campaign, FILM)])
    campaign.facebook.uploading = [None, Rejected("too dark")]
    assert run_pass(campaign.shift()).rejected == 1
    run_pass(campaign.shift())
    assert campaign.read(post_id).state is PostState.REJECTED
    assert (campaign.facebook.discarded, uploads(campaign)) == (["facebook-file-1"], [])
    assert endings(campaign) == ["upload taken away", "upload ended"]


@pytest.mark.parametrize("begun", [True, False])
def test_what_x_keeps_of_a_refused_post_is_told_until_it_ends_there(
    campaign: Campaign, begun: bool
) -> None:
    """X took the picture and not its words, naming no end: a day. Of what it never got, nothing."""
    post_id = shown(campaign, "x")
    tandems = {campaign.read(post_id).tandem_id}

    def refuses(*_given: Any) -> Uploaded:
        raise Rejected("no words like these")

    if begun:
        campaign.x.uploading = [Rejected("no words like these")]
    else:
        campaign.x.upload = refuses  # type: ignore[method-assign]
    assert run_pass(campaign.shift()).rejected == 1
    withdrawn(campaign)
    for _pass in range(2):
        assert stays(campaign.shift(), tandems) == ({"x": NOON + 24 * HOUR} if begun else {})
        run_pass(campaign.shift())
    campaign.clock.advance(24 * HOUR)
    assert stays(campaign.shift(), tandems) == {}
    run_pass(campaign.shift())
    assert (uploads(campaign), endings(campaign)) == ([], ["upload ended"])


def test_no_picture_is_taken_out_of_a_post_that_may_be_live(campaign: Campaign) -> None:
    """An earlier try, whose answer was lost, is still looked for; afterwards the picture goes."""
    post_id = shown(campaign)
    campaign.facebook.script = [Rejected("invalid media")]
    run_pass(campaign.shift())
    with campaign.session() as session:
        made = {"post_id": post_id, "digest": "", "sent_at": NOON, "ended_at": NOON}
        session.add(Attempt(**made, number=2, outcome=Outcome.NOT_SENT, reads=READS))
    discard(campaign.shift(), Tally())
    assert campaign.facebook.discarded == []
    with campaign.session() as session:
        session.exec(update(Attempt).where(Attempt.number == 2).values(reads=READS + 2))
    discard(campaign.shift(), Tally())
    assert campaign.facebook.discarded == ["facebook-file-1"]


@on_both
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_picture_that_the_network_has_no_more_is_brought_anew(
    campaign: Campaign, times: int
) -> None:
    """The post was provably not made: it goes out with another upload, but not without end."""
    post_id = shown(campaign)
    campaign.facebook.script = [Unattached("no such photo")] * times
    tallies = []
    for _pass in range(times + 1):
        tallies.append(run_pass(campaign.shift()))
        campaign.clock.advance(4 * HOUR)
    lives = times < 3
    assert (len(campaign.facebook.live), len(campaign.facebook.files)) == (
        lives,
        min(times + 1, 3),
    )
    state = PostState.PUBLISHED if lives else PostState.REJECTED
    assert campaign.read(post_id).state is state
    assert any(tally.needs_person for tally in tallies) is not lives


def called_off(campaign: Campaign) -> None:
    withdrawn(campaign)
    with campaign.session() as session:
        for post in session.exec(select(Post)):
            post.state, post.approved_digest = PostState.CANCELLED, None


@pytest.mark.parametrize("stop", [withdrawn, without_face, called_off])
@on_both
def test_a_picture_that_no_post_will_show_is_taken_away_there(
    campaign: Campaign, stop: Callable[[Campaign], None]
) -> None:
    """Brought ahead, then its person leaves: until the network has confirmed it; others stay."""
    shown(campaign, due_at=NOON + HOUR)
    upload_pass(campaign.shift())
    stop(campaign)
    shown(campaign, due_at=NOON + HOUR, media=[file(campaign, FILM)])
    upload_pass(campaign.shift())
    campaign.facebook.discarding = [OutcomeUnknown("HTML", repeatable=True), NotSent("no line")]
    for _pass in range(5):
        discard(campaign.shift(), Tally())
        campaign.clock.advance(timedelta(minutes=5))
        campaign.machine.advance(timedelta(minutes=5))
    assert campaign.facebook.discarded == ["facebook-file-1"] * 3
    assert [row.remote_id for row in uploads(campaign)] == ["facebook-file-2"]


@pytest.mark.parametrize("case", ["refused", "over", "frozen"])
def test_what_cannot_be_taken_away_ends_by_itself(campaign: Campaign, case: str) -> None:
    """Told once where the network refuses; nothing is asked of what is over, nor by old rows."""
    campaign.facebook.expires = NOON + HOUR
    shown(campaign, due_at=NOON + HOUR)
    upload_pass(campaign.shift())
    called_off(campaign)
    campaign.facebook.discarding = [Rejected("no such right")]
    if case == "frozen":
        frozen(campaign)
    campaign.clock.advance(2 * HOUR if case == "over" else timedelta())
    tallies = [run_pass(campaign.shift()) for _pass in range(2)]
    assert len(campaign.facebook.discarded) == (case == "refused")
    assert len(uploads(campaign)) == (case == "frozen")
    told = [" ".join(tally.findings).count("no such right") for tally in tallies]
    assert told == [case == "refused", 0]
    assert endings(campaign) == ["upload ended"] * (case != "frozen")


def test_two_networks_upload_beside_each_other_and_one_stops_no_other(campaign: Campaign) -> None:
    """The trouble of one is its own."""
    shown(campaign)
    on_x = shown(campaign, "x")
    campaign.facebook.uploading = [NotAuthorised("token")]
    tally = run_pass(campaign.shift())
    assert (tally.published, tally.needs_person) == (1, True)
    assert campaign.read(on_x).state is PostState.PUBLISHED
    assert numbers(campaign.x) == [["x-file-1"]]


def test_status_and_tally_tell_how_far_a_film_is(campaign: Campaign) -> None:
    """Cut after eight bytes; then there, and nothing is on its way any more."""
    post_id = shown(campaign, media=[file(campaign, FILM, kind="video", mime="video/mp4")])
    with campaign.session() as session:
        tandem_id = session.get_one(Post, post_id).tandem_id
        digest = hashlib.sha256(FILM).hexdigest()
        session.add(
            Medium(
                tandem_id=tandem_id,
                position=0,
                name="film.mp4",
                kind=MediaKind.VIDEO,
                digest=digest,
                facts={},
                ready=digest,
                ready_facts={"size": len(FILM)},
            )
        )
    campaign.facebook.uploading = [lambda sent: stopped(campaign) if sent == 4 else None]
    assert run_pass(campaign.shift()).uploaded == 0
    with campaign.store.reading() as session:
        (row,) = uploads_under_way(session, campaign.id, "Europe/Berlin")
    assert (row["post"], row["sent"], row["size"]) == (post_id, 8, len(FILM))
    assert (row["tandem"], row["network"], row["position"]) == ("tandem-1", "facebook", 1)
    with campaign.session() as session:
        resume(session, campaign.id, [(Scope.ALL, "")], NOON, "tester")
    assert run_pass(campaign.shift()).document()["uploaded"] == 1
    with campaign.store.reading() as session:
        assert uploads_under_way(session, campaign.id, "Europe/Berlin") == []
