"""Films that a network has in a post: it works on them, and some never can be seen."""

from datetime import timedelta

from sqlmodel import Session, col, select

from orchestrator.i18n import _
from orchestrator.model import Post
from orchestrator.ports import Playing, Rejected
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import MediaKind, PostState

# No network works on a film of some minutes for so long.
_LONGEST = timedelta(hours=24)
# A scheduler makes a pass every half minute.
_PAUSE = timedelta(minutes=5)


def watch_films(shift: Shift, tally: Tally) -> None:
    """Ask of every film, live or held, whether it can be seen; one that cannot is a finding."""
    visits = Visits(shift, tally)
    for name, network in shift.networks.items():
        if not isinstance(network, Playing):
            continue
        with shift.store.reading() as session:
            posts = _unseen(session, shift, name)
        for post in posts:
            if _is_time(shift, post) and visits.welcome(name):
                with visits.to(name, post.id):
                    _ask(shift, tally, network, post)


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
    return [row for row in rows if any(each["kind"] == MediaKind.VIDEO for each in row.media)]


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


def _note(shift: Shift, tally: Tally, post: Post, plays: bool, why: str) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post.id, with_for_update=True)
        if (row.state, row.remote_id) != (post.state, post.remote_id):
            return
        row.film_plays = plays
        if not plays:
            row.error = why
            tally.alarm(about(row.id, why))
