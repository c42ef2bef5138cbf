"""What came by phone, mail or in person: typed in by somebody, and compared with what is there.

An offer that came twice is kept twice and counted once.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.inbox.hand import deleted, put_label, reply_of, root_of, subject
from orchestrator.inbox.likeness import NEARLY, likeness
from orchestrator.keys import CampaignKey
from orchestrator.learning import recall
from orchestrator.model import Reply
from orchestrator.replies import (
    Sender,
    digests_in,
    put_words,
    repeats,
    shared_contact,
    sort,
    weigh,
)
from orchestrator.vocabulary import Label


@dataclass(frozen=True)
class Note:
    """What somebody told us; ``label`` None lets the classifier sort it."""

    channel: str
    text: str
    at: datetime
    tandem_id: int | None = None
    sender: Sender = field(default_factory=Sender)
    label: Label | None = None


@dataclass(frozen=True)
class Likely:
    """A reply that may be the same offer; ``certain``: it has the same phone number or mail."""

    reply: Reply
    certain: bool


@dataclass(frozen=True)
class Entered:
    """A note that was stored, and what else it may be the same as."""

    reply: Reply
    likely: list[Likely]


def alike(
    session: Session,
    key: CampaignKey,
    campaign_id: int,
    note: Note,
    own: frozenset[str] = frozenset(),
) -> list[Likely]:
    """Replies that may be the same offer: the same contact first, then the nearest words.

    ``own`` are our contacts (see ``replies.own_contacts``): they tell nothing of the sender.
    """
    contacts = digests_in(key, note.text, note.sender.contact)
    replies = session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == campaign_id,
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.id))
    ).all()
    certain = [each for each in replies if shared_contact(contacts, each.contact_digests, own)]
    known = {each.id for each in certain}
    near = [
        (-score, each.id, each)
        for each in replies
        if each.id not in known and each.tandem_id == note.tandem_id
        if (score := likeness(note.text, each.text)) >= NEARLY
    ]
    return [Likely(each, True) for each in certain] + [
        Likely(each, False) for _score, _id, each in sorted(near)
    ]


def enter(
    session: Session,
    key: CampaignKey,
    campaign_id: int,
    note: Note,
    now: datetime,
    actor: str,
    *,
    same_as: int | None = None,
    new: bool = False,
    own: frozenset[str] = frozenset(),
) -> Entered:
    """Store a note; linked to ``same_as``, or, unless it is ``new``, to whom it surely repeats."""
    first = None if same_as is None else _first(session, campaign_id, same_as)
    likely = alike(session, key, campaign_id, note, own)
    reply = _written(session, key, campaign_id, note, now, actor)
    if first is None and not new:
        first = next((each.reply for each in likely if repeats(reply, each.reply, own)), None)
    if first is not None:
        reply.duplicate_of = first.id
        weigh(session, reply)  # what was taken for less may turn out to be an offer
    session.flush()
    detail = {"channel": note.channel, "duplicate_of": reply.duplicate_of}
    journal.record(session, campaign_id, now, actor, "note", subject(reply), **detail)
    return Entered(reply, likely)


def _first(session: Session, campaign_id: int, same_as: int) -> Reply:
    """The original of what somebody named; refused when its author deleted either."""
    named = reply_of(session, campaign_id, same_as)
    first = reply_of(session, campaign_id, root_of(named))
    for each in (named, first):
        if each.deleted_at is not None:
            raise deleted(each)
    return first


def _written(
    session: Session, key: CampaignKey, campaign_id: int, note: Note, now: datetime, actor: str
) -> Reply:
    reply = Reply(
        campaign_id=campaign_id,
        tandem_id=note.tandem_id,
        channel=note.channel,
        text="",
        received_at=note.at,
        collected_at=now,
    )
    session.add(reply)
    put_words(session, key, campaign_id, reply, note.text, note.sender)
    if note.label is not None:
        put_label(reply, note.label, actor)
    else:
        sort(reply, note.text, recall(session, key, campaign_id))
        reply.queue = True  # somebody found it worth typing in: no machine puts it away
    return reply
