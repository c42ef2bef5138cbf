"""A whole conversation below a post: from its first comment to the last answer, ours as well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from orchestrator.inbox.words import flat, shown
from orchestrator.model import Answer, Post, Reply, Tandem
from orchestrator.posts import is_silent
from orchestrator.vocabulary import Delivery, Label

# Networks nest less; and a page with more than this nobody reads.
_DEEPEST = 50
_MOST = 1000


@dataclass(frozen=True)
class Said:
    """One thing that was said, masked. ``id`` None: by us; ``depth``: how deep it is nested.

    ``folded``: abuse or spam that nobody needs to read, unless they want to.
    """

    id: int | None
    author: str
    text: str
    at: datetime
    depth: int
    label: Label | None = None
    picture: bool = False
    gone: bool = False
    taken_by: str | None = None
    hidden: bool = False
    folded: bool = False


@dataclass(frozen=True)
class Thread:
    """A conversation and the post below which it stands; ``asked``: the reply it was opened for."""

    asked: int
    network: str | None
    channel: str
    post: str
    tandem: str
    said: Sequence[Said]
    left_out: int = 0


def thread_of(session: Session, reply: Reply) -> Thread:
    """Everything that belongs together with this reply, each answer below what it answers."""
    root = _root(session, reply)
    found: list[Said] = []
    left = _gather(session, root, 0, found)
    # What answers an answer is not always known to stand below a post.
    post_id, tandem_id = (reply.post_id or root.post_id, reply.tandem_id or root.tandem_id)
    post = session.get(Post, post_id) if post_id else None
    tandem = session.get(Tandem, tandem_id) if tandem_id else None
    silent = post is not None and is_silent(post, session.get_one(Tandem, post.tandem_id))
    return Thread(
        asked=reply.id,
        network=reply.network,
        channel=reply.channel,
        post=post.text if post and not silent else "",
        tandem=tandem.slug if tandem else "",
        said=found,
        left_out=left,
    )


def _root(session: Session, reply: Reply) -> Reply:
    """The first one of the conversation that we hold."""
    known = {reply.id}
    for _level in range(_DEEPEST):
        above = _by_number(session, reply, reply.parent_remote_id)
        if above is None or above.id in known:
            break
        known.add(above.id)
        reply = above
    return reply


def _by_number(session: Session, of: Reply, remote_id: str | None) -> Reply | None:
    if remote_id is None:
        return None
    return session.exec(_of_network(of).where(Reply.remote_id == remote_id)).one_or_none()


def _of_network(of: Reply) -> SelectOfScalar[Reply]:
    return select(Reply).where(Reply.campaign_id == of.campaign_id, Reply.network == of.network)


def _gather(session: Session, reply: Reply, depth: int, found: list[Said]) -> int:
    """Put a reply and what follows from it into ``found``; how many had no room there."""
    if any(each.id == reply.id for each in found):  # a network's numbers may run in a circle
        return 0
    if len(found) >= _MOST:
        return 1
    found.append(_of_reply(reply, depth))
    found += _ours(session, reply, depth + 1)
    if reply.remote_id is None or depth >= _DEEPEST:
        return 0
    below = session.exec(
        _of_network(reply)
        .where(Reply.parent_remote_id == reply.remote_id, Reply.id != reply.id)
        .order_by(col(Reply.received_at), col(Reply.id))
    ).all()
    return sum(_gather(session, each, depth + 1, found) for each in below)


def _of_reply(reply: Reply, depth: int) -> Said:
    return Said(
        id=reply.id,
        author=flat(reply.author),
        text=shown(reply.text),
        at=reply.received_at,
        depth=depth,
        label=reply.label,
        picture=reply.picture,
        gone=(reply.deleted_at or reply.forgotten_at) is not None,
        taken_by=reply.taken_by,
        hidden=reply.hidden_at is not None,
        folded=reply.label in (Label.ABUSE, Label.SPAM) and not reply.queue,
    )


def _ours(session: Session, reply: Reply, depth: int) -> list[Said]:
    """What we answered, as far as it was sent."""
    answers = session.exec(
        select(Answer)
        .where(Answer.reply_id == reply.id, Answer.state == Delivery.SENT)
        .order_by(col(Answer.at), col(Answer.id))
    ).all()
    return [
        Said(None, each.by, shown(each.text), each.sent_at or each.at, depth) for each in answers
    ]
