"""The words of one post changed at its network: wished, asked for, read back, written down."""

from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator.approve import content_digest
from orchestrator.attempts import QUIET
from orchestrator.decide.case import Case, again, changed_meanwhile, locked, network_of
from orchestrator.editing.rules import THERE, not_now
from orchestrator.elsewhere import may_send
from orchestrator.errors import PartlyDone, PersonNeeded, UsageProblem
from orchestrator.i18n import _
from orchestrator.inbox.words import source_word
from orchestrator.model import Event, Post
from orchestrator.outcome import note
from orchestrator.ports import (
    Attached,
    Draft,
    Editing,
    Network,
    OutcomeUnknown,
    Receipt,
    Rejected,
    Trouble,
)
from orchestrator.shift import Shift, Tally, about
from orchestrator.visits import Visits
from orchestrator.vocabulary import MediaKind

_WISHED = "rewording"


def reword(shift: Shift, case: Case, text: str) -> Case:
    """Give the post these words, and prove it; what is not confirmed is looked at by each pass."""
    network = network_of(shift, case)
    assert isinstance(network, Editing), "refused before"
    # Asked only now: it may freeze the campaign, and a dry run changes nothing.
    if why := may_send(shift, Tally())(case.post.network):
        raise not_now(case, why)
    _wish(shift, case, text)
    shift.reached("wished")
    try:
        network.edit(case.post.remote_id or "", _draft(case.post, text))
    except OutcomeUnknown:
        pass  # looked at below
    except Trouble as trouble:
        _give_up(shift, case.post.id, text)
        raise _refused(case, trouble) from trouble
    shift.reached("reworded")
    try:
        settled = _look(shift, network, case.post.id)
    except Trouble as trouble:
        raise _unconfirmed(case, trouble.why) from trouble
    if not settled:
        raise _unconfirmed(case, _("it does not show the new words yet"))
    return again(shift, case)


def settle(shift: Shift, tally: Tally) -> None:
    """Look at every post whose new words were asked for and not seen yet."""
    with shift.store.reading() as session:
        posts = session.exec(
            select(Post)
            .where(Post.campaign_id == shift.campaign_id, col(Post.rewording).is_not(None))
            .order_by(col(Post.id))
        ).all()
    visits = Visits(shift, tally)
    for post in posts:
        if post.state not in THERE:
            _drop(shift, post.id)
            continue
        network = shift.networks.get(post.network)
        if network is not None and visits.welcome(post.network):
            with visits.to(post.network, post.id):
                _look(shift, network, post.id, tally)


def _drop(shift: Shift, post_id: int) -> None:
    """A post that came down meanwhile says nothing any more."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post_id, with_for_update=True)
        if row.state not in THERE:
            row.rewording = None


def _wish(shift: Shift, case: Case, text: str) -> None:
    """If we die after this, a pass finds out which words stand there."""
    with shift.store.session(patient=True) as session:
        post = locked(session, case)
        if post is None or post.text != case.post.text:
            raise changed_meanwhile(case)
        post.rewording = text
        note(session, shift, _WISHED, post.id)


def _draft(post: Post, text: str) -> Draft:
    shown = tuple(Attached("", MediaKind(each["kind"])) for each in post.media)
    return Draft(text, post.link, media=shown)


def _look(shift: Shift, network: Network, post_id: int, tally: Tally | None = None) -> bool:
    """Write down which words stand there; False while that cannot be told yet."""
    with shift.store.reading() as session:
        post = session.get_one(Post, post_id)
    seen = network.look(post.remote_id or "")
    shift.reached("read back")
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post_id, with_for_update=True)
        if (row.rewording, row.remote_id) != (post.rewording, post.remote_id):
            return True  # somebody was quicker
        return _judge(session, shift, network, row, seen, tally)


def _judge(
    session: Session,
    shift: Shift,
    network: Network,
    row: Post,
    seen: Receipt | None,
    tally: Tally | None,
) -> bool:
    """The new words, or still the old ones: so late a network shows no others any more."""
    if row.rewording is None:
        return True
    if seen is not None and seen.text == network.plain(row.rewording):
        _adopt(session, shift, row, row.rewording)
        return True
    if shift.now < _wished_at(session, row, shift.now) + QUIET:
        return False
    row.rewording = None
    note(session, shift, "not reworded", row.id)
    if seen is None or seen.text != network.plain(row.text):
        row.error = _("it shows neither its old nor its new words; look at it: {link}").format(
            link=row.permalink
        )
    elif tally is not None:
        row.error = _("it still says the old words: they were not changed")
    if tally is not None and row.error:
        tally.alarm(about(row.id, row.error))
    return True


def _wished_at(session: Session, row: Post, now: datetime) -> datetime:
    events = session.exec(
        select(Event)
        .where(
            Event.campaign_id == row.campaign_id,
            Event.what == _WISHED,
            Event.subject == f"post {row.id}",
        )
        .order_by(col(Event.id).desc())
    )
    last = events.first()
    return last.at if last else now - QUIET


def _adopt(session: Session, shift: Shift, row: Post, text: str) -> None:
    """The row says what stands there, and a person has wished just that."""
    before, approved = row.digest, row.approved_digest == row.digest
    row.text, row.rewording, row.error = text, None, None
    row.digest = content_digest(row)
    if approved:
        row.approved_digest, row.approved_at = row.digest, shift.now
    if row.handed_digest == before:
        row.handed_digest = row.digest
    if row.targeting is not None:
        row.targeting_kept = None  # read back once more
    note(session, shift, "reworded", row.id)


def _give_up(shift: Shift, post_id: int, text: str) -> None:
    """The network has certainly left it as it was."""
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post_id, with_for_update=True)
        if row.rewording == text:
            row.rewording = None
            note(session, shift, "not reworded", row.id)


def _refused(case: Case, trouble: Trouble) -> PersonNeeded | UsageProblem | PartlyDone:
    what = _("{post} keeps its words: {why}").format(post=case.heading, why=trouble.why)
    if isinstance(trouble, Rejected):
        return UsageProblem(what, remedy=_("Change the text, then run the same command again."))
    return PartlyDone(what, remedy=_("Run the same command again later; it may be repeated."))


def _unconfirmed(case: Case, why: str) -> PartlyDone:
    return PartlyDone(
        _("{network} has not confirmed the new words of {post}: {why}").format(
            network=source_word(case.post.network, ""), post=case.title, why=why
        ),
        remedy=_("Each pass looks at it; the same command may be repeated."),
    )
