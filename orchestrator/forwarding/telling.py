"""What is told of an offer: who, what, where, how to reach them, and what to mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from orchestrator import people
from orchestrator.compose.voice import voice_of
from orchestrator.inbox.words import shown
from orchestrator.keys import CampaignKey
from orchestrator.model import Person, Post, Reply, Tandem
from orchestrator.redact import tame
from orchestrator.replies import EMPLOYER, EMPLOYER_CONTACT, opened
from orchestrator.vocabulary import Label


@dataclass(frozen=True)
class Offer:
    """An offer or a tip as it may be passed on; ``reach`` is empty where no contact may be told.

    ``in_words``: the contact stands in the text itself. ``masked``: it must not be told.

    ``name``: of the tandem's person, as the public knows them. ``details``: what a check found
    out, and ``advice``: what a warned offer has to be read with, both in the reader's language.
    """

    number: int
    is_tip: bool
    name: str
    who: str
    text: str
    where: str
    reach: str
    link: str
    received_at: datetime
    details: Sequence[tuple[str, str]] = field(default_factory=tuple)
    advice: Sequence[str] = field(default_factory=tuple)
    in_words: bool = False
    masked: bool = False

    @property
    def kind(self) -> str:
        """The last part of the keys of sentences that speak of it."""
        return "tip" if self.is_tip else "offer"


def offer_of(
    session: Session,
    key: CampaignKey,
    reply: Reply,
    tandem: Tandem,
    *,
    with_contact: bool,
    details: Sequence[tuple[str, str]] = (),
    advice: Sequence[str] = (),
) -> Offer:
    """Gather it; without the contact every phone number and address in it is masked, too."""
    sealed = opened(session, key, reply)
    text = sealed.get("text", reply.text)
    person = people.fields(session, key, session.get(Person, tandem.refugee_id))
    voice = voice_of(tandem, person.get("name", ""), [])
    plain = (lambda words: tame(words)) if with_contact else shown
    return Offer(
        number=reply.id,
        is_tip=reply.label is Label.TIP,
        name=voice.name or tandem.slug,
        who=" ".join(plain(_who(sealed, reply)).split()),
        text=plain(text),
        where=voice.place,
        reach=_reach(sealed) if with_contact else "",
        link=reply.permalink or _post_link(session, reply),
        received_at=reply.received_at,
        details=details,
        advice=advice,
        in_words=with_contact and shown(text) != tame(text),
        masked=not with_contact,
    )


def _who(sealed: Mapping[str, str], reply: Reply) -> str:
    """Whoever wrote, and for which employer, where a check found that out."""
    named = (sealed.get("name") or reply.author, sealed.get(EMPLOYER, ""))
    return ", ".join(dict.fromkeys(each for each in named if each))


def _reach(sealed: Mapping[str, str]) -> str:
    known = (sealed.get("contact", ""), sealed.get(EMPLOYER_CONTACT, ""))
    return tame(", ".join(dict.fromkeys(each for each in known if each)))


def _post_link(session: Session, reply: Reply) -> str:
    post = session.get(Post, reply.post_id) if reply.post_id else None
    return (post.permalink or "") if post else ""
