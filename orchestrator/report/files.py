"""Writing a page or table: a file of ours is replaced as a whole, or stays as it was."""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _


@dataclass(frozen=True)
class Draft:
    """A file to be written; by ``mark``, near its beginning, we know our own again."""

    name: str
    content: bytes
    mark: bytes


def write_file(draft: Draft, path: Path) -> Path:
    """Write one file at exactly this path."""
    path = path.expanduser()
    if path.is_dir():
        raise UsageProblem(
            _("{path} is a folder.").format(path=path),
            remedy=_("Name a file with --out, such as {example}.").format(
                example=path / draft.name
            ),
        )
    if not path.parent.is_dir():
        raise UsageProblem(
            _("There is no folder {path}.").format(path=path.parent),
            remedy=_("Make it, or name another file with --out."),
        )
    _replace([(draft, path)])
    return path


def write_folder(drafts: Sequence[Draft], folder: Path) -> list[Path]:
    """Write several files into a folder, which is made if it is missing; others in it stay."""
    folder = folder.expanduser()
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(
            _("{path} is a file.").format(path=folder),
            remedy=_("The tables need a folder: name one with --out."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    _replace([(each, folder / each.name) for each in drafts])
    return [folder / each.name for each in drafts]


def _replace(files: Sequence[tuple[Draft, Path]]) -> None:
    """Write all beside their places, then put them there: a full disk leaves the old ones."""
    for draft, path in files:
        _refuse_foreign(draft, path)
    beside = [path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}") for _draft, path in files]
    try:
        for (draft, _path), new in zip(files, beside, strict=True):
            _write(new, draft.content)
        for (_draft, path), new in zip(files, beside, strict=True):
            new.replace(path)
    except OSError as error:
        raise _unwritable(files[0][1], error) from error
    finally:
        for new in beside:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # a disk that is full may say so only now


def _refuse_foreign(draft: Draft, path: Path) -> None:
    if not path.exists():
        return
    ours = False
    if path.is_file():  # a pipe would wait for its other end
        try:
            with path.open("rb") as file:
                ours = draft.mark in file.read(600)
        except OSError as error:
            raise _unwritable(path, error) from error
    if not ours:
        raise UsageProblem(
            _("{path} is no such file of ours and stays as it is.").format(path=path),
            remedy=_("Name another place with --out."),
        )


def _unwritable(path: Path, error: OSError) -> UsageProblem:
    return UsageProblem(
        _("{path} cannot be written: {reason}").format(path=path, reason=error.strerror or error),
        remedy=_("Name another place with --out, or check your rights and the disk."),
    )
