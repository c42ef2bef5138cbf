"""A reply's words: kept without phone numbers and mail addresses, and sorted at once.

The original, the sender's name and their contact are sealed under a key of their own, like those
of a tandem's people; a contact is recognised by its keyed digest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from orchestrator import people
from orchestrator.keys import CampaignKey
from orchestrator.learning import Learnt, take_over
from orchestrator.model import Answer, Person, Referral, Reply, Tandem
from orchestrator.redact import contacts_in, redact
from orchestrator.vocabulary import RANK, WAITING, Label, OfferState

# What is sealed of an employer, beside what is sealed of whoever wrote.
EMPLOYER, EMPLOYER_CONTACT = "employer", "employer_contact"

if TYPE_CHECKING:
    from orchestrator.triage.verdict import Verdict


@dataclass(frozen=True)
class Sender:
    """Who said it, as somebody noted it down."""

    name: str = ""
    contact: str = ""


@dataclass(slots=True)
class Fresh:
    """A reply that is about to be written for the first time, in the words of the table.

    The table's own rows cost ten times as much to make, and campaigns draw them by the thousand.
    """

    campaign_id: int
    network: str
    channel: str
    remote_id: str
    received_at: datetime
    collected_at: datetime
    post_id: int | None = None
    tandem_id: int | None = None
    parent_remote_id: str | None = None
    permalink: str = ""
    author: str = ""
    author_digest: str | None = None
    picture: bool = False
    conversation: str | None = None
    person_id: int | None = None
    contact_digests: list[str] = field(default_factory=list)
    text: str = ""
    label: Label = Label.OTHER
    confidence: float = 0.0
    why: list[str] = field(default_factory=list)
    queue: bool = True
    labelled_by: str | None = None
    id: int = field(default=0, init=False)


# Columns that no new reply has anything in, but which are no nulls.
_REST = {"status": OfferState.NEW}
_COLUMNS = tuple(each.name for each in fields(Fresh) if each.name != "id")


def insert_all(session: Session, replies: Sequence[Fresh]) -> None:
    """Write new replies of one network, all at once; each knows its number then."""
    if not replies:
        return
    session.flush()  # whoever said it stands first
    rows = [_REST | {name: getattr(each, name) for name in _COLUMNS} for each in replies]
    session.connection().execute(sqlalchemy.insert(Reply), rows)
    # Being told the numbers by the insertion would make a statement of each row on SQLite.
    numbers = dict(
        session.exec(
            select(Reply.remote_id, Reply.id).where(
                Reply.campaign_id == replies[0].campaign_id,
                Reply.network == replies[0].network,
                col(Reply.remote_id).in_([each.remote_id for each in replies]),
            )
        ).all()
    )
    for reply in replies:
        reply.id = numbers[reply.remote_id]


def link_all(session: Session, again: Mapping[int, int]) -> None:
    """Note which replies say again what others said first."""
    if again:
        session.connection().execute(
            sqlalchemy.update(Reply)
            .where(col(Reply.id) == bindparam("again"))
            .values(duplicate_of=bindparam("first")),
            [{"again": each, "first": first} for each, first in again.items()],
        )


def put_words(
    session: Session,
    key: CampaignKey,
    campaign_id: int,
    reply: Reply,
    text: str,
    sender: Sender | None = None,
) -> None:
    """Set what a reply says; whatever identifies somebody goes under seal."""
    sealed = _parted(reply, storable(text))
    if sender:
        sealed |= {"name": storable(sender.name), "contact": storable(sender.contact)}
    elif kept := opened(session, key, reply):
        sealed |= {name: each for name, each in kept.items() if name != "text"}
    contacts = (sealed.get(name, "") for name in ("contact", EMPLOYER_CONTACT))
    reply.contact_digests = digests_in(key, storable(text), *contacts)
    _seal(session, key, campaign_id, reply, {name: each for name, each in sealed.items() if each})


def put_new_words(
    session: Session, key: CampaignKey, campaign_id: int, said: Iterable[tuple[Fresh, str]]
) -> None:
    """The same for many replies that are new, in few statements."""
    sealed = [(reply, parts) for reply, text in said if (parts := _parted(reply, storable(text)))]
    for reply, parts in sealed:
        reply.contact_digests = digests_in(key, parts["text"])
    persons = people.add_all(session, key, campaign_id, [parts for _reply, parts in sealed])
    for (reply, _parts), person in zip(sealed, persons, strict=True):
        reply.person_id = person.id


def _parted(reply: Reply | Fresh, text: str) -> dict[str, str]:
    """Set the words that everybody may see; what has to be sealed of them, if anything."""
    reply.text = redact(text)
    return {"text": text} if reply.text != text else {}


def _seal(
    session: Session, key: CampaignKey, campaign_id: int, reply: Reply, sealed: dict[str, str]
) -> None:
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if person is None and not sealed:
        return
    if person is None:
        reply.person_id = people.add(session, key, campaign_id, sealed).id
    else:
        people.put(session, key, person, sealed)


def opened(session: Session, key: CampaignKey, reply: Reply) -> dict[str, str]:
    """What was sealed: any of text, name and contact; empty when nothing was, or it was erased."""
    person = session.get(Person, reply.person_id) if reply.person_id else None
    return people.fields(session, key, person)


def words(session: Session, key: CampaignKey, reply: Reply) -> str:
    """The text as it came, contacts included."""
    return opened(session, key, reply).get("text", reply.text)


def forget_words(session: Session, reply: Reply) -> None:
    """Let go of what a reply said, who said it and what we answered; that there was one is kept."""
    reply.text, reply.author, reply.contact_digests, reply.conversation = "", "", [], None
    if person := session.get(Person, reply.person_id) if reply.person_id else None:
        people.shred(session, person)
    session.exec(update(Answer).where(col(Answer.reply_id) == reply.id).values(text=""))


def forget(session: Session, reply: Reply, now: datetime) -> None:
    """Let go for good of what a reply said and of whatever leads to its sender.

    Label, time and channel stay as figures; the network's own number stays, so that the next
    reading knows it again and leaves it alone.
    """
    forget_words(session, reply)
    for kind, values in ((Answer, {"remote_id": None, "error": None}), (Referral, {"error": None})):
        session.exec(update(kind).where(col(kind.reply_id) == reply.id).values(**values))
    reply.author_digest, reply.permalink, reply.parent_remote_id = None, "", None
    reply.why, reply.queue, reply.forgotten_at = [], False, now


def sort(reply: Reply | Fresh, text: str, learnt: Learnt | None = None) -> None:
    """Label a reply and decide whether a person reads it; a person's own label stays.

    ``learnt``: what people corrected before goes before the classifier (see ``learning``).
    """
    if reply.labelled_by is not None:
        return
    verdict = _verdict(text, reply.picture)
    reply.label, reply.queue = Label(verdict.label), verdict.queue
    reply.confidence, reply.why = verdict.confidence, list(verdict.why)
    if learnt and (lesson := learnt.lesson(reply.text)):
        take_over(reply, lesson)


@lru_cache(maxsize=512)
def _verdict(text: str, picture: bool) -> "Verdict":
    """What the classifier says; whoever pastes something pastes it often."""
    from orchestrator.triage import offline

    return offline().classify(text, picture=picture)


def digests_in(key: CampaignKey, *texts: str) -> list[str]:
    """Keyed digests of every phone number and mail address in each of the texts."""
    found = {each for text in texts for each in contacts_in(text)}
    return sorted(key.digest(f"contact:{each}") for each in found)


def own_contacts(
    session: Session, key: CampaignKey, campaign_id: int, contact: str
) -> frozenset[str]:
    """Digests of our own numbers, ``contact`` and the volunteers': strangers quote them too."""
    volunteers = session.exec(
        select(Person)
        .join(Tandem, col(Tandem.volunteer_id) == Person.id)
        .where(Tandem.campaign_id == campaign_id)
    ).all()
    known = [contact]
    for each in volunteers:
        known += people.fields(session, key, each).values()
    return frozenset(digests_in(key, *known))


def shared_contact(one: Iterable[str], other: Iterable[str], own: frozenset[str]) -> bool:
    """Whether two lists of digests name the same stranger."""
    return bool((set(one) & set(other)) - own)


def repeats(reply: Reply | Fresh, earlier: Reply, own: frozenset[str]) -> bool:
    """Whether a reply surely tells again what an earlier one told, and nothing is lost by it.

    Two tandems are two offers, an offer is never folded under what was only a question, and
    whoever comes back after an end comes anew.
    """
    return (
        is_original(earlier)
        and len({reply.tandem_id, earlier.tandem_id} - {None}) < 2
        and _weight(earlier) <= _weight(reply)
        and shared_contact(reply.contact_digests, earlier.contact_digests, own)
    )


def is_original(reply: Reply) -> bool:
    """Whether nobody has finished it, its words are still there, and it is no repetition."""
    gone = reply.deleted_at or reply.forgotten_at
    return reply.status in WAITING and gone is None and reply.duplicate_of is None


def _weight(reply: Reply | Fresh) -> int:
    return RANK.index(reply.label)


def weigh(session: Session, reply: Reply) -> None:
    """Let no offer vanish with its original: what was deleted or is worth less steps back.

    The weightiest of the living repetitions, of those the oldest, is the original from now on,
    and is in the hands of whoever had the one before.
    """
    session.flush()
    root = session.get_one(Reply, reply.duplicate_of) if reply.duplicate_of else reply
    again = session.exec(select(Reply).where(Reply.duplicate_of == root.id)).all()
    alive = [each for each in again if each.deleted_at is None and each.status in WAITING]
    if not alive or root.status not in WAITING:
        return
    first = min(alive, key=lambda each: (_weight(each), each.received_at, each.id))
    if root.deleted_at is None and _weight(root) <= _weight(first):
        return
    for each in (root, *again):
        each.duplicate_of = first.id
    first.duplicate_of = None
    if first.taken_by is None:
        first.taken_by, first.taken_at = root.taken_by, root.taken_at
        root.taken_by = root.taken_at = None


def storable(text: str) -> str:
    """The same text without what no database takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode(errors="replace").decode()
