"""Private messages in the inbox: heard beside the replies, linked where that is sure, let go of."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator import replies as reply_rules
from orchestrator.collect import collect
from orchestrator.model import Account, Reply, Tandem
from orchestrator.model import Campaign as CampaignRow
from orchestrator.ports import Heard, NotAuthorised, OutcomeUnknown, RateLimited, Unreadable
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import Label, PostState, Show
from tests.conftest import on_both
from tests.fakes import TalkingNetwork
from tests.publishing.conftest import NOON, Campaign, database_url

__all__ = ["database_url"]  # of SQLite, where a test is not on both
MINUTE = timedelta(minutes=1)


@pytest.fixture
def campaign(campaign: Campaign) -> Campaign:
    """One whose page people also write to."""
    campaign.facebook = TalkingNetwork("facebook")
    return campaign


def written(number: int, text: str, **changes: object) -> Heard:
    values = {
        "remote_id": f"m{number}",
        "post": None,
        "channel": "message",
        "author_id": f"psid-{number}",
        "author": "Heike M.",
        "text": text,
        "at": NOON - timedelta(minutes=30 - number),
        "conversation": "t_1",
    } | changes
    return Heard(**values)


def collected(campaign: Campaign, shift: Shift | None = None) -> Tally:
    tally = Tally()
    collect(shift or campaign.shift(), tally, everything=True)
    return tally


def kept(campaign: Campaign) -> list[Reply]:
    with campaign.store.reading() as session:
        return list(session.exec(select(Reply).order_by(Reply.id)).all())


def account(campaign: Campaign) -> Account:
    with campaign.store.reading() as session:
        return session.get_one(Account, campaign.accounts["facebook"])


def tandem_of(campaign: Campaign, slug: str) -> int:
    with campaign.store.reading() as session:
        return session.exec(select(Tandem.id).where(Tandem.slug == slug)).one()


def change(campaign: Campaign, slug: str, **changes: object) -> int:
    with campaign.session() as session:
        tandem = session.exec(select(Tandem).where(Tandem.slug == slug)).one()
        for name, value in changes.items():
            setattr(tandem, name, value)
        return tandem.id


@on_both
def test_a_message_is_kept_sealed_sorted_and_once(campaign: Campaign) -> None:
    """Its conversation is kept, since an answer needs it; whoever wrote it only as a digest."""
    campaign.published()
    text = "Wir suchen für unsere Näherei ab sofort Hilfe, melden Sie sich: 030 23125 017"
    campaign.facebook.written = [written(1, text)]
    campaign.facebook.written_until = "17"
    assert collected(campaign).replies == 1
    campaign.clock.advance(20 * MINUTE)
    assert collected(campaign).replies == 0
    [reply] = kept(campaign)
    assert (reply.channel, reply.conversation, reply.post_id) == ("message", "t_1", None)
    assert "23125" not in reply.text
    assert reply.author_digest
    assert "psid" not in repr(reply)
    assert (reply.label, reply.queue) == (Label.JOB_OFFER, True)
    assert account(campaign).messages_until == "17"
    assert [since for since, _begin, _held in campaign.facebook.asked_for] == [None, "17"]


def test_messages_are_asked_for_since_the_first_post_and_not_all_the_time(
    campaign: Campaign,
) -> None:
    """X allows fifteen such calls in fifteen minutes; a scheduler passes twice a minute."""
    post = campaign.published()
    shift = campaign.shift()
    collected(campaign, shift)
    campaign.clock.advance(9 * MINUTE)
    collected(campaign, shift)
    assert len(campaign.facebook.asked_for) == 1
    campaign.clock.advance(2 * MINUTE)
    collected(campaign, shift)
    assert len(campaign.facebook.asked_for) == 2
    assert campaign.facebook.asked_for[0][1] == campaign.read(post).published_at


def test_a_missing_permission_is_said_once_and_costs_nothing_else(campaign: Campaign) -> None:
    """It is no failure: figures and comments come in, and nobody is woken for it."""
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 12}}
    campaign.facebook.mute = Unreadable("The page token lacks pages_messaging.")
    first = collected(campaign)
    assert first.findings == ["The page token lacks pages_messaging."]
    assert (first.snapshots, first.closed, first.needs_person) == (1, {}, False)
    campaign.clock.advance(60 * MINUTE)
    assert collected(campaign).findings == []
    assert account(campaign).refusal is None
    campaign.facebook.mute = None
    campaign.facebook.written = [written(1, "Hallo")]
    assert collected(campaign).replies == 1
    campaign.facebook.mute = Unreadable("The page token lacks pages_messaging.")
    assert collected(campaign).findings == ["The page token lacks pages_messaging."]


def test_a_lost_answer_is_said_and_a_wait_is_waited(campaign: Campaign) -> None:
    post = campaign.published()
    campaign.facebook.figures = {f"facebook-{post}": {"viewers": 12}}
    campaign.facebook.mute = OutcomeUnknown("Nobody answered.")
    lost = collected(campaign)
    assert lost.findings == ["The private messages could not be read: Nobody answered."]
    assert lost.snapshots == 1
    campaign.facebook.mute = RateLimited("Later.", seconds=900)
    waits = collected(campaign)
    assert (waits.findings, waits.closed) == ([], {})
    campaign.facebook.mute = NotAuthorised("The token is dead.")
    assert collected(campaign).closed == {"facebook": "The token is dead."}


def test_what_was_taken_back_loses_its_words(campaign: Campaign) -> None:
    """It is asked after once a day, by conversation; who is asked about in public is not mixed
    up with it."""
    campaign.published()
    campaign.facebook.written = [written(1, "Ich hätte was"), written(2, "Doch nicht")]
    collected(campaign)
    campaign.clock.advance(timedelta(hours=21))
    campaign.facebook.unsent = {"m2"}
    collected(campaign)
    assert campaign.facebook.asked_for[-1][2] == {"t_1": frozenset({"m1", "m2"})}
    assert not campaign.facebook.strays & {"m1", "m2"}
    one, two = kept(campaign)
    assert (one.text, one.deleted_at) == ("Ich hätte was", None)
    assert (two.text, two.author, two.conversation) == ("", "", None)
    assert two.deleted_at is not None


def test_forgetting_lets_go_of_the_conversation(campaign: Campaign) -> None:
    """It leads to the sender as surely as a name."""
    campaign.published()
    campaign.facebook.written = [written(1, "Wegen der Stelle: 030 23125 017")]
    collected(campaign)
    with campaign.session() as session:
        reply_rules.forget(session, session.exec(select(Reply)).one(), NOON)
    [reply] = kept(campaign)
    assert (reply.conversation, reply.author_digest, reply.text) == (None, None, "")
    campaign.clock.advance(20 * MINUTE)
    collected(campaign)
    [again] = kept(campaign)
    assert (again.text, again.conversation) == ("", None)


# --- whose it is ----------------------------------------------------------------------------


def placed(campaign: Campaign, *texts: str, **changes: object) -> list[int | None]:
    """Where these messages belong, each in a conversation of its own."""
    campaign.facebook.written = [
        written(number, text, **({"conversation": f"t_{number}"} | changes))
        for number, text in enumerate(texts, 1)
    ]
    collected(campaign)
    return [each.tandem_id for each in kept(campaign)]


def test_what_only_one_tandem_has_leads_to_it(campaign: Campaign) -> None:
    """Its name in public, short name, hashtag, link; anything else leads nowhere."""
    campaign.published()
    campaign.published()
    amira = change(campaign, "tandem-1", public_name="Amira", link="https://ngo.example/amira")
    yusuf = change(campaign, "tandem-2", public_name="Yusuf", link="https://ngo.example/yusuf")
    found = placed(
        campaign,
        "Guten Tag, es geht um AMIRA, die Schneiderin.",
        "Ist tandem-2 noch zu haben?",
        "#tandem1 hätte bei uns eine Chance",
        "Ich las https://www.ngo.example/yusuf/ und möchte helfen",
        "Haben Sie Arbeit für mich?",
        "Amira oder Yusuf, beide könnten kommen",
        "Mein Vitamin heißt Amiracetam",
    )
    assert found == [amira, yusuf, amira, yusuf, None, None, None]


def test_a_name_that_two_have_leads_nowhere(campaign: Campaign) -> None:
    """Nor that of somebody of whom nothing may be public, nor an ordinary word."""
    for _each in range(4):
        campaign.published()
    change(campaign, "tandem-1", public_name="Amira")
    change(campaign, "tandem-2", public_name="Amira K.")
    change(campaign, "tandem-3", public_name="Hope")
    change(campaign, "tandem-4", public_name="Samir", show=None)
    texts = ("Für Amira!", "I hope so", "Wegen Samir", "Amira K. kann anfangen")
    named = tandem_of(campaign, "tandem-2")
    assert placed(campaign, *texts) == [None, None, None, named]


def test_who_signs_with_the_same_name_means_nobody(campaign: Campaign) -> None:
    campaign.published()
    change(campaign, "tandem-1", public_name="Amira")
    assert placed(campaign, "Ich suche auch Arbeit. Amira", author="Amira Saleh") == [None]


def test_an_alias_leads_to_its_tandem_and_the_hidden_name_does_not(campaign: Campaign) -> None:
    """So nobody finds out by writing a name whether it is hidden behind an alias."""
    campaign.published()
    alias = change(campaign, "tandem-1", public_name="Sternchen", show=Show.ALIAS)
    with campaign.session() as session:
        from orchestrator import people
        from orchestrator.model import Person

        tandem = session.get_one(Tandem, alias)
        key = people.add(session, campaign.key, campaign.id, {"name": "Tirhas"})
        tandem.refugee_id = session.get_one(Person, key.id).id
    assert placed(campaign, "Wegen Sternchen", "Wegen Tirhas") == [alias, None]


def test_the_rest_of_a_conversation_belongs_where_its_beginning_does(campaign: Campaign) -> None:
    """Also in a later pass; with two tandems in it, nobody guesses."""
    campaign.published()
    campaign.published()
    amira = change(campaign, "tandem-1", public_name="Amira")
    yusuf = change(campaign, "tandem-2", public_name="Yusuf")
    campaign.facebook.written = [written(1, "Wegen Amira"), written(2, "Rufen Sie an")]
    collected(campaign)
    campaign.clock.advance(20 * MINUTE)
    campaign.facebook.written = [written(3, "Morgen passt es"), written(4, "Und Yusuf?")]
    collected(campaign)
    campaign.clock.advance(20 * MINUTE)
    campaign.facebook.written = [written(5, "Danke")]
    collected(campaign)
    assert [each.tandem_id for each in kept(campaign)] == [amira, amira, amira, yusuf, None]


def test_the_address_of_a_post_leads_to_it(campaign: Campaign) -> None:
    """As the network tells it, or in the words; that of a post which is no more, nowhere."""
    post = campaign.published(permalink="https://www.social.example/10/posts/77")
    campaign.published(state=PostState.WITHDRAWN, remote_id=None, permalink=None)
    campaign.facebook.written = [
        written(1, "Ja!", post=f"facebook-{post}", conversation="t_1"),
        written(2, "Zu social.example/10/posts/77: ja", conversation="t_2"),
        written(3, "Zu social.example/10/posts/778: ja", conversation="t_3"),
        written(4, "Ja!", post="facebook-999", conversation="t_4"),
    ]
    collected(campaign)
    assert [each.post_id for each in kept(campaign)] == [post, post, None, None]
    assert kept(campaign)[0].tandem_id == campaign.read(post).tandem_id


def test_an_erased_tandem_is_nobodys_guess(campaign: Campaign) -> None:
    campaign.published()
    change(campaign, "tandem-1", public_name="Amira", erased_at=NOON)
    assert placed(campaign, "Wegen Amira und tandem-1") == [None]


def test_another_campaign_is_none_of_ours(campaign: Campaign) -> None:
    """Two campaigns may share one database."""
    campaign.published()
    with campaign.session() as session:
        other = CampaignRow(slug="other", name="O", key_fingerprint="", created_at=NOON)
        session.add(other)
        session.flush()
        tandem = session.exec(select(Tandem)).one()
        tandem.campaign_id = other.id
    assert placed(campaign, "Wegen Amira") == [None]
