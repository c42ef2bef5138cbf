"""A new file is there as a whole or not at all, and never in place of another."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def make_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` fill a file beside ``path``, and give it that name when it is on the disk.

    Raises ``FileExistsError`` rather than overwriting, and ``OSError`` when there is no room;
    nothing is left behind then.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write(draft)
        persist(draft)
        _name(draft, path)
        persist(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def persist(path: Path) -> None:
    """Wait until the disk has it; a disk that is full may say so only now."""
    if path.is_dir() and os.name != "posix":
        return  # folders cannot be opened there
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except OSError:
        if path.exists() or path.is_symlink():
            raise FileExistsError(17, os.strerror(17), str(path)) from None
        draft.rename(path)  # a disk without hard links, such as a memory stick's
