"""The pictures and films that hang on a tandem: originals are kept first, rows come after."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from orchestrator.errors import PartlyDone
from orchestrator.i18n import _
from orchestrator.intake.media import Given
from orchestrator.intake.rows import TandemRow
from orchestrator.intake.shelf import Folder
from orchestrator.media import keeping
from orchestrator.model import Medium, Tandem


def keep_originals(rows: Iterable[TandemRow], campaign: Path, ready: Collection[str]) -> set[str]:
    """Copy what the rows name into the campaign's folder; the digests of the copies.

    ``ready``: of these nothing is needed any more, and the copy would only tell the place again.
    What lies there without a row, since an import came to no end, is tidied up later.
    """
    kept = set()
    for given in (each for row in rows for each in row.media if each.digest not in ready):
        try:
            digest = keeping.copy_in(given.path, campaign)
        except OSError as error:
            raise PartlyDone(
                _("The file {name} could not be kept: {reason}").format(
                    name=given.name, reason=error.strerror or error
                ),
                remedy=_("Nothing was imported. Make room on the disk, and run the command again."),
            ) from error
        kept.add(digest)
        if digest != given.digest:
            raise PartlyDone(
                _("The file {name} changed while it was read; nothing was imported.").format(
                    name=given.name
                ),
                remedy=_("Run the command again."),
            )
    return kept


def set_media(session: Session, row: TandemRow, folder: Folder, *, pictured: bool) -> list[str]:
    """Store what the row says of pictures; what changed. Whoever may not be pictured has none."""
    if "media" in row.given or not pictured:
        fresh = [_with_alt(each, row, folder.media) for each in row.media] if pictured else []
        return _replace(session, folder.tandem, folder.media, fresh)
    return []


def _with_alt(given: Given, row: TandemRow, stored: Sequence[Medium]) -> tuple[Given, str]:
    """A file with its text; the stored one where the file has no such column."""
    if "media_alt" in row.given:
        return given, given.alt
    return given, next((each.alt for each in stored if each.digest == given.digest), "")


def _replace(
    session: Session, tandem: Tandem, stored: Sequence[Medium], fresh: list[tuple[Given, str]]
) -> list[str]:
    wanted = [(given.digest, given.name, alt) for given, alt in fresh]
    for each in stored:
        each.problem = None  # its original is here again, or was made ready for somebody else
        if not each.ready:
            _take_over(session, each, ())
    if wanted == [(each.digest, each.name, each.alt) for each in stored]:
        return []
    for each in stored:
        session.delete(each)
    session.flush()
    for position, (given, alt) in enumerate(fresh):
        medium = _row(tandem, position, given, alt)
        _take_over(session, medium, stored)
        session.add(medium)
    session.flush()
    return ["media"]


def _row(tandem: Tandem, position: int, given: Given, alt: str) -> Medium:
    return Medium(
        tandem_id=tandem.id,
        position=position,
        name=given.name,
        alt=alt,
        kind=given.kind,
        digest=given.digest,
        facts=dict(given.facts),
    )


def _take_over(session: Session, medium: Medium, before: Sequence[Medium]) -> None:
    """What was made ready of the same content, here or for another tandem, is made only once."""
    known = select(Medium).where(Medium.digest == medium.digest, col(Medium.ready).is_not(None))
    own = [each for each in before if each.digest == medium.digest and each.ready]
    if same := next(iter(own), None) or session.exec(known.limit(1)).first():
        medium.ready, medium.ready_facts, medium.poster = same.ready, same.ready_facts, same.poster
