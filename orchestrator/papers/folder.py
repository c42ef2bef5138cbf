"""Writing the papers into their folder: what we made is replaced, anybody else's files stay."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.papers.pages import MARK, Page


def write(pages: Sequence[Page], folder: Path) -> list[Path]:
    """Write all pages, or none; papers of ours that are not made any more are removed."""
    folder = folder.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / page.name for page in pages]
        for path in paths:
            _refuse_foreign(path)
        _replace(pages, paths)
        for old in folder.glob("*.html"):
            if old not in paths and _ours(old):
                old.unlink()
    except OSError as error:
        raise UsageProblem(
            _("The papers cannot be written to {folder}: {reason}").format(
                folder=folder, reason=error.strerror or error
            ),
            remedy=_("Name another folder with --out DIR, or check your rights and the disk."),
        ) from error
    return paths


def _replace(pages: Sequence[Page], paths: Sequence[Path]) -> None:
    """Write all beside their places, then put them there: a full disk leaves the old ones."""
    beside = [path.with_name(f".{path.name}.{secrets.token_hex(4)}") for path in paths]
    try:
        for page, new in zip(pages, beside, strict=True):
            with new.open("x", encoding="utf-8") as file:
                file.write(page.html)
        for path, new in zip(paths, beside, strict=True):
            new.replace(path)
    finally:
        for new in beside:
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not _ours(path):
        raise UsageProblem(
            _("{path} was not made by `privacy pack` and stays as it is.").format(path=path),
            remedy=_("Name another folder with --out DIR."),
        )


def _ours(path: Path) -> bool:
    if not path.is_file():  # a pipe would wait for its other end
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(600)
