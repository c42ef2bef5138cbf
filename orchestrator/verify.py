"""Verifying: what the platform stored as a post's audience, compared with what we asked for."""

from sqlmodel import Session, col, select

from orchestrator import editing
from orchestrator.approve import cancel
from orchestrator.attempts import last_attempt, shows_by_now
from orchestrator.copies import MOST_COPIES, copies_of
from orchestrator.i18n import _
from orchestrator.late import hold_back
from orchestrator.model import Attempt, Post, Tandem
from orchestrator.outcome import adopt
from orchestrator.playing import watch_films
from orchestrator.ports import (
    Network,
    Place,
    Receipt,
    Rejected,
    Targeting,
    Trouble,
    same_targeting,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.unkept import difference, names_of, stays
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState, Show


def verify(shift: Shift, tally: Tally) -> None:
    """Check every post, live or held, that was not checked yet; a difference is a finding.

    A read that fails leaves the post unchecked, and the next pass asks again. A person who may
    be seen in the region only is not left in front of everyone: that post comes down at once, as
    every post does where the campaign wants that.
    """
    visits = Visits(shift, tally)
    for name, network in shift.networks.items():
        if not isinstance(network, Targeting):
            continue
        with shift.store.reading() as session:
            posts = _unchecked(session, shift, name)
        for post, tandem, last in posts:
            if visits.welcome(name):
                with visits.to(name, post.id):
                    _check(shift, tally, network, post, tandem, last)
    watch_films(shift, tally)
    editing.settle(shift, tally)


def _check(
    shift: Shift, tally: Tally, network: Targeting, post: Post, tandem: Tandem, last: Attempt
) -> None:
    try:
        stored = network.stored(post.remote_id or "", post.mode)
    except Rejected as gone:
        if shows_by_now(last, shift.now):
            _note(shift, tally, post, gone.why)
        return
    if same_targeting(post.targeting, stored):
        _note(shift, tally, post, None)
        return
    with shift.store.reading() as session:
        finding = difference(post, stored, names_of(session, post, tandem))
    lost = shift.settings.networks[post.network].when_targeting_is_lost
    if tandem.show is Show.REGION or lost == "take-down":
        _take_down(shift, tally, shift.networks[post.network], post, last, finding)
    else:
        _note(shift, tally, post, f"{finding}. {stays(post)}")


def _unchecked(session: Session, shift: Shift, network: str) -> list[tuple[Post, Tandem, Attempt]]:
    rows = session.exec(
        select(Post, Tandem)
        .join(Tandem, col(Post.tandem_id) == Tandem.id)
        .where(
            Post.campaign_id == shift.campaign_id,
            Post.network == network,
            col(Post.state).in_([PostState.PUBLISHED, PostState.SCHEDULED]),
            col(Post.targeting_kept).is_(None),
        )
        .order_by(col(Post.id))
    ).all()
    return [
        (post, tandem, last_attempt(session, post.id))
        for post, tandem in rows
        if post.targeting is not None
    ]


def _take_down(
    shift: Shift, tally: Tally, network: Network, post: Post, last: Attempt, finding: str
) -> None:
    """Nobody else may see it, nor a copy of it; what is held is called off: see ``handover``."""
    for _copy in range(MOST_COPIES):
        copy = _deleted(shift, tally, network, post, last, finding)
        if copy is None:
            return
        with shift.store.reading() as session:
            post = session.get_one(Post, post.id)
        if post.remote_id != copy.remote_id or copy.place is not Place.LIVE:
            return  # somebody was quicker, or nobody sees it


def _deleted(
    shift: Shift, tally: Tally, network: Network, post: Post, last: Attempt, finding: str
) -> Receipt | None:
    """Delete it there; the copy with which its row goes on, if there is one."""
    finding = _("{finding}; so it was taken down").format(finding=finding)
    if post.state is PostState.SCHEDULED:
        _note(shift, tally, post, finding, comes_down=True)
        return None
    remote_id = post.remote_id or ""
    try:
        deleted = network.takedown(remote_id)
        copy = next(iter(copies_of(shift, network, post)), None)
        proved = network.look(remote_id) is None and (deleted or shows_by_now(last, shift.now))
    except Trouble as trouble:
        why = _("everyone can see it, and taking it down failed: {why}").format(why=trouble.why)
        tally.alarm(about(post.id, why))
        return None  # still unchecked: the next pass tries again
    if not proved:
        tally.alarm(about(post.id, _("everyone can see it, and it is not gone yet")))
        return None
    _note(shift, tally, post, finding, comes_down=True, copy=copy)
    return copy


def _note(
    shift: Shift,
    tally: Tally,
    post: Post,
    finding: str | None,
    *,
    comes_down: bool = False,
    copy: Receipt | None = None,
) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post.id, with_for_update=True)
        if (row.state, row.remote_id) != (post.state, post.remote_id):
            return  # somebody was quicker; the next pass looks again
        row.targeting_kept = finding is None
        if finding is None:
            return
        if not comes_down:
            row.error = finding
        elif row.state is PostState.SCHEDULED:
            cancel(row, finding)
        else:
            row.state, row.error = PostState.WITHDRAWN, finding
            _go_on(shift, row, copy)
        tally.alarm(about(row.id, finding))


def _go_on(shift: Shift, row: Post, copy: Receipt | None) -> None:
    """With another copy of it, which goes the same way, so that it is not forgotten."""
    if copy is not None and copy.place is Place.LIVE:
        adopt(row, copy, shift, row.digest)
        row.targeting_kept = None
    elif copy is not None:
        hold_back(row, copy)
