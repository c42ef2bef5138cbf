"""Published posts that a stop keeps out of sight, and that are seen again once it is lifted.

Nobody commands it: the stops say what is to be hidden, and every pass brings the networks into
line. What one shows is read back, and only then written down. A crash between any two steps costs
a repetition; whatever somebody decides meanwhile is seen to by the one who was on the way.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache

from sqlmodel import Session, and_, col, not_, or_, select

from orchestrator.attempts import QUIET
from orchestrator.bill import book
from orchestrator.elsewhere import may_send
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.outcome import note
from orchestrator.pause import covered, pauses
from orchestrator.ports import Hiding, Network, NotAuthorised, OutcomeUnknown, Rejected, Trouble
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import PostState
from orchestrator.worker import is_dead

# A pass tries again only after a while: a network that refuses today is not asked every minute.
_PAUSE = timedelta(minutes=15)
# A network that does not answer must not keep a person waiting for each of many posts.
_PATIENCE = timedelta(minutes=2)
# A send that has begun ends within this time, or its worker is dead.
_FLIGHT = timedelta(seconds=30)
_BLINK = 0.25
# What somebody decides while we are on the way is seen to in the next round.
_ROUNDS = 3


@dataclass(frozen=True)
class Sight:
    """What became of the posts that had to go out of sight, or to come back into it.

    ``not_hidden``, ``not_shown``: those that a network did not confirm, and why. ``unable``: those
    on networks that cannot hide anything. ``gone``: those that the network has no longer.
    """

    hidden: list[int] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    not_hidden: dict[int, str] = field(default_factory=dict)
    not_shown: dict[int, str] = field(default_factory=dict)
    unable: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """A published post that is not seen as the stops want it; ``hidden``: what they want."""

    post: Post
    hidden: bool


def amiss(session: Session, campaign_id: int, post_id: int | None = None) -> list[Wanted]:
    """Every published post (or this one) that is to be hidden and is not proved to be, or the
    other way round.
    """
    veiled = covered(row for row in pauses(session, campaign_id) if row.hide)
    shown = col(Post.hidden_at).is_(None)
    rows = select(Post).where(
        Post.campaign_id == campaign_id,
        Post.state == PostState.PUBLISHED,
        or_(and_(veiled, shown), and_(not_(veiled), not_(shown))),
    )
    if post_id is not None:
        rows = rows.where(Post.id == post_id)
    # The newest is seen by most people, so it goes first.
    found = session.exec(rows.order_by(col(Post.published_at).desc(), col(Post.id))).all()
    return [Wanted(post, hidden=post.hidden_at is None) for post in found]


def hide(shift: Shift, tally: Tally) -> None:
    """Hide what a stop wants hidden, show what none does any more; what fails is tried again."""
    for _round in range(_ROUNDS):
        due = [each for each in _wanted(shift) if not _was_tried(shift, each.post)]
        if not due:
            return
        _see_to(shift, tally, due, Sight())


def hide_at_once(shift: Shift, tally: Tally, wait: Callable[[float], object] = time.sleep) -> Sight:
    """The same while a person waits for it, who is told what became of every post.

    What is in flight is waited for (``wait`` lets seconds pass): it must not stay in sight either.
    """
    end, sight = shift.machine.now() + _PATIENCE, Sight()
    shift = replace(shift, stopped=lambda: shift.machine.now() >= end)
    try:
        _see_to(shift, tally, _wanted(shift), sight)
        _let_land(shift, wait)
        for _round in range(_ROUNDS):
            fresh = [each for each in _wanted(shift) if not _is_told(sight, each)]
            _see_to(shift, tally, fresh, sight)
    finally:
        book(shift)
    return sight


def is_needed(shift: Shift) -> bool:
    """Whether any post has to go out of sight or to come back, or soon will; asks no network."""
    return bool(_wanted(shift) or _flying(shift))


def _wanted(shift: Shift) -> list[Wanted]:
    with shift.store.reading() as session:
        return amiss(session, shift.campaign_id)


def _was_tried(shift: Shift, post: Post) -> bool:
    at = shift.world.unseen_to.get(post.id)
    return at is not None and shift.now - at < _PAUSE


def _is_told(sight: Sight, each: Wanted) -> bool:
    missed = sight.not_hidden if each.hidden else sight.not_shown
    return each.post.id in {*missed, *sight.gone} or (each.hidden and each.post.id in sight.unable)


def _flying(shift: Shift) -> set[int]:
    """Posts that a living worker is sending now, and that are to be hidden when they are out."""
    with shift.store.reading() as session:
        veiled = covered(row for row in pauses(session, shift.campaign_id) if row.hide)
        sending = select(Post.id, Post.claimed_by).where(
            Post.campaign_id == shift.campaign_id, Post.state == PostState.SENDING, veiled
        )
        return {post for post, worker in session.exec(sending) if not is_dead(worker or "")}


def _let_land(shift: Shift, wait: Callable[[float], object]) -> None:
    deadline = shift.machine.now() + _FLIGHT
    while _flying(shift) and shift.machine.now() < deadline:
        wait(_BLINK)


def _see_to(shift: Shift, tally: Tally, wanted: list[Wanted], sight: Sight) -> None:
    distrust = cache(lambda network: _distrust(shift, tally, network))
    visits = Visits(shift, tally, urgent=True)
    for each in wanted:
        shift.world.unseen_to[each.post.id] = shift.now
        name = each.post.network
        network = shift.networks.get(name)
        if network is not None and not isinstance(network, Hiding):
            _pass_by(shift, sight, each)
        elif network is None:
            _miss(sight, each, _("its network is off"))
        elif not each.hidden and (why := distrust(name)):
            _miss(sight, each, why)
        elif not visits.welcome(name):
            _miss(sight, each, _("its network is not asked any further for now"))
        else:
            _miss(sight, each, _("something unexpected happened"))
            with visits.to(name, each.post.id):
                _change(shift, tally, network, each, sight)


def _pass_by(shift: Shift, sight: Sight, each: Wanted) -> None:
    """On a network that hides nothing, nothing has to be shown again either."""
    if each.hidden:
        sight.unable.append(each.post.id)
        return
    with shift.store.session(patient=True) as session:
        session.get_one(Post, each.post.id, with_for_update=True).hidden_at = None
    _hit(shift, sight, each)


def _distrust(shift: Shift, tally: Tally, network: str) -> str | None:
    """Why a newer stop than those in these rows may be in force, so that nothing is shown."""
    with shift.store.reading() as session:
        frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))(network)
    if frozen:
        return _("the database is older than the world; go on with `tueroeffner run --release`")
    return may_send(shift, tally)(network)


def _miss(sight: Sight, each: Wanted, why: str) -> None:
    (sight.not_hidden if each.hidden else sight.not_shown)[each.post.id] = why


def _change(shift: Shift, tally: Tally, network: Network, each: Wanted, sight: Sight) -> None:
    assert isinstance(network, Hiding), "only such a network has hidden posts"
    if not _is_still_wanted(shift, each):
        _hit(shift, sight, each)
        return  # somebody wants something else by now, or has done it
    try:
        seen = _asked_and_read(shift, network, each)
    except Trouble as trouble:
        _miss(sight, each, trouble.why)
        if isinstance(trouble, Rejected | NotAuthorised):
            _alarm(tally, each, trouble.why)
        raise
    if seen is None:
        _gone(shift, sight, each)
    elif seen is each.hidden:
        _write_down(shift, tally, sight, each)
    else:
        why = _("the network does not do it")
        _miss(sight, each, why)
        _alarm(tally, each, why)
    shift.reached("seen to")


def _is_still_wanted(shift: Shift, each: Wanted) -> bool:
    with shift.store.reading() as session:
        now = amiss(session, shift.campaign_id, each.post.id)
    return [other.hidden for other in now] == [each.hidden]


def _asked_and_read(shift: Shift, network: Hiding, each: Wanted) -> bool | None:
    """Order it, and look whether it is so: what is read counts, whatever the order's answer was."""
    remote_id, doubt = each.post.remote_id or "", None
    shift.reached("hiding")
    try:
        network.hide(remote_id, each.hidden)
    except OutcomeUnknown as trouble:
        doubt = trouble
    shift.reached("hidden")
    seen = network.is_hidden(remote_id)
    if doubt and seen is not None and seen is not each.hidden:
        raise doubt
    return seen


def _write_down(shift: Shift, tally: Tally, sight: Sight, each: Wanted) -> None:
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if (row.state, row.remote_id) == (PostState.PUBLISHED, each.post.remote_id):
            row.hidden_at = shift.now if each.hidden else None
            note(session, shift, "hidden" if each.hidden else "shown again", row.id)
    _hit(shift, sight, each)
    (sight.hidden if each.hidden else sight.shown).append(each.post.id)
    if each.hidden:
        tally.hidden += 1
    else:
        tally.shown_again += 1


def _gone(shift: Shift, sight: Sight, each: Wanted) -> None:
    """Nothing is left to be seen; unless it is so new that the platform only does not show it."""
    with shift.store.session(patient=True) as session:
        sent = select(Attempt.sent_at).where(Attempt.post_id == each.post.id)
        last = session.exec(sent.order_by(col(Attempt.number).desc())).first()
        if last and shift.now - last < QUIET:
            _miss(sight, each, _("the network does not show it yet"))
            return
        row = session.get_one(Post, each.post.id, with_for_update=True)
        row.gone_at, row.hidden_at = row.gone_at or shift.now, None
    _hit(shift, sight, each)
    sight.gone.append(each.post.id)
    shift.world.unseen_to[each.post.id] = shift.now  # no pass asks for it again at once


def _hit(shift: Shift, sight: Sight, each: Wanted) -> None:
    shift.world.unseen_to.pop(each.post.id, None)
    (sight.not_hidden if each.hidden else sight.not_shown).pop(each.post.id, None)


def _alarm(tally: Tally, each: Wanted, trouble: str) -> None:
    """Say what is still to be seen, or not to be seen, and where a person can put it right."""
    why = (
        _("it is to be hidden, and can still be seen: {trouble} Hide it there: {link}")
        if each.hidden
        else _("it is to be seen again, and is still hidden: {trouble} Show it there: {link}")
    )
    ended = trouble if trouble.endswith((".", "!", "?")) else f"{trouble}."
    link = each.post.permalink or each.post.network
    tally.alarm(about(each.post.id, why.format(trouble=ended, link=link)))
