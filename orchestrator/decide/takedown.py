"""Taking a post down: deleted at the network, and believed only when it cannot be read any more."""

from datetime import timedelta

from orchestrator.approve import cancel
from orchestrator.attempts import QUIET
from orchestrator.bill import book
from orchestrator.copies import MOST_COPIES, copies_of
from orchestrator.decide.case import Case, again, changed_meanwhile, locked, network_of
from orchestrator.decide.lost import OVER, look_again, perhaps_there
from orchestrator.errors import PartlyDone, PersonNeeded, TueroeffnerError, UsageProblem
from orchestrator.handover import attend
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.late import hold_back
from orchestrator.outcome import adopt, note
from orchestrator.ports import NotAuthorised, Place, Rejected, Trouble, Unreadable
from orchestrator.removal import Gone, delete
from orchestrator.shift import Shift, Tally
from orchestrator.vocabulary import PostState

_MINUTE = timedelta(minutes=1)


def nothing_there(case: Case) -> bool:
    """Whether the network has nothing of it, neither seen nor unseen, nor will get it."""
    over = case.post.state in OVER and case.post.handed_digest is None
    return over and not perhaps_there(case)


def refuse(case: Case) -> None:
    """Say why this post cannot be taken down, where it cannot."""
    state, number = case.post.state, case.post.id
    if state is PostState.UNKNOWN:
        raise UsageProblem(
            _("Nobody knows yet whether {post} is live.").format(post=case.title),
            remedy=_("First `tueroeffner post settle {number}`, then take it down.").format(
                number=number
            ),
        )
    if state in (PostState.CLAIMED, PostState.SENDING):
        raise PartlyDone(
            _("{post} is being sent at this moment.").format(post=case.heading),
            remedy=_("Run the same command again in a minute."),
        )
    if state is PostState.PLANNED and case.post.handed_digest is None and not perhaps_there(case):
        raise UsageProblem(
            _("{post} is only planned: the network has nothing of it yet.").format(post=case.title),
            remedy=_("`tueroeffner pause {slug}` keeps it from going out.").format(slug=case.slug),
        )


def take_down(shift: Shift, tally: Tally, case: Case) -> Case:
    """Delete it there; while that is not proved the command says so, and can be repeated."""
    try:
        if perhaps_there(case):
            case = look_again(shift, tally, case)
        for _copy in range(MOST_COPIES):
            if case.post.state is not PostState.PUBLISHED:
                break
            _delete(shift, case)
            case = again(shift, case)
        if case.post.handed_digest is not None or case.post.state is PostState.SCHEDULED:
            _call_off(shift, tally, case)
    finally:
        book(shift)
    case = again(shift, case)
    if case.post.state is PostState.PUBLISHED:
        raise _still_more(case)
    return case


def _still_more(case: Case) -> PartlyDone:
    return PartlyDone(
        _("There are still more copies of {post}: {link}").format(
            post=case.title, link=case.post.permalink
        ),
        remedy=_("Run the same command again; it may be repeated."),
    )


def _delete(shift: Shift, case: Case) -> None:
    """Delete it; with another copy of it the row goes on with that one."""
    try:
        deleted = _deleted_there(shift, case)
        copy = next(iter(copies_of(shift, network_of(shift, case), case.post)), None)
    except Trouble as trouble:
        raise _unconfirmed(case, trouble) from trouble
    with shift.store.session(patient=True) as session:
        post = locked(session, case)
        if post is None:
            raise changed_meanwhile(case)
        post.state = PostState.WITHDRAWN
        post.error = (
            _("taken down by a person") if deleted else _("it was gone from the network already")
        )
        note(session, shift, "taken down", post.id, found=deleted)
        if copy is not None and copy.place is Place.LIVE:
            adopt(post, copy, shift, post.digest)
        elif copy is not None:
            hold_back(post, copy)


def _deleted_there(shift: Shift, case: Case) -> bool:
    """Whether it was there until now; a PartlyDone while its absence proves nothing."""
    gone = delete(shift, network_of(shift, case), case.post.remote_id or "", case.sent_at)
    network = source_word(case.post.network, "")
    if gone is Gone.SHOWN:
        raise PartlyDone(
            _("{network} still shows {post}: it is not confirmed that it was deleted.").format(
                network=network, post=case.title
            ),
            remedy=_("Run the same command again in some minutes; it may be repeated."),
        )
    if gone is Gone.TOO_EARLY:
        raise PartlyDone(
            _("{network} does not know {post} yet: it was sent only at {time}.").format(
                network=network, post=case.title, time=case.at(case.sent_at)
            ),
            remedy=_("Run the same command again after {time}.").format(
                time=case.at(case.sent_at + QUIET + _MINUTE)
            ),
        )
    return gone is Gone.DELETED


def _unconfirmed(case: Case, trouble: Trouble) -> TueroeffnerError:
    what = _("It is not confirmed that {post} was deleted: {why}").format(
        post=case.title, why=trouble.why
    )
    if isinstance(trouble, NotAuthorised | Rejected | Unreadable):
        return PersonNeeded(
            what, remedy=_("Delete it there by hand: {link}").format(link=case.post.permalink)
        )
    return PartlyDone(what, remedy=_("Run the same command again; it may be repeated."))


def _call_off(shift: Shift, tally: Tally, case: Case) -> None:
    """Nobody has seen it yet. The wish is written down first: if we die now, a pass fulfils it."""
    network_of(shift, case)
    with shift.store.session(patient=True) as session:
        post = locked(session, case)
        if post is None:
            raise changed_meanwhile(case)
        if post.state in (PostState.SCHEDULED, PostState.PLANNED):
            cancel(post, _("taken down by a person"))
            note(session, shift, "called off", post.id)
    attend(shift, tally, [case.post.id])
