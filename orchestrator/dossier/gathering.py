"""Everything that is held about two people, or about one of them, as plain values.

Left out is what is other people's: who offered something and how to reach them, the backup
contact, and the staff's names. ``missing`` says so in the document itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from orchestrator import journal, people
from orchestrator.backup.listing import Copy
from orchestrator.erasure.extent import replies_of
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import (
    Appeal,
    Consent,
    Event,
    Evidence,
    Partner,
    Person,
    Post,
    Reply,
    Snapshot,
    Tandem,
)
from orchestrator.posts import local

_OF_OTHERS = {"backup_contact"}
_PUBLIC = (
    "public_name", "show", "adult", "may_work", "trade", "town", "region", "country",
    "radius_km", "link", "media",
)  # fmt: skip


class Who(StrEnum):
    """Whose data are asked for."""

    BOTH = "both"
    REFUGEE = "refugee"
    VOLUNTEER = "volunteer"


@dataclass(frozen=True)
class File:
    """A proof as it was handed in; ``name`` tells nothing and is safe on every disk."""

    name: str
    given_name: str
    content: bytes


@dataclass(frozen=True)
class Dossier:
    """The document, and the files that belong to it."""

    document: dict[str, Any]
    files: list[File]


@dataclass(frozen=True)
class Gathering:
    """What is needed to put it together."""

    session: Session
    key: CampaignKey
    tandem: Tandem
    who: Who
    zone: ZoneInfo

    @property
    def persons(self) -> dict[str, int]:
        """The persons asked for, by their part."""
        both = {"refugee": self.tandem.refugee_id, "volunteer": self.tandem.volunteer_id}
        return {part: number for part, number in both.items() if self.who in (Who.BOTH, part)}

    def at(self, time: Any) -> Any:
        """A time on the campaign's wall."""
        return local(time, self.zone.key)


def gather(wish: Gathering, copies: Sequence[Copy]) -> Dossier:
    """Put together what is held."""
    files = dict(_files(wish))
    document = {
        "tandem": _tandem(wish),
        "persons": {part: _fields(wish, number) for part, number in wish.persons.items()},
        "consents": _consents(wish, files),
        "evidence": [{"evidence": file.name, "name": file.given_name} for file in files.values()],
        **(_public(wish) if Who.REFUGEE in wish.persons else {}),
        "events": _events(wish),
        "backups": [
            {
                "id": each.id,
                "created_at": wish.at(each.manifest.created_at) if each.manifest else None,
                "place": each.place.url,
            }
            for each in copies
        ],
        "missing": list(missing()),
    }
    return Dossier(document, list(files.values()))


def missing() -> Iterator[str]:
    """What is not in the document, and why."""
    yield _("Names and contacts of those who wrote or offered something: they are theirs.")
    yield _("The backup contact and the names of the campaign's staff: they are theirs.")
    yield _("The file from which the tandems were imported, and pictures: only named here.")
    yield _(
        "What backups hold: the same as here at an earlier time; after an erasure nobody can open"
        " it any more."
    )


def _tandem(wish: Gathering) -> dict[str, Any]:
    tandem = wish.tandem
    partner = wish.session.get(Partner, tandem.partner_id) if tandem.partner_id else None
    times = ("imported_at", "changed_at", "screened_at", "ended_at")
    held: dict[str, Any] = {
        "number": tandem.id,
        "slug": tandem.slug,
        "state": tandem.state.value,
        "closed_because": tandem.closed_because,
        "partner": partner.name if partner else None,
        **{name: wish.at(getattr(tandem, name)) for name in times},
    }
    if Who.VOLUNTEER in wish.persons:
        held["volunteer_lang"] = tandem.volunteer_lang
    if Who.REFUGEE in wish.persons:
        held |= {name: getattr(tandem, name) for name in _PUBLIC}
        held["centre"] = {"lat": tandem.lat, "lon": tandem.lon}
        held["place_digest"] = tandem.place_digest
    return held


def _fields(wish: Gathering, number: int) -> dict[str, str]:
    person = wish.session.get(Person, number)
    fields = people.fields(wish.session, wish.key, person)
    return {name: value for name, value in fields.items() if name not in _OF_OTHERS}


def _files(wish: Gathering) -> Iterator[tuple[int, File]]:
    wanted = select(Evidence).where(col(Evidence.person_id).in_(wish.persons.values()))
    for each in wish.session.exec(wanted.order_by(col(Evidence.id))).all():
        person = wish.session.get(Person, each.person_id)
        if wrapped := people.wrapped_key(wish.session, person):
            name, content = wish.key.open_file(wrapped, each.sealed)
            ending = re.search(r"\.[A-Za-z0-9]{1,4}\Z", name)
            plain = f"evidence-{each.id}{ending[0] if ending else ''}"
            yield each.id, File(plain, name, content)


def _consents(wish: Gathering, files: dict[int, File]) -> list[dict[str, Any]]:
    parts = {number: part for part, number in wish.persons.items()}
    wanted = select(Consent).where(
        Consent.tandem_id == wish.tandem.id, col(Consent.person_id).in_(parts)
    )
    return [
        {
            "person": parts[each.person_id],
            "purpose": each.purpose,
            "given_on": each.given_on,
            "ends_on": each.ends_on,
            "withdrawn_at": wish.at(each.withdrawn_at),
            "language": each.language,
            "version": each.version,
            "method": each.method,
            "evidence": files[each.evidence_id].name if each.evidence_id in files else None,
        }
        for each in wish.session.exec(wanted.order_by(col(Consent.id))).all()
    ]


def _public(wish: Gathering) -> dict[str, Any]:
    """What the refugee said, what was posted of it, and what came back."""
    appeals = select(Appeal).where(Appeal.tandem_id == wish.tandem.id)
    posts = wish.session.exec(
        select(Post).where(Post.tandem_id == wish.tandem.id).order_by(col(Post.id))
    ).all()
    return {
        "appeals": [
            {"language": each.language, "text": each.text}
            for each in wish.session.exec(appeals.order_by(col(Appeal.language))).all()
        ],
        "posts": [_post(wish, each) for each in posts],
        "recipients": sorted({each.network for each in posts if each.published_at}),
        "replies": [_reply(wish, each) for each in replies_of(wish.session, wish.tandem)],
    }


def _post(wish: Gathering, post: Post) -> dict[str, Any]:
    return {
        "number": post.id,
        "network": post.network,
        "state": post.state.value,
        "due_at": wish.at(post.due_at),
        "published_at": wish.at(post.published_at),
        "language": post.language,
        "text": post.text,
        "link": post.link,
        "permalink": post.permalink,
        "figures": _figures(wish, post),
    }


def _figures(wish: Gathering, post: Post) -> list[dict[str, Any]]:
    """The newest of each figure."""
    rows = wish.session.exec(
        select(Snapshot).where(Snapshot.post_id == post.id).order_by(col(Snapshot.taken_at))
    ).all()
    newest = {each.metric: each for each in rows}
    return [
        {"metric": name, "value": each.value, "as_of": wish.at(each.taken_at)}
        for name, each in sorted(newest.items())
    ]


def _reply(wish: Gathering, reply: Reply) -> dict[str, Any]:
    return {
        "number": reply.id,
        "channel": reply.channel,
        "network": reply.network,
        "received_at": wish.at(reply.received_at),
        "label": reply.label.value,
        "status": reply.status,
        "text": reply.text,
    }


def _events(wish: Gathering) -> list[dict[str, Any]]:
    subjects = [journal.tandem_subject(wish.tandem)]
    if Who.REFUGEE in wish.persons:
        posts = select(Post.id).where(Post.tandem_id == wish.tandem.id)
        subjects += [f"post {number}" for number in wish.session.exec(posts).all()]
    rows = wish.session.exec(
        select(Event)
        .where(Event.campaign_id == wish.tandem.campaign_id, col(Event.subject).in_(subjects))
        .order_by(col(Event.id))
    ).all()
    return [{"at": wish.at(each.at), "what": each.what, "subject": each.subject} for each in rows]
