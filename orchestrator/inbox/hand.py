"""Who has which reply in hand: one person each, and nobody rings the same employer twice.

The caller holds the campaign's row (see ``campaign.enrol``): two people who reach for replies of
the same sender come one after the other.
"""

from datetime import datetime

from sqlmodel import Session, col, select, update

from orchestrator import journal, learning
from orchestrator.errors import PersonNeeded, UsageProblem
from orchestrator.formats import moment
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Reply
from orchestrator.posts import local
from orchestrator.replies import shared_contact, sort, weigh, words
from orchestrator.vocabulary import READ, WAITING, Label

# A larger number is none that this database ever gave.
_MOST = 2**31 - 1


def reply_of(session: Session, campaign_id: int, reply_id: int) -> Reply:
    """The reply with this number; another number is refused."""
    found = session.get(Reply, reply_id) if 0 < reply_id <= _MOST else None
    if found is None or found.campaign_id != campaign_id:
        raise UsageProblem(
            _("There is no reply {number}.").format(number=reply_id),
            remedy=_("`tueroeffner inbox list --all` shows them all."),
        )
    return found


def take(
    session: Session,
    reply: Reply,
    now: datetime,
    actor: str,
    zone: str,
    own: frozenset[str] = frozenset(),
) -> bool:
    """Take a reply in hand; False when ``actor`` has it already.

    Refused (exit 4) while somebody else has it, or another reply of the same sender; ``own`` are
    our contacts, which make nobody the same sender. Refused too when its words are gone.
    """
    if reply.deleted_at is not None:
        raise deleted(reply)
    if reply.forgotten_at is not None:
        raise forgotten(reply)
    if reply.taken_by == actor:
        return False
    if reply.taken_by is None and (other := _with_somebody_else(session, reply, actor, own)):
        raise _refused(
            _("{who} has reply {number} of the same sender in hand since {time}."), other, zone
        )
    if not _first_to_take(session, reply, now, actor):
        session.refresh(reply)
        raise _refused(_("{who} has reply {number} in hand since {time}."), reply, zone)
    journal.record(session, reply.campaign_id, now, actor, "take", subject(reply))
    return True


def _first_to_take(session: Session, reply: Reply, now: datetime, actor: str) -> bool:
    """Write the name only where none stands: the database decides who was first."""
    result = session.exec(
        update(Reply)
        .where(col(Reply.id) == reply.id, col(Reply.taken_by).is_(None))
        .values(taken_by=actor, taken_at=now)
    )
    session.refresh(reply)
    return bool(result.rowcount)


def _refused(sentence: str, held: Reply, zone: str) -> PersonNeeded:
    since = local(held.taken_at, zone)
    assert since is not None
    return PersonNeeded(
        sentence.format(who=held.taken_by, number=held.id, time=moment(since)),
        remedy=_("Ask them; `tueroeffner inbox release {number}` gives it back.").format(
            number=held.id
        ),
    )


def deleted(reply: Reply) -> UsageProblem:
    """Why nothing can be begun any more with what its author took back."""
    return UsageProblem(
        _("Reply {number} was deleted by its author.").format(number=reply.id),
        remedy=_("`tueroeffner inbox` lists what can still be answered."),
    )


def forgotten(reply: Reply) -> UsageProblem:
    """Why nothing can be begun any more with what the rules have let go of."""
    return UsageProblem(
        _("What reply {number} said was let go of when its time was over.").format(number=reply.id),
        remedy=_("It cannot be brought back; `tueroeffner retention show` tells the rules."),
    )


def _with_somebody_else(
    session: Session, reply: Reply, actor: str, own: frozenset[str]
) -> Reply | None:
    held = session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == reply.campaign_id,
            Reply.id != reply.id,
            col(Reply.status).in_(WAITING),
            col(Reply.taken_by).is_not(None),
            Reply.taken_by != actor,
        )
        .order_by(col(Reply.id))
    ).all()
    return next((each for each in held if same_sender(each, reply, own)), None)


def same_sender(one: Reply, other: Reply, own: frozenset[str] = frozenset()) -> bool:
    """Whether two replies come from one person, or are known to be one and the same offer."""
    same_author = one.author_digest is not None and one.author_digest == other.author_digest
    same_contact = shared_contact(one.contact_digests, other.contact_digests, own)
    return same_author or same_contact or root_of(one) == root_of(other)


def root_of(reply: Reply) -> int:
    """The number under which an offer came first."""
    return reply.duplicate_of or reply.id


def release(session: Session, reply: Reply, holder: str | None, now: datetime, actor: str) -> bool:
    """Give back a reply that ``holder`` has; False when nobody has it.

    Refused when it changed hands since somebody looked: they agreed to something else.
    """
    if reply.taken_by is None:
        return False
    if reply.taken_by != holder:
        raise PersonNeeded(
            _("Reply {number} has just been taken by {who}.").format(
                number=reply.id, who=reply.taken_by
            ),
            remedy=_("Ask them; `tueroeffner inbox release {number}` gives it back.").format(
                number=reply.id
            ),
        )
    reply.taken_by = reply.taken_at = None
    journal.record(
        session, reply.campaign_id, now, actor, "release", subject(reply), held_by=holder
    )
    return True


def correct(
    session: Session, key: CampaignKey, reply: Reply, label: Label, now: datetime, actor: str
) -> list[int]:
    """Set a person's own label: from here on no machine changes it.

    It is learnt from: the numbers of those with nearly the same words that are sorted anew by it.
    """
    learning.remember(session, key, reply, label, now, actor)
    others = _sort_alike(session, key, reply)
    learnt = {"others": len(others)} if others else {}
    journal.record(
        session, reply.campaign_id, now, actor, "label", subject(reply),
        was=reply.label.value, becomes=label.value, **learnt,
    )  # fmt: skip
    put_label(reply, label, actor)
    weigh(session, reply)
    return others


def _sort_alike(session: Session, key: CampaignKey, reply: Reply) -> list[int]:
    learnt, changed = learning.recall(session, key, reply.campaign_id), []
    for each in learning.to_sort_again(session, reply):
        before = each.label, each.queue
        sort(each, words(session, key, each), learnt)
        each.queue = each.queue or each.network is None  # somebody found it worth typing in
        if (each.label, each.queue) != before:
            changed.append(each)
    roots = _with_repetitions(session, reply.campaign_id) if changed else set()
    for each in changed:
        if each.duplicate_of is not None or each.id in roots:
            weigh(session, each)
    return [each.id for each in changed]


def _with_repetitions(session: Session, campaign_id: int) -> set[int | None]:
    linked = select(Reply.duplicate_of).where(
        Reply.campaign_id == campaign_id, col(Reply.duplicate_of).is_not(None)
    )
    return {*session.exec(linked.distinct())}


def put_label(reply: Reply, label: Label, actor: str) -> None:
    """A label that a person chose, and whether somebody should read the reply for it."""
    reply.label, reply.labelled_by = label, actor
    reply.confidence, reply.why, reply.queue = 1.0, [], label in READ


def subject(reply: Reply) -> str:
    """The reply's name in the audit log."""
    return f"reply {reply.id}"
