"""This machine's own memory of a campaign: the newest try to send that it has committed, and how
far the audit log went.

It lies outside the campaign's folder. A database that knows less was put back from an older copy,
by whatever means. Nothing personal is in it, and nothing depends on it: where it cannot be kept,
sending goes on without, and the doctor says so.
"""

import json
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_OWN = "tueroeffner"
_PLACES = 8


@dataclass(frozen=True)
class Seen:
    """The number of a try, and the campaign's time at which it was committed."""

    attempt: int
    at: datetime


def folder() -> Path:
    """Where programs of this user keep what they remember; ``OSError`` where there is no place."""
    if named := os.environ.get("XDG_STATE_HOME", ""):
        return Path(named) / _OWN
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / _OWN
    try:
        home = Path.home()
    except RuntimeError as error:
        raise OSError("no home folder") from error
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / _OWN
    return home / ".local" / "state" / _OWN


def saw(name: str, attempt: int, at: datetime) -> None:
    """Remember the newest try, by number or by time; never fails."""
    with suppress(OSError):
        known = recall(name)
        if known is None or attempt > known.attempt or at > known.at:
            _write(folder() / f"{name}.json", {"attempt": attempt, "at": at.isoformat()})


def recall(name: str) -> Seen | None:
    """What is remembered; None where nothing is, or nothing that can be read."""
    try:
        found = json.loads((folder() / f"{name}.json").read_text("utf-8"))
        return Seen(int(found["attempt"]), datetime.fromisoformat(found["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(name: str, place: str, what: dict[str, object]) -> None:
    """Remember something about each place of a database, the newest places only; never fails."""
    with suppress(OSError):
        known = noted(name)
        if known.pop(place, None) != what:
            kept = dict([*known.items(), (place, what)][-_PLACES:])
            _write(folder() / f"{name}.json", kept)


def noted(name: str) -> dict[str, object]:
    """What is remembered by place, the newest last; empty where nothing can be read."""
    try:
        found = json.loads((folder() / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: dict[str, object]) -> None:
    """As a whole or not at all; not waiting for the disk, since an older memory does no harm."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def hindrance() -> str | None:
    """Why nothing could be remembered here; looks only, and makes nothing."""
    try:
        there = nearest = folder()
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
    except OSError as error:
        return str(error)
    fits = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return None if fits else str(there)
