"""One person's words are counted once, however often they are pasted; nothing new is folded."""

from datetime import timedelta

import pytest
from sqlmodel import select

from orchestrator.collect import collect
from orchestrator.model import Reply
from orchestrator.ports import Heard
from orchestrator.shift import Tally
from orchestrator.vocabulary import Label, OfferState
from tests.conftest import on_both
from tests.publishing.conftest import NOON, Campaign, database_url

__all__ = ["database_url"]  # of SQLite, where a test is not on both
OFFER = "Wir suchen in unserer Bäckerei ab sofort jemanden für den Verkauf"


def said(number: int, text: str, post: str, author: str = "ute", **changes: object) -> Heard:
    values = {
        "remote_id": f"c{number}",
        "post": post,
        "channel": "comment",
        "author_id": author,
        "author": "Ute B.",
        "text": text,
        "at": NOON - timedelta(minutes=30) + timedelta(seconds=number),
    } | changes
    return Heard(**values)


def collected(campaign: Campaign, *heard: Heard) -> list[Reply]:
    campaign.facebook.heard = list(heard)
    collect(campaign.shift(), Tally(), everything=True)
    campaign.clock.advance(timedelta(minutes=20))
    with campaign.store.reading() as session:
        return list(session.exec(select(Reply).order_by(Reply.id)).all())


def firsts(replies: list[Reply]) -> list[int | None]:
    """What each repeats, by its place from 1 on."""
    places = {each.id: place for place, each in enumerate(replies, 1)}
    return [each.duplicate_of and places[each.duplicate_of] for each in replies]


@on_both
def test_five_hundred_times_the_same_in_a_minute_is_one_reply(campaign: Campaign) -> None:
    """All are kept, one is counted; also over the lots in which they are written."""
    post = f"facebook-{campaign.published()}"
    replies = collected(campaign, *(said(n, "Kauft bei mir!!", post) for n in range(500)))
    assert len(replies) == 500
    assert firsts(replies) == [None] + [1] * 499


def test_it_is_one_reply_also_in_a_later_pass(campaign: Campaign) -> None:
    post = f"facebook-{campaign.published()}"
    one, two = said(1, OFFER, post), said(2, f"{OFFER}!! ", post)
    collected(campaign, one)
    assert firsts(collected(campaign, one, two)) == [None, 1]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Viel Glück!", "viel  GLÜCK!", True),
        ("Viel Glück!", "viel glück", True),
        ("👍👍", "👍👍", True),
        ("👍", "👍👍", False),
        (OFFER, OFFER.replace(" ab sofort", ""), True),
        (OFFER, f"{OFFER} in Vollzeit", False),
        (OFFER, OFFER.replace("Verkauf", "Backstube"), False),
        (
            "Wir brauchen eine Köchin für 30 Stunden",
            "Wir brauchen eine Köchin für 20 Stunden",
            False,
        ),
        ("Danke", "Danke schön", False),
        ("", "", False),
        ("عندي شغل عندكم بالمخبز", "عندي شغل عندكم بالمخبز", True),
        ("Vi\u200bel Glück", "Viel Glück", True),
    ],
)
def test_nearly_the_same_words_of_one_person(
    campaign: Campaign, first: str, second: str, same: bool
) -> None:
    """Case, spaces and signs make no other text of it; any new word does."""
    post = f"facebook-{campaign.published()}"
    replies = collected(campaign, said(1, first, post), said(2, second, post))
    assert firsts(replies) == [None, 1 if same else None]


def test_two_people_are_two_replies(campaign: Campaign) -> None:
    """Also with the same words; and of whom nobody knows who they are, each is somebody."""
    post = f"facebook-{campaign.published()}"
    replies = collected(
        campaign,
        *(said(1, OFFER, post, "ute"), said(2, OFFER, post, "ali")),
        *(said(3, OFFER, post, ""), said(4, OFFER, post, "")),
    )
    assert firsts(replies) == [None] * 4


def test_two_tandems_are_two_offers(campaign: Campaign) -> None:
    """Whoever offers work under both posts offers it twice; what is spam under both is one."""
    one, two = (f"facebook-{campaign.published()}" for _each in range(2))
    spam = "Verdiene 400 € am Tag von zu Hause, schreib mir auf Telegram t.me/geld4711"
    replies = collected(
        campaign,
        *(said(1, OFFER, one), said(2, OFFER, two)),
        *(said(3, spam, one), said(4, f"{spam} 7", two)),
    )
    assert [each.label for each in replies[2:]] == [Label.SPAM] * 2
    assert firsts(replies) == [None, None, None, 3]


def test_another_number_is_no_repetition(campaign: Campaign) -> None:
    """The words are the same once numbers are masked; the number may be the right one at last."""
    post = f"facebook-{campaign.published()}"
    replies = collected(
        campaign,
        said(1, f"{OFFER}: 030 23125 017", post),
        said(2, f"{OFFER}: 030 23125 018", post),
        said(3, f"{OFFER}: 030 23125 017", post),
    )
    assert firsts(replies) == [None, None, 1]


def test_an_answer_after_the_end_comes_anew(campaign: Campaign) -> None:
    """Whoever offers again after a refusal, or after their words were deleted, is heard."""
    post = f"facebook-{campaign.published()}"
    collected(campaign, said(1, OFFER, post))
    with campaign.session() as session:
        session.exec(select(Reply)).one().status = OfferState.DECLINED
    assert firsts(collected(campaign, said(2, OFFER, post))) == [None, None]


def test_an_edit_parts_what_is_no_longer_the_same(campaign: Campaign) -> None:
    """Of either of them; the words that are left are counted again."""
    post = f"facebook-{campaign.published()}"
    three = [said(n, "Viel Glück euch beiden", post) for n in (1, 2, 3)]
    assert firsts(collected(campaign, *three)) == [None, 1, 1]
    three[1] = said(2, "Doch: wir suchen in unserer Bäckerei jemanden", post)
    assert firsts(collected(campaign, *three)) == [None, None, 1]
    three[0] = said(1, "Ich habe mich geirrt, tut mir leid", post)
    assert firsts(collected(campaign, *three)) == [None, None, None]


def test_a_thousand_different_words_of_one_person_take_no_thousand_looks(
    campaign: Campaign,
) -> None:
    """All are kept apart, and the last one that says something again is found."""
    post = f"facebook-{campaign.published()}"
    many = [said(n, f"Satz Nummer {n} von vielen anderen", post) for n in range(900)]
    replies = collected(campaign, *many, said(900, "Satz Nummer 7 von vielen anderen", post))
    assert firsts(replies) == [None] * 900 + [8]
