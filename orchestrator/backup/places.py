"""The places that keep backups: folders, in each a folder per backup, named by its id.

A backup is written under another name and renamed when it is whole, so that what was interrupted
never looks like one.
"""

import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.config import Settings
from orchestrator.newfile import persist

# Longer than any backup takes: what is older was left by a process that was killed.
_LEFT_BEHIND_SECONDS = 86_400
# For so long nothing is written while a backup is being made.
_SILENT_SECONDS = 60 * 60
_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{4}")
_TIME = "%Y%m%d-%H%M%S-%f"


def new_id(made_at: datetime) -> str:
    """A name that sorts by time (UTC) and that no other process gives at the same moment."""
    return f"{made_at.astimezone(UTC):{_TIME}}-{secrets.token_hex(2)}"


def made_at(backup_id: str) -> datetime:
    """The real time at which a backup was made."""
    return datetime.strptime(backup_id[:-5], _TIME).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A folder that keeps backups; it need not exist yet.

    ``own``: it lies in the campaign's folder, so that it is no disk that can be away.
    """

    path: Path
    own: bool = False

    @property
    def url(self) -> str:
        """How the place is called."""
        return str(self.path)

    def ids(self) -> list[str]:
        """The backups here, newest first; none where the folder is not there or not to be read."""
        try:
            names = [path.name for path in self.path.iterdir()]
        except OSError:
            return []
        return sorted(filter(_ID.fullmatch, names), reverse=True)

    def folder(self, backup_id: str) -> Path:
        """Where a backup lies."""
        return self.path / backup_id

    def size(self) -> int:
        """How many bytes the backups here take; what cannot be looked at counts nothing."""
        files = (file for each in self.ids() for file in _files(self.folder(each)))
        return sum(map(_bytes, files))

    def add(self, backup_id: str, fill: Callable[[Path], object]) -> Path:
        """Let ``fill`` write a backup, and give it its name when it is whole and on the disk.

        Nothing is left behind when that fails, unless the process is killed.
        """
        # Not its parents: the folder of a disk that is not plugged in must not be made here.
        self.path.mkdir(mode=0o700, exist_ok=True)
        self._sweep()
        draft, whole = self.path / f".{backup_id}.part", self.folder(backup_id)
        draft.mkdir(mode=0o700)
        try:
            fill(draft)
            for path in (*draft.iterdir(), draft):
                persist(path)
            draft.rename(whole)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        persist(self.path)
        return whole

    def _sweep(self) -> None:
        """Remove what killed processes left, once nobody can be writing it any more."""
        for path in self._unfinished():
            if _age(path) > _LEFT_BEHIND_SECONDS:
                shutil.rmtree(path, ignore_errors=True)

    def is_clean(self) -> bool:
        """Whether nothing unfinished lies here; what nobody has written to for a while goes."""
        for path in self._unfinished():
            if _age(path) > _SILENT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
        return not self._unfinished()

    def _unfinished(self) -> list[Path]:
        return [path for path in self.path.glob(".*.part") if _ID.fullmatch(path.name[1:-5])]


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0  # somebody else has just removed it


def places_of(settings: Settings) -> list[Place]:
    """The places of the configuration, each folder once."""
    folder = settings.folder.resolve()
    return [
        Place(path, own=path.resolve().is_relative_to(folder))
        for path in dict.fromkeys(Path(each) for each in settings.backup.places)
    ]


def newest_at(places: list[Place]) -> datetime | None:
    """When the newest backup in any place was made (real time)."""
    return max((made_at(each) for place in places for each in place.ids()[:1]), default=None)
