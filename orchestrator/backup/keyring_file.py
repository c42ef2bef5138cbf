"""The file of a keyring: replaced as a whole, and read only if it is as it was written."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from orchestrator.backup.ring import Ring, Rings
from orchestrator.i18n import _
from orchestrator.newfile import persist

NAME = "keyring.json"
FORMAT = 1
_RINGS = TypeAdapter(list[Ring])


class Unsound(Exception):
    """A keyring that cannot be trusted; the text is a sentence for a person."""


def read_file(path: Path) -> Rings:
    """The rings by their names, none without a file; raises :class:`Unsound`."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Unsound(
            _("the persons' keys cannot be read: {reason}").format(reason=error.strerror)
        ) from error
    try:
        document = json.loads(raw)
        content = document["content"]
        if content["format"] != FORMAT or document["digest"] != _digest(content):
            raise _changed(path)
        rings = _RINGS.validate_python(content["rings"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _changed(path) from error
    return {ring.name: ring for ring in rings}


def _changed(path: Path) -> Unsound:
    sentence = _(
        "the persons' keys in {file} were changed; move that file away, the next backup writes a"
        " new one"
    )
    return Unsound(sentence.format(file=path))


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def replace_file(path: Path, rings: Rings) -> None:
    """Write these rings in place of those that are there: the old ones, or all of the new."""
    told = _RINGS.dump_python([*rings.values()], mode="json")
    content = {"format": FORMAT, "rings": told}
    document = {"content": content, "digest": _digest(content)}
    draft = path.with_name(f".{NAME}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(document, indent=1, sort_keys=True).encode())
        persist(draft)
        draft.replace(path)
        persist(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer at a time, as far as the disk can tell them apart."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
