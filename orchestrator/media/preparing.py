"""Making ready what the tandems gave: once for each content, nothing half."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from orchestrator.eligible import why_left
from orchestrator.formats import count
from orchestrator.i18n import _
from orchestrator.media import keeping
from orchestrator.media.content import Unusable, blamed_on_the_file
from orchestrator.media.filming import MOST_BYTES, ready_film, still
from orchestrator.media.films import film_facts
from orchestrator.media.photos import ready_photo
from orchestrator.media.places import path_of
from orchestrator.model import Medium, Tandem
from orchestrator.store import Store
from orchestrator.vocabulary import MediaKind

# No network takes twenty minutes: whatever is longer would be converted for nothing.
_LONGEST_CONVERTED = 1200.0
# Shows how far a number of files is: it gives a function that is told files and part of a file.
Watch = Callable[[int], AbstractContextManager[Callable[[float], None]]]


@dataclass(frozen=True)
class Finding:
    """A file that cannot be made ready: whose, the which of theirs, and why."""

    tandem: str
    position: int
    problem: str

    def document(self) -> dict[str, Any]:
        """As scripts read it."""
        return {"tandem": self.tandem, "position": self.position, "problem": self.problem}


@contextmanager
def unwatched(_total: int) -> Iterator[Callable[[float], None]]:
    """Prepare without showing how far it is."""
    yield lambda _done: None


def prepare_all(
    store: Store,
    folder: Path,
    campaign_id: int,
    watch: Watch,
    tandems: Collection[int] | None = None,
    *,
    again: bool = False,
) -> list[Finding]:
    """Make ready whatever is not, and tell what cannot be: call it before the planning begins.

    No transaction is open while films are converted. ``folder``: the campaign's; ``watch``: see
    ``Watch``; ``again``: also try what could not be made ready before.
    """
    with store.reading() as session:
        keeping.tidy(session, folder)
        waiting = _waiting(session, folder, campaign_id, tandems, again=again)
    with watch(len(waiting)) as tell:
        for number, (digest, kind) in enumerate(waiting):
            values = _made(folder, digest, kind, partial(_part, tell, number))
            with store.session() as session:
                _put(session, digest, values)
            tell(float(number + 1))
    with store.reading() as session:
        keeping.let_go_of_originals(session, folder)
        return _findings(session, campaign_id, tandems)


def _part(tell: Callable[[float], None], files: int, share: float) -> None:
    tell(files + share)


def _waiting(
    session: Session,
    folder: Path,
    campaign_id: int,
    tandems: Collection[int] | None,
    *,
    again: bool,
) -> list[tuple[str, MediaKind]]:
    """The originals that have to be made ready, each once, in the order of their tandems."""
    found: dict[str, MediaKind] = {}
    for medium, _tandem in rows_of(session, campaign_id, tandems):
        if not keeping.is_ready(medium, folder) and (again or medium.problem is None):
            found[medium.digest] = medium.kind
    return list(found.items())


def rows_of(
    session: Session, campaign_id: int, tandems: Collection[int] | None
) -> Sequence[tuple[Medium, Tandem]]:
    """Every file of these tandems (None: of all of the campaign), in their order."""
    rows = select(Medium, Tandem).join(Tandem, col(Tandem.id) == col(Medium.tandem_id))
    rows = rows.where(Tandem.campaign_id == campaign_id)
    if tandems is not None:
        rows = rows.where(col(Tandem.id).in_(tandems))
    return session.exec(rows.order_by(col(Tandem.slug), col(Medium.position))).all()


def _made(
    folder: Path, digest: str, kind: MediaKind, share: Callable[[float], None]
) -> dict[str, Any]:
    """The values of a row whose original was made ready, or why it could not be."""
    source = path_of(folder, digest)
    nothing = {"ready": None, "ready_facts": None, "poster": None}
    if not source.is_file():
        return nothing | {"problem": _("The file is not here any more: import the tandem again.")}
    try:
        made = _photo if kind is MediaKind.PHOTO else _film
        with blamed_on_the_file():
            return made(folder, source, share) | {"problem": None}
    except Unusable as unusable:
        return nothing | {"problem": f"{unusable.reason} {unusable.hint}"}


def _photo(folder: Path, source: Path, _share: Callable[[float], None]) -> dict[str, Any]:
    content, facts = ready_photo(source)
    digest = keeping.keep_bytes(content, folder)
    return {"ready": digest, "ready_facts": facts, "poster": None}


def _film(folder: Path, source: Path, share: Callable[[float], None]) -> dict[str, Any]:
    found = film_facts(source)
    if found["seconds"] > _LONGEST_CONVERTED:
        raise Unusable(
            _("The film lasts {minutes} minutes.").format(minutes=round(found["seconds"] / 60)),
            _("Cut it to two minutes; it is never cut here."),
        )
    with keeping.draft(folder) as own:
        ready_film(source, own, found, share)
        facts = film_facts(own)
        if facts["size"] > MOST_BYTES:
            raise Unusable(
                _("The film has {size} MB even when it is made smaller.").format(
                    size=count(facts["size"] // 10**6)
                ),
                _("Cut it to two minutes; it is never cut here."),
            )
        poster = keeping.keep_bytes(still(own), folder)
        digest = keeping.digest_of(own)
        keeping.keep(own, folder, digest)
    return {"ready": digest, "ready_facts": facts, "poster": poster}


def _put(session: Session, digest: str, values: dict[str, Any]) -> None:
    """Write it down for every tandem that gave the same content."""
    rows = select(Medium).where(Medium.digest == digest).order_by(col(Medium.id))
    for medium in session.exec(rows.with_for_update()).all():
        medium.sqlmodel_update(values)


def _findings(session: Session, campaign_id: int, tandems: Collection[int] | None) -> list[Finding]:
    return [
        Finding(tandem.slug, medium.position, medium.problem)
        for medium, tandem in rows_of(session, campaign_id, tandems)
        if medium.problem and not why_left(tandem)
    ]
