"""Everything that is held about two people, or about one of them, as plain values.

Left out is what is other people's: who offered something and how to reach them, the backup
contact, and the staff's names. ``missing`` says so in the document itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from orchestrator import people
from orchestrator.backup.listing import Copy
from orchestrator.consent.purposes import Who
from orchestrator.dossier.events import events
from orchestrator.dossier.public import public
from orchestrator.dossier.wish import Wish
from orchestrator.i18n import _
from orchestrator.media import media_of, path_of
from orchestrator.model import Consent, Evidence, Partner, Pause, Person, Referral
from orchestrator.papers.facts import place_of
from orchestrator.vocabulary import Scope, Step

_OF_OTHERS = {"backup_contact"}
_PUBLIC = (
    "public_name", "show", "adult", "may_work", "trade", "town", "region", "country",
    "radius_km", "floor_km", "town_people", "link", "media", "made_with_ai", "reach_mode",
    "posts_down",
)  # fmt: skip


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


def gather(wish: Wish, copies: Sequence[Copy], folder: Path) -> Dossier:
    """Put together what is held; ``folder``: the campaign's."""
    files = dict(_files(wish))
    document = {
        "tandem": _tandem(wish),
        "persons": {part: _fields(wish, number) for part, number in wish.persons.items()},
        "consents": _consents(wish, files),
        "evidence": [{"evidence": file.name, "name": file.given_name} for file in files.values()],
        **({"pictures": _pictures(wish)} if wish.of_refugee else {}),
        **(dict(public(wish)) if wish.of_refugee else {}),
        "stops": _stops(wish),
        "events": events(wish),
        "backups": [_backup(wish, each, folder) for each in copies],
        "missing": list(missing()),
    }
    return Dossier(document, list(files.values()))


def missing() -> Iterator[str]:
    """What is not in the document, and why."""
    yield _("Names and contacts of those who wrote or offered something: they are theirs.")
    yield _("The backup contact and the names of the campaign's staff: they are theirs.")
    yield _("What the program only needs to do its work, such as digests of what it sent.")
    yield _("The file from which the tandems were imported, and pictures: only named here.")
    yield _(
        "What backups hold: the same as here at an earlier time; after an erasure nobody can open"
        " it any more."
    )


def _tandem(wish: Wish) -> dict[str, Any]:
    tandem = wish.tandem
    partner = wish.session.get(Partner, tandem.partner_id) if tandem.partner_id else None
    times = ("imported_at", "changed_at", "ended_at")
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
        held |= {"away_from": tandem.away_from, "away_until": tandem.away_until}
        held["handed_over"] = _handed_over(wish)
    if wish.of_refugee:
        held |= {name: getattr(tandem, name) for name in _PUBLIC}
        held["screened_at"] = wish.at(tandem.screened_at)
        held["centre"] = {"lat": tandem.lat, "lon": tandem.lon}
        held["place_digest"] = tandem.place_digest
    return held


def _handed_over(wish: Wish) -> list[dict[str, Any]]:
    """When the volunteer was told of an offer; what it said is whoever's who made it."""
    told = select(Referral).where(
        Referral.tandem_id == wish.tandem.id, col(Referral.step).in_([Step.FORWARD, Step.REMINDER])
    )
    return [
        {
            "way": each.way.value,
            "sent_at": wish.at(each.sent_at),
            "confirmed_at": wish.at(each.received_at),
        }
        for each in wish.session.exec(told.order_by(col(Referral.id))).all()
    ]


def _pictures(wish: Wish) -> list[dict[str, Any]]:
    """Named, not put in: the originals are the person's own, and films are large.

    What was made ready is all that is still held.
    """
    return [
        {
            "name": each.name,
            "kind": each.kind.value,
            "alt": each.alt,
            "size": (each.ready_facts or each.facts).get("size"),
            "file": path_of(Path(), each.ready or each.digest).as_posix(),
        }
        for each in media_of(wish.session, wish.tandem.id)
    ]


def _stops(wish: Wish) -> list[dict[str, Any]]:
    stops = select(Pause).where(
        Pause.campaign_id == wish.tandem.campaign_id,
        Pause.scope == Scope.TANDEM,
        Pause.name == wish.tandem.slug,
    )
    return [
        {"since": wish.at(each.since), "hide": each.hide} for each in wish.session.exec(stops).all()
    ]


def _backup(wish: Wish, copy: Copy, folder: Path) -> dict[str, Any]:
    return {
        "id": copy.id,
        "created_at": wish.at(copy.manifest.created_at) if copy.manifest else None,
        "place": place_of(copy.place.path, folder).name,
    }


def _fields(wish: Wish, number: int) -> dict[str, str]:
    person = wish.session.get(Person, number)
    fields = people.fields(wish.session, wish.key, person)
    return {name: value for name, value in fields.items() if name not in _OF_OTHERS}


def _files(wish: Wish) -> Iterator[tuple[int, File]]:
    wanted = select(Evidence).where(col(Evidence.person_id).in_(wish.persons.values()))
    for each in wish.session.exec(wanted.order_by(col(Evidence.id))).all():
        person = wish.session.get(Person, each.person_id)
        wrapped = people.wrapped_key(wish.session, person)
        if wrapped and wish.key.opens_file(wrapped, each.sealed):
            name, content = wish.key.open_file(wrapped, each.sealed)
            ending = re.search(r"\.[A-Za-z0-9]{1,4}\Z", name)
            plain = f"evidence-{each.id}{ending[0] if ending else ''}"
            yield each.id, File(plain, name, content)


def _consents(wish: Wish, files: dict[int, File]) -> list[dict[str, Any]]:
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
