"""What came by phone, mail or in person: typed in by somebody, and compared with what is there.

An offer that came twice is kept twice and counted once.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from orchestrator import journal
from orchestrator.inbox.hand import put_label, reply_of, root_of, subject
from orchestrator.inbox.likeness import NEARLY, likeness
from orchestrator.inbox.rows import NEW
from orchestrator.inbox.words import RANK
from orchestrator.keys import CampaignKey
from orchestrator.model import Reply
from orchestrator.replies import Sender, digests_in, put_words, sort
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


def alike(session: Session, key: CampaignKey, campaign_id: int, note: Note) -> list[Likely]:
    """Replies that may be the same offer: the same contact first, then the nearest words."""
    contacts = set(digests_in(key, f"{note.text}\n{note.sender.contact}"))
    replies = session.exec(
        select(Reply)
        .where(
            Reply.campaign_id == campaign_id,
            col(Reply.duplicate_of).is_(None),
            col(Reply.deleted_at).is_(None),
        )
        .order_by(col(Reply.id))
    ).all()
    certain = [each for each in replies if contacts & set(each.contact_digests)]
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
) -> Entered:
    """Store a note; linked to ``same_as``, or, unless it is ``new``, to whom it surely repeats."""
    likely = alike(session, key, campaign_id, note)
    reply = _written(session, key, campaign_id, note, now, actor)
    if same_as is not None:
        reply.duplicate_of = root_of(reply_of(session, campaign_id, same_as))
    elif not new:
        reply.duplicate_of = _repeated(reply, likely)
    session.flush()
    detail = {"channel": note.channel, "duplicate_of": reply.duplicate_of}
    journal.record(session, campaign_id, now, actor, "note", subject(reply), **detail)
    return Entered(reply, likely)


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
        sort(reply, note.text)
        reply.queue = True  # somebody found it worth typing in: no machine puts it away
    return reply


def _repeated(reply: Reply, likely: list[Likely]) -> int | None:
    """The earlier reply of the same sender to the same tandem, if nothing is lost by linking.

    Two tandems are two offers, an offer is never folded under what was only a question, and
    whoever comes back after an end comes anew.
    """
    for each in likely:
        earlier = each.reply
        tandems = {reply.tandem_id, earlier.tandem_id} - {None}
        lighter = RANK.index(earlier.label) <= RANK.index(reply.label)
        if each.certain and len(tandems) < 2 and lighter and earlier.status == NEW:
            return earlier.id
    return None
