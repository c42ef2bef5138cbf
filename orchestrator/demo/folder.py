"""The demo's folder: replaced when the demo is repeated, never somebody's own, never shared."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _

_MARK = ".tueroeffner-demo"
# What the demo makes, and nothing else, goes when it is repeated.
_OURS = (
    "config.toml",
    "campaign.db",
    "campaign.db-shm",
    "campaign.db-writer",
    "campaign.db-wal",
    "tandems.csv",
    "tandems.xlsx",
    ".gitignore",
    "report.html",
    "report.json",
    "keys",
    "secrets",
    "media",
    "pictures",
    "backups",
    "report-csv",
)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder for one demo, emptied of an earlier one; a foreign one is refused."""
    with ExitStack() as holding:
        try:
            _check(folder)
            folder.mkdir(parents=True, exist_ok=True)
            mark = holding.enter_context((folder / _MARK).open("a"))
            _lock(mark, folder)
            _clear(folder)
        except OSError as error:
            raise UsageProblem(
                _("The demo cannot be made in {folder}: {reason}").format(
                    folder=folder, reason=error.strerror or error
                ),
                remedy=_("Choose another folder with --out."),
            ) from error
        yield


def _check(folder: Path) -> None:
    marked = (folder / _MARK).exists()
    if folder.exists() and not marked and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(
            _("{folder} is not a demo's folder; nothing in it was touched.").format(folder=folder),
            remedy=_("Choose an empty or a new folder with --out."),
        )


def _lock(mark: IO[str], folder: Path) -> None:
    """Of two demos at once, one gets the folder; the lock ends with its process, however."""
    import fcntl

    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageProblem(
            _("Another demo is running in {folder}.").format(folder=folder),
            remedy=_("Wait for it, or choose another folder with --out."),
        ) from error


def _clear(folder: Path) -> None:
    for name in _OURS:
        piece = folder / name
        if piece.is_dir() and not piece.is_symlink():
            shutil.rmtree(piece)
        else:
            piece.unlink(missing_ok=True)
