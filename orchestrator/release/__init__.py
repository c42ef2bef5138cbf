"""The end of the freeze of an older database: every post that may be live is looked for first.

A backup says ``planned`` for whatever went out, or was handed over, after it. Those posts become
``unknown``, and ``settle`` looks for them on our own page as for any send without an answer:
adopted when found, planned again after three spread complete reads without a hit. What the backup
says to be held is looked at by its number (``held``). And all that our pages show since the backup
is listed: what no row explains may be a post in other words, so its network waits until somebody
has looked. Each network goes on by itself as soon as nothing of it is unclear. Before that, who
withdrew after the backup has withdrawn here, too (``backup.ended``).
"""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from orchestrator import freeze, home
from orchestrator.backup import ended, keyring
from orchestrator.backup.places import places_of
from orchestrator.bill import book
from orchestrator.doubt import doubt, doubt_ahead, in_doubt, maybe_held
from orchestrator.elsewhere.backwards import ahead as ahead_of
from orchestrator.elsewhere.freezing import freeze_for, horizon
from orchestrator.elsewhere.knows import knows
from orchestrator.model import Campaign, Post
from orchestrator.ports import Place, Receipt
from orchestrator.release.found import found_since, states
from orchestrator.release.going_on import let_go_on
from orchestrator.release.held import look_at_held
from orchestrator.release.standing import (
    OVER,
    Freeze,
    all_networks,
    frozen_networks,
    standing,
    unclear_posts,
)
from orchestrator.settle import settle
from orchestrator.shift import Shift, Tally
from orchestrator.unexplained import Live, explain, list_live, tell


def freeze_of(shift: Shift) -> Freeze:
    """How the freeze stands, and what a release would look for; reads only, and locks nothing."""
    with shift.store.reading() as session:
        campaign = session.get(Campaign, shift.campaign_id)
        ahead = _ahead(session, shift)
        if campaign is None or (campaign.frozen_since is None and ahead is None):
            return OVER
        frozen = frozen_networks(session, shift, campaign) or all_networks(session, shift)
        posts = _to_look_for(session, shift, campaign, anew=ahead is not None)
        return replace(
            standing(shift, campaign.frozen_since or shift.now, frozen, posts), worked_until=ahead
        )


def _to_look_for(session: Session, shift: Shift, campaign: Campaign, *, anew: bool) -> list[Post]:
    """What is unclear, and what a release would make so."""
    posts = unclear_posts(session, campaign.id, held=True)
    if anew or freeze.doubted(session, campaign) is None:
        posts += in_doubt(session, campaign.id, shift.now)
    if anew or not freeze.is_ahead_noted(session, campaign):
        posts += maybe_held(session, campaign.id, shift.now, horizon(shift))
    return list({post.id: post for post in posts}.values())


def _ahead(session: Session, shift: Shift) -> datetime | None:
    known = knows(session, shift.campaign_id)
    return ahead_of(shift, known) if known else None


def release(shift: Shift, tally: Tally, *, accept: bool = False) -> Freeze:
    """Look once for every unclear post; every network goes on of which none is left.

    ``accept``: somebody has looked at the posts there that no row explains. What is not found of
    their networks is called off then, since it may be one of them in other words.
    """
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        if not _begin(session, shift, campaign):
            return OVER
        since, names = campaign.frozen_since, frozen_networks(session, shift, campaign)
        before = states(session, campaign.id)
    assert since is not None
    over = end_again(shift)
    try:
        unread = look_at_held(shift, tally, names, since)
        settle(shift, tally)
        # Listed after settling: what it found is known by its number now.
        live = list_live(shift, tally, names, since)
    finally:
        book(shift)
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        if campaign.frozen_since is None:
            return OVER
        waiting = _compare(session, shift, tally, campaign, live, accept=accept)
        found = found_since(session, campaign.id, names, before)
        clear = set(live) - set(waiting) - {post.network for post in unread}
        let_go_on(session, shift, tally, campaign, clear)
        posts = [*unclear_posts(session, campaign.id, held=False), *unread]
        frozen = frozen_networks(session, shift, campaign)
        after = standing(shift, campaign.frozen_since, frozen, posts)
        return replace(after, unexplained=waiting, found=found, ended=over)


def end_again(shift: Shift) -> int:
    """Do what the keyrings of all places remember; how many tandems changed.

    In a frozen campaign only after the doubt: what may be live has to be looked for as well.
    """
    rings = keyring.found(places_of(shift.settings))
    with shift.store.session(patient=True) as session:
        campaign = session.get_one(Campaign, shift.campaign_id, with_for_update={"key_share": True})
        return ended.end_again(session, campaign, rings, shift.now, shift.actor)


def _begin(session: Session, shift: Shift, campaign: Campaign) -> bool:
    """Doubt what is not doubted yet; False: there is nothing to release.

    A clock that went back counts as well: whoever asks for the release says that it is right.
    """
    if _ahead(session, shift):
        freeze_for(session, shift, campaign, shift.now)
        campaign.last_pass_at = shift.now
    elif campaign.frozen_since is None:
        return False
    elif freeze.doubted(session, campaign) is None:
        doubt(session, campaign, shift.now, shift.actor)
    doubt_ahead(session, campaign, shift.now, shift.actor, horizon(shift))
    campaign.home = home.here(session.connection())
    return True


def _compare(
    session: Session, shift: Shift, tally: Tally, campaign: Campaign, live: Live, *, accept: bool
) -> dict[str, list[str]]:
    """Adopt what a row explains; the addresses of what none does, unless somebody accepts it.

    A draft that no row explains is told, and stops nothing: nobody sees it.
    """
    left = {}
    for name in set(live) & frozen_networks(session, shift, campaign):
        posts = explain(session, shift, tally, campaign, name, live)
        if posts and accept:
            numbers = [post.remote_id for post in posts]
            held = any(post.place is Place.HELD for post in posts)
            freeze.note_accepted(
                session, campaign, shift.now, shift.actor, name, numbers, held=held
            )
        elif posts:
            tell(shift, tally, name, posts)
            left[name] = [_link(post) for post in posts if post.place is not Place.DRAFT]
    session.flush()
    return {name: links for name, links in left.items() if links}


def _link(post: Receipt) -> str:
    return post.permalink or post.remote_id


__all__ = ["OVER", "Freeze", "end_again", "freeze_of", "release"]
