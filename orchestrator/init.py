"""The folder of a new campaign: configuration, key, folders and templates.

What already exists is kept untouched, so that ``init`` may be repeated after any accident.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from orchestrator.errors import UsageProblem
from orchestrator.i18n import _
from orchestrator.keys import create_key_file, read_key_file
from orchestrator.newfile import make_whole
from orchestrator.redact import tame

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Nothing that identifies a person or opens an account may slip into a shared repository.
_NOT_SHARED = """\
/backups/
/keys/
/secrets/
/media/
/preview/
/tandems.*
*.db
*.db-*
"""


@dataclass(frozen=True)
class Answers:
    """What a new campaign needs to know."""

    name: str
    start: date
    end: date
    contact: str
    language: str


@dataclass(frozen=True)
class Piece:
    """One part of the folder, and whether it was made just now or was there before."""

    path: Path
    made: bool


def next_week(today: date) -> tuple[date, date]:
    """The Monday after ``today`` and the Sunday that follows it."""
    monday = today + timedelta(days=7 - today.weekday())
    return monday, monday + timedelta(days=6)


def slug_of(name: str) -> str:
    """A short name in a–z, 0–9 and hyphens; "campaign" when nothing of the name remains."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_GERMAN))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words)[:40].strip("-") or "campaign"


def configuration(answers: Answers) -> str:
    """The example configuration with the answers filled in."""
    values = {
        "name": _text(answers.name),
        "slug": _text(slug_of(answers.name)),
        "start": answers.start.isoformat(),
        "end": answers.end.isoformat(),
        "contact": _text(answers.contact),
        "language": _text(answers.language),
    }
    text = example()
    for key, value in values.items():
        line = f"{key} = {value}".replace("\\", r"\\")  # a backslash would be an escape here
        text = re.sub(rf"^#?{key} = .*$", line, text, count=1, flags=re.M)
    return text


def example() -> str:
    """The commented example: beside this file in a wheel, beside cli.py in a checkout."""
    here = Path(__file__).parent
    for folder in (here, here.parent):
        if (path := folder / "config.example.toml").is_file():
            return path.read_text("utf-8")
    raise UsageProblem(
        _("The example configuration is missing from this installation."),
        remedy=_("Install Türöffner again."),
    )


def set_up(folder: Path, answers: Answers) -> list[Piece]:
    """Make whatever is missing in ``folder``; a folder that cannot be written is refused."""
    if not answers.name.strip():
        raise UsageProblem(_("The campaign has no name."), remedy=_("Give it one with --name."))
    if answers.end < answers.start:
        raise UsageProblem(
            _("The campaign would end before it starts."),
            remedy=_("Give a last day (--end) that is not before the first (--start)."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key = _key(folder / "keys" / "campaign.key")
        return [key, *(_made(path, make) for path, make in _pieces(folder, answers))]
    except OSError as error:
        raise UsageProblem(
            _("The campaign cannot be made in {folder}: {reason}").format(
                folder=folder, reason=error.strerror or error
            ),
            subject=str(error.filename or ""),
            remedy=_("Check the space on the disk and your right to write there, then repeat it."),
        ) from error


def _pieces(folder: Path, answers: Answers) -> Iterator[tuple[Path, Callable[[Path], object]]]:
    from orchestrator.intake.templates import write_template_csv, write_template_xlsx

    yield _file(folder / "config.toml", lambda path: _write(path, configuration(answers)))
    yield folder / "secrets", lambda path: path.mkdir(mode=0o700)
    yield folder / "media", lambda path: path.mkdir()
    yield _file(folder / "tandems.xlsx", partial(write_template_xlsx, lang=answers.language))
    yield _file(folder / "tandems.csv", write_template_csv)
    yield _file(folder / ".gitignore", lambda path: _write(path, _NOT_SHARED))


def _made(path: Path, make: Callable[[Path], object]) -> Piece:
    if path.exists() or path.is_symlink():
        return Piece(path, made=False)
    make(path)
    return Piece(path, made=True)


def _file(path: Path, write: Callable[[Path], object]) -> tuple[Path, Callable[[Path], object]]:
    return path, lambda new: make_whole(new, write)


def _key(path: Path) -> Piece:
    """A key file that is kept must hold a key: a damaged one is found now, not at the import."""
    piece = _made(path, create_key_file)
    if not piece.made:
        read_key_file(path)
    return piece


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _text(value: str) -> str:
    """A TOML string; JSON's escapes are TOML's too."""
    return json.dumps(tame(value).strip(), ensure_ascii=False)
