"""Pictures and films beside the file: they exist, stay in its folder, and can go with a post."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.i18n import _
from orchestrator.intake import appeals
from orchestrator.intake.fields import Unfit
from orchestrator.media.content import Unusable
from orchestrator.media.looking import facts_of
from orchestrator.vocabulary import MediaKind

BETWEEN = "|"
MOST_FILES = 4
LONGEST_ALT = 1000


@dataclass(frozen=True)
class Given:
    """A file as the row names it: where it lies, what it is, and the text that describes it."""

    path: Path
    name: str
    kind: MediaKind
    digest: str
    facts: Mapping[str, Any]
    alt: str = ""


def files(text: str, folder: Path) -> tuple[Given, ...]:
    """The files that a cell names, with a bar between; up to four pictures, or one film."""
    named = enumerate(names(text, folder), 1)
    found = tuple(_file(number, each, folder) for number, each in named)
    _refuse_mixture(found)
    return found


def names(text: str, folder: Path) -> tuple[str, ...]:
    """The names in a cell, of files that lie in ``folder``; they are not looked into."""
    found = tuple(name for each in text.split(BETWEEN) if (name := each.strip()))
    if len(found) > MOST_FILES:
        raise Unfit(
            _("More than {most} files.").format(most=MOST_FILES),
            _("Choose the best: up to four pictures, or one film."),
        )
    for number, each in enumerate(found, 1):
        _inside(number, each, folder)
    return found


def alts(text: str) -> tuple[str, ...]:
    """The alternative texts of the files, in their order; an empty one stays empty."""
    texts = tuple(" ".join(each.split()) for each in text.split(BETWEEN)) if text else ()
    for each in texts:
        appeals.refuse_contact(each)
        appeals.refuse_status(each)
        if len(each) > LONGEST_ALT:
            raise Unfit(
                _("An alternative text is longer than {most} characters.").format(most=LONGEST_ALT),
                _("Say in a sentence or two what is to be seen."),
            )
    return texts


def _file(number: int, name: str, folder: Path) -> Given:
    path = _inside(number, name, folder)
    try:
        kind, digest, facts = facts_of(path)
    except Unusable as unusable:
        raise Unfit(_of(number, unusable.reason), unusable.hint) from unusable
    except OSError as error:
        raise _missing(number) from error
    return Given(path, Path(name.replace("\\", "/")).as_posix(), kind, digest, facts)


def _inside(number: int, name: str, folder: Path) -> Path:
    """The file, which must lie in ``folder``: also when its name is a link to elsewhere."""
    if re.match(r"\w+://|www\.", name, re.IGNORECASE):
        raise _elsewhere(number)
    relative = Path(name.replace("\\", "/"))
    if relative.is_absolute() or re.match(r"[A-Za-z]:", name) or ".." in relative.parts:
        raise _outside(number)
    try:
        real = (folder / relative).resolve()
        inside = real.is_relative_to(folder.resolve())
        mode = real.stat().st_mode if inside else 0
    except (OSError, ValueError, RuntimeError) as error:
        raise _missing(number) from error
    if not inside:
        raise _outside(number)
    if not stat.S_ISREG(mode):
        raise _no_file(number, mode)
    return real


def _refuse_mixture(found: tuple[Given, ...]) -> None:
    films = [each for each in found if each.kind is MediaKind.VIDEO]
    if len(films) > 1:
        raise Unfit(_("Two films do not go with one post."), _("Name one of them."))
    if films and len(found) > 1:
        raise Unfit(
            _("A film and pictures do not go together with one post."),
            _("Name the film, or the pictures."),
        )
    if len({each.path for each in found}) < len(found):
        raise Unfit(_("The same file is named twice."), _("Name each file once."))
    if len({each.digest for each in found}) < len(found):
        raise Unfit(_("Two files hold the same picture."), _("Name one of them."))


def _of(number: int, reason: str) -> str:
    """Which of the row's files; by its number, since a name may tell whose picture it is."""
    return _("File {number}: {reason}").format(number=number, reason=reason)


def _outside(number: int) -> Unfit:
    return Unfit(
        _of(number, _("the path leaves the folder of the file.")),
        _("Put the picture beside the file, and write its path from there."),
    )


def _elsewhere(number: int) -> Unfit:
    return Unfit(
        _of(number, _("addresses from the internet are not fetched.")),
        _("Copy the file beside the table, and write its name."),
    )


def _no_file(number: int, mode: int) -> Unfit:
    if stat.S_ISDIR(mode):
        return Unfit(_of(number, _("this is a folder.")), _("Name the picture or the film in it."))
    return Unfit(
        _of(number, _("this is no ordinary file.")),
        _("Copy the picture or the film itself beside the table."),
    )


def _missing(number: int) -> Unfit:
    return Unfit(
        _of(number, _("there is no such picture beside the file.")),
        _("Check name and folder; large and small letters count."),
    )
