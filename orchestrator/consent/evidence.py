"""What proves a consent: a signed form, a voice message, a mail; sealed under the person's key."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from orchestrator import people
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import CampaignKey
from orchestrator.model import Evidence, Person

MOST_BYTES = 10_000_000
# Kind of file → by which bytes, from which place on, it is recognised.
_SIGNS: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "pdf": (0, (b"%PDF-",)),
    "jpg": (0, (b"\xff\xd8\xff",)),
    "jpeg": (0, (b"\xff\xd8\xff",)),
    "png": (0, (b"\x89PNG",)),
    "ogg": (0, (b"OggS",)),
    "opus": (0, (b"OggS",)),
    "mp3": (0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "m4a": (4, (b"ftyp",)),
}
_PLAIN = ("txt", "eml")
KINDS = (*_SIGNS, *_PLAIN)


@dataclass(frozen=True)
class Proof:
    """A file as it was handed in."""

    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """What it is, by its name."""
        return Path(self.name).suffix.removeprefix(".").casefold()


def read(path: Path) -> Proof:
    """The file, if it is one that can prove something."""
    if not path.is_file():
        raise UsageProblem(
            _("There is no file {path}.").format(path=path), remedy=_("Check the path.")
        )
    if path.stat().st_size > MOST_BYTES:
        raise UsageProblem(
            _("{path} is larger than 10 MB.").format(path=path),
            remedy=_("Photograph or scan it smaller."),
        )
    proof = Proof(path.name, path.read_bytes())
    if not _is_what_it_says(proof):
        raise UsageProblem(
            _("{path} is not a file of the kinds that are kept as proof.").format(path=path),
            remedy=_("Use one of: {kinds}.").format(kinds=", ".join(KINDS)),
        )
    return proof


def _is_what_it_says(proof: Proof) -> bool:
    if not proof.content or proof.kind not in KINDS:
        return False
    if proof.kind in _PLAIN:
        return b"\0" not in proof.content
    start, signs = _SIGNS[proof.kind]
    return proof.content[start:].startswith(signs)


def put(session: Session, key: CampaignKey, person: Person, proof: Proof, now: datetime) -> int:
    """Keep it sealed; its number."""
    wrapped = people.wrapped_key(session, person)
    if wrapped is None:
        raise _shut() if people.is_shut(session, person) else _erased()
    sealed = key.seal_file(wrapped, proof.name, proof.content)
    row = Evidence(person_id=person.id, added_at=now, size=len(proof.content), sealed=sealed)
    session.add(row)
    session.flush()
    return row.id


def take_out(session: Session, key: CampaignKey, number: int) -> Proof:
    """The file as it was handed in."""
    row = session.get_one(Evidence, number)
    person = session.get_one(Person, row.person_id)
    wrapped = people.wrapped_key(session, person)
    if wrapped is None:
        raise _shut() if people.is_shut(session, person) else _erased()
    if not key.opens_file(wrapped, row.sealed):
        raise _shut()
    return Proof(*key.open_file(wrapped, row.sealed))


def _shut() -> UsageProblem:
    return UsageProblem(
        _("What was sealed of this person cannot be opened: their key was lost."),
        remedy=_("Import the tandems' file again, and hand in anew what proves a consent."),
    )


def _erased() -> UsageProblem:
    return UsageProblem(
        _("What was stored of this person has been erased."),
        remedy=_("It cannot be brought back, and nothing more can be kept of them."),
    )
