"""A reply's words: kept without phone numbers and mail addresses, and sorted at once.

The original, the sender's name and their contact are sealed under a key of their own, like those
of a tandem's people; a contact is recognised by its keyed digest.
"""

from dataclasses import dataclass

from sqlmodel import Session

from orchestrator.keys import CampaignKey
from orchestrator.model import Person, Reply
from orchestrator.redact import contacts_in, redact
from orchestrator.vocabulary import Label


@dataclass(frozen=True)
class Sender:
    """Who said it, as somebody noted it down."""

    name: str = ""
    contact: str = ""


def put_words(
    session: Session,
    key: CampaignKey,
    campaign_id: int,
    reply: Reply,
    text: str,
    sender: Sender | None = None,
) -> None:
    """Set what a reply says; whatever identifies somebody goes under seal."""
    text = storable(text)
    reply.text = redact(text)
    sealed = {"text": text} if reply.text != text else {}
    if sender:
        sealed |= {"name": storable(sender.name), "contact": storable(sender.contact)}
    elif kept := opened(session, key, reply):
        sealed |= {name: kept[name] for name in ("name", "contact") if name in kept}
    reply.contact_digests = digests_in(key, f"{text}\n{sealed.get('contact', '')}")
    _seal(session, key, campaign_id, reply, {name: each for name, each in sealed.items() if each})


def _seal(
    session: Session, key: CampaignKey, campaign_id: int, reply: Reply, sealed: dict[str, str]
) -> None:
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if person is None and not sealed:
        return
    if person is None:
        person = Person(campaign_id=campaign_id, wrapped_key=key.new_person_key())
        session.add(person)
        session.flush()
        reply.person_id = person.id
    if person.wrapped_key is not None:  # an erased person stays erased
        person.sealed = key.seal(person.wrapped_key, sealed) if sealed else None


def opened(session: Session, key: CampaignKey, reply: Reply) -> dict[str, str]:
    """What was sealed: any of text, name and contact; empty when nothing was, or it was erased."""
    person = session.get(Person, reply.person_id) if reply.person_id else None
    if person is None or person.wrapped_key is None or person.sealed is None:
        return {}
    return key.open(person.wrapped_key, person.sealed)


def words(session: Session, key: CampaignKey, reply: Reply) -> str:
    """The text as it came, contacts included."""
    return opened(session, key, reply).get("text", reply.text)


def forget_words(session: Session, reply: Reply) -> None:
    """Let go of what a reply said and who said it; that there was one is kept."""
    reply.text, reply.author, reply.contact_digests = "", "", []
    if person := session.get(Person, reply.person_id) if reply.person_id else None:
        person.wrapped_key = person.sealed = None


def sort(reply: Reply, text: str) -> None:
    """Label a reply and decide whether a person reads it; a person's own label stays."""
    from orchestrator.triage import offline

    if reply.labelled_by is not None:
        return
    verdict = offline().classify(text, picture=reply.picture)
    reply.label, reply.queue = Label(verdict.label), verdict.queue
    reply.confidence, reply.why = verdict.confidence, list(verdict.why)


def digests_in(key: CampaignKey, text: str) -> list[str]:
    """Keyed digests of every phone number and mail address in a text."""
    return sorted({key.digest(f"contact:{each}") for each in contacts_in(text)})


def storable(text: str) -> str:
    """The same text without what no database takes: NUL, and halves of characters."""
    return text.replace("\x00", "").encode(errors="replace").decode()
