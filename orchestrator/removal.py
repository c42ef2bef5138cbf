"""Published posts that must not be seen any longer come down, and are seen to be gone.

Nobody commands it: the rows say what has to go (``ending``), and every pass sees to it until the
network has confirmed the last one. A crash between any two steps costs a repetition.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from orchestrator import ending
from orchestrator.attempts import QUIET
from orchestrator.copies import MOST_COPIES, copies_of
from orchestrator.elsewhere import may_send
from orchestrator.ending import BY_DATE, MustGo, sentence, until_of
from orchestrator.formats import full_sentence
from orchestrator.freeze import is_frozen
from orchestrator.i18n import _
from orchestrator.model import Attempt, Campaign, Post
from orchestrator.outcome import adopt, note
from orchestrator.ports import Network, Receipt, Rejected, Trouble, Unreadable
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits, beside
from orchestrator.vocabulary import PostState

# Of a scheduler's passes only some try again: a network that refuses is not asked every minute.
_PAUSE = timedelta(minutes=15)


class Gone(StrEnum):
    """How a deletion at a network ended."""

    DELETED = "deleted"
    WAS_GONE = "was gone"  # the network says that it had no such post
    SHOWN = "shown"  # it can still be read
    TOO_EARLY = "too early"  # not found, but so soon after sending that it proves nothing


def must_go(
    session: Session,
    shift: Shift,
    tandems: Collection[int] | None = None,
    posts: Collection[int] | None = None,
) -> list[MustGo]:
    """Every published post (of these, or of all) that has to come down."""
    until = until_of(shift.settings.campaign, shift.now)
    return ending.must_go(session, shift.campaign_id, until, tandems, posts)


def remove(shift: Shift, tally: Tally, tandems: Collection[int] | None = None) -> None:
    """Take down what has to go; ``tandems``: only theirs, at once, since a person waits for it."""
    with shift.store.reading() as session:
        wanted = must_go(session, shift, tandems)
    if tandems is None and shift.pace:
        wanted = [each for each in wanted if not _tried_just_now(shift, each.post)]
    untrusted = _untrusted(shift, tally, wanted)
    queues: dict[str, list[MustGo]] = {}
    for each in wanted:
        if not (each.why in BY_DATE and each.post.network in untrusted):
            queues.setdefault(each.post.network, []).append(each)
    beside(shift, tally, queues, _remove_all)
    tried = [each.post.id for queue in queues.values() for each in queue]
    with shift.store.reading() as session:
        # Somebody waiting at the terminal is told by whoever asked for it.
        tally.needs_person |= tandems is None and bool(must_go(session, shift, posts=tried))


def _tried_just_now(shift: Shift, post: Post) -> bool:
    """A try that is yet to come was noted by a clock that was wrong."""
    return post.removal_at is not None and timedelta() <= shift.now - post.removal_at < _PAUSE


def _untrusted(shift: Shift, tally: Tally, wanted: Sequence[MustGo]) -> set[str]:
    """The networks where a clock or a database that may be wrong must delete nothing by date."""
    names = {each.post.network for each in wanted if each.why in BY_DATE}
    if not names:
        return set()
    hindrance = may_send(shift, tally)
    with shift.store.reading() as session:
        frozen = is_frozen(session, session.get_one(Campaign, shift.campaign_id))
    return {name for name in names if frozen(name) or hindrance(name)}


def _remove_all(shift: Shift, tally: Tally, name: str, wanted: Sequence[MustGo]) -> None:
    visits, network = Visits(shift, tally, urgent=True), shift.networks.get(name)
    for each in wanted:
        if network is None:
            _set_out(shift, each)
            _refused(shift, tally, each, _("its network is off"))
        elif visits.welcome(name):
            with visits.to(name, each.post.id):
                _take_down(shift, tally, network, each)
        else:
            _alarm(tally, each, _("its network is not asked any further for now"))


def _take_down(shift: Shift, tally: Tally, network: Network, each: MustGo) -> None:
    """Take it down, and whatever copies of it the network shows besides."""
    for _copy in range(MOST_COPIES):
        sent_at = _set_out(shift, each)
        if sent_at is None:
            return  # somebody else was quicker, or it may stay by now
        try:
            gone = delete(shift, network, each.post.remote_id or "", sent_at)
            copy = next(iter(copies_of(shift, network, each.post)), None)
        except (Rejected, Unreadable) as refusal:
            _refused(shift, tally, each, refusal.why)
            return
        except Trouble as trouble:
            _remember(shift, each, trouble.why)
            raise
        if gone not in (Gone.DELETED, Gone.WAS_GONE):
            _still_there(shift, tally, each, gone)
            return
        _write_down(shift, tally, each, gone, copy)
        shift.reached("removed")
        if copy is None:
            return
        each = _again(shift, each)


def _set_out(shift: Shift, each: MustGo) -> datetime | None:
    """Note the try; when the post was last sent, or None where nothing has to be done any more."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if row.remote_id != each.post.remote_id or not must_go(session, shift, posts=[row.id]):
            return None
        row.removal_at = shift.now
        sent = select(Attempt.sent_at).where(Attempt.post_id == row.id)
        last = session.exec(sent.order_by(col(Attempt.number).desc())).first()
        return last or row.published_at or row.due_at


def delete(shift: Shift, network: Network, remote_id: str, sent_at: datetime) -> Gone:
    """Delete a post there, and believe that only when it cannot be read any more; or a Trouble."""
    shift.reached("removing")
    deleted = network.takedown(remote_id)
    shift.reached("deleted")
    if network.look(remote_id) is not None:
        return Gone.SHOWN
    if deleted:
        return Gone.DELETED
    # Right after a send a platform may only not show it yet.
    return Gone.TOO_EARLY if shift.now - sent_at < QUIET else Gone.WAS_GONE


def _write_down(shift: Shift, tally: Tally, each: MustGo, gone: Gone, copy: Receipt | None) -> None:
    """It is gone; with a ``copy`` the row goes on with that one, so that it is not forgotten."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if (row.state, row.remote_id) != (PostState.PUBLISHED, each.post.remote_id):
            return  # somebody else was quicker
        found = gone is Gone.DELETED
        note(session, shift, "taken down", row.id, why=each.why.value, found=found)
        if copy is not None:
            adopt(row, copy, shift, row.digest)
            # A draft would be shown by the next send.
            row.approved_digest = row.approved_at = None
            return
        row.state, row.hidden_at = PostState.WITHDRAWN, None
        row.error = _("taken down: {why}").format(why=sentence(each.why))
    tally.removed += 1


def _again(shift: Shift, each: MustGo) -> MustGo:
    with shift.store.reading() as session:
        return MustGo(session.get_one(Post, each.post.id), each.tandem, each.why)


def _still_there(shift: Shift, tally: Tally, each: MustGo, gone: Gone) -> None:
    if gone is Gone.TOO_EARLY:
        why = _("the network does not show it yet")
    else:
        why = _("the network still shows it")
    _remember(shift, each, why)
    if gone is Gone.SHOWN and each.post.removal_at:
        _alarm(tally, each, why)  # not for the first time
    else:
        tally.findings.append(about(each.post.id, why))


def _refused(shift: Shift, tally: Tally, each: MustGo, why: str) -> None:
    _remember(shift, each, why)
    _alarm(tally, each, why)


def _remember(shift: Shift, each: MustGo, why: str) -> None:
    """Why it is still up, for whoever looks at the post."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, each.post.id, with_for_update=True)
        if row.state is PostState.PUBLISHED:
            row.error = why


def _alarm(tally: Tally, each: MustGo, trouble: str) -> None:
    """Say what is still to be seen, and how a person gets it away."""
    why = _("it has to come down ({why}), and is still live: {trouble} Delete it there: {link}")
    said = why.format(
        why=sentence(each.why),
        trouble=full_sentence(trouble),
        link=each.post.permalink or each.post.network,
    )
    tally.alarm(about(each.post.id, said))
