"""Proving a backup: file, schema, structure, counts and digests against the manifest."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, exc

from orchestrator.backup import manifest, snapshot
from orchestrator.backup.digest import Figures, Step, figures_of
from orchestrator.backup.manifest import Damaged, Manifest
from orchestrator.i18n import _

# Beside the backup: when it was last proven. It is no part of the backup itself.
PROOF = "verified.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``name`` is for scripts, ``detail`` for people."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Proof:
    """Everything that was looked at, and how long that took."""

    findings: list[Finding]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the backup can be relied on."""
        return all(each.ok for each in self.findings)

    @property
    def wrong(self) -> str:
        """What is wrong, in one line."""
        return "; ".join(each.detail for each in self.findings if not each.ok)


def prove(folder: Path, backup_id: str, step: Step = lambda: None) -> Proof:
    """Look at everything in a backup's folder, and change nothing."""
    started = monotonic()
    return Proof(list(_findings(folder, backup_id, step)), round(monotonic() - started, 3))


def _findings(folder: Path, backup_id: str, step: Step) -> Iterator[Finding]:
    try:
        described = manifest.read(folder)
    except Damaged as damaged:
        yield Finding("manifest", False, str(damaged))
        return
    if described.id != backup_id:
        yield Finding("manifest", False, _("the manifest belongs to another backup"))
        return
    yield Finding("manifest", True, _("the manifest is whole"))
    file = folder / snapshot.NAME
    yield _file(file, described)
    looks: list[tuple[str, Callable[[Connection], Finding]]] = [
        ("schema", lambda connection: _schema(connection, described)),
        ("integrity", _integrity),
        ("foreign_keys", _foreign_keys),
        ("content", lambda connection: _content(connection, described, step)),
    ]
    for name, look in looks:
        yield _looked(name, file, look)


def _looked(name: str, file: Path, look: Callable[[Connection], Finding]) -> Finding:
    """A look that a damaged file does not let us finish is a finding, too."""
    try:
        with snapshot.opened(file) as connection:
            return look(connection)
    except (exc.SQLAlchemyError, sqlite3.Error, OSError, ValueError) as error:
        said = str(getattr(error, "orig", error)).splitlines()[0]
        return Finding(name, False, _("it cannot be read: {reason}").format(reason=said))


def _file(file: Path, described: Manifest) -> Finding:
    try:
        same = (file.stat().st_size, sha256_of(file)) == (described.size, described.sha256)
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding("file", False, _("it cannot be read: {reason}").format(reason=reason))
    if not same:
        return Finding("file", False, _("the file is not the one that was written"))
    return Finding("file", True, _("the file is the one that was written"))


def sha256_of(file: Path) -> str:
    """Digest of a file's bytes."""
    sha = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def _schema(connection: Connection, described: Manifest) -> Finding:
    from orchestrator.store import known_revisions

    at = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if at != described.schema:
        return Finding("schema", False, _("its schema is not the one in the manifest"))
    if at not in known_revisions():
        return Finding("schema", False, _("it was made by a newer version of Türöffner"))
    return Finding("schema", True, _("this program knows its schema"))


def _integrity(connection: Connection) -> Finding:
    said = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())
    if said != "ok":
        return Finding("integrity", False, _("the file is damaged: {said}").format(said=said))
    return Finding("integrity", True, _("its structure is sound"))


def _foreign_keys(connection: Connection) -> Finding:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        text = _("a row of {table} belongs to one that is not there").format(table=broken[0])
        return Finding("foreign_keys", False, text)
    return Finding("foreign_keys", True, _("every row finds the one that it belongs to"))


def _content(connection: Connection, described: Manifest, step: Step) -> Finding:
    found = figures_of(connection, step)
    wrong = differing(described.tables, found)
    if wrong:
        text = _("other rows than the manifest says: {tables}").format(tables=", ".join(wrong))
        return Finding("content", False, text)
    return Finding("content", True, _("all {count} rows are there").format(count=described.rows))


def differing(one: dict[str, Figures], other: dict[str, Figures]) -> list[str]:
    """Tables whose rows are not the same in both."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def note_proof(folder: Path, proof: Proof, at: datetime) -> None:
    """Write down beside the backup when it was proven; a place may be for reading only."""
    path = folder / PROOF
    with suppress(OSError):
        path.unlink(missing_ok=True)
        if proof.ok:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"at": at.isoformat(), "seconds": proof.seconds}, file)


def proven_at(folder: Path) -> datetime | None:
    """When the backup was last proven, if ever."""
    try:
        return datetime.fromisoformat(json.loads((folder / PROOF).read_text("utf-8"))["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
