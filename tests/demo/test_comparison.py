"""The comparison with the ledger can fail: it finds what was lost and what was counted twice."""

from typing import Any

from orchestrator.demo.comparison import figures, sorting, true_offer
from orchestrator.model import Reply, Snapshot
from orchestrator.vocabulary import Label
from tests.publishing.conftest import NOON, Campaign

REACH = "post_total_media_view_unique"


def entry(post: int, seen: int, *replies: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "network": "facebook",
        "id": f"facebook-{post}",
        "state": "published",
        "seen": {REACH: seen},
        "replies": list(replies),
    } | changes


def said(number: int, label: str, **changes: Any) -> dict[str, Any]:
    reply = {"id": f"c{number}", "label": label, "readable": True, "deleted_at": None}
    reply["language"] = "de"
    return reply | changes


def kept(campaign: Campaign, number: int, label: Label, **changes: Any) -> None:
    values = {
        "campaign_id": campaign.id,
        "network": "facebook",
        "channel": "comment",
        "remote_id": f"c{number}",
        "text": "…",
        "label": label,
        "received_at": NOON,
        "collected_at": NOON,
    } | changes
    with campaign.session() as session:
        session.add(Reply(**values))


def counted(campaign: Campaign, *ledger: dict[str, Any]) -> dict[str, tuple[int, int]]:
    with campaign.store.reading() as session:
        rows = figures(session, campaign.id, ledger)
    return {each.name: (each.counted, each.true) for each in rows if each.network == "facebook"}


def test_figures_stand_beside_the_ledgers(campaign: Campaign) -> None:
    """Only each post's newest figure counts; deleted and private replies count on neither side."""
    post = campaign.published()
    with campaign.session() as session:
        for hours, value in ((1, 10), (2, 25)):
            at = NOON.replace(hour=NOON.hour + hours)
            session.add(Snapshot(post_id=post, metric=REACH, taken_at=at, value=value))
            session.add(Snapshot(post_id=post, metric="post_media_view", taken_at=at, value=900))
    kept(campaign, 1, Label.TIP)
    kept(campaign, 2, Label.TIP, deleted_at=NOON)
    ledger = entry(
        post,
        25,
        said(1, "tip"),
        said(2, "tip", deleted_at="2026-11-24T12:00:00+00:00"),
        said(3, "tip", readable=False),
    )
    assert counted(campaign, ledger) == {"posts": (1, 1), REACH: (25, 25), "replies": (1, 1)}


def test_a_difference_shows(campaign: Campaign) -> None:
    """A lost post, a lost view and a reply counted twice."""
    post = campaign.published()
    kept(campaign, 1, Label.TIP)
    kept(campaign, 9, Label.TIP)
    other = entry(post + 1, 4)
    told = counted(campaign, entry(post, 26, said(1, "tip")), other, entry(3, 9, state="deleted"))
    assert told == {"posts": (1, 2), REACH: (0, 30), "replies": (2, 1)}


def test_sorting_is_judged_by_what_was_meant(campaign: Campaign) -> None:
    """Found, truly there, missed, and missed without anybody being asked to look."""
    kept(campaign, 1, Label.JOB_OFFER)
    kept(campaign, 2, Label.JOB_OFFER)
    kept(campaign, 3, Label.TIP, queue=True)
    kept(campaign, 4, Label.OTHER, queue=False)
    ledger = entry(
        1,
        0,
        said(1, "job_offer"),
        said(2, "spam"),
        said(3, "job_offer"),
        said(4, "job_offer"),
        said(5, "job_offer"),
    )
    with campaign.store.reading() as session:
        offers, tips = sorting(session, campaign.id, [ledger])
    assert (offers.found, offers.right, offers.true) == (2, 1, 4)
    assert (offers.missed, offers.unseen) == (3, 1)
    assert (tips.found, tips.right, tips.true, tips.missed) == (1, 0, 0, 0)


def test_the_offer_that_is_shown_was_meant_as_one(campaign: Campaign) -> None:
    """A wrong label never becomes the demo's headline, however new or sure it is."""
    post = campaign.published()
    tandem = campaign.read(post).tandem_id
    kept(campaign, 1, Label.JOB_OFFER, tandem_id=tandem, text="Kommen Sie morgen vorbei")
    later = NOON.replace(hour=NOON.hour + 1)
    kept(campaign, 2, Label.JOB_OFFER, tandem_id=tandem, received_at=later, confidence=1.0)
    ledger = entry(post, 0, said(1, "job_offer"), said(2, "abuse"))
    with campaign.store.reading() as session:
        offer = true_offer(session, campaign.id, [ledger])
        assert true_offer(session, campaign.id, [entry(post, 0, said(2, "abuse"))]) is None
        assert true_offer(session, campaign.id, [ledger], "ar") is None
    assert offer is not None
    assert offer.text == "Kommen Sie morgen vorbei"
