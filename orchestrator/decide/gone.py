"""A person says that a post is gone, where nobody can look or delete from here any more."""

from orchestrator.attempts import attempts_of
from orchestrator.bill import book
from orchestrator.copies import close_look, copies_of, is_looked_for
from orchestrator.decide.case import Case, again, changed_meanwhile, is_ours, locked
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.outcome import let_go, note
from orchestrator.ports import Receipt, Trouble
from orchestrator.shift import Shift
from orchestrator.vocabulary import PostState


def may_be_gone(case: Case) -> bool:
    """Whether there is anything of it of which that could be said."""
    stands = case.post.state in (PostState.PUBLISHED, PostState.UNKNOWN)
    return stands or case.post.handed_digest is not None or any(map(is_looked_for, case.tries))


def say_gone(shift: Shift, case: Case) -> Case:
    """Believe it, unless its network can be asked and still shows it; it is never sent again."""
    if seen := _seen(shift, case):
        raise UsageProblem(
            _("{network} still shows {post}: {link}").format(
                network=source_word(case.post.network, ""), post=case.title, link=seen.permalink
            ),
            remedy=_remedy(case),
        )
    with shift.store.session(patient=True) as session:
        post = locked(session, case)
        if post is None:
            raise changed_meanwhile(case)
        if post.handed_digest is not None:
            let_go(session, post)
        post.state, post.error = PostState.WITHDRAWN, _("a person says that it is gone")
        post.approved_digest = post.approved_at = post.held_at = post.hidden_at = None
        for attempt in attempts_of(session, post.id):
            close_look(attempt)
        was = case.post.state.value
        note(session, shift, "settled as gone", post.id, by="person", was=was)
    return again(shift, case)


def _seen(shift: Shift, case: Case) -> Receipt | None:
    """What its network shows of it; None also where it cannot be asked: the person has looked."""
    network = shift.networks.get(case.post.network)
    if network is None or not is_ours(shift, case):
        return None
    try:
        seen = network.look(case.post.remote_id) if case.post.remote_id else None
        return seen or next(iter(copies_of(shift, network, case.post)), None)
    except Trouble:
        return None
    finally:
        book(shift)


def _remedy(case: Case) -> str:
    if case.post.state is PostState.PUBLISHED or case.post.handed_digest is not None:
        return _("Delete it: tueroeffner post takedown {number}").format(number=case.post.id)
    return _("Put it on record: tueroeffner post settle {number}").format(number=case.post.id)
