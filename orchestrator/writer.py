"""One writer at a time, where an SQLite library or a disk cannot be trusted with several.

SQLite before 3.51.3 (and 3.52.0) can lose a page when two connections write to the write-ahead
log, or checkpoint it, at the same moment. So there every transaction that writes holds a file of
its own, ``<database>-writer``, from before its BEGIN until after its COMMIT, in which SQLite also
checkpoints. The system lets go of the file when a process dies. It is never the database file: a
process that closes that once more loses all of SQLite's own locks on it. (The last connection
checkpoints when it closes, but only under SQLite's exclusive lock, when no other is left.)
"""

import errno
import os
import re
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock
    fcntl = None  # type: ignore[assignment]

_SOUND = (3, 51, 3)
_WITHDRAWN = (3, 52, 0)
_FAR_AWAY = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|drvfs|fuse\.sshfs|fuse\.rclone|afpfs|webdav")
_MOUNTS = Path("/proc/mounts")
# As SQLite itself waits: soon at first, then ever less often.
_PAUSES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.025)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)

LOCKS_ACROSS_PROCESSES = fcntl is not None


@dataclass(frozen=True)
class Ground:
    """What an SQLite database stands on: the library's version, and the kind of disk."""

    version: tuple[int, ...]
    disk: str = ""

    @property
    def racy(self) -> bool:
        """Whether the library's write-ahead log has the race."""
        return self.version < _SOUND or self.version == _WITHDRAWN

    @property
    def far(self) -> bool:
        """Whether the disk is another machine's."""
        return bool(_FAR_AWAY.fullmatch(self.disk))

    @property
    def one_writer(self) -> bool:
        """Whether writers must take turns outside SQLite."""
        return self.racy or self.far

    @property
    def journal(self) -> str:
        """The journal that works here: a write-ahead log needs memory that all programs share."""
        return "DELETE" if self.far else "WAL"


def ground_of(file: Path) -> Ground:
    """What ``file`` stands on, on this machine."""
    return Ground(sqlite3.sqlite_version_info, disk_of(file, _mounts()))


def disk_of(file: Path, mounts: str) -> str:
    """The kind of disk that holds ``file``.

    ``mounts`` is in the form of /proc/mounts; empty where the system has none.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        if file.resolve().is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def _mounts() -> str:
    try:
        return _MOUNTS.read_text("utf-8", errors="replace")
    except OSError:
        return ""


class Turns:
    """Whose turn it is to write to one database: among threads here, and among processes."""

    def __init__(self, database: Path) -> None:
        # Beside the real file, as SQLite does it, whatever link it was opened by.
        real = database.resolve()
        self.path = real.with_name(f"{real.name}-writer")
        self._here = threading.Lock()
        self._held: int | None = None

    def take(self, patience: float) -> None:
        """Wait for the turn, at most ``patience`` seconds; then ``sqlite3.OperationalError``."""
        deadline = time.monotonic() + patience
        if not self._here.acquire(timeout=patience):
            raise sqlite3.OperationalError("database is locked")
        try:
            self._held = self._lock(deadline)
        except BaseException:
            self._here.release()
            raise

    def give_back(self) -> None:
        """Let the next one write."""
        held, self._held = self._held, None
        try:
            if held is not None:
                os.close(held)
        finally:
            self._here.release()

    def tidy(self) -> None:
        """Take the file away, unless somebody is writing; it is made again when needed."""
        if not self.path.exists():
            return
        with suppress(OSError, sqlite3.OperationalError):
            self.take(0)
            try:
                self.path.unlink()
            finally:
                self.give_back()

    def _lock(self, deadline: float) -> int | None:
        if fcntl is None:
            return None
        tries = 0
        while True:
            opened = self._open()
            if _locked(opened) and self._is_there(opened):
                return opened
            os.close(opened)
            _rest(tries, deadline)
            tries += 1

    def _is_there(self, opened: int) -> bool:
        """Whether this still is the file by that name: another program may have tidied up."""
        try:
            return os.path.samestat(os.fstat(opened), self.path.stat())
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            # In SQLite's own words, which are understood wherever a database is used.
            said = "readonly" if error.errno in _NO_RIGHT else f"unable to open: {error.strerror}"
            raise sqlite3.OperationalError(said) from error


def _locked(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a disk that knows no such locks: SQLite's own must do
    return True


def _rest(tries: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise sqlite3.OperationalError("database is locked")
    time.sleep(min(left, _PAUSES[min(tries, len(_PAUSES) - 1)]))


class TakingTurns(sqlite3.Connection):
    """A connection that holds the turn while it may be writing, whichever way that ends."""

    turns: Turns | None = None
    _mine = False

    def take_turn(self, patience: float) -> None:
        """Wait for the turn, at most ``patience`` seconds."""
        if self.turns is not None and not self._mine:
            self.turns.take(patience)
            self._mine = True

    def end_turn(self) -> None:
        """Give the turn back, unless a transaction is still open."""
        if self._mine and not self.in_transaction:
            self._give_back()

    def commit(self) -> None:
        """Commit, and checkpoint if it is time; then the next one may write."""
        try:
            super().commit()
        finally:
            self.end_turn()

    def rollback(self) -> None:
        """Undo; then the next one may write."""
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        """Close; what was not committed is undone."""
        try:
            super().close()
        finally:
            if self._mine:
                self._give_back()

    def _give_back(self) -> None:
        self._mine = False
        if self.turns is not None:
            self.turns.give_back()
