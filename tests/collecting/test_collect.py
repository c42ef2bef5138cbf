"""Collecting: figures with name and time, replies once each, and trouble that costs only itself."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.collect import collect, would_read
from orchestrator.model import Account, Person, Post, Reply, Snapshot
from orchestrator.ports import (
    Heard,
    NotAuthorised,
    OutcomeUnknown,
    RateLimited,
    Readings,
    Trouble,
    Unavailable,
)
from orchestrator.publish import publish
from orchestrator.replies import digests_in, forget, opened
from orchestrator.run import run_pass
from orchestrator.shift import Tally
from orchestrator.vocabulary import Label, PostState
from tests.fakes import METRICS
from tests.publishing.conftest import NOON, Campaign

OFFER = "Wir suchen in unserer Bäckerei ab sofort jemanden, melden Sie sich: 030 23125 017"


def collected(campaign: Campaign, everything: bool = False) -> Tally:
    tally = Tally()
    collect(campaign.shift(), tally, everything=everything)
    return tally


def later(campaign: Campaign, **span: int) -> None:
    campaign.clock.advance(timedelta(**span))


def heard(number: int, post: str | None, text: str = "Viel Glück!", **changes: object) -> Heard:
    values = {
        "remote_id": f"c{number}",
        "post": post,
        "channel": "comment",
        "author_id": "4711",
        "author": "Heike M.",
        "text": text,
        "at": NOON - timedelta(minutes=30),
    } | changes
    return Heard(**values)


def replies(campaign: Campaign) -> list[Reply]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Reply).order_by(Reply.id)).all())


def figures(campaign: Campaign) -> list[tuple[int, str, int]]:
    with campaign.store.reading() as session:
        rows = session.exec(select(Snapshot).order_by(Snapshot.taken_at, Snapshot.metric)).all()
    return [(row.post_id, row.metric, row.value) for row in rows]


def account(campaign: Campaign, network: str = "facebook") -> Account:
    with campaign.store.reading() as session:
        return session.get_one(Account, campaign.accounts[network])


def test_figures_are_kept_with_their_name_and_time(campaign: Campaign) -> None:
    """Every reading is a row of its own; the second one does not overwrite the first."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 120, "views": 150}}
    assert collected(campaign).snapshots == 2
    later(campaign, hours=1)
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 180, "views": 260}}
    assert collected(campaign).snapshots == 2
    assert figures(campaign) == [
        (post, "viewers", 120),
        (post, "views", 150),
        (post, "viewers", 180),
        (post, "views", 260),
    ]


def test_a_pass_reads_only_what_is_due(campaign: Campaign) -> None:
    """A second pass a minute later asks no network; ``everything`` does."""
    campaign.published()
    collected(campaign)
    later(campaign, minutes=1)
    assert would_read(campaign.shift()) == {"facebook": 0, "x": 0}
    before = campaign.facebook.calls
    collected(campaign)
    assert campaign.facebook.calls == before
    collected(campaign, everything=True)
    assert campaign.facebook.calls > before


def test_a_reply_is_kept_once_and_belongs_to_its_tandem(campaign: Campaign) -> None:
    """However often it is heard; also when one page tells it twice."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}"), heard(1, f"facebook-{post}")]
    assert collected(campaign).replies == 1
    later(campaign, hours=1)
    assert collected(campaign).replies == 0
    [reply] = replies(campaign)
    assert (reply.post_id, reply.channel, reply.author) == (post, "comment", "Heike M.")
    assert reply.tandem_id == campaign.read(post).tandem_id


def test_what_was_said_to_somebody_who_is_erased_meanwhile_is_not_kept(campaign: Campaign) -> None:
    """A reading takes minutes; the erasure that comes in between lets go of the post's number."""
    post, other = campaign.published(), campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}"), heard(2, f"facebook-{other}")]
    read = campaign.facebook.replies

    def erased_meanwhile(*given: object, **named: object) -> object:
        with campaign.session() as session:
            row = session.get_one(Post, post)
            row.remote_id, row.state = None, PostState.WITHDRAWN
        return read(*given, **named)

    campaign.facebook.replies = erased_meanwhile
    collected(campaign)
    assert [reply.post_id for reply in replies(campaign)] == [other]


def test_a_reply_to_a_post_that_is_not_due_finds_it(campaign: Campaign) -> None:
    """A mention comes at any time; its post need not be among those that are read now."""
    old = campaign.published(published_at=NOON - timedelta(days=20), collected_at=NOON)
    campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{old}"), heard(2, None)]
    collected(campaign)
    assert [reply.post_id for reply in replies(campaign)] == [old, None]


def test_contacts_in_a_reply_are_sealed(campaign: Campaign) -> None:
    """The number can be read with the key, and stands nowhere in the table."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    [reply] = replies(campaign)
    assert "23125" not in reply.text
    assert reply.text.startswith("Wir suchen in unserer Bäckerei")
    with campaign.store.reading() as session:
        assert opened(session, campaign.key, reply)["text"] == OFFER
    assert (reply.label, reply.queue) == (Label.JOB_OFFER, True)
    assert reply.why


def test_an_edit_is_followed_and_sorted_anew(campaign: Campaign) -> None:
    """The newest words count, with the time of the change; unchanged ones stay untouched."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", "Viel Glück!")]
    collected(campaign)
    assert replies(campaign)[0].edited_at is None
    later(campaign, hours=1)
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    assert collected(campaign).replies == 0
    [reply] = replies(campaign)
    assert (reply.label, reply.edited_at) == (Label.JOB_OFFER, NOON + timedelta(hours=1))
    later(campaign, hours=1)
    collected(campaign)
    assert replies(campaign)[0].edited_at == NOON + timedelta(hours=1)


def test_a_persons_label_outlives_an_edit(campaign: Campaign) -> None:
    """No machine changes what a person decided."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", "Viel Glück!")]
    collected(campaign)
    with campaign.session() as session:
        reply = session.exec(select(Reply)).one()
        reply.label, reply.labelled_by = Label.TIP, "heike"
    later(campaign, hours=1)
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    assert replies(campaign)[0].label is Label.TIP


def test_a_deletion_takes_the_words_along(campaign: Campaign) -> None:
    """That there was a reply is kept; what it said, and who, is not."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    later(campaign, hours=1)
    campaign.facebook.heard, campaign.facebook.deleted = [], {"c1"}
    collected(campaign)
    [reply] = replies(campaign)
    assert reply.deleted_at == NOON + timedelta(hours=1)
    assert (reply.text, reply.author, reply.label) == ("", "", Label.JOB_OFFER)
    with campaign.store.reading() as session:
        assert opened(session, campaign.key, reply) == {}
    later(campaign, hours=1)
    collected(campaign)
    assert campaign.facebook.listened[-1][0][0].held == frozenset()


def test_a_deleted_mention_without_a_post_is_followed_too(campaign: Campaign) -> None:
    """Whoever named us and took it back is forgotten like everybody else."""
    campaign.published()
    campaign.facebook.heard = [heard(1, None, OFFER)]
    collected(campaign)
    later(campaign, hours=21)
    campaign.facebook.heard, campaign.facebook.deleted = [], {"c1"}
    collected(campaign)
    [reply] = replies(campaign)
    assert (reply.deleted_at, reply.text) == (NOON + timedelta(hours=21), "")


def test_what_was_deleted_under_an_old_post_is_let_go_of_within_a_day(campaign: Campaign) -> None:
    """Its figures are read no more, but what people said there is still theirs; once a day it is
    asked for, and what was let go of already is not."""
    post = campaign.published()
    campaign.facebook.heard = [
        heard(number, f"facebook-{post}", OFFER, author_id=str(number)) for number in (1, 2, 3)
    ]
    collected(campaign)
    later(campaign, days=100)
    campaign.facebook.heard = []
    with campaign.session() as session:
        forget(session, session.exec(select(Reply).where(Reply.remote_id == "c3")).one(), NOON)
    assert would_read(campaign.shift())["facebook"] == 0
    collected(campaign)
    assert campaign.facebook.listened[-1][0] == []
    assert campaign.facebook.strays == {"c1", "c2"}
    campaign.facebook.deleted = {"c1"}
    before = campaign.facebook.calls
    later(campaign, hours=12)
    collected(campaign)
    assert campaign.facebook.calls == before
    later(campaign, hours=12)
    collected(campaign)
    assert campaign.facebook.calls == before + 1
    kept = {reply.remote_id: (reply.deleted_at, reply.text == "") for reply in replies(campaign)}
    assert kept["c1"] == (NOON + timedelta(days=101), True)
    assert kept["c2"] == (None, False)
    later(campaign, days=1)
    collected(campaign)
    assert campaign.facebook.strays == {"c2"}


def test_what_could_not_be_followed_is_asked_for_again(campaign: Campaign) -> None:
    """A trouble of the network does not count as a look; it rests some minutes."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    later(campaign, days=100)
    campaign.facebook.heard, campaign.facebook.deaf = [], OutcomeUnknown("no answer")
    assert list(collected(campaign).closed) == ["facebook"]
    before = campaign.facebook.calls
    collected(campaign)
    assert campaign.facebook.calls == before
    campaign.facebook.deaf, campaign.facebook.deleted = None, {"c1"}
    later(campaign, minutes=5)
    collected(campaign)
    assert replies(campaign)[0].text == ""


def test_private_figures_are_asked_for_as_long_as_they_can_be_had(campaign: Campaign) -> None:
    """The last reading happens by itself before they end; what is not asked for any more keeps
    its last value and the last word on why it was missing."""
    post = campaign.published()
    remote = f"facebook-{post}"
    campaign.facebook.metrics = replace(
        METRICS, private=("clicks", "opened"), private_for=timedelta(days=30)
    )
    campaign.facebook.figures = {remote: {"viewers": 5, "clicks": 3}}
    campaign.facebook.unavailable = {"opened": Unavailable.NOT_PERMITTED}
    collected(campaign)
    assert campaign.facebook.asked_privately == {remote}
    later(campaign, days=28, hours=22)
    collected(campaign)
    later(campaign, hours=2)
    campaign.facebook.figures = {remote: {"viewers": 9, "clicks": 7}}
    assert would_read(campaign.shift())["facebook"] == 1
    collected(campaign)
    assert would_read(campaign.shift())["facebook"] == 0
    later(campaign, days=8)
    campaign.facebook.figures = {remote: {"viewers": 10}}
    campaign.facebook.unavailable = {"views": Unavailable.VANISHED}
    collected(campaign)
    assert campaign.facebook.asked_privately == set()
    assert [value for _post, metric, value in figures(campaign) if metric == "clicks"] == [3, 3, 7]
    assert account(campaign).unavailable == {"opened": "not_permitted", "views": "vanished"}


def test_a_reply_that_is_not_heard_is_not_gone(campaign: Campaign) -> None:
    """Only what the network says it no longer has counts as deleted."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}")]
    collected(campaign)
    later(campaign, hours=1)
    campaign.facebook.heard = []
    collected(campaign)
    assert replies(campaign)[0].deleted_at is None


def test_a_call_that_was_noted_before_is_not_counted_again(campaign: Campaign) -> None:
    """The baker rang first and commented then: one offer."""
    post = campaign.published()
    with campaign.session() as session:
        note = Reply(
            campaign_id=campaign.id,
            tandem_id=campaign.read(post).tandem_id,
            channel="phone",
            text="Bäckerei sucht jemanden",
            label=Label.JOB_OFFER,
            received_at=NOON,
            collected_at=NOON,
            contact_digests=[campaign.key.digest("contact:493023125017")],
        )
        session.add(note)
        session.flush()
        number = note.id
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    assert replies(campaign)[1].duplicate_of == number


def test_where_the_last_hearing_ended_is_remembered(campaign: Campaign) -> None:
    """Mentions are asked for from the last mark on; a pass without a mark keeps it."""
    campaign.published("x")
    campaign.x.until = "900"
    collected(campaign)
    later(campaign, hours=1)
    campaign.x.until = None
    collected(campaign)
    later(campaign, hours=1)
    collected(campaign)
    assert [since for _posts, since in campaign.x.listened] == [None, "900", "900"]


def test_the_network_is_told_what_we_hold_and_what_it_counted(campaign: Campaign) -> None:
    """So that it can look only where there is more."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 9, "comments": 4}}
    campaign.facebook.heard = [heard(1, f"facebook-{post}")]
    collected(campaign)
    later(campaign, hours=1)
    collected(campaign)
    [listening], _since = campaign.facebook.listened[-1]
    assert (listening.held, listening.counted) == (frozenset({"c1"}), 4)


def test_a_post_that_is_gone_is_said_once(campaign: Campaign) -> None:
    """When the network says so a second time; its last figures stay."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 80}}
    collected(campaign)
    later(campaign, hours=1)
    campaign.facebook.figures, campaign.facebook.gone = {}, {f"facebook-{post}"}
    assert collected(campaign).findings == []
    assert campaign.read(post).gone_at == NOON + timedelta(hours=1)
    later(campaign, hours=1)
    assert [f"post {post}" in finding for finding in collected(campaign).findings] == [True]
    later(campaign, hours=1)
    assert collected(campaign).findings == []
    assert figures(campaign) == [(post, "viewers", 80)]


def test_a_post_that_was_not_found_once_is_read_again(campaign: Campaign) -> None:
    """A platform's hiccup takes nothing away; a post that has just gone out is not asked for."""
    post = campaign.published()
    campaign.facebook.gone = {f"facebook-{post}"}
    collected(campaign)
    assert campaign.read(post).gone_at
    later(campaign, hours=1)
    campaign.facebook.gone = set()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 5}}
    assert collected(campaign).findings == []
    assert campaign.read(post).gone_at is None
    campaign.published("x", published_at=campaign.clock.now() - timedelta(minutes=3))
    assert would_read(campaign.shift()) == {"facebook": 0, "x": 0}


def test_a_metric_that_is_not_given_is_noted_with_the_reason(campaign: Campaign) -> None:
    """Not available is never 0, and no longer true once it is given."""
    campaign.published()
    campaign.facebook.unavailable = {"viewers": Unavailable.FEW_LIKES}
    collected(campaign)
    assert account(campaign).unavailable == {"viewers": "few_likes"}
    assert figures(campaign) == []
    later(campaign, hours=1)
    campaign.facebook.unavailable = {}
    collected(campaign)
    assert account(campaign).unavailable == {}


@pytest.mark.parametrize(
    ("trouble", "minutes", "person"),
    [
        (OutcomeUnknown("no answer"), 5, False),
        (RateLimited("slowly", seconds=1800), 30, False),
        (NotAuthorised("no token"), 15, True),
    ],
)
def test_a_network_that_cannot_be_read_stops_no_other(
    campaign: Campaign, trouble: Trouble, minutes: int, person: bool
) -> None:
    """It rests for a while, its posts stay due, and the others are read."""
    post, other = campaign.published(), campaign.published("x")
    campaign.facebook.unreadable = trouble
    campaign.x.figures = {f"x-{other}": {"viewers": 7}}
    tally = collected(campaign)
    assert (tally.closed, tally.needs_person) == ({"facebook": trouble.why}, person)
    assert figures(campaign) == [(other, "viewers", 7)]
    assert campaign.read(post).collected_at is None
    assert account(campaign).read_not_before == NOON + timedelta(minutes=minutes)

    campaign.facebook.unreadable = None
    calls = campaign.facebook.calls
    collected(campaign)
    assert campaign.facebook.calls == calls
    later(campaign, minutes=minutes)
    collected(campaign)
    assert campaign.facebook.calls > calls


def test_a_refused_reading_stops_no_sending(campaign: Campaign) -> None:
    """A permission that only reading needs must not keep an appeal from going out."""
    campaign.published()
    campaign.facebook.deaf = NotAuthorised("no permission to read comments")
    waiting = campaign.post(campaign.tandem("waiting"))
    shift = campaign.shift()
    collect(shift, Tally())
    tally = Tally()
    publish(shift, tally)
    assert (tally.published, tally.closed) == (1, {})
    assert campaign.read(waiting).state == "published"


def test_a_refused_access_stands_there_until_it_is_accepted_again(campaign: Campaign) -> None:
    """Whoever only reads the morning's page must see it; also when sending met it first."""
    campaign.published()
    campaign.facebook.unreadable = NotAuthorised("no token")
    collected(campaign)
    assert account(campaign).refusal == "no token"
    later(campaign, hours=1)
    campaign.facebook.unreadable = None
    collected(campaign)
    assert account(campaign).refusal is None
    later(campaign, hours=1)
    campaign.facebook.script = [NotAuthorised("no right to post")]
    campaign.post(campaign.tandem("waiting"))
    run_pass(campaign.shift())
    assert account(campaign).refusal == "no right to post"


def test_what_ended_halfway_is_read_again_after_the_rest(campaign: Campaign) -> None:
    """What was told counts; the posts are due as they were, and the network rests."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 80}}
    campaign.facebook.heard = [heard(1, f"facebook-{post}")]
    campaign.facebook.ended = RateLimited("slowly", seconds=1800)
    tally = collected(campaign)
    assert (tally.snapshots, tally.replies, tally.closed) == (1, 1, {"facebook": "slowly"})
    assert account(campaign).read_not_before == NOON + timedelta(minutes=30)
    assert campaign.read(post).collected_at is None


def test_a_post_of_which_nothing_was_told_is_asked_for_again(campaign: Campaign) -> None:
    """Not at once, but not after its age's whole pause either."""
    post = campaign.published(published_at=NOON - timedelta(days=40))
    campaign.facebook.silent = {f"facebook-{post}"}
    assert collected(campaign).closed == {}
    assert would_read(campaign.shift())["facebook"] == 1
    calls = campaign.facebook.calls
    collected(campaign)
    assert campaign.facebook.calls == calls
    later(campaign, minutes=5)
    collected(campaign)
    assert campaign.facebook.calls > calls


def test_an_interrupted_reading_counts_as_none(campaign: Campaign) -> None:
    """After Ctrl-C the posts are due as they were; the next pass reads them."""
    post = campaign.published()
    campaign.facebook.interrupts = True
    with pytest.raises(KeyboardInterrupt):
        collected(campaign)
    assert campaign.read(post).collected_at is None


def test_a_surprise_of_one_network_costs_only_itself(campaign: Campaign) -> None:
    """A bug or an absurd answer must not keep the others from being read."""
    campaign.published()
    other = campaign.published("x")
    campaign.facebook.figures = {f"facebook-{other - 1}": {"viewers": 2**80}}
    campaign.x.figures = {f"x-{other}": {"viewers": 7}}
    tally = collected(campaign)
    assert list(tally.closed) == ["facebook"]
    assert figures(campaign) == [(other, "viewers", 7)]
    assert campaign.read(1).collected_at is None


def test_a_resting_network_is_named_to_whoever_asks(campaign: Campaign) -> None:
    """Silence would look like “nothing new”."""
    campaign.published()
    campaign.facebook.unreadable = RateLimited("slowly", seconds=1800)
    collected(campaign)
    tally = Tally()
    collect(campaign.shift(), tally, by_hand=True)
    assert list(tally.closed) == ["facebook"]
    assert collected(campaign).closed == {}


def test_many_replies_are_all_written(campaign: Campaign) -> None:
    """They go in some at a time, and each once."""
    post = campaign.published()
    campaign.facebook.heard = [heard(number, f"facebook-{post}") for number in range(450)]
    assert collected(campaign).replies == 450
    later(campaign, hours=1)
    assert collected(campaign).replies == 0


def test_figures_are_kept_when_replies_cannot_be_read(campaign: Campaign) -> None:
    """What came before the trouble counts."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 80}}
    campaign.facebook.deaf = OutcomeUnknown("no answer")
    tally = collected(campaign)
    assert (tally.snapshots, list(tally.closed)) == (1, ["facebook"])
    assert figures(campaign) == [(post, "viewers", 80)]


def test_reading_never_eats_the_money_of_planned_posts(campaign: Campaign) -> None:
    """What reading costs is counted; before the cap is reached, it stops."""
    for _number in range(3):
        campaign.published("x")
    campaign.x.read_cost = 1.0
    assert collected(campaign).findings == []
    assert account(campaign, "x").read_usd == pytest.approx(3.0)
    later(campaign, hours=1)
    cap = campaign.settings.networks["x"].spending_cap
    assert cap == 10
    campaign.post(campaign.tandem("dear"), "x", price_usd=7.0)
    tally = collected(campaign)
    assert "was not read" in tally.findings[0]
    assert tally.needs_person
    assert campaign.x.allowance == 0
    later(campaign, hours=1)
    assert collected(campaign).findings == []
    assert account(campaign, "x").read_usd == pytest.approx(3.0)


def test_what_a_foreign_account_posted_is_left_alone(campaign: Campaign) -> None:
    """Posts of the page that was configured before cannot be read with this one's token."""
    with campaign.session() as session:
        session.get_one(Account, campaign.accounts["facebook"]).remote_id = "old-page"
        session.add(Account(campaign_id=campaign.id, network="facebook", remote_id="10"))
    campaign.published()
    collected(campaign)
    assert campaign.facebook.calls == 0


def test_two_workers_read_a_post_once(campaign: Campaign) -> None:
    """The one that comes second finds nothing due."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}")]
    first, second = Tally(), Tally()
    collect(campaign.shift("worker-1"), first)
    collect(campaign.shift("worker-2"), second)
    assert (first.replies, second.replies, campaign.facebook.calls) == (1, 0, 2)


def test_a_hostile_text_is_kept_as_it_is_storable(campaign: Campaign) -> None:
    """NUL and halves of characters would break a database; all else is the display's affair."""
    post = campaign.published()
    text = "\x00Hallo \ud83d \x1b[31mrot\u202eneu" + "ä" * 10_000
    campaign.facebook.heard = [heard(1, f"facebook-{post}", text)]
    collected(campaign)
    stored = replies(campaign)[0].text
    assert stored == "Hallo ? \x1b[31mrot\u202eneu" + "ä" * 10_000
    later(campaign, hours=1)
    collected(campaign)
    assert replies(campaign)[0].edited_at is None


def test_a_post_is_published_when_it_has_no_time_of_its_own(campaign: Campaign) -> None:
    """An adopted post without a time counts from when it was due."""
    post = campaign.published(published_at=None)
    later(campaign, minutes=10)
    collected(campaign)
    assert campaign.facebook.listened[0][0][0].published_at == campaign.read(post).due_at


def test_reading_is_written_down_at_the_post(campaign: Campaign) -> None:
    """The row tells when a pass last set out to read it."""
    post = campaign.published()
    collected(campaign)
    with campaign.store.reading() as session:
        assert session.get_one(Post, post).collected_at == NOON


def noted(campaign: Campaign, tandem_id: int | None, number: str, **changes: object) -> int:
    """What somebody typed in about a call."""
    values = {
        "campaign_id": campaign.id,
        "tandem_id": tandem_id,
        "channel": "phone",
        "text": "Bäckerei sucht jemanden",
        "label": Label.JOB_OFFER,
        "received_at": NOON,
        "collected_at": NOON,
        "contact_digests": digests_in(campaign.key, number),
    } | changes
    with campaign.session() as session:
        note = Reply(**values)
        session.add(note)
        session.flush()
        return note.id


@pytest.mark.parametrize(
    "note",
    [
        {"label": Label.QUESTION},
        {"status": "filled"},
        {"deleted_at": NOON},
        {"number": "030 555 0100"},
    ],
)
def test_an_offer_online_is_folded_under_nothing_less(
    note: dict[str, object], campaign: Campaign
) -> None:
    """Not under a question, nor under what has ended; our own number makes nobody a namesake."""
    post = campaign.published()
    values = {"number": "030 23125 017"} | note
    noted(campaign, campaign.read(post).tandem_id, **values)  # type: ignore[arg-type]
    text = f"{OFFER} (statt {campaign.settings.campaign.contact})"
    campaign.facebook.heard = [heard(1, f"facebook-{post}", text)]
    collected(campaign)
    assert replies(campaign)[1].duplicate_of is None


def test_a_checked_call_for_nobody_in_particular_is_the_same_offer(campaign: Campaign) -> None:
    """The rule is the one of `inbox add`, the other way round."""
    post = campaign.published()
    number = noted(campaign, None, "+49 30 23125017", status="checked")
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    assert replies(campaign)[1].duplicate_of == number


def test_an_offer_outlives_its_deleted_original(campaign: Campaign) -> None:
    """The baker takes the comment back, but has rung as well: that call waits from now on."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    [online] = replies(campaign)
    calls = [
        noted(campaign, None, "030 23125 017", duplicate_of=online.id, received_at=at)
        for at in (NOON, NOON - timedelta(hours=1))
    ]
    with campaign.session() as session:
        kept = session.get_one(Reply, online.id)
        kept.taken_by, kept.taken_at = "heike", NOON
    later(campaign, hours=1)
    campaign.facebook.heard, campaign.facebook.deleted = [], {"c1"}
    collected(campaign)
    gone, younger, older = replies(campaign)
    assert (younger.id, older.id) == tuple(calls)
    assert (gone.duplicate_of, younger.duplicate_of) == (older.id, older.id)
    assert (older.duplicate_of, older.taken_by, gone.taken_by) == (None, "heike", None)


def test_what_was_handed_over_and_deleted_is_not_begun_anew(campaign: Campaign) -> None:
    """People are talking already; the repetition is still one."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    [online] = replies(campaign)
    noted(campaign, None, "030 23125 017", duplicate_of=online.id)
    with campaign.session() as session:
        session.get_one(Reply, online.id).status = "forwarded"
    later(campaign, hours=1)
    campaign.facebook.heard, campaign.facebook.deleted = [], {"c1"}
    collected(campaign)
    assert replies(campaign)[1].duplicate_of == online.id


def test_an_edit_that_makes_an_offer_of_it_is_seen(campaign: Campaign) -> None:
    """A question that was folded away becomes the original when it says more."""
    post = campaign.published()
    number = noted(campaign, None, "030 23125 017", label=Label.QUESTION)
    asked = "Was kann sie denn? 030 23125 017"
    campaign.facebook.heard = [heard(1, f"facebook-{post}", asked)]
    collected(campaign)
    assert replies(campaign)[1].duplicate_of == number
    later(campaign, hours=1)
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    note, online = replies(campaign)
    assert (online.label, online.duplicate_of) == (Label.JOB_OFFER, None)
    assert note.duplicate_of == online.id


def test_a_reply_that_comes_back_brings_its_contact(campaign: Campaign) -> None:
    """Its author restored it: it is sealed anew; what was forgotten stays unreadable."""
    post = campaign.published()
    campaign.facebook.heard = [heard(1, f"facebook-{post}", OFFER)]
    collected(campaign)
    before = replies(campaign)[0].person_id
    later(campaign, hours=1)
    campaign.facebook.heard, campaign.facebook.deleted = [], {"c1"}
    collected(campaign)
    later(campaign, hours=1)
    campaign.facebook.heard, campaign.facebook.deleted = (
        [heard(1, f"facebook-{post}", OFFER)],
        set(),
    )
    collected(campaign)
    [reply] = replies(campaign)
    assert (reply.deleted_at, reply.text[:10]) == (None, OFFER[:10])
    assert reply.person_id != before
    with campaign.store.reading() as session:
        assert opened(session, campaign.key, reply)["text"] == OFFER
        assert session.get_one(Person, before).sealed is None


def test_figures_of_many_posts_are_read_some_at_a_time(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one lot gives is available, whatever another lacks; a trouble ends the asking, and what
    was read before it is kept."""
    monkeypatch.setattr("orchestrator.reading._LOT", 2)
    posts = [campaign.published() for _number in range(5)]
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": post} for post in posts[:4]}
    lots: list[list[str]] = []
    reach = campaign.facebook.reach

    def reading(ids: list[str], private: object = ()) -> Readings:
        lots.append(ids)
        if len(lots) == 6:
            raise RateLimited("slowly", seconds=60)
        told = reach(ids)
        missing = {} if any(told.figures.values()) else {"viewers": Unavailable.NOT_YET}
        return replace(told, unavailable=missing)

    monkeypatch.setattr(campaign.facebook, "reach", reading)
    assert collected(campaign).snapshots == 4
    assert [len(lot) for lot in lots] == [2, 2, 1]
    assert account(campaign).unavailable == {}
    later(campaign, hours=1)
    assert collected(campaign).snapshots == 4
    assert [len(lot) for lot in lots] == [2, 2, 1, 2, 2, 1]
    assert would_read(campaign.shift())["facebook"] == 5
