"""The demo's folder: replaced when the demo is repeated, never somebody's own, never shared."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.worker import is_dead, my_name

_MARK = ".tueroeffner-demo"
# What the demo makes, and nothing else, goes when it is repeated.
_OURS = (
    "config.toml",
    "campaign.db",
    "campaign.db-shm",
    "campaign.db-wal",
    "tandems.csv",
    "tandems.xlsx",
    ".gitignore",
    "report.html",
    "report.json",
    "keys",
    "secrets",
    "media",
    "backups",
    "report-csv",
)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the folder for one demo, emptied of an earlier one; a foreign one is refused."""
    mark = folder / _MARK
    try:
        _check(folder, mark)
        folder.mkdir(parents=True, exist_ok=True)
        _take(mark)
        _clear(folder)
    except OSError as error:
        raise UsageProblem(
            _("The demo cannot be made in {folder}: {reason}").format(
                folder=folder, reason=error.strerror or error
            ),
            remedy=_("Choose another folder with --out."),
        ) from error
    try:
        yield
    finally:
        # An interrupted demo stays where it is; the next one may replace it.
        with suppress(OSError):
            mark.write_text(json.dumps({"worker": ""}), "utf-8")


def _check(folder: Path, mark: Path) -> None:
    if folder.exists() and not mark.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageProblem(
            _("{folder} is not a demo's folder; nothing in it was touched.").format(folder=folder),
            remedy=_("Choose an empty or a new folder with --out."),
        )


def _take(mark: Path) -> None:
    """Write our name on the folder; of two demos at once, one gets it."""
    if mark.exists():
        if not _is_free(mark):
            raise UsageProblem(
                _("Another demo is running in {folder}.").format(folder=mark.parent),
                remedy=_("Wait for it, or choose another folder with --out."),
            )
        with suppress(FileNotFoundError):  # the other one was quicker
            mark.unlink()
    try:
        descriptor = os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        return _take(mark)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"worker": my_name()}, file)
    return None


def _is_free(mark: Path) -> bool:
    try:
        worker = json.loads(mark.read_text("utf-8"))["worker"]
    except (ValueError, KeyError, TypeError):
        return True  # left behind half-written
    return not worker or not isinstance(worker, str) or is_dead(worker)


def _clear(folder: Path) -> None:
    for name in _OURS:
        piece = folder / name
        if piece.is_dir() and not piece.is_symlink():
            shutil.rmtree(piece)
        else:
            piece.unlink(missing_ok=True)
