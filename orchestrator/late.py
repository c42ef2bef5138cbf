"""A network may show hours later what counted as never sent: it is looked for again.

Whatever became of the post meanwhile: what is live is taken on record as live, so that it comes
down where it has to.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.attempts import attempts_of
from orchestrator.copies import (
    MARGIN,
    count_late_look,
    is_looked_for,
    late_look_at,
    late_looks,
    not_of_others,
    search,
    went_out_since,
)
from orchestrator.i18n import _
from orchestrator.model import Account, Attempt, Post
from orchestrator.outcome import adopt
from orchestrator.ports import Network, Place, Receipt
from orchestrator.shift import Shift, Tally, about
from orchestrator.vocabulary import Outcome, PostState

_ON_ITS_WAY = (PostState.CLAIMED, PostState.SENDING, PostState.UNKNOWN)


def due(session: Session, shift: Shift) -> list[tuple[int, str, str]]:
    """Number, network and account of every post that it is time to look for again."""
    wanted = late_looks().where(
        Post.campaign_id == shift.campaign_id, col(Post.state).not_in(_ON_ITS_WAY)
    )
    waiting: dict[int, list[Attempt]] = {}
    posts = {}
    for attempt, post in session.exec(wanted).all():
        posts[post.id] = post
        waiting.setdefault(post.id, []).append(attempt)
    ripe = [posts[number] for number, tries in waiting.items() if _are_due(tries, shift)]
    found = [(post, session.get_one(Account, post.account_id).remote_id) for post in ripe]
    return [
        (post.id, post.network, account)
        for post, account in found
        if post.state is not PostState.PUBLISHED or _is_ours(shift, post.network, account)
    ]


def _are_due(tries: Sequence[Attempt], shift: Shift) -> bool:
    """All at once, since each look may cost money."""
    return bool(tries) and max(map(late_look_at, tries)) <= shift.now


def _is_ours(shift: Shift, network: str, account: str) -> bool:
    """What is live elsewhere has its address on record: ``removal`` tells of it when it must go."""
    return network not in shift.networks or account == shift.settings.networks[network].account


def look(shift: Shift, tally: Tally, network: Network, post_id: int) -> None:
    """Look once for all lost tries at a post, unless what shows may be another one."""
    with shift.store.reading() as session:
        post = session.get_one(Post, post_id)
        if _has_twin(session, post):
            return
        text = post.text
        since = went_out_since(session, shift, post_id) - MARGIN
    receipts = search(network, text, since)
    with shift.store.session(patient=True) as session:
        row = session.get_one(Post, post_id, with_for_update=True)
        lost = list(filter(is_looked_for, attempts_of(session, post_id)))
        changed = row.state in _ON_ITS_WAY or row.text != text or _has_twin(session, row)
        if changed or not _are_due(lost, shift):
            return  # somebody was quicker: a later pass looks again
        for each in lost:
            count_late_look(each, shift.now)
        take_on_record(session, shift, tally, row, lost, receipts)


def _has_twin(session: Session, row: Post) -> bool:
    """Whether nobody knows yet what another post with the same words is at the network."""
    same = select(Post.id).where(Post.network == row.network, Post.text == row.text)
    unsure = same.where(Post.id != row.id, col(Post.state).in_(_ON_ITS_WAY))
    return session.exec(unsure.limit(1)).first() is not None


def take_on_record(
    session: Session,
    shift: Shift,
    tally: Tally,
    row: Post,
    lost: Sequence[Attempt],
    receipts: list[Receipt],
) -> bool:
    """Write down what shows of these lost tries; whether anything does."""
    seen = not_of_others(session, row, receipts)
    others = [each for each in seen if each.remote_id != row.remote_id]
    for each, _found in zip(lost, others, strict=False):
        each.outcome = Outcome.DONE
    if not others:
        return False
    if row.state is PostState.PUBLISHED or row.handed_digest is not None:
        _tell(tally, row, doubled([row, *others]))
    else:
        _goes_on(shift, tally, row, others)
    what, subject = "shows late", f"post {row.id}"
    detail = {"found": len(others), "state": row.state.value}
    journal.record(session, shift.campaign_id, shift.now, shift.actor, what, subject, **detail)
    return True


def _goes_on(shift: Shift, tally: Tally, row: Post, others: list[Receipt]) -> None:
    """The post is as live as any other; what nobody sees yet is noted, so that it is taken back."""
    live = [each for each in others if each.place is Place.LIVE]
    was_down = row.state is PostState.WITHDRAWN
    if live:
        oldest = min(live, key=lambda each: (each.created_at or shift.now, each.remote_id))
        adopt(row, oldest, shift, row.digest)
        _tell(tally, row, doubled(live) if len(live) > 1 else _live(row, was_down=was_down))
    elif row.state is PostState.PLANNED:
        adopt(row, others[0], shift, row.digest)
    else:
        hold_back(row, others[0])


def _live(row: Post, *, was_down: bool) -> str:
    if was_down:
        said = _("it was taken down, and another copy of it is live: {link}")
    else:
        said = _("it counted as never sent, and is live after all: {link}")
    return said.format(link=row.permalink)


def _tell(tally: Tally, row: Post, why: str) -> None:
    row.error = why
    tally.alarm(about(row.id, why))


def hold_back(row: Post, unseen: Receipt) -> None:
    """Note what a network keeps unseen of a post that is over: ``attend`` has it deleted there."""
    row.remote_id, row.permalink = unseen.remote_id, unseen.permalink
    row.handed_digest, row.handed_for = row.digest, unseen.due_at


def doubled(copies: Sequence[Receipt | Post]) -> str:
    """What is said of a post that stands there more than once."""
    links = ", ".join(each.permalink or "" for each in copies if each.permalink)
    return _("it is on the network more than once; delete one: {links}").format(links=links)
