"""Files in the folder ``media``: whole or not there, one of each content, for nobody else.

What was given is kept until it was made ready; after that it is where it came from, and not here.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import String, cast
from sqlmodel import Session, col, or_, select

from orchestrator.media.places import folder_of, path_of
from orchestrator.model import Medium, Post, Tandem
from orchestrator.newfile import persist
from orchestrator.vocabulary import PostState

_PART = 1 << 20
_DRAFT = ".draft-"
# What lies here without a row may belong to an import that is still going on.
_ORPHANED_AFTER = 3600.0
# A post in another state is never sent any more.
_OPEN = (
    PostState.PLANNED,
    PostState.CLAIMED,
    PostState.SENDING,
    PostState.SCHEDULED,
    PostState.UNKNOWN,
)


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, read in parts."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_in(path: Path, campaign: Path) -> str:
    """Keep a copy of the file; its digest. What is kept already is not copied again."""
    known = digest_of(path)
    if path_of(campaign, known).is_file():
        return known
    with draft(campaign) as own, path.open("rb") as source:
        seen = hashlib.sha256()
        with own.open("wb") as target:
            while part := source.read(_PART):
                seen.update(part)
                target.write(part)
        keep(own, campaign, seen.hexdigest())
    return seen.hexdigest()


@contextmanager
def draft(campaign: Path) -> Iterator[Path]:
    """An empty file of our own beside the others; it is gone afterwards, unless it was kept."""
    folder = folder_of(campaign)
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=_DRAFT, dir=folder)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def keep(own: Path, campaign: Path, digest: str) -> None:
    """Give a finished draft its name; the same content under it is the same file."""
    persist(own)
    own.replace(path_of(campaign, digest))
    persist(folder_of(campaign))


def keep_bytes(content: bytes, campaign: Path) -> str:
    """Keep these bytes; their digest."""
    digest = hashlib.sha256(content).hexdigest()
    with draft(campaign) as own:
        own.write_bytes(content)
        keep(own, campaign, digest)
    return digest


def files_of(media: Iterable[Medium]) -> set[str]:
    """The digests of all files that belong to these."""
    return {digest for each in media for digest in {each.digest, *_made_of(each)}}


def let_go(session: Session, campaign: Path, digests: Collection[str]) -> None:
    """Delete those of these files that no tandem and no post that waits refers to any more."""
    for digest in set(digests) - _in_use(session, digests):
        path_of(campaign, digest).unlink(missing_ok=True)


def let_go_of_originals(session: Session, campaign: Path) -> None:
    """Delete our copies of what was made ready: only they still tell where a picture was taken."""
    sent = {digest for each in session.exec(select(Medium)).all() for digest in _made_of(each)}
    for digest in made_ready(session, campaign) - sent - _in_open_posts(session):
        path_of(campaign, digest).unlink(missing_ok=True)


def made_ready(session: Session, campaign: Path) -> set[str]:
    """The digests of the originals of which all that is sent lies here."""
    return {each.digest for each in session.exec(select(Medium)).all() if is_ready(each, campaign)}


def is_ready(medium: Medium, campaign: Path) -> bool:
    """Whether all that is sent of it lies here."""
    made = _made_of(medium)
    return medium.ready is not None and all(path_of(campaign, each).is_file() for each in made)


def _made_of(medium: Medium) -> set[str]:
    return {digest for digest in (medium.ready, medium.poster) if digest}


def tidy(session: Session, campaign: Path) -> None:
    """Delete what a kill or an older copy of the database left behind, once it has lain a while.

    A database without any tandem is not the one whose files these are.
    """
    if session.exec(select(Tandem.id).limit(1)).first() is None:
        return
    with suppress(FileNotFoundError):
        old = [each for each in folder_of(campaign).iterdir() if _is_old(each)]
        for each in old:
            if each.name.startswith(_DRAFT):
                each.unlink(missing_ok=True)
        let_go(session, campaign, [each.name for each in old if len(each.name) == 64])


def _is_old(path: Path) -> bool:
    try:
        return path.is_file() and time.time() - path.stat().st_mtime > _ORPHANED_AFTER
    except FileNotFoundError:
        return False  # somebody else was quicker


def _in_use(session: Session, digests: Collection[str]) -> set[str]:
    named = [col(Medium.digest), col(Medium.ready), col(Medium.poster)]
    rows = select(Medium).where(or_(*(each.in_(digests) for each in named)))
    return files_of(session.exec(rows).all()) | _in_open_posts(session)


def _in_open_posts(session: Session) -> set[str]:
    posts = select(Post.media).where(
        col(Post.state).in_(_OPEN), cast(col(Post.media), String) != "[]"
    )
    return {str(file["digest"]) for files in session.exec(posts).all() for file in files}
