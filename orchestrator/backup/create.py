"""Making a backup: one state of the database, written to every place and read back."""

import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from orchestrator.backup import keyring, manifest, snapshot
from orchestrator.backup.digest import Step
from orchestrator.backup.manifest import Damaged, Manifest
from orchestrator.backup.places import Place, new_id
from orchestrator.backup.tables import BATCH
from orchestrator.backup.verify import PROOF, note_proof, prove, sha256_of
from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.model import Campaign
from orchestrator.redact import redact
from orchestrator.store import Store, newest
from schedules.clock import Clock


@dataclass(frozen=True)
class Kept:
    """Whether a place has the backup, and why not."""

    url: str
    ok: bool
    why: str = ""


@dataclass(frozen=True)
class Made:
    """A backup that was tried in every place; ``size`` is None when no place has it."""

    id: str
    created_at: datetime
    size: int | None
    rows: int
    places: list[Kept]

    @property
    def ok(self) -> bool:
        """Whether every place has it."""
        return all(each.ok for each in self.places)

    @property
    def wrong(self) -> list[str]:
        """A sentence for every place that does not have it."""
        return [
            _("no backup in {place}: {why}").format(place=each.url, why=each.why)
            for each in self.places
            if not each.ok
        ]


def steps_of(rows: dict[str, int]) -> int:
    """How many steps so many rows take to read once."""
    return sum(-(-each // BATCH) for each in rows.values())


def refuse_empty(connection: Connection, slug: str) -> str:
    """The fingerprint of the campaign's key; without a campaign there is nothing to keep."""
    key = connection.execute(
        select(Campaign.key_fingerprint).where(Campaign.slug == slug)
    ).scalar_one_or_none()
    if key is None:
        raise nothing_yet()
    return str(key)


def nothing_yet() -> UsageProblem:
    """The sentence for a campaign that has not begun."""
    return UsageProblem(
        _("There is nothing to back up yet."),
        remedy=_("Import the tandems first: tueroeffner tandem import FILE"),
    )


@dataclass(frozen=True)
class _Label:
    """What a backup is called and when it was made, in the campaign's and in real time."""

    id: str
    created_at: datetime
    made_at: datetime
    campaign: str


def create(
    store: Store,
    slug: str,
    places: list[Place],
    clock: Clock,
    machine: Clock,
    step: Step = lambda: None,
) -> Made:
    """Back up everything; the first place that takes it is where the others copy it from."""
    real = machine.now()
    label = _Label(new_id(real), clock.now(), real, slug)
    first: Path | None = None
    kept: list[Kept] = []
    unreadable: UsageProblem | None = None
    for place in places:
        fill = partial(_copy, first) if first else partial(_take, store, label, step)
        try:
            folder = place.add(label.id, fill)
        except UsageProblem as error:
            # What was to be saved cannot be read, just now at least.
            unreadable = error
            kept.append(Kept(place.url, False, error.what))
        except (OSError, Damaged, SQLAlchemyError, sqlite3.Error) as error:
            kept.append(Kept(place.url, False, _why(error)))
        else:
            first = first or folder
            kept.append(Kept(place.url, True))
    if unreadable and not first:
        raise unreadable
    # Then the keys, so that each keyring knows of every place in which there are backups.
    kept = [
        _with_keys(store, place, places) if each.ok else each
        for place, each in zip(places, kept, strict=True)
    ]
    size, rows = _size(first) if first else (None, 0)
    return Made(label.id, label.created_at, size, rows, kept)


def _with_keys(store: Store, place: Place, places: list[Place]) -> Kept:
    """The backup is there; now the keys of its people beside it."""
    try:
        keyring.rewrite(store, place, places)
    except (OSError, keyring.Unsound, UsageProblem) as error:
        return Kept(place.url, False, _why(error))
    return Kept(place.url, True)


def _why(error: Exception) -> str:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return redact(why.splitlines()[0])


def _size(folder: Path) -> tuple[int, int]:
    described = manifest.read(folder)
    return described.size, described.rows


def _take(store: Store, label: _Label, step: Step, folder: Path) -> None:
    """Write the database's state, and prove that it can be read back as it was."""
    with snapshot.state_of(store) as state:
        key = refuse_empty(state, label.campaign)
        figures = snapshot.take(state, folder, step)
    file = folder / snapshot.NAME
    described = Manifest(
        id=label.id,
        created_at=label.created_at,
        made_at=label.made_at,
        campaign=label.campaign,
        key=key,
        schema=newest(),
        size=file.stat().st_size,
        sha256=sha256_of(file),
        tables=figures,
    )
    _write(folder / manifest.NAME, BytesIO(manifest.written(described)))
    proof = prove(folder, label.id, step)
    if not proof.ok:
        raise Damaged(proof.wrong)
    note_proof(folder, proof, label.made_at)


def _copy(source: Path, folder: Path) -> None:
    """Copy a backup and its proof from another place, and read the copy back."""
    for name in (snapshot.NAME, manifest.NAME, PROOF):
        with (source / name).open("rb") as file:
            _write(folder / name, file)
    described = manifest.read(folder)
    if sha256_of(folder / snapshot.NAME) != described.sha256:
        raise Damaged(_("what was read back is not what was written"))


def _write(path: Path, content: BinaryIO) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file)
