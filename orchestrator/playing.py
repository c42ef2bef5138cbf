"""Films and pictures that a network has in a post: some never can be seen, and some get lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.attempts import QUIET
from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.ports import Network, Playing, Rejected, Showing
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import MediaKind, PostState

# No network works on a film of some minutes for so long.
_LONGEST = timedelta(hours=24)
# A scheduler makes a pass every half minute.
_PAUSE = timedelta(minutes=5)


def watch_films(shift: Shift, tally: Tally) -> None:
    """Ask of every film, live or held, whether it can be seen; one that cannot is a finding.

    So is a live post that does not show all of its pictures.
    """
    visits = Visits(shift, tally)
    for name, network in shift.networks.items():
        with shift.store.reading() as session:
            posts = _unseen(session, shift, name)
        for post in posts:
            ask = _asking(network, post)
            if ask and _is_time(shift, post) and visits.welcome(name):
                with visits.to(name, post.id):
                    ask(shift, tally, network, post)


def _asking(network: Network, post: Post) -> Callable[[Shift, Tally, Any, Post], None] | None:
    """How it is asked about this post, where the network tells it and it is time to know."""
    if any(each["kind"] == MediaKind.VIDEO for each in post.media):
        return _ask if isinstance(network, Playing) else None
    return _count if isinstance(network, Showing) and post.published_at else None


def _unseen(session: Session, shift: Shift, network: str) -> list[Post]:
    rows = session.exec(
        select(Post)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            col(Post.state).in_([PostState.PUBLISHED, PostState.SCHEDULED]),
            col(Post.film_plays).is_(None),
        )
        .order_by(col(Post.id))
    ).all()
    return [row for row in rows if row.media]


def _is_time(shift: Shift, post: Post) -> bool:
    asked, now = shift.world.films, shift.now
    if post.id in asked and asked[post.id] <= now < asked[post.id] + _PAUSE:
        return False
    asked[post.id] = now
    return True


def _ask(shift: Shift, tally: Tally, network: Playing, post: Post) -> None:
    try:
        plays, why = network.plays(post.remote_id or ""), ""
    except Rejected as refusal:
        plays, why = False, refusal.why
    if plays is None:
        since = post.published_at or shift.now
        if shift.now < since + _LONGEST:
            return
        plays, why = False, _("the network has worked on its film for a day; look at it there")
    _note(shift, tally, post, plays, why)


def _count(shift: Shift, tally: Tally, network: Showing, post: Post) -> None:
    """All its pictures have to be there; right after a send a network may not show them yet."""
    since = shift.now - (post.published_at or shift.now)
    try:
        shown = network.shows(post.remote_id or "")
    except Rejected as refusal:
        if since >= QUIET:
            _note(shift, tally, post, False, refusal.why)
        return
    wanted = len(post.media)
    if shown is not None and shown >= wanted:
        _note(shift, tally, post, True, "")
    elif since >= (_LONGEST if shown is None else QUIET):
        why = _("it is live with {shown} of its {count} pictures; look at it: {link}")
        said = "?" if shown is None else shown
        why = why.format(shown=said, count=wanted, link=post.permalink or post.network)
        _note(shift, tally, post, False, why)


def _note(shift: Shift, tally: Tally, post: Post, plays: bool, why: str) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post.id, with_for_update=True)
        if (row.state, row.remote_id) != (post.state, post.remote_id):
            return
        row.film_plays = plays
        if not plays:
            row.error = why
            tally.alarm(about(row.id, why))
