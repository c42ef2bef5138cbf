"""What a network keeps unseen for us, made to agree with what the campaign wants.

A post that was handed over goes out without this machine, so whatever stops, moves or changes it
has to reach the network. Each pass compares (``wishes``): what must not go out any more is deleted
there, what has another time is moved, what should be live by now is looked at. Every step is proved
by reading back, can be repeated, and is noted only afterwards: a crash between any two costs a
repetition.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator.approve import cancel
from orchestrator.attempts import last_attempt, shows_by_now
from orchestrator.claim import not_eligible
from orchestrator.elsewhere import may_send
from orchestrator.i18n import _
from orchestrator.model import Event, Post, Tandem
from orchestrator.outcome import adopt, let_go, note
from orchestrator.ports import Holding, Network, Place, Receipt, Rejected
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import Outcome, PostState
from orchestrator.wishes import Hindrance, Wish, view, wish_of, wishes

# A platform publishes what it holds in the minute, not to the second.
GRACE = timedelta(minutes=5)
_IN_THE_MINUTE = timedelta(minutes=1)
# Between setting out and the platform's doing it: a line that hangs, a machine that slept.
_ON_THE_WAY = timedelta(minutes=15)
_RECALLING = "recalling"


def attend(shift: Shift, tally: Tally, posts: Collection[int] | None = None) -> None:
    """Bring what the networks hold (None: all of it) into line; what fails is tried again."""
    hindrance = cache(may_send(shift, tally))
    with shift.store.reading() as session:
        wanted = wishes(session, shift, hindrance, posts)
    visits = Visits(shift, tally, urgent=posts is not None)  # then somebody waits for it
    for post, wish in wanted:
        network = shift.networks.get(post.network)
        if network is not None and visits.welcome(post.network):
            with visits.to(post.network, post.id):
                _fulfil(shift, tally, network, post, wish, hindrance)


def unconfirmed(shift: Shift, posts: Collection[int] | None = None) -> list[int]:
    """The posts that a network still has to give back, or to move: it did not confirm it yet."""
    unsettled = (Wish.STOP, Wish.CALL_OFF, Wish.MOVE)
    with shift.store.reading() as session:
        wanted = wishes(session, shift, lambda _network: None, posts)
    return [post.id for post, wish in wanted if wish in unsettled]


def _fulfil(
    shift: Shift, tally: Tally, network: Network, post: Post, wish: Wish, hindrance: Hindrance
) -> None:
    assert post.remote_id is not None, "what a network keeps has a number"
    seen = network.look(post.remote_id)
    with shift.store.reading() as session:
        row = session.get_one(Post, post.id)
        tandem = session.get_one(Tandem, row.tandem_id)
        now = view(session, shift, hindrance)
        if not _same(row, post) or wish_of(now, row, tandem) is not wish:
            return  # somebody wants something else by now: the next pass sees to it
    live = seen is not None and seen.place is Place.LIVE
    if live and seen and wish is not Wish.CALL_OFF:
        _went_live(shift, tally, network, post, seen, wanted=wish is not Wish.STOP)
    elif wish in (Wish.STOP, Wish.CALL_OFF):
        _recall(shift, tally, network, post, seen, wish)
    elif wish is Wish.MOVE and seen:
        _move(shift, tally, network, post)
    elif now.trusts(post.network) and shift.now >= (post.handed_for or shift.now) + GRACE:
        _overdue(shift, tally, post, seen)
    shift.reached("checked")


def _went_live(
    shift: Shift, tally: Tally, network: Network, post: Post, seen: Receipt, *, wanted: bool
) -> None:
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is None:
            return
        adopt(row, seen, shift, row.digest)
        row.targeting_kept = row.film_plays = None  # asked once more, now that people see it
        if not wanted:
            row.error = _("it went out before it could be called back; look whether it may stay")
        elif not _says(network, row, seen.text):
            row.error = _("it went out in other words than ours; look at it: {link}").format(
                link=seen.permalink
            )
        if row.error:
            tally.alarm(about(row.id, row.error))
        note(session, shift, "went out", row.id)
    tally.published += 1


def _says(network: Network, row: Post, text: str) -> bool:
    """Whether these are its words, or the new ones that were asked for (see ``editing``)."""
    return text in {network.plain(each) for each in (row.text, row.rewording) if each is not None}


def _recall(
    shift: Shift, tally: Tally, network: Network, post: Post, seen: Receipt | None, wish: Wish
) -> None:
    """Delete it at the network, and believe that only when it cannot be read any more."""
    remote_id = post.remote_id or ""
    before = _set_out(shift, post)
    shift.reached("recalling")
    deleted = network.takedown(remote_id)
    shift.reached("recalled")
    with shift.store.reading() as session:
        believed = deleted or shows_by_now(last_attempt(session, post.id), shift.now)
    if not believed or network.look(remote_id) is not None:
        tally.findings.append(about(post.id, _("the network has not given it back yet")))
        return
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is None:
            return
        # Gone before this pass came: then we deleted it some time after we first set out to.
        by_us_now = deleted or seen is not None
        at = shift.now if by_us_now else _deleted_by(before, shift.now)
        if seen is not None and seen.place is Place.LIVE:
            _came_down(shift, tally, row, seen)
        elif wish is Wish.STOP and at and not by_us_now and _perhaps_seen(row, at):
            # Told in every pass until somebody decides, also if this one dies now.
            _seek(session, row)
        else:
            _given_back(session, shift, tally, row, wish, at)
        note(session, shift, "recalled", row.id)


def _set_out(shift: Shift, post: Post) -> datetime | None:
    """Note that we are about to delete it there; when an earlier pass was already about to."""
    with shift.store.session(patient=True) as session:
        earlier = _set_out_at(session, post)
        if earlier is None:
            note(session, shift, _RECALLING, post.id, mark=_mark(post))
        return earlier


def _set_out_at(session: Session, post: Post) -> datetime | None:
    events = session.exec(
        select(Event)
        .where(
            Event.campaign_id == post.campaign_id,
            Event.what == _RECALLING,
            Event.subject == f"post {post.id}",
        )
        .order_by(col(Event.id))
    ).all()
    return next((event.at for event in events if _is_of(event, post)), None)


def _mark(post: Post) -> str:
    """By which the log knows what the network keeps; nobody, once the post's words are erased."""
    return hashlib.sha256(f"{post.handed_digest} {post.remote_id}".encode()).hexdigest()


def _is_of(event: Event, post: Post) -> bool:
    """Whether it tells of what the network keeps now; the first events held its plain number."""
    detail = event.detail
    return detail.get("mark") == _mark(post) or detail.get("remote_id", "") == post.remote_id


def _deleted_by(set_out: datetime | None, now: datetime) -> datetime | None:
    """By when a pass that set out, and died, had deleted it; None: it was not we."""
    return min(set_out + _ON_THE_WAY, now) if set_out else None


def called_back_unseen(session: Session, post: Post, now: datetime) -> bool:
    """Whether it was we who set out to delete what the network held, before anybody saw it.

    A pass may die between deleting and writing that down, and the stop be lifted meanwhile.
    """
    at = _deleted_by(_set_out_at(session, post), now)
    return at is not None and not _perhaps_seen(post, at)


def _perhaps_seen(post: Post, deleted_at: datetime) -> bool:
    return post.handed_for is not None and post.handed_for <= deleted_at + _IN_THE_MINUTE


def _came_down(shift: Shift, tally: Tally, row: Post, seen: Receipt) -> None:
    row.state, row.handed_digest, row.handed_for = PostState.WITHDRAWN, None, None
    row.published_at = seen.created_at or shift.now
    row.error = _("it went out before it could be called off, and was taken down")
    tally.alarm(about(row.id, row.error or ""))


def _given_back(
    session: Session, shift: Shift, tally: Tally, row: Post, wish: Wish, at: datetime | None
) -> None:
    """``at``: when we deleted it there; None: somebody else did."""
    perhaps_seen = at is not None and _perhaps_seen(row, at)
    let_go(session, row)
    # Whoever took it out, if it has to go anyway there is nothing to ask about.
    if perhaps_seen or (at is None and wish is not Wish.CALL_OFF):
        cancel(row, _seen_perhaps() if perhaps_seen else _taken_out())
        tally.alarm(about(row.id, row.error or ""))
    elif row.state is PostState.SCHEDULED:
        _plan_or_cancel(session, shift, row, wish)


def _seen_perhaps() -> str:
    return _(
        "it was called back in the minute of its time, and somebody may have seen it; to post it"
        " again: plan and approve"
    )


def _taken_out() -> str:
    return _("somebody deleted it at the platform; to post it again: plan and approve")


def _plan_or_cancel(session: Session, shift: Shift, row: Post, wish: Wish) -> None:
    tandem = session.get_one(Tandem, row.tandem_id)
    if wish is Wish.CALL_OFF:
        cancel(row, not_eligible(session, shift, row, tandem) or _("called off"))
    elif row.approved_digest is None:
        cancel(row, _("its approval was taken back"))
    else:
        row.state = PostState.PLANNED


def _move(shift: Shift, tally: Tally, network: Network, post: Post) -> None:
    assert isinstance(network, Holding), "only such a network holds posts"
    remote_id = post.remote_id or ""
    if not network.soonest <= post.due_at - shift.now <= network.latest:
        # Too near or too far for the platform: it goes out from here.
        _recall(shift, tally, network, post, None, Wish.STOP)
        return
    shift.reached("moving")
    try:
        network.move(remote_id, post.due_at)
    except Rejected as refusal:
        _not_moved(shift, tally, network, post, refusal)
        return
    shift.reached("moved")
    seen = network.look(remote_id)
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post.id, with_for_update=True)
        held = row.state is PostState.SCHEDULED and row.remote_id == remote_id
        if held and seen and seen.due_at is not None:
            # What was seen counts, also if somebody moved it meanwhile: then it is moved again.
            row.handed_for = seen.due_at
            note(session, shift, "moved there", row.id)


def _not_moved(shift: Shift, tally: Tally, network: Network, post: Post, refusal: Rejected) -> None:
    tally.findings.append(about(post.id, refusal.why))
    seen = network.look(post.remote_id or "")
    if seen is not None and seen.place is Place.LIVE:
        _went_live(shift, tally, network, post, seen, wanted=True)
    else:
        _recall(shift, tally, network, post, seen, Wish.STOP)


def _overdue(shift: Shift, tally: Tally, post: Post, seen: Receipt | None) -> None:
    """Its time is over and it is not live: show it from here, or look for it everywhere."""
    with shift.store.session(patient=True) as session:
        row = _still(session, post)
        if row is None or row.state is not PostState.SCHEDULED:
            return
        if seen is not None and seen.due_at is not None and seen.due_at > shift.now:
            why = _moved_there(row, seen.due_at)
        elif seen is not None:
            row.state, row.handed_for = PostState.PLANNED, None
            row.held_at = row.held_at or shift.now
            why = _("the platform did not publish it at its time; it is published from here")
        else:
            _seek(session, row)
            why = _("the platform held it and has it no longer; it is looked for")
        row.error = why
        tally.findings.append(about(row.id, why))
        note(session, shift, "not published by the platform", row.id)


def _moved_there(row: Post, at: datetime) -> str:
    """Somebody moved it at the platform, or we did and died: then our own time stands already."""
    if row.due_at == row.handed_for:
        row.due_at = at
        row.due_wall = at.astimezone(ZoneInfo(row.zone)).strftime("%Y-%m-%dT%H:%M")
    row.handed_for = at
    return _("it has another time at the platform, which counts")


def _seek(session: Session, row: Post) -> None:
    """Let it be looked for; a person decides in the end, unless we deleted it before its time."""
    row.state = PostState.UNKNOWN
    attempt = last_attempt(session, row.id)
    attempt.outcome, attempt.reads, attempt.read_at = Outcome.UNKNOWN, 0, None


def _still(session: Session, post: Post) -> Post | None:
    """The post, locked, unless somebody else was quicker with it."""
    row = session.exec(select(Post).where(Post.id == post.id).with_for_update()).one()
    return row if _same(row, post) else None


def _same(row: Post, post: Post) -> bool:
    """Whether nothing has changed of what the network and the campaign want of it."""
    names = ("remote_id", "state", "handed_digest", "handed_for", "due_at", "approved_digest")
    return all(getattr(row, name) == getattr(post, name) for name in names)
